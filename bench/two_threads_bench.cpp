// SPDX-License-Identifier: BSD-3-Clause
// What a second thread brings: the balanced network and the learner, of 10,000 neurons each, on one thread and on two
// in turns, piece by piece, so that both meet the machine in the same mood. By the clock on the wall: on an idle
// machine.
#include "bench/bench_support.hpp"
#include "bench/scenes/scene.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace saltus::bench {
namespace {

constexpr std::size_t turns = 7;

/// Wall time of a piece.
double time_of(SceneRun& run) {
    const WallClock wall;
    run.advance();
    return wall.seconds();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Both runs do the same work in a turn, to the bit; which goes first changes from turn to turn.
void measure(benchmark::State& state, const Scene& scene) {
    std::array<SceneRun, 2> runs{scene.make({}), scene.make({.partitions = 2, .threads = 2})};
    for (int k = 0; k < scene.settling; ++k)
        for (SceneRun& run : runs) run.advance();
    std::vector<double> ratio, of_two;
    const std::uint64_t before = runs[0].simulation->counters().synaptic_events;
    for (auto _ : state) {
        for (std::size_t turn = 0; turn < turns; ++turn) {
            std::array<double, 2> seconds{};
            for (const std::size_t k : {turn % 2, 1 - turn % 2}) seconds[k] = time_of(runs[k]);
            ratio.push_back(seconds[0] / seconds[1]);
            of_two.push_back(seconds[1]);
        }
    }
    require(runs[0].simulation->counters().synaptic_events > before, "nothing was delivered");
    require(runs[0].hash() == runs[1].hash(), "one thread and two have different outcomes");
    state.counters["speedup_two_threads"] = median(ratio);
    state.counters["real_time_factor"] = runs[1].piece_s / median(of_two);
}

[[maybe_unused]] const bool added = [] {
    for (const Scene& scene : all_scenes()) {
        if (scene.name != "balanced/10000x1000" && scene.name != "eprop_recurrent/10000/10Hz") continue;
        benchmark::RegisterBenchmark(("two_threads/" + scene.name).c_str(),
                                     [scene](benchmark::State& state) { measure(state, scene); })
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime()
            ->Iterations(1);
    }
    return true;
}();

} // namespace
} // namespace saltus::bench
