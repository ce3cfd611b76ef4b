// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/recorded_input.hpp"

#include "engine/core/error.hpp"
#include "engine/io/event_collector.hpp"

#include <algorithm>

namespace saltus::cli {
namespace {

/// What the file says of the sensor's size, else what the command line says.
io::Geometry size_of(const io::Source& source, const io::ReadOptions& read) {
    return source.geometry().width != 0 ? source.geometry() : read.decode.geometry;
}

const Population& input_population(const Network& network, PopulationId id) {
    const Population& population = network.at(id);
    if (std::holds_alternative<InputParameters>(population.model)) return population;
    throw ConfigError("population '" + population.name + "'", "is no input",
                      "events enter through populations of the model \"input\"");
}

} // namespace

RecordedInput::RecordedInput(const std::string& file, const io::ReadOptions& read, const GateChoice& choice,
                             const Network& network, PopulationId input)
    : file_(file), input_(input), source_(io::open_source(file, read)), early_(io::read_to_geometry(*source_)),
      gate_(gate_of(choice, size_of(*source_, read), input_population(network, input))),
      clock_({.origin = io::ClockOrigin::first, .restart_us = 0}, network.grid().tick) {
    if (gate_.neurons() > network.at(input).size)
        throw ConfigError("population '" + network.at(input).name + "'",
                          "has " + std::to_string(network.at(input).size) + " neurons, events reach " +
                              std::to_string(gate_.neurons()),
                          "make it as large, or use --shrink or --address-map");
    take(early_);
    early_ = {};
}

void RecordedInput::take(std::span<const io::SensorEvent> events) {
    events_ += events.size();
    for (const io::SensorEvent& event : events) {
        std::uint32_t neuron = 0;
        const io::EventGate::Verdict verdict = gate_.judge(event, neuron);
        if (verdict == io::EventGate::Verdict::filtered) ++filtered_;
        if (verdict == io::EventGate::Verdict::malformed) ++outside_;
        if (verdict != io::EventGate::Verdict::passed) continue;
        const auto tick = clock_.at(event.t_us, 0);
        if (!tick) {
            ++outside_;
            continue;
        }
        latest_ = std::max(latest_, *tick);
        pending_.push_back({*tick, neuron});
    }
}

void RecordedInput::feed(Simulation& simulation, Tick until) {
    while (!ended_ && latest_ < until) ended_ = !source_->read(*this);
    due_.clear();
    const auto later = std::stable_partition(pending_.begin(), pending_.end(),
                                             [until](const InputEvent& event) { return event.tick < until; });
    due_.assign(pending_.begin(), later);
    pending_.erase(pending_.begin(), later);
    (void)simulation.push(input_, due_); // late ones are in the engine's counters
}

} // namespace saltus::cli
