// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/journal_writer.hpp"

#include "engine/core/error.hpp"
#include "engine/persist/crc.hpp"
#include "engine/persist/varint.hpp"

#include <algorithm>
#include <bit>

namespace saltus::persist {
namespace {

using io::append_little;

constexpr std::size_t spikes_per_entry = std::size_t{1} << 20;
constexpr std::size_t most_numbers = longest_body / sizeof(double) - 16;

void append_double(std::string& out, double value) { append_little(out, std::bit_cast<std::uint64_t>(value), 8); }

} // namespace

JournalWriter::JournalWriter(io::ByteSink& sink, const JournalHeader& header) : sink_(sink), now_(header.start) {
    if (header.description.size() > longest_description) {
        throw ConfigError("journal",
                          "its description has " + std::to_string(header.description.size()) + " bytes, more than " +
                              std::to_string(longest_description),
                          "name a file there instead of quoting it");
    }
    entry_ = journal_magic;
    append_little(entry_, journal_version, 4);
    append_little(entry_, header.fingerprint, 8);
    append_little(entry_, static_cast<std::uint64_t>(header.start), 8);
    append_little(entry_, header.seed, 8);
    append_little(entry_, static_cast<std::uint64_t>(header.tick_ps), 8);
    append_little(entry_, header.description.size(), 4);
    entry_ += header.description;
    append_little(entry_, crc32(io::as_bytes(entry_)), 4);
    sink_.write(io::as_bytes(entry_));
    bytes_ = entry_.size();
}

void JournalWriter::call(Tick now, const InputCall& call) {
    const auto in_parts = [&](PopulationId population, std::span<const InputEvent> spikes, auto kind) {
        for (; spikes.size() > spikes_per_entry; spikes = spikes.subspan(spikes_per_entry)) {
            this->call(now, decltype(kind){population, spikes.first(spikes_per_entry)});
        }
        begin(static_cast<std::uint8_t>(call.index()), now);
        put_spikes(population, spikes);
        finish();
    };
    if (const auto* push = std::get_if<PushCall>(&call)) return in_parts(push->input, push->events, PushCall{});
    if (const auto* spikes = std::get_if<TargetSpikesCall>(&call)) {
        return in_parts(spikes->population, spikes->spikes, TargetSpikesCall{});
    }
    begin(static_cast<std::uint8_t>(call.index()), now);
    std::visit([this](const auto& made) { put(made); }, call);
    finish();
}

void JournalWriter::mark(Tick now, std::uint64_t fingerprint) {
    begin(mark_kind, now);
    append_little(entry_, fingerprint, 8);
    finish();
}

void JournalWriter::end(Tick now) {
    begin(end_kind, now);
    append_varint(entry_, entries_);
    finish();
}

void JournalWriter::begin(std::uint8_t kind, Tick now) {
    entry_.clear();
    append_little(entry_, kind, 1);
    append_little(entry_, 0, 4); // the length, once it is known
    append_varint(entry_, static_cast<std::uint64_t>(now - now_));
    now_ = now;
}

void JournalWriter::finish() {
    std::string length;
    append_little(length, entry_.size() - 5, 4);
    std::copy(length.begin(), length.end(), entry_.begin() + 1);
    append_little(entry_, crc32(io::as_bytes(entry_)), 4);
    sink_.write(io::as_bytes(entry_));
    bytes_ += entry_.size();
    ++entries_;
}

void JournalWriter::put(const RewardCall& call) {
    put_tick(call.at, now_);
    append_double(entry_, call.value);
    append_little(entry_, call.terminal ? 1 : 0, 1);
}

void JournalWriter::put(const LearningCall& call) { append_little(entry_, call.on ? 1 : 0, 1); }

void JournalWriter::put(const LearningRateCall& call) {
    append_varint(entry_, call.projection.index);
    append_double(entry_, call.rate);
}

void JournalWriter::put(const WeightsCall& call) {
    append_varint(entry_, call.projection.index);
    put_numbers(call.weights);
}

void JournalWriter::put_spikes(PopulationId population, std::span<const InputEvent> events) {
    append_varint(entry_, population.index);
    append_varint(entry_, events.size());
    Tick before = now_;
    for (const InputEvent& event : events) {
        put_tick(event.tick, before);
        append_varint(entry_, event.neuron);
        before = event.tick;
    }
}

void JournalWriter::put_values(PopulationId population, Tick from, std::span<const double> values) {
    append_varint(entry_, population.index);
    put_tick(from, now_);
    put_numbers(values);
}

void JournalWriter::put_numbers(std::span<const double> values) {
    if (values.size() > most_numbers) {
        throw ConfigError("journal", "a call with " + std::to_string(values.size()) + " numbers does not fit an entry",
                          "split the projection");
    }
    append_varint(entry_, values.size());
    for (const double value : values) append_double(entry_, value);
}

void JournalWriter::put_tick(Tick tick, Tick before) {
    append_signed(entry_, static_cast<std::uint64_t>(tick) - static_cast<std::uint64_t>(before));
}

} // namespace saltus::persist
