// SPDX-License-Identifier: BSD-3-Clause
// Queues: the time of a hold (pop the first entry, push one that is due later) and of a corrected prediction, by the
// number of entries.
#include "bench/bench_support.hpp"
#include "engine/runtime/crossing_queue.hpp"
#include "engine/runtime/event_queue.hpp"

namespace saltus::bench {
namespace {

/// Delays of 1 to 1000 ticks, drawn beforehand. Their number is prime: taken in step with another list, pairs do not
/// recur, so that a correction is hardly ever to the tick that is predicted already.
std::vector<Tick> delays() {
    RandomStream random(1, 1);
    std::vector<Tick> list(65'521);
    for (Tick& delay : list) delay = 1 + random.below(1000);
    return list;
}

void event_queue_hold(benchmark::State& state) {
    const std::vector<Tick> delay = delays();
    EventQueue queue;
    for (std::uint32_t n = 0; n < static_cast<std::uint32_t>(state.range(0)); ++n) {
        queue.push({delay[n % delay.size()], 0, n, 0, 0});
    }
    std::size_t next = 0;
    const Stopwatch watch;
    std::size_t held = 0;
    for (auto _ : state) {
        for (Arrival entry : queue.take()) { // all of a tick
            entry.tick += delay[++next % delay.size()];
            queue.push(entry);
            ++held;
        }
    }
    const double seconds = watch.seconds();
    require(queue.size() == static_cast<std::size_t>(state.range(0)), "entries got lost");
    state.counters["ns_per_hold"] = 1e9 * seconds / static_cast<double>(held);
}

void crossing_queue_correct(benchmark::State& state) {
    const std::vector<Tick> delay = delays();
    const auto neurons = static_cast<std::uint32_t>(state.range(0));
    CrossingQueue queue(neurons);
    for (std::uint32_t n = 0; n < neurons; ++n) queue.set(n, delay[n % delay.size()]);
    RandomStream random(2, 2);
    std::vector<std::uint32_t> neuron(1 << 16);
    for (std::uint32_t& n : neuron) n = random.below(neurons);
    std::size_t next = 0;
    const Stopwatch watch;
    for (auto _ : state) {
        ++next;
        queue.set(neuron[next % neuron.size()], delay[next % delay.size()]);
    }
    const double seconds = watch.seconds();
    require(queue.size() == neurons, "entries got lost");
    state.counters["ns_per_correction"] = 1e9 * seconds / static_cast<double>(state.iterations());
}

BENCHMARK(event_queue_hold)->RangeMultiplier(10)->Range(100, 1'000'000)->MinTime(0.2);
BENCHMARK(crossing_queue_correct)->RangeMultiplier(100)->Range(100, 1'000'000)->MinTime(0.2);

} // namespace
} // namespace saltus::bench
