// SPDX-License-Identifier: BSD-3-Clause
// Damaged files: nothing crashes, everything is counted, and splits still change nothing. tests/fuzz does the same for
// longer.
#include "tests/io/support/collect.hpp"
#include "tests/io/support/mutate.hpp"
#include "tests/io/support/samples.hpp"

namespace saltus::test {
namespace {

TEST_CASE("thousands of damaged files of every format", "[io][fast]") {
    std::uint64_t faults = 0, malformed = 0;
    for (const Sample& sample : samples()) {
        // Damage to short files says more per second.
        const std::string bytes = sample.bytes.substr(0, sample.data_from + 400);
        // The decoder of AEDAT 4 sets much memory aside, which takes long under the address sanitizer.
        const std::uint64_t runs = sample.format == "aedat4" ? 10 : 100;
        for (std::uint64_t run = 0; run < runs; ++run) {
            RandomStream random(run, 2);
            const std::string damaged = mutated(bytes, random);
            const char* const broken = broken_promise(sample.format, damaged, run);
            if (broken != nullptr) FAIL(sample.format << ", " << sample.what << ", run " << run << ": " << broken);
            const Outcome outcome = decode(sample.format, damaged);
            faults += outcome.fault ? 1 : 0;
            malformed += outcome.counters.malformed != 0 ? 1 : 0;
            (void)io::detect(io::as_bytes(damaged), true);
        }
    }
    CHECK(faults > 300); // the damage did damage
    CHECK(malformed > 300);
}

} // namespace
} // namespace saltus::test
