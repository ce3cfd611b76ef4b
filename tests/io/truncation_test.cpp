// SPDX-License-Identifier: BSD-3-Clause
// A stream that ends at any byte: all whole events before the cut, and the cut is named.
#include "tests/io/support/samples.hpp"

#include <algorithm>

namespace saltus::test {
namespace {

bool begins_with(const Events& events, const Events& part) {
    return part.size() <= events.size() && std::equal(part.begin(), part.end(), events.begin());
}

TEST_CASE("a stream cut at any byte delivers the whole events before the cut", "[io][fast]") {
    for (const Sample& sample : samples()) {
        INFO(sample.format << ", " << sample.what);
        std::size_t most = 0, named = 0;
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            const Outcome outcome = decode(sample.format, std::string_view(sample.bytes).substr(0, size));
            INFO("cut at byte " << size);
            REQUIRE(begins_with(sample.events, outcome.events));
            REQUIRE(outcome.events.size() >= most); // a longer piece never holds less
            REQUIRE(outcome.counters.malformed == 0);
            if (outcome.fault) {
                REQUIRE(outcome.fault.kind == io::FaultKind::truncated);
                REQUIRE(outcome.fault.offset + outcome.counters.truncated_bytes == size);
                ++named;
            }
            most = outcome.events.size();
        }
        CHECK(most + 40 >= sample.events.size()); // at most one packet is lost with the last byte
        CHECK(named > sample.events.size() / 2);
    }
}

} // namespace
} // namespace saltus::test
