// SPDX-License-Identifier: BSD-3-Clause
// A stream that ends at any byte: all whole events before the cut, and the cut is named.
#include "tests/io/support/collect.hpp"
#include "tests/io/support/samples.hpp"

#include <algorithm>

namespace saltus::test {
namespace {

bool begins_with(const Events& events, const Events& part) {
    return part.size() <= events.size() && std::equal(part.begin(), part.end(), events.begin());
}

TEST_CASE("a stream cut at any byte delivers the whole events before the cut", "[io]") {
    for (const Sample& sample : samples()) {
        INFO(sample.format << ", " << sample.what);
        std::size_t most = 0, named = 0;
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            const Outcome outcome = decode(sample.format, std::string_view(sample.bytes).substr(0, size));
            const io::Fault& fault = outcome.fault;
            const bool cut =
                fault.kind == io::FaultKind::truncated && fault.offset + outcome.counters.truncated_bytes == size;
            const bool as_it_should = begins_with(sample.events, outcome.events) && outcome.counters.malformed == 0 &&
                                      outcome.events.size() >= most &&
                                      (!fault || cut); // a longer piece never holds less
            if (!as_it_should)
                FAIL("cut at byte " << size << ": " << outcome.events.size() << " events, " << fault.what);
            most = outcome.events.size();
            named += cut;
        }
        CHECK(most + 40 >= sample.events.size()); // at most one packet is lost with the last byte
        CHECK(named > sample.events.size() / 2);
    }
}

} // namespace
} // namespace saltus::test
