// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/journal_reader.hpp"

#include "engine/persist/crc.hpp"

#include <algorithm>
#include <limits>

namespace saltus::persist {
namespace {

using io::FaultKind;

constexpr std::size_t head_bytes = 5, crc_bytes = 4; ///< of an entry
constexpr std::size_t header_bytes = 48;             ///< up to the description
constexpr std::size_t piece_bytes = std::size_t{1} << 16;

template <class Id>
Id id(ByteCursor& body) {
    const std::uint64_t index = body.varint();
    if (index > std::numeric_limits<std::uint32_t>::max()) body.fail();
    return Id{static_cast<std::uint32_t>(index)};
}

Tick tick(ByteCursor& body, Tick before) {
    return static_cast<Tick>(static_cast<std::uint64_t>(before) + body.signed_varint());
}

} // namespace

JournalReader::JournalReader(std::istream& stream) : stream_(stream) { read_header(); }

/// Fills the buffer up to `bytes` bytes, as they come. False if there are not as many.
bool JournalReader::load(std::size_t bytes) {
    while (buffer_.size() < bytes) {
        const std::size_t before = buffer_.size();
        buffer_.resize(before + std::min(bytes - before, piece_bytes));
        stream_.read(reinterpret_cast<char*>(buffer_.data() + before),
                     static_cast<std::streamsize>(buffer_.size() - before));
        const auto got = static_cast<std::size_t>(stream_.gcount());
        read_ += got;
        buffer_.resize(before + got);
        if (got == 0) return false;
    }
    return true;
}

bool JournalReader::fail(FaultKind kind, const char* what) {
    fault_ = {kind, what, offset_};
    return false;
}

void JournalReader::read_header() {
    const bool whole = load(header_bytes);
    const std::string_view text = io::as_text(buffer_);
    if (text.substr(0, journal_magic.size()) != journal_magic) {
        fail(FaultKind::not_this_format, "the file does not begin with SALTUSJ1: it is no journal");
        return;
    }
    if (!whole) return void(fail(FaultKind::truncated, "the file ends inside the header"));
    ByteCursor cursor(io::Bytes(buffer_).subspan(journal_magic.size()));
    if (cursor.little<std::uint32_t>() != journal_version) {
        return void(fail(FaultKind::unsupported, "the journal has another version than 1, which is the one read here"));
    }
    header_.fingerprint = cursor.little<std::uint64_t>();
    header_.start = cursor.little<std::int64_t>();
    header_.seed = cursor.little<std::uint64_t>();
    header_.tick_ps = cursor.little<std::int64_t>();
    const std::size_t length = cursor.little<std::uint32_t>();
    if (length > longest_description) {
        return void(fail(FaultKind::corrupt, "the header states a description longer than 1 MiB"));
    }
    if (!load(header_bytes + length + crc_bytes)) {
        return void(fail(FaultKind::truncated, "the file ends inside the header"));
    }
    const io::Bytes bytes(buffer_);
    if (crc32(bytes.first(header_bytes + length)) != io::load_little<std::uint32_t>(&bytes[header_bytes + length])) {
        return void(fail(FaultKind::corrupt, "the header's checksum is not that of its bytes"));
    }
    header_.description = io::as_text(bytes.subspan(header_bytes, length));
    now_ = header_.start;
    offset_ = read_;
}

bool JournalReader::next() {
    if (fault_ || complete_) return false;
    offset_ = read_;
    return read_entry();
}

bool JournalReader::read_entry() {
    buffer_.clear();
    if (!load(head_bytes)) {
        return buffer_.empty()
                   ? fail(FaultKind::truncated, "the journal has no end: recording was broken off after a whole entry")
                   : fail(FaultKind::truncated, "the file ends inside an entry");
    }
    const std::size_t length = io::load_little<std::uint32_t>(&buffer_[1]);
    if (length > longest_body) return fail(FaultKind::corrupt, "an entry states a length of more than 1 GiB");
    if (!load(head_bytes + length + crc_bytes)) return fail(FaultKind::truncated, "the file ends inside an entry");
    const io::Bytes bytes(buffer_);
    if (crc32(bytes.first(head_bytes + length)) != io::load_little<std::uint32_t>(&bytes[head_bytes + length])) {
        return fail(FaultKind::corrupt, "an entry's checksum is not that of its bytes");
    }
    return decode(std::to_integer<std::uint8_t>(bytes[0]), bytes.subspan(head_bytes, length));
}

bool JournalReader::decode(std::uint8_t kind, io::Bytes bytes) {
    ByteCursor body(bytes);
    const std::uint64_t step = body.varint();
    if (step > static_cast<std::uint64_t>(never) - static_cast<std::uint64_t>(now_)) body.fail();
    if (!body.ok()) return fail(FaultKind::corrupt, "an entry does not say by how many ticks time went on");
    const Tick before = now_;
    now_ += static_cast<Tick>(step);
    if (kind == end_kind) return end(body);
    if (kind == mark_kind) {
        entry_ = Mark{body.little<std::uint64_t>()};
    } else if (!decode_call(kind, body)) {
        now_ = before;
        return fail(FaultKind::unsupported, "an entry is of a kind that is not known here");
    }
    if (!body.done()) {
        now_ = before;
        return fail(FaultKind::corrupt, "the body of an entry is not what its kind asks for");
    }
    ++counts_[kind == mark_kind ? call_names.size() : kind];
    ++entries_;
    return true;
}

/// False if there is no such kind; `body` tells whether it was well-formed.
bool JournalReader::decode_call(std::uint8_t kind, ByteCursor& body) {
    const auto population = [&] { return id<PopulationId>(body); };
    const auto projection = [&] { return id<ProjectionId>(body); };
    // Braces: arguments are read from left to right.
    switch (kind) {
        case 0: entry_ = InputCall{AdvanceCall{}}; return true;
        case 1: entry_ = InputCall{PushCall{population(), spikes(body)}}; return true;
        case 2: entry_ = InputCall{TargetCall{population(), tick(body, now_), numbers(body)}}; return true;
        case 3: entry_ = InputCall{CurrentCall{population(), tick(body, now_), numbers(body)}}; return true;
        case 4: entry_ = InputCall{RateCall{population(), tick(body, now_), numbers(body)}}; return true;
        case 5: entry_ = InputCall{TargetSpikesCall{population(), spikes(body)}}; return true;
        case 6: entry_ = InputCall{RewardCall{tick(body, now_), body.number(), body.flag()}}; return true;
        case 7: entry_ = InputCall{LearningCall{body.flag()}}; return true;
        case 8: entry_ = InputCall{LearningRateCall{projection(), body.number()}}; return true;
        case 9: entry_ = InputCall{WeightsCall{projection(), numbers(body)}}; return true;
        default: return false;
    }
}

bool JournalReader::end(ByteCursor& body) {
    if (body.varint() != entries_ || !body.done()) {
        return fail(FaultKind::corrupt, "the end counts other entries than there are: some are missing");
    }
    if (stream_.peek() != std::istream::traits_type::eof()) {
        return fail(FaultKind::corrupt, "there are bytes behind the end");
    }
    complete_ = true;
    return false;
}

std::span<const InputEvent> JournalReader::spikes(ByteCursor& body) {
    events_.clear();
    const std::size_t count = body.count(2);
    Tick before = now_;
    for (std::size_t i = 0; i < count && body.ok(); ++i) {
        const Tick at = tick(body, before);
        const std::uint64_t neuron = body.varint();
        if (neuron > std::numeric_limits<std::uint32_t>::max()) body.fail();
        events_.push_back({at, static_cast<std::uint32_t>(neuron)});
        before = at;
    }
    return events_;
}

std::span<const double> JournalReader::numbers(ByteCursor& body) {
    numbers_.clear();
    const std::size_t count = body.count(sizeof(double));
    for (std::size_t i = 0; i < count; ++i) numbers_.push_back(body.number());
    return numbers_;
}

} // namespace saltus::persist
