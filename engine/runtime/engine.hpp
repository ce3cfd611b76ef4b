// SPDX-License-Identifier: BSD-3-Clause
// The running network: one partition's neurons, rows, queues and learners, and the stages of a tick. Simulation is the
// user's face of it. @tparam Real precision of weights and traces; neuron state is always double.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/error.hpp"
#include "engine/network/frozen.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/event_queue.hpp"
#include "engine/runtime/input_event.hpp"
#include "engine/runtime/learner.hpp"
#include "engine/runtime/neuron_group.hpp"
#include "engine/runtime/plasticity.hpp"
#include "engine/runtime/recorder.hpp"
#include "models/registry.hpp"

#include <deque>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace saltus {

/// A population without state.
struct InputGroup {};

/// One readout's error: where its targets come from and what it is now.
template <class Real>
struct ReadoutError {
    std::uint32_t population;
    Error kind;
    std::vector<double> target; ///< [outputs] in force
    std::deque<std::pair<Tick, std::vector<double>>> upcoming{};
    std::vector<double> error;    ///< [outputs] of the present edge
    std::vector<Real> error_cast; ///< [outputs] the same, in the precision of the traces
    bool active = false;          ///< the present edge lies in the signal window
    double loss = 0.0;            ///< summed over the present interval
    double last_loss = 0.0;       ///< of the last interval that ended
};

template <class Real>
class Engine {
  public:
    explicit Engine(const Network& network, std::size_t history_blocks);

    /// Processes everything up to and including tick `until`.
    void advance_until(Tick until);

    Status push(std::uint32_t population, std::span<const InputEvent> events);
    Status set_target(std::uint32_t readout, Tick from, std::span<const double> values);

    [[nodiscard]] Tick now() const { return now_; }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] double state(std::uint32_t population, std::size_t variable, std::uint32_t neuron) const;
    [[nodiscard]] double last_loss(std::uint32_t readout) const;
    [[nodiscard]] std::vector<double> weights(std::uint32_t projection) const;
    void set_weights(std::uint32_t projection, std::span<const double> weights);
    void hash_input(Fingerprint& hash) const;
    [[nodiscard]] std::vector<Synapse> synapses(std::uint32_t projection) const;
    void set_learning(bool on) { learning_ = on; }
    void set_rate(std::uint32_t projection, double rate);
    [[nodiscard]] std::vector<double> feedback(std::uint32_t link) const;
    [[nodiscard]] std::uint64_t fingerprint() const;
    [[nodiscard]] std::size_t bytes() const;

    void record_spikes(std::uint32_t population) { recorded_[population] = 1; }
    [[nodiscard]] const std::vector<Spike>& spikes() const { return spikes_recorded_; }
    void clear_spikes() { spikes_recorded_.clear(); }
    std::size_t add_probe(Probe probe);
    [[nodiscard]] Probe& probe(std::size_t index) { return probes_[index]; }
    [[nodiscard]] const Network& network() const { return network_; }

  private:
    using Group = Models::Variant<NeuronGroup, InputGroup>;
    struct PendingInput {
        Tick tick;
        std::uint32_t source; ///< global number
    };

    // building (engine_build.cpp)
    void build_groups(const Network& network);
    void build_learners(const Network& network, std::size_t history_blocks);
    [[nodiscard]] Learner<Real>* find_learner(const Projection& projection);
    Learner<Real>& make_learner(const Network& network, const Projection& projection, std::size_t history_blocks);
    void build_feedback(const Network& network);
    void build_plasticity(const Network& network);
    [[nodiscard]] double link_weight(const FeedbackSpec& spec, const Network& network, std::size_t index,
                                     std::uint32_t o, std::uint32_t j) const;

    // one tick (engine_step.cpp)
    void step(Tick t);
    [[nodiscard]] Tick next_tick() const;
    void deliver_arrivals(Tick t);
    void serve(const Arrival& arrival, Tick t);
    void fire(Tick t);
    void exchange(Tick t);
    void launch(std::uint32_t source, Tick t);
    void deliver_undelayed(Tick t);
    void inject_input(Tick t);
    void run_probes(Tick t);
    [[nodiscard]] std::uint32_t population_of(std::uint32_t source) const;

    // learning stages (engine_learning.cpp)
    void sample_surrogates(Tick t, std::int64_t n);
    void compute_errors(Tick t, std::int64_t n);
    void compute_signals(std::int64_t n);
    void take_error(Learner<Real>& learner, const ReadoutError<Real>& error, std::size_t position);
    void feed_back(Learner<Real>& learner, const FeedbackLink<Real>& link, const ReadoutError<Real>& error,
                   std::size_t position);
    void keep_rates(Learner<Real>& learner);
    void extend_traces();
    void end_interval(Tick t);
    void update_weights(bool worthwhile);
    void reset_states(Tick t);
    void finish_learner(Learner<Real>& learner);

    Network network_; // the description, as frozen
    UpdateTiming timing_;
    LearningClock clock_;
    bool has_learning_ = false;
    bool reset_state_ = false;
    bool learning_ = true;
    bool recorded_edges_ = false; // any edge of this interval was learned from
    double largest_error_ = 0.0;  // of this interval
    Tick now_ = 0;

    std::vector<Group> groups_;                                 // [population]
    std::vector<std::uint32_t> first_neuron_;                   // [populations + 1] global number of its first neuron
    std::vector<SynapseRows<Real>> rows_;                       // [projection]
    std::vector<std::vector<std::uint32_t>> outgoing_;          // [population] projections, ascending
    std::vector<std::unique_ptr<Plasticity<Real>>> plasticity_; // [projection], null if static
    std::deque<Learner<Real>> learners_;                        // stable addresses
    std::vector<Learner<Real>*> learner_of_;                    // [projection], null if static
    std::vector<ReadoutError<Real>> errors_;
    std::deque<FeedbackLink<Real>> links_; // stable addresses

    EventQueue queue_;
    CrossingQueue crossings_;
    std::vector<PendingInput> input_; // sorted from cursor_ on, except a tail not sorted yet
    std::size_t cursor_ = 0;
    bool input_sorted_ = true;
    std::vector<std::uint32_t> outbox_;  // global numbers of this tick's spikes, ascending
    std::vector<std::uint8_t> recorded_; // [population]
    std::vector<Spike> spikes_recorded_;
    std::vector<Probe> probes_;
    Counters counters_;
};

extern template class Engine<float>;
extern template class Engine<double>;

} // namespace saltus
