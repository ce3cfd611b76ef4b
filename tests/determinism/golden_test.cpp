// SPDX-License-Identifier: BSD-3-Clause
// The outcome of six scenes, to the bit: as written down, whatever the threads, the cut, the executor, and run after
// run. Other compilers and flags: `./dev check --golden`.
#include "tests/determinism/golden_scenes.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace {

using namespace saltus;

void check(const golden::Scene& scene, const SimulationOptions& options) {
    const golden::Outcome outcome = scene.run(options);
    INFO(scene.name << ", " << options.partitions << " partitions, policy " << static_cast<int>(options.partitioning)
                    << ", " << options.threads << " threads, executor " << static_cast<int>(options.execution));
    CHECK(outcome.spikes > 300);
    CHECK(outcome.synaptic_events > 5000);
    CHECK((scene.learns ? outcome.updates > 5000 : outcome.updates == 0));
    CHECK((outcome.neuron_steps > 0) == scene.stepped);
    CHECK(outcome.hash ==
          (options.precision == Precision::single_precision ? scene.single_precision : scene.double_precision));
}

} // namespace

TEST_CASE("golden outcomes", "[determinism][golden][fast]") {
    for (const golden::Scene& scene : golden::scenes) {
        check(scene, {.precision = Precision::single_precision});
        check(scene, {.precision = Precision::double_precision});
    }
}

TEST_CASE("golden outcomes for any threads, partitions, executors, again and again", "[determinism][golden]") {
    for (const golden::Scene& scene : golden::scenes) {
        for (int again = 0; again < 2; ++again) {
            check(scene, {.partitions = 2, .threads = 2, .execution = Execution::threads});
            check(scene, {.partitions = 5, .partitioning = Partitioning::edge_cut, .threads = 3});
        }
        check(scene, {.precision = Precision::double_precision, .partitions = 16, .threads = 4});
        check(scene, {.partitions = 64, .partitioning = Partitioning::by_population, .threads = 8});
        check(scene, {.partitions = 7, .threads = 2, .execution = Execution::serial});
    }
}

TEST_CASE("a golden outcome covers the least bit of a weight", "[determinism][golden][fast]") {
    golden::Hash a, b;
    a.add(std::vector{1.0, 0.1});
    b.add(std::vector{1.0, 0x1.999999999999bp-4}); // the next number
    CHECK(a.value() != b.value());
    golden::Hash empty;
    CHECK(empty.value() == 0xcbf29ce484222325ULL);
    golden::Hash letters; // FNV-1a of "saltus64", worked out byte by byte elsewhere
    letters.add(std::uint64_t{0x34367375746c6173ULL});
    CHECK(letters.value() == 0x07c98d45853a6edfULL);
}
