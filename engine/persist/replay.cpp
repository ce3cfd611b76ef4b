// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/replay.hpp"

#include "engine/core/error.hpp"

#include <cstdio>
#include <stdexcept>

namespace saltus::persist {
namespace {

std::string hexadecimal(std::uint64_t value) {
    char text[20];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(value));
    return text;
}

/// The beginning of a description: a message is a line.
std::string brief(const std::string& description) {
    constexpr std::size_t most = 200;
    return description.size() <= most ? description : description.substr(0, most) + "...";
}

void check_beginning(const JournalHeader& header, const Simulation& simulation) {
    const std::uint64_t found = simulation.fingerprint();
    if (simulation.now() == header.start && found == header.fingerprint) return;
    throw ConfigError("replay",
                      "the recording began at tick " + std::to_string(header.start) + " with the fingerprint " +
                          hexadecimal(header.fingerprint) + ", the simulation is at tick " +
                          std::to_string(simulation.now()) + " with " + hexadecimal(found),
                      "describe the network just as it was, with seed " + std::to_string(header.seed) +
                          " and the same precision" +
                          (header.description.empty() ? "" : "; the recording says: " + brief(header.description)));
}

struct Repeat {
    Simulation& simulation;

    void operator()(const AdvanceCall&) const {}
    void operator()(const PushCall& c) const { (void)simulation.push(c.input, c.events); }
    void operator()(const TargetCall& c) const { (void)simulation.set_target(c.readout, c.from, c.values); }
    void operator()(const CurrentCall& c) const { (void)simulation.set_current(c.population, c.from, c.values); }
    void operator()(const RateCall& c) const { (void)simulation.set_rate(c.sources, c.from, c.hz); }
    void operator()(const TargetSpikesCall& c) const { (void)simulation.push_targets(c.population, c.spikes); }
    void operator()(const RewardCall& c) const { (void)simulation.set_reward(c.at, c.value, c.terminal); }
    void operator()(const LearningCall& c) const { simulation.set_learning(c.on); }
    void operator()(const LearningRateCall& c) const { simulation.set_learning_rate(c.projection, c.rate); }
    void operator()(const WeightsCall& c) const { simulation.set_weights(c.projection, c.weights); }
};

/// Compares; false if there is a difference.
bool compare(const Mark& mark, Tick now, Simulation& simulation, ReplayReport& report) {
    simulation.advance_until(now);
    ++report.marks;
    const std::uint64_t found = simulation.fingerprint();
    if (found == mark.fingerprint) {
        ++report.agreed;
        return true;
    }
    report.difference = {now, mark.fingerprint, found};
    return false;
}

/// Does one entry; false if replay has to end.
bool follow(const JournalReader& reader, Simulation& simulation, ReplayReport& report) {
    try {
        if (const auto* mark = std::get_if<Mark>(&reader.entry()))
            return compare(*mark, reader.now(), simulation, report);
        repeat(simulation, reader.now(), std::get<InputCall>(reader.entry()));
        ++report.calls;
        return true;
    } catch (const std::logic_error& error) { // invalid_argument, out_of_range: not a call that was recorded here
        report.refused = "the entry at byte " + std::to_string(reader.offset()) + " cannot be done: " + error.what();
        return false;
    }
}

} // namespace

void repeat(Simulation& simulation, Tick now, const InputCall& call) {
    simulation.advance_until(now);
    std::visit(Repeat{simulation}, call);
}

ReplayReport replay(JournalReader& reader, Simulation& simulation, const std::function<bool(Tick)>& watch) {
    ReplayReport report;
    if (!reader.fault()) check_beginning(reader.header(), simulation);
    while (reader.next()) {
        if (!follow(reader, simulation, report)) break;
        if (watch && !watch(reader.now())) break;
    }
    report.fault = reader.fault();
    report.complete = reader.complete();
    return report;
}

} // namespace saltus::persist
