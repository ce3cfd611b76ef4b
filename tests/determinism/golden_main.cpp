// SPDX-License-Identifier: BSD-3-Clause
// Prints the hash of every golden scene and compares it with the one written down; status 1 where one differs.
// `./dev check --golden` builds this program with several compilers and flags. No test framework: it must be quick to
// build many times.
#include "tests/determinism/golden_scenes.hpp"

#include <cinttypes>
#include <cstdio>

int main() {
    using namespace saltus;
    bool same = true;
    for (const golden::Scene& scene : golden::scenes) {
        for (const Precision precision : {Precision::single_precision, Precision::double_precision}) {
            const bool single = precision == Precision::single_precision;
            const std::uint64_t expected = single ? scene.single_precision : scene.double_precision;
            const golden::Outcome outcome = scene.run({.precision = precision});
            same &= outcome.hash == expected;
            std::printf("%-20s %s 0x%016" PRIx64 "%s  %" PRIu64 " spikes, %" PRIu64 " updates\n", scene.name.data(),
                        single ? "single" : "double", outcome.hash, outcome.hash == expected ? "" : " DIFFERS",
                        outcome.spikes, outcome.updates);
        }
    }
    return same ? 0 : 1;
}
