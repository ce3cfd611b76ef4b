// SPDX-License-Identifier: BSD-3-Clause
// Any split of a stream gives the same events, counters and fault; and each format is found from its content.
#include "engine/core/random.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/samples.hpp"

namespace saltus::test {
namespace {

TEST_CASE("every sample decodes to its events", "[io][fast]") {
    for (const Sample& sample : samples()) {
        INFO(sample.format << ", " << sample.what);
        REQUIRE(sample.events.size() > 30);
        const Outcome outcome = decode(sample.format, sample.bytes);
        INFO(outcome.fault.what << " at " << outcome.fault.offset);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.counters.malformed == 0);
        CHECK(outcome.counters.events == sample.events.size());
        CHECK(outcome.counters.bytes == sample.bytes.size());
        REQUIRE(outcome.events == sample.events);
    }
}

TEST_CASE("every sample is recognised from its content", "[io][fast]") {
    for (const Sample& sample : samples()) {
        INFO(sample.format << ", " << sample.what);
        const io::Format* found = io::detect(io::as_bytes(sample.bytes), true);
        REQUIRE(found != nullptr);
        CHECK(found->name == sample.format);
    }
}

TEST_CASE("any split of a stream gives the same events", "[io][fast]") {
    for (const Sample& sample : samples()) {
        INFO(sample.format << ", " << sample.what);
        const Outcome whole = decode(sample.format, sample.bytes);
        REQUIRE_FALSE(whole.events.empty());
        require_same(whole, decode_split(sample.format, sample.bytes, [](std::size_t) { return 1; }));
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            RandomStream random(seed, 1);
            const auto longest = static_cast<std::uint32_t>(2 + seed * 7);
            require_same(whole,
                         decode_split(sample.format, sample.bytes, [&](std::size_t) { return random.below(longest); }));
        }
    }
}

} // namespace
} // namespace saltus::test
