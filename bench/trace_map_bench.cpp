// SPDX-License-Identifier: BSD-3-Clause
// The parts of learning by themselves: upkeep and queries of block products, interval sums.
#include "bench/bench_support.hpp"
#include "learning/block_products.hpp"
#include "learning/eprop.hpp"
#include "learning/interval_traces.hpp"

#include <cmath>

namespace saltus::bench {
namespace {

using Lif = EpropMap<false, false>;
using Adaptive = EpropMap<true, false>;

const Lif lif{{0.95}, {0.95, 0.05}};
const Adaptive adaptive{{0.95, 0.995, 0.3}, {0.95, 0.05}};

std::vector<double> uniform_draws(std::size_t n, double low, double high, std::uint64_t seed) {
    RandomStream random(seed, n);
    std::vector<double> list(n);
    for (double& value : list) value = low + (high - low) * random.uniform();
    return list;
}

/// Appends a step; closes the block when it is full.
template <class Rule>
void step(BlockProducts<Rule>& products, const std::vector<double>& psi, const std::vector<double>& signal) {
    products.append(psi.data(), signal.data());
    if (products.full()) products.close();
}

/// Arguments: neurons, blocks kept.
template <class Rule>
void upkeep(benchmark::State& state, const Rule& rule) {
    const auto neurons = static_cast<std::size_t>(state.range(0));
    BlockProducts<Rule> products(rule, neurons, static_cast<std::size_t>(state.range(1)));
    const std::vector<double> psi = uniform_draws(neurons, 0.0, 0.3, 1), signal = uniform_draws(neurons, -1.0, 1.0, 2);
    const auto before = products.steps();
    const Stopwatch watch;
    for (auto _ : state) {
        for (std::size_t k = 0; k < block_steps; ++k) step(products, psi, signal);
    }
    const double seconds = watch.seconds();
    const auto steps = static_cast<double>(products.steps() - before);
    require(steps > 0.0, "no step was appended");
    state.counters["ns_per_neuron_step"] = 1e9 * seconds / (steps * static_cast<double>(neurons));
    state.counters["bytes_per_neuron"] = static_cast<double>(products.bytes()) / static_cast<double>(neurons);
}

void block_products_upkeep_lif(benchmark::State& state) { upkeep(state, lif); }
void block_products_upkeep_adaptive(benchmark::State& state) { upkeep(state, adaptive); }

/// Arguments: neurons, blocks kept. Rows of 100 random targets, carried from a random step of the horizon.
template <class Rule>
void query(benchmark::State& state, const Rule& rule) {
    constexpr std::size_t row = 100, rows = 1024;
    const auto neurons = static_cast<std::size_t>(state.range(0)), blocks = static_cast<std::size_t>(state.range(1));
    BlockProducts<Rule> products(rule, neurons, blocks);
    const std::vector<double> psi = uniform_draws(neurons, 0.0, 0.3, 1), signal = uniform_draws(neurons, -1.0, 1.0, 2);
    const std::size_t steps = block_steps * blocks + 8;
    for (std::size_t k = 0; k < steps; ++k) step(products, psi, signal);
    RandomStream random(3, 3);
    std::vector<std::uint32_t> targets(row * rows);
    for (std::uint32_t& j : targets) j = random.below(static_cast<std::uint32_t>(neurons));
    std::vector<std::int64_t> first(rows);
    for (std::int64_t& n : first) n = random.below(static_cast<std::uint32_t>(steps));
    double sum = 0.0;
    std::size_t next = 0;
    const Stopwatch watch;
    for (auto _ : state) {
        next = (next + 1) % rows;
        const auto path = products.path(first[next]);
        for (std::size_t k = 0; k < row; ++k) {
            typename BlockProducts<Rule>::Traces x{};
            x[Rule::z] = 1.0;
            products.carry(path, targets[next * row + k], x);
            sum += x[Rule::g];
        }
    }
    const double seconds = watch.seconds();
    require(sum != 0.0 && std::isfinite(sum), "no gradient came of it");
    state.counters["ns_per_synapse"] = 1e9 * seconds / (static_cast<double>(state.iterations()) * row);
}

void block_products_query_lif(benchmark::State& state) { query(state, lif); }
void block_products_query_adaptive(benchmark::State& state) { query(state, adaptive); }

/// Arguments: neurons, steps of an interval.
template <class Rule, class Real>
void interval_sums(benchmark::State& state, const Rule& rule) {
    const auto neurons = static_cast<std::size_t>(state.range(0)), steps = static_cast<std::size_t>(state.range(1));
    IntervalTraces<Real> traces(neurons, steps);
    const std::vector<double> psi = uniform_draws(neurons, 0.0, 0.3, 1), signal = uniform_draws(neurons, -1.0, 1.0, 2);
    for (std::size_t s = 0; s < steps; ++s) {
        std::copy(psi.begin(), psi.end(), traces.psi(s));
        std::copy(signal.begin(), signal.end(), traces.signal(s));
    }
    const Stopwatch watch;
    for (auto _ : state) {
        for (std::size_t s = 0; s < steps; ++s) (void)traces.psi(s); // recorded
        traces.finish(rule, Real{1}, nullptr);
        benchmark::ClobberMemory();
    }
    const double seconds = watch.seconds();
    require(traces.unit_gradient(0)[0] != Real{0}, "no gradient came of it");
    state.counters["ns_per_neuron_step"] =
        1e9 * seconds / (static_cast<double>(state.iterations()) * static_cast<double>(neurons * steps));
}

void interval_sums_lif_float(benchmark::State& state) { interval_sums<Lif, float>(state, lif); }
void interval_sums_adaptive_float(benchmark::State& state) { interval_sums<Adaptive, float>(state, adaptive); }
void interval_sums_lif_double(benchmark::State& state) { interval_sums<Lif, double>(state, lif); }

BENCHMARK(block_products_upkeep_lif)->Args({100, 16})->Args({1000, 16})->Args({1000, 64})->MinTime(0.2);
BENCHMARK(block_products_upkeep_adaptive)->Args({1000, 16})->MinTime(0.2);
BENCHMARK(block_products_query_lif)->Args({1000, 16})->MinTime(0.2);
BENCHMARK(block_products_query_adaptive)->Args({1000, 16})->MinTime(0.2);
BENCHMARK(interval_sums_lif_float)->Args({100, 100})->Args({500, 100})->MinTime(0.2);
BENCHMARK(interval_sums_adaptive_float)->Args({500, 100})->MinTime(0.2);
BENCHMARK(interval_sums_lif_double)->Args({500, 100})->MinTime(0.2);

} // namespace
} // namespace saltus::bench
