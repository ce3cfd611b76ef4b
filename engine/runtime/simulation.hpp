// SPDX-License-Identifier: BSD-3-Clause
// The running network as a user holds it: push events, advance, read. See engine/README.md for what a tick does.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/error.hpp"
#include "engine/core/time.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/input_call.hpp"
#include "engine/runtime/input_event.hpp"
#include "engine/runtime/memory_use.hpp"
#include "engine/runtime/options.hpp"
#include "engine/runtime/recorder.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace saltus {

/// Handle of a probe; from Simulation::probe.
struct ProbeId {
    std::size_t index;
};

/// A frozen network and its state. Not copyable; one thread at a time. Throws ConfigError on a faulty description.
class Simulation {
  public:
    explicit Simulation(const Network& network, SimulationOptions options = {});
    ~Simulation();
    Simulation(Simulation&&) noexcept;
    Simulation& operator=(Simulation&&) noexcept;

    // --- time ---------------------------------------------------------------------------------------------------
    /// The present: every event up to and including this tick has been processed.
    [[nodiscard]] Tick now() const;
    /// Processes everything up to and including tick `until` (>= now(), else std::invalid_argument).
    void advance_until(Tick until);
    /// The same within a time: begins no piece of work (a window, see engine/runtime/README.md) once `max_time` has
    /// passed, so that it overruns by one such piece at most. Returns now(); if that lies before `until`, the engine is
    /// late, and a later call does what is left. What comes out does not depend on where it stopped. With a max_time
    /// above 0 every call makes some headway.
    Tick advance_for_budget(Tick until, std::chrono::nanoseconds max_time);

    // --- input --------------------------------------------------------------------------------------------------
    /// Offers external spikes of an input population, stamped now() or later, in any order. Events stamped earlier or
    /// naming no neuron are counted (Counters) and left out; the others are taken. The status tells of the worst.
    Status push(PopulationId input, std::span<const InputEvent> events);
    Status push(PopulationId input, Tick tick, std::uint32_t neuron);

    /// Target of a readout from tick `from` > now() on (at the start from 0 on); stamps of one readout must not
    /// decrease. values: [outputs], finite. What is not taken is counted (Counters::teaching_refused), as it is of
    /// push_targets and set_reward: late by its stamp, out_of_range if it is of another length or names no readout.
    Status set_target(PopulationId readout, Tick from, std::span<const double> values);

    /// Input current of a population's neurons from the end of tick `from` >= now() on, after all else that happens at
    /// that tick, until it is set again: a voltage (R I) on top of v_inf; without leak voltage per millisecond (I / C)
    /// on top of drive_per_ms; where the model has a current parameter, on top of it and in its unit. values:
    /// [neurons], or one for all; within -1e30 to 1e30. Of several for one tick the last one holds. What is not taken
    /// is counted (Counters::drives_refused). Throws std::invalid_argument unless the population was named in
    /// Network::accept_current.
    Status set_current(PopulationId population, Tick from, std::span<const double> values);
    /// Rates of Poisson sources, in the same manner: in Hz, at least 0, at most 1000 spikes in a tick.
    Status set_rate(PopulationId sources, Tick from, std::span<const double> hz);
    /// Spikes that the neurons of a population with Error::spike_train are to emit, stamped later than now(), in any
    /// order. Those stamped earlier or naming no neuron are left out; the status tells of the worst.
    Status push_targets(PopulationId population, std::span<const InputEvent> spikes);
    /// A reward, a finite number, at tick `at` > now(); stamps must not decrease. Those of a learning step are added
    /// up. Needs Network::set_reward. @param terminal an episode ends there: nothing is expected from then on
    Status set_reward(Tick at, double value, bool terminal = false);

    // --- reading: never changes anything ------------------------------------------------------------------------
    /// Membrane potential (variable 0; of a readout: its output) or adaptation (variable 1) at now().
    [[nodiscard]] double state(PopulationId population, std::uint32_t neuron, std::size_t variable = 0) const;
    /// Variable 0 of all neurons of a population at now(), without an allocation: the outputs of a readout. values:
    /// [neurons], else std::invalid_argument.
    void read_outputs(PopulationId population, std::span<double> values) const;
    /// Loss of a readout over the last interval that ended: half the squared error summed over steps and outputs, or
    /// the cross entropy averaged over the steps of the signal window. With updates at arrivals, where there are no
    /// intervals, always 0: read the outputs.
    [[nodiscard]] double last_loss(PopulationId readout) const;
    /// Synapses of a projection, ordered by (source, delay, target), with their present weights.
    [[nodiscard]] std::vector<Synapse> synapses(ProjectionId projection) const;
    /// Their weights alone, in the same order.
    [[nodiscard]] std::vector<double> weights(ProjectionId projection) const;
    /// Feedback matrix of the i-th Network::add_feedback: row-major [outputs][neurons].
    [[nodiscard]] std::vector<double> feedback(std::size_t index) const;
    [[nodiscard]] Counters counters() const;
    /// Neurons that were stopped because their state was not finite, by (tick, population, neuron).
    [[nodiscard]] std::vector<NeuronFault> faults() const;
    /// A hash over every bit of state that the future depends on.
    [[nodiscard]] std::uint64_t fingerprint() const;
    /// Bytes held by synapses, traces and histories.
    [[nodiscard]] std::size_t bytes() const;
    /// The same, told apart.
    [[nodiscard]] MemoryUse memory() const;

    // --- learning -----------------------------------------------------------------------------------------------
    /// Learning off: weights stay from the next tick on, and learning edges cost nothing (interval schedule). What was
    /// recorded of an interval at whose end learning is off is forgotten; on again, the rest of the interval counts.
    void set_learning(bool on);
    /// Learning rate of a projection's optimiser from now on (with PairStdp lambda, with TripletStdp a factor on all
    /// amplitudes): finite and at least 0, else std::invalid_argument.
    void set_learning_rate(ProjectionId projection, double rate);
    /// Replaces the weights of a projection; order and number as in weights(), each within -1e30 to 1e30, else
    /// std::invalid_argument.
    void set_weights(ProjectionId projection, std::span<const double> weights);

    // --- recording ----------------------------------------------------------------------------------------------
    /// Records the spikes of a population from now on.
    void record_spikes(PopulationId population);
    /// Spikes recorded since the last clear_spikes(), in canonical order (tick, population, neuron).
    [[nodiscard]] const std::vector<Spike>& spikes() const;
    void clear_spikes();
    /// Reads a state variable of some neurons at ticks first, first + period, ...: as it is after the spikes and
    /// learning of that tick, and before an interval's end resets it.
    ProbeId probe(PopulationId population, std::vector<std::uint32_t> neurons, Tick first, Tick period,
                  std::size_t variable = 0);
    /// What a probe has read: ticks [samples] and values [samples][neurons].
    [[nodiscard]] const Probe& read(ProbeId probe) const;
    void clear(ProbeId probe);
    /// Tells `observer` of everything done to this simulation from now on (engine/persist writes it to a journal),
    /// until another or null is named. It must live as long; it goes along when the simulation is moved.
    void observe(InputObserver* observer);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace saltus
