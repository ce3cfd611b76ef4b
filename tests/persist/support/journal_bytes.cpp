// SPDX-License-Identifier: BSD-3-Clause
#include "tests/persist/support/journal_bytes.hpp"

#include <array>
#include <limits>
#include <sstream>

namespace saltus::test {
namespace {

using Limits = std::numeric_limits<Tick>;

struct Describe {
    std::ostringstream& out;

    void operator()(const AdvanceCall&) const {}
    void operator()(const PushCall& c) const { spikes(c.input, c.events); }
    void operator()(const TargetSpikesCall& c) const { spikes(c.population, c.spikes); }
    void operator()(const TargetCall& c) const { values(c.readout, c.from, c.values); }
    void operator()(const CurrentCall& c) const { values(c.population, c.from, c.values); }
    void operator()(const RateCall& c) const { values(c.sources, c.from, c.hz); }
    void operator()(const RewardCall& c) const { out << ' ' << c.at << ' ' << c.value << ' ' << c.terminal; }
    void operator()(const LearningCall& c) const { out << ' ' << c.on; }
    void operator()(const LearningRateCall& c) const { out << ' ' << c.projection.index << ' ' << c.rate; }
    void operator()(const WeightsCall& c) const {
        out << ' ' << c.projection.index;
        numbers(c.weights);
    }

    void spikes(PopulationId population, std::span<const InputEvent> events) const {
        out << ' ' << population.index;
        for (const InputEvent& e : events) out << ' ' << e.tick << ':' << e.neuron;
    }
    void values(PopulationId population, Tick from, std::span<const double> list) const {
        out << ' ' << population.index << ' ' << from;
        numbers(list);
    }
    void numbers(std::span<const double> list) const {
        for (const double x : list) out << ' ' << x;
    }
};

std::string describe(const persist::JournalReader& reader) {
    std::ostringstream out;
    out.precision(17);
    out << reader.now() << ' ';
    if (const auto* mark = std::get_if<persist::Mark>(&reader.entry())) {
        out << "mark " << mark->fingerprint;
    } else {
        const auto& call = std::get<InputCall>(reader.entry());
        out << persist::call_names[call.index()];
        std::visit(Describe{out}, call);
    }
    return out.str();
}

} // namespace

MemorySink every_kind_of_entry() {
    MemorySink sink;
    persist::JournalWriter writer(
        sink, {.fingerprint = 0xfedcba9876543210, .start = 5, .seed = 7, .tick_ps = 1'000'000, .description = "test"});
    const std::array<InputEvent, 4> spikes{{{5, 0}, {1000, 300}, {Limits::max(), 0xffffffff}, {Limits::min(), 127}}};
    const std::array<double, 4> values{0.1, -0.0, 1e300, std::numeric_limits<double>::infinity()};
    writer.call(5, PushCall{{0}, spikes});
    writer.call(5, PushCall{{0xffffffff}, {}});
    writer.call(1'000'005, AdvanceCall{});
    writer.call(1'000'005, TargetCall{{3}, 1'000'006, values});
    writer.call(1'000'005, CurrentCall{{200}, 4, std::span(values).first(1)});
    writer.call(1'000'005, RateCall{{1}, Limits::min(), std::span(values).first(2)});
    writer.mark(1'000'006, 0x0123456789abcdef);
    writer.call(1'000'006, TargetSpikesCall{{2}, std::span(spikes).first(3)});
    writer.call(1'000'006, RewardCall{1'000'100, -0.5, true});
    writer.call(1'000'006, RewardCall{1'000'101, 2.5, false});
    writer.call(1'000'006, LearningCall{false});
    writer.call(1'000'006, LearningCall{true});
    writer.call(1'000'006, LearningRateCall{{9}, 1e-3});
    writer.call(Limits::max() - 1, WeightsCall{{8}, values});
    writer.end(Limits::max() - 1);
    return sink;
}

JournalOutcome read_journal(const std::string& bytes) {
    std::istringstream stream(bytes);
    persist::JournalReader reader(stream);
    JournalOutcome outcome;
    while (reader.next()) outcome.entries.push_back(describe(reader));
    outcome.fault = reader.fault();
    outcome.complete = reader.complete();
    return outcome;
}

const char* broken_journal_promise(const std::string& bytes) {
    std::istringstream stream(bytes);
    persist::JournalReader reader(stream);
    std::uint64_t delivered = 0;
    Tick before = reader.header().start;
    while (reader.next()) {
        ++delivered;
        if (reader.now() < before) return "time stepped back";
        before = reader.now();
        if (reader.offset() >= bytes.size()) return "an entry begins behind the last byte";
        (void)describe(reader);
    }
    if (reader.complete() == static_cast<bool>(reader.fault())) return "neither complete nor faulty, or both";
    if (reader.fault() && (reader.fault().what[0] == '\0' || reader.fault().offset > bytes.size()))
        return "the fault has no name, or no place";
    if (reader.entries() != delivered) return "entries are counted wrong";
    std::uint64_t sum = 0;
    for (const std::uint64_t n : reader.counts()) sum += n;
    if (sum != delivered) return "kinds of entries are counted wrong";
    if (reader.next()) return "there is an entry behind the end";
    return nullptr;
}

} // namespace saltus::test
