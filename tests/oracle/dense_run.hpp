// SPDX-License-Identifier: BSD-3-Clause
// The oracle's state and its stages. Private to the oracle: callers use run_dense().
#pragma once

#include "tests/oracle/dense_oracle.hpp"

namespace saltus_oracle {

inline bool is_spiking(const Population& population) {
    return population.kind == PopulationKind::lif || population.kind == PopulationKind::adaptive_lif ||
           population.kind == PopulationKind::cuba_lif;
}

inline bool is_random(const Population& population) { return population.escape_rate_hz > 0.0; }

inline bool clamps(const Population& population) {
    return is_spiking(population) && population.refractory_mode == RefractoryMode::clamp;
}

struct Neurons {
    double alpha = 0.0, alpha_step = 0.0; // decay of v over a tick and over a learning step
    double rho = 0.0, rho_step = 0.0;     // of a
    double beta = 0.0, gain = 1.0;
    double sigma = 0.0, sigma_step = 0.0; // of the current
    double feed = 0.0, feed_step = 0.0;   // what a unit current moves v by, over a tick and over a learning step

    std::vector<double> v; // membrane, or the readout's y
    std::vector<double> a;
    std::vector<double> current;
    std::vector<double> psi;
    std::vector<double> signal; // L
    std::vector<Tick> release;  // last spike + refractory period
    std::vector<int> pending;   // spiked a tick ago under SpikeEffect::next_tick
    std::vector<double> step_spikes, interval_spikes;
    std::vector<int> emitted;          // [tick * size + neuron], how often
    std::vector<double> target, error; // of readouts
    bool event = false;                // a target came into force in this learning step
    std::vector<double> voltage;       // v at the edge, before reset
    std::vector<double> open_psi;      // psi there, refractory or not
    std::vector<int> held;             // refractory then
    std::vector<double> rise, decayed; // filters of a spike train's error
};

struct Synapses {
    double kappa = 0.0, filter_gain = 1.0, rate_decay = 0.0;
    std::vector<double> z, eps, eb, es, g;
    std::vector<double> i;                           // the current's derivative
    std::vector<double> s, x;                        // arrivals of this step, and their low-pass
    std::vector<double> el, elf, f;                  // SuperSpike; discounted
    std::vector<double> trail;                       // per target neuron: low-passed psi or spikes
    std::vector<int> arrived, own_updates;           // ever; updates at arrivals
    std::vector<double> first_moment, second_moment; // Adam
    std::vector<double> sign;                        // of the initial weight
    std::vector<int> dormant;                        // rewiring
    std::vector<double> rate;                        // f_j of ScheduleKind::arrival, per target neuron
    std::vector<double> busy, fourth;                // per target neuron: low-passed spikes; sum of their 4th powers
    int updates = 0;
};

struct SynapseRef {
    std::size_t projection = 0, index = 0;
};

class DenseRun {
  public:
    DenseRun(const Scenario& scenario, const Recording& recording);
    Result run();

  private:
    void make_neurons();
    void make_synapses();
    void sort_canonically();
    void take_input();

    void one_tick();
    void take_targets();
    void decay();
    void deliver(bool zero_delay);
    void look_between(std::size_t p, std::size_t j);
    int arrivals_now(const Projection& projection, const Synapse& synapse) const;
    void deliver_one(SynapseRef ref);
    void sample_surrogates();
    void fire();
    void spike(std::size_t population, std::size_t neuron);
    void record();

    void learn();
    void silence();
    void compute_errors();
    void compute_signals();
    void read_symmetric_feedback();
    void update_rates();
    void extend(std::size_t p);
    void extend_readout(std::size_t p);
    double eligibility(std::size_t p, std::size_t s);
    void take_in(std::size_t p, std::size_t s, double e, double z_before);
    void leave_step(std::size_t p, std::size_t s, double e);
    void compute_delta();
    void read_spike_train(std::size_t p, const PopulationError& error);
    PopulationError error_of(std::size_t p) const;
    double rate_pull(const Plasticity& plasticity, double rate) const;
    double step_decay(double tau_ms) const;
    void update_interval();
    double interval_gradient(std::size_t p, std::size_t s) const;
    void reset_state();
    void optimise(std::size_t p, std::size_t s, double gradient);
    double shrink(std::size_t p, std::size_t s, double weight, double eta);
    void replace_dormant(std::size_t p);
    void activate(std::size_t p, std::size_t s, std::size_t source, std::size_t target);
    void change_weight(std::size_t p, std::size_t s, double weight);

    bool by_interval() const { return learning_.schedule == ScheduleKind::interval; }
    /// What is followed from step to step goes on without learning in the arrival schedule only.
    bool follows() const { return on_ || !by_interval(); }
    bool at_edge() const { return now_ > 0 && now_ % scenario_.clock_ticks == 0; }
    Tick step_in_interval() const; // 1 ... T
    bool signal_counts() const;
    double threshold_of(std::size_t population, std::size_t neuron) const;
    bool refractory(std::size_t p, std::size_t j) const { return now_ < neurons_[p].release[j]; }
    bool refractory_at_edge(std::size_t p, std::size_t j) const { return neurons_[p].held[j] != 0; }
    double step_ms() const;

    Scenario scenario_; // a copy: rewiring changes whom synapses connect
    const Recording recording_;
    const Learning& learning_;
    std::vector<Neurons> neurons_;
    std::vector<Synapses> synapses_;
    std::vector<SynapseRef> canonical_;
    Tick now_ = 0;
    Tick last_reset_ = -1;
    std::size_t next_target_ = 0;
    double loss_ = 0.0;
    double delta_ = 0.0, last_value_ = 0.0;
    std::size_t next_reward_ = 0;
    std::size_t next_random_ = 0;
    bool on_ = true;       // learning
    bool resumed_ = false; // the first edge that is followed after some that were not
    std::size_t next_switch_ = 0;
    int edges_learned_ = 0;
    Result result_;
};

} // namespace saltus_oracle
