// SPDX-License-Identifier: BSD-3-Clause
// The running network: its partitions, and what brings them together. Time goes on in windows: within one, partitions
// run side by side; at its end they exchange spikes, and at a learning edge errors. Simulation is the user's face of
// it.
// @tparam Real precision of weights and traces; neuron state is always double.
#pragma once

#include "engine/core/error.hpp"
#include "engine/core/executor.hpp"
#include "engine/core/recycling_queue.hpp"
#include "engine/runtime/input_event.hpp"
#include "engine/runtime/memory_use.hpp"
#include "engine/runtime/options.hpp"
#include "engine/runtime/partition.hpp"
#include "engine/runtime/recorder.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace saltus {

/// Most spikes that a Poisson source may be expected to emit in a tick.
inline constexpr double most_per_tick = 1000.0;
/// Largest input current, as a voltage, either sign.
inline constexpr double largest_current = 1e30;

/// A reward that is yet to be taken.
struct Reward {
    Tick tick = 0;
    double value = 0.0;
    bool terminal = false; ///< ends an episode: what the critic expects from there on does not count
};

template <class Real>
class Engine {
  public:
    Engine(const Network& network, const SimulationOptions& options);

    /// Processes everything up to and including tick `until`.
    void advance_until(Tick until);
    /// The same, but begins no window at or after `deadline`.
    void advance_for_budget(Tick until, std::chrono::steady_clock::time_point deadline);
    /// Variable 0 of every neuron of a population, now. values: [neurons]
    void read_outputs(std::uint32_t population, std::span<double> values) const;

    Status push(std::uint32_t population, std::span<const InputEvent> events);
    Status set_target(std::uint32_t readout, Tick from, std::span<const double> values);
    Status push_targets(std::uint32_t population, std::span<const InputEvent> spikes);
    Status set_reward(Tick at, double value, bool terminal);

    /// Currents, or rates of Poisson sources, from the end of tick `from` on. values: [neurons], or one for all.
    Status set_drive(std::uint32_t population, Tick from, std::span<const double> values);

    [[nodiscard]] Tick now() const { return now_; }
    [[nodiscard]] Counters counters() const;
    [[nodiscard]] double state(std::uint32_t population, std::size_t variable, std::uint32_t neuron) const {
        return state_at(population, variable, neuron, now_);
    }
    [[nodiscard]] std::vector<NeuronFault> faults() const;
    [[nodiscard]] double last_loss(std::uint32_t readout) const;
    [[nodiscard]] std::vector<double> weights(std::uint32_t projection) const;
    void set_weights(std::uint32_t projection, std::span<const double> weights);
    [[nodiscard]] std::vector<Synapse> synapses(std::uint32_t projection) const;
    void set_learning(bool on) { run_.learning = on; }
    void set_rate(std::uint32_t projection, double rate);
    [[nodiscard]] std::vector<double> feedback(std::uint32_t index) const;
    [[nodiscard]] std::uint64_t fingerprint() const;
    [[nodiscard]] MemoryUse memory() const;

    void record_spikes(std::uint32_t population) {
        recorded_[population] = recording_ = true;
        run_.listened[population] = 1;
    }
    [[nodiscard]] const std::vector<Spike>& spikes() const { return spikes_recorded_; }
    void clear_spikes() { spikes_recorded_.clear(); }
    std::size_t add_probe(Probe probe);
    [[nodiscard]] Probe& probe(std::size_t index) { return probes_[index]; }
    [[nodiscard]] const Network& network() const { return network_; }

  private:
    /// Counts targets and rewards that are not taken. @return status
    Status count_teaching(Status status);
    Status take_target(std::uint32_t readout, Tick from, std::span<const double> values);
    Status take_reward(Tick at, double value, bool terminal);
    struct DriveChange {
        Tick from = 0;
        std::uint32_t population = 0;
        std::vector<double> values{}; ///< [neurons]
    };
    /// Where a slice is.
    struct Place {
        std::uint32_t partition, slice;
    };

    // building (engine_build.cpp)
    void build_partitions(const SimulationOptions& options);
    void build_rows();
    void build_learning(std::size_t history_blocks);
    void build_errors();
    void build_followed();
    void follow_weights(std::uint32_t projection);

    // one window (engine_step.cpp)
    template <class MayGoOn>
    void advance(Tick until, const MayGoOn& may_go_on);
    void run_window(Tick last);
    [[nodiscard]] Tick next_tick() const;
    [[nodiscard]] Tick window_end(Tick first, Tick until) const;
    void exchange();
    void count_errors();
    void count_ticks();
    void record();
    [[nodiscard]] bool in_flight() const;
    void land_spikes();
    void sweep_histories();
    void run_probes(Tick t);
    void sort_input();

