// SPDX-License-Identifier: BSD-3-Clause
// The networks of the literature that the benchmarks time, in brief: each spikes, those that learn have learned, and
// the outcome is the one written down beside the scene, in one piece and cut up.
#include "bench/scenes/scene.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace {

using namespace saltus;
using namespace saltus::bench;

int run_brief_scenes(const SimulationOptions& options) {
    int scenes = 0;
    for (const Scene& scene : all_scenes()) {
        if (!scene.brief) continue;
        INFO(scene.name);
        const SceneRun run = scene.make(options);
        std::vector<std::vector<double>> start;
        for (const ProjectionId p : run.learning) start.push_back(run.simulation->weights(p));
        for (const auto& [population, size] : run.neurons) run.simulation->record_spikes(population);
        for (int k = 0; k < scene.settling + scene.measured; ++k) run.advance();
        CHECK(run.simulation->spikes().size() > 100);
        CHECK(run.simulation->counters().synaptic_events > 10'000);
        for (std::size_t k = 0; k < start.size(); ++k) CHECK((run.simulation->weights(run.learning[k]) != start[k]));
        CHECK((run.learning.empty() == (run.simulation->counters().plastic_updates == 0)));
        CHECK(run.hash() == scene.expected);
        ++scenes;
    }
    return scenes;
}

} // namespace

TEST_CASE("brief forms of the benchmark's networks", "[bench][determinism]") { CHECK(run_brief_scenes({}) >= 6); }

TEST_CASE("brief forms of the benchmark's networks, cut up", "[bench][determinism]") {
    CHECK(run_brief_scenes({.partitions = 3, .threads = 2, .execution = Execution::threads}) >= 6);
}

TEST_CASE("every scene has a name of its own, and every family a brief form", "[bench][fast]") {
    std::set<std::string> names, families, brief;
    for (const Scene& scene : all_scenes()) {
        CHECK(names.insert(scene.name).second);
        const std::string family = scene.name.substr(0, scene.name.find('/'));
        families.insert(family);
        if (scene.brief) brief.insert(family);
        CHECK(scene.measured > 0);
        CHECK(scene.expected != 0);
    }
    CHECK(families.size() >= 5);
    CHECK((brief == families));
}
