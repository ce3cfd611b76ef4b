// SPDX-License-Identifier: BSD-3-Clause
// Decay factors: from the table, beyond it, and over an array.
#include "bench/bench_support.hpp"
#include "engine/core/decay_table.hpp"
#include "learning/learning_signal.hpp"

#include <cmath>

namespace saltus::bench {
namespace {

std::vector<Tick> gaps(Tick first, std::uint32_t count) {
    RandomStream random(1, 1);
    std::vector<Tick> list(4096);
    for (Tick& gap : list) gap = first + random.below(count);
    return list;
}

template <class Factor>
void measure(benchmark::State& state, const std::vector<Tick>& list, Factor&& factor) {
    double sum = 0.0;
    const Stopwatch watch;
    for (auto _ : state) {
        for (const Tick gap : list) sum += factor(gap);
    }
    const double seconds = watch.seconds();
    require(sum > 0.0, "nothing was computed");
    benchmark::DoNotOptimize(sum);
    state.counters["ns_per_factor"] = 1e9 * seconds / (static_cast<double>(state.iterations()) * 4096.0);
}

void decay_table_short(benchmark::State& state) {
    const DecayTable table(0.1, 20.0);
    measure(state, gaps(0, DecayTable::table_size), table);
}

void decay_table_long(benchmark::State& state) {
    const DecayTable table(0.1, 20.0);
    measure(state, gaps(DecayTable::table_size, 100'000), table);
}

void decay_libm(benchmark::State& state) {
    measure(state, gaps(DecayTable::table_size, 100'000),
            [](Tick gap) { return std::exp(-0.005 * static_cast<double>(gap)); });
}

void stable_exp_array(benchmark::State& state) {
    std::vector<double> y(4096, 0.0);
    const Stopwatch watch;
    for (auto _ : state) {
        exponentials(y.data(), y.size(), 1.0); // e^(y - 1) stays within 0 and 1
        benchmark::ClobberMemory();
    }
    const double seconds = watch.seconds();
    require(y.front() > 0.0, "nothing was computed");
    state.counters["ns_per_factor"] = 1e9 * seconds / (static_cast<double>(state.iterations()) * 4096.0);
}

BENCHMARK(decay_table_short)->MinTime(0.2);
BENCHMARK(decay_table_long)->MinTime(0.2);
BENCHMARK(decay_libm)->MinTime(0.2);
BENCHMARK(stable_exp_array)->MinTime(0.2);

} // namespace
} // namespace saltus::bench