    void apply_drives(Tick t); // engine_drive.cpp

    // which populations are advanced at every tick (engine_stepping.cpp)
    void build_stepping();
    [[nodiscard]] bool review_pending() const;
    void review_stepping(Tick t);

    // learning, at an edge (engine_learning.cpp)
    void learn(Tick t);
    void compute_errors(Tick t, std::int64_t n);
    void follow_spikes(ReadoutError<Real>& error, Tick t);
    void compute_delta(Tick t);
    void backpropagate(std::int64_t n, std::uint32_t depth);
    void count_population_spikes(bool of_interval);
    void end_interval(Tick t);
    void rewire();
    void rewire(std::uint32_t projection);
    void reset_states(Tick t);

    // reading (engine_access.cpp)
    [[nodiscard]] Partition<Real>& partition(Place at) const {
        return at.partition < partitions_.size() ? *partitions_[at.partition] : *readouts_;
    }
    [[nodiscard]] Place find(std::uint32_t population, std::uint32_t neuron) const;
    [[nodiscard]] double state_at(std::uint32_t population, std::size_t variable, std::uint32_t neuron, Tick t) const;
    [[nodiscard]] std::vector<RowSet<Real>*> row_sets(std::uint32_t projection) const;
    void hash_run(UnorderedFingerprint& sum) const;
    void hash_drives(Fingerprint& h) const;
    void hash_flight(UnorderedFingerprint& sum) const;
    void find_flight(std::vector<SpikeInFlight>& all) const;
    void reserve_buffers();

    template <class Call>
    void for_each_partition(Call&& call) {
        auto one = [&](std::size_t p) { call(*partitions_[p]); };
        executor_->run(partitions_.size(), IndexedTask(one));
    }

    Network network_; // the description, as frozen
    RunState run_;
    std::unique_ptr<Executor> executor_;
    std::vector<std::uint32_t> first_neuron_;                  // [populations + 1] number of its first neuron
    std::vector<std::unique_ptr<Partition<Real>>> partitions_; // of spiking populations
    std::unique_ptr<Partition<Real>> readouts_;                // populations that never spike; after the others
    std::vector<std::vector<Place>> places_;                   // [population] its slices, ascending
    Tick shortest_delay_ = never;                              // between neurons of the partitions
    std::vector<ReadoutError<Real>> errors_;
    bool spike_errors_ = false; // any of them is Error::spike_train
    bool rewires_ = false;      // some projection does
    bool followed_ = false;     // symmetric feedback from spiking neurons exists
    std::uint32_t deepest_ = 0; // layers of backpropagated feedback
    RecyclingQueue<Reward> rewards_;
    double discount_ = 0.0;   // of RewardSpec, per learning step
    double last_value_ = 0.0; // the critic's at the last edge
    std::int64_t last_edge_ = 0;
    std::vector<std::uint64_t> population_seen_;      // [population] spikes counted so far
    bool rates_by_step_ = false;                      // regularisers read population_spikes in every step
    std::vector<std::uint64_t> steps_worth_an_event_; // [population] 0: never stepped
    std::vector<std::uint8_t> stepped_;               // [population]
    std::uint64_t reviewed_events_ = 0;               // synaptic events up to the last review

    Tick now_ = 0;
    std::vector<Emission> flying_; // spikes of the last window, in canonical order; not yet launched in the partitions
    std::vector<VolleyList> flying_volleys_; // [partition] likewise
    std::vector<Emission> input_;            // external events: sorted, except a tail not sorted yet, from cursor_ on
    std::size_t cursor_ = 0;
    bool input_sorted_ = true;
    RecyclingQueue<DriveChange> drives_; // to come, by tick; of one tick in the order they were set
    bool recorded_edges_ = false;        // any edge of this interval was learned from
    double largest_error_ = 0.0;         // of this interval

    std::vector<std::uint8_t> recorded_; // [population]
    bool recording_ = false;             // any of them
    std::vector<Spike> spikes_recorded_;
    std::vector<Probe> probes_;
    std::vector<Tick> window_ticks_;    // scratch
    std::vector<SpikeInFlight> flight_; // scratch
    Counters counters_;                 // those that do not belong to a partition
};

extern template class Engine<float>;
extern template class Engine<double>;

} // namespace saltus
