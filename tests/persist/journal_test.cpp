// SPDX-License-Identifier: BSD-3-Clause
// The format of journals: there and back, cut anywhere, damaged anywhere.
#include "engine/core/error.hpp"
#include "engine/persist/crc.hpp"
#include "tests/io/support/mutate.hpp"
#include "tests/persist/support/journal_bytes.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace saltus::test {
namespace {

TEST_CASE("a journal gives back every call as it was made", "[persist][fast]") {
    const MemorySink sink = every_kind_of_entry();
    const JournalOutcome outcome = read_journal(sink.bytes);
    CHECK(outcome.complete);
    CHECK(!outcome.fault);
    const std::vector<std::string> expected = {
        "5 push 0 5:0 1000:300 9223372036854775807:4294967295 -9223372036854775808:127",
        "5 push 4294967295",
        "1000005 advance",
        "1000005 target 3 1000006 0.10000000000000001 -0 1.0000000000000001e+300 inf",
        "1000005 current 200 4 0.10000000000000001",
        "1000005 rate 1 -9223372036854775808 0.10000000000000001 -0",
        "1000006 mark 81985529216486895",
        "1000006 target spikes 2 5:0 1000:300 9223372036854775807:4294967295",
        "1000006 reward 1000100 -0.5 1",
        "1000006 reward 1000101 2.5 0",
        "1000006 learning 0",
        "1000006 learning 1",
        "1000006 learning rate 9 0.001",
        "9223372036854775806 weights 8 0.10000000000000001 -0 1.0000000000000001e+300 inf"};
    CHECK(outcome.entries == expected);

    std::istringstream stream(sink.bytes);
    const persist::JournalReader reader(stream);
    CHECK(reader.header().fingerprint == 0xfedcba9876543210);
    CHECK(reader.header().start == 5);
    CHECK(reader.header().seed == 7);
    CHECK(reader.header().tick_ps == 1'000'000);
    CHECK(reader.header().description == "test");
}

TEST_CASE("the bytes of a journal are those of the format", "[persist][fast]") {
    // Written out by hand from the comment in journal.hpp: an advance by 300 ticks.
    MemorySink sink;
    persist::JournalWriter writer(sink, {});
    writer.call(300, AdvanceCall{});
    const std::string entry = sink.bytes.substr(sink.writes.at(0));
    REQUIRE(entry.size() == 5 + 2 + 4);
    CHECK(entry.substr(0, 7) == std::string("\x00\x02\x00\x00\x00\xac\x02", 7));
    CHECK(sink.bytes.substr(0, 12) == std::string("SALTUSJ1\x01\x00\x00\x00", 12));
    CHECK(persist::crc32(io::as_bytes("123456789")) == 0xcbf43926); // the published check value of CRC-32
}

TEST_CASE("a journal that is cut gives every whole entry before the cut", "[persist][fast]") {
    const MemorySink sink = every_kind_of_entry();
    const JournalOutcome whole = read_journal(sink.bytes);
    std::set<std::size_t> lengths;
    for (std::size_t length = 0; length < sink.bytes.size(); ++length) {
        const JournalOutcome cut = read_journal(sink.bytes.substr(0, length));
        const auto written = std::upper_bound(sink.writes.begin(), sink.writes.end(), length) - sink.writes.begin();
        const std::size_t entries = written == 0 ? 0 : static_cast<std::size_t>(written) - 1;
        if (cut.entries.size() != entries || !std::equal(cut.entries.begin(), cut.entries.end(), whole.entries.begin()))
            FAIL("cut to " << length << " bytes: " << cut.entries.size() << " entries instead of " << entries);
        const bool magic_gone = length < 8;
        const auto kind = magic_gone ? io::FaultKind::not_this_format : io::FaultKind::truncated;
        if (cut.complete || cut.fault.kind != kind) FAIL("cut to " << length << " bytes: " << cut.fault.what);
        lengths.insert(cut.entries.size());
    }
    CHECK(lengths.size() == whole.entries.size() + 1);
}

TEST_CASE("every flipped bit of a journal is found, at its entry", "[persist][fast]") {
    const MemorySink sink = every_kind_of_entry();
    const JournalOutcome whole = read_journal(sink.bytes);
    for (std::size_t bit = 0; bit < 8 * sink.bytes.size(); ++bit) {
        std::string damaged = sink.bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        const JournalOutcome outcome = read_journal(damaged);
        const auto written = std::upper_bound(sink.writes.begin(), sink.writes.end(), bit / 8) - sink.writes.begin();
        const std::size_t before = written == 0 ? 0 : static_cast<std::size_t>(written) - 1;
        const bool good = !outcome.complete && outcome.fault && outcome.entries.size() == before &&
                          std::equal(outcome.entries.begin(), outcome.entries.end(), whole.entries.begin());
        if (!good) FAIL("bit " << bit << ": " << outcome.entries.size() << " entries, " << outcome.fault.what);
    }
}

TEST_CASE("entries taken out or added are missed", "[persist][fast]") {
    const MemorySink sink = every_kind_of_entry();
    const auto at = [&](std::size_t write) { return sink.writes.at(write); };
    const std::string out = sink.bytes.substr(0, at(2)) + sink.bytes.substr(at(3));
    const JournalOutcome missing = read_journal(out);
    CHECK(!missing.complete);
    CHECK(missing.fault.kind == io::FaultKind::corrupt);
    CHECK(std::string_view(missing.fault.what).find("some are missing") != std::string_view::npos);
    const JournalOutcome longer = read_journal(sink.bytes + "x");
    CHECK(!longer.complete);
    CHECK(std::string_view(longer.fault.what) == "there are bytes behind the end");
}

TEST_CASE("a checksum does not make an entry well-formed", "[persist][fast]") {
    MemorySink sink;
    persist::JournalWriter writer(sink, {});
    const auto faulty = [&](std::uint8_t kind, const std::string& body) {
        std::string entry(1, static_cast<char>(kind));
        io::append_little(entry, body.size(), 4);
        entry += body;
        io::append_little(entry, persist::crc32(io::as_bytes(entry)), 4);
        const JournalOutcome outcome = read_journal(sink.bytes + entry);
        CHECK(outcome.entries.empty());
        return std::string(outcome.fault.what);
    };
    const std::string not_asked = "the body of an entry is not what its kind asks for";
    CHECK(faulty(0, std::string(1, '\0') + "x") == not_asked); // more than an advance has
    CHECK(faulty(0, "") == "an entry does not say by how many ticks time went on");
    CHECK(faulty(0, std::string(9, '\xff') + "\x02") == "an entry does not say by how many ticks time went on");
    CHECK(faulty(0, std::string(9, '\xff') + "\x01") == "an entry does not say by how many ticks time went on");
    CHECK(faulty(1, std::string("\x00\x00\x7f\x00\x00", 5)) == not_asked); // 127 spikes in two bytes
    CHECK(faulty(2, std::string("\x00\x00\x00\xff\xff\xff\xff\x0f", 8)) == not_asked);
    CHECK(faulty(7, std::string("\x00\x02", 2)) == not_asked);                     // learning is neither on nor off
    CHECK(faulty(1, std::string("\x00\xff\xff\xff\xff\x1f\x00", 7)) == not_asked); // population beyond 32 bits
    CHECK(faulty(33, std::string(1, '\0')) == "an entry is of a kind that is not known here");
}

TEST_CASE("thousands of damaged journals", "[persist][fast]") {
    const std::string bytes = every_kind_of_entry().bytes;
    std::uint64_t faults = 0;
    for (std::uint64_t run = 0; run < 3000; ++run) {
        RandomStream random(run, 3);
        const std::string damaged = mutated(bytes, random);
        if (const char* broken = broken_journal_promise(damaged)) FAIL("run " << run << ": " << broken);
        faults += read_journal(damaged).fault ? 1 : 0;
    }
    CHECK(faults > 2500); // the damage did damage
}

TEST_CASE("a description that is too long is refused", "[persist][fast]") {
    MemorySink sink;
    const persist::JournalHeader header{.description = std::string(persist::longest_description + 1, 'x')};
    CHECK_THROWS_AS(persist::JournalWriter(sink, header), ConfigError);
    CHECK(sink.bytes.empty());
}

} // namespace
} // namespace saltus::test
