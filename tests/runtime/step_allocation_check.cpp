// SPDX-License-Identifier: BSD-3-Clause
// A program of its own: replaces the C library's allocator by one that counts, on all threads, and checks that a
// control loop (events in, advance, targets, outputs read) allocates nothing once it is warm, while the network learns.
#include "engine/io/live_input.hpp"
#include "engine/saltus.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);
extern "C" void* __libc_memalign(std::size_t, std::size_t);

namespace {
std::atomic<std::uint64_t> allocations{0};
std::atomic<bool> stop_at_allocation{false}; // for a debugger: SALTUS_STOP=1

void count() {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (stop_at_allocation.load(std::memory_order_relaxed)) std::abort();
}
} // namespace

extern "C" void* malloc(std::size_t size) {
    count();
    return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t number, std::size_t size) {
    count();
    return __libc_calloc(number, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
    count();
    return __libc_realloc(old, size);
}
extern "C" void* memalign(std::size_t alignment, std::size_t size) {
    count();
    return __libc_memalign(alignment, size);
}
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
extern "C" int posix_memalign(void** at, std::size_t alignment, std::size_t size) {
    *at = memalign(alignment, size);
    return *at == nullptr ? ENOMEM : 0;
}

namespace {

using namespace saltus;

struct Case {
    const char* name;
    std::int64_t steps;
    UpdateTiming timing = UpdateTiming::arrival;
    bool adaptive = false;
    bool sparse = false;
    bool stdp = false;
    Optimiser optimiser = Sgd{1e-3};
    SimulationOptions run{};
};

struct Net {
    static constexpr std::uint32_t inputs = 8, neurons = 8, outputs = 2;
    Network network;
    PopulationId input, hidden, readout;

    explicit Net(const Case& c) {
        input = network.add("input", inputs, InputParameters{});
        const LifParameters lif{.tau_m_ms = 20.0, .refractory_ms = 2.0};
        AdaptiveLifParameters alif;
        static_cast<LifParameters&>(alif) = lif;
        alif.beta = 0.2;
        alif.tau_a_ms = 50.0;
        hidden = c.adaptive ? network.add("hidden", neurons, alif) : network.add("hidden", neurons, lif);
        network.accept_current(hidden);
        readout = network.add("readout", outputs, LeakyReadoutParameters{.tau_ms = 20.0});
        network.connect(input, hidden, spec(c, 0.2));
        network.connect(hidden, hidden, spec(c, 0.05));
        network.connect(
            hidden, readout,
            {.weight = Normal{0.0, 0.3}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = c.optimiser});
        if (c.stdp) {
            network.connect(input, hidden,
                            {.connector = FixedInDegree{4}, .weight = Constant{0.05}, .rule = PairStdp{}});
        }
        network.set_error(readout, Error::mean_squared);
        network.add_feedback({readout, hidden, FeedbackKind::symmetric});
        network.set_schedule(
            {.timing = c.timing, .interval_steps = 40, .reset_state = c.timing == UpdateTiming::interval});
    }

  private:
    static ProjectionSpec spec(const Case& c, double weight) {
        ProjectionSpec s{.weight = Normal{weight, weight}, .rule = Eprop{}, .optimiser = c.optimiser};
        if (c.sparse) {
            s.connector = FixedInDegree{4};
            s.weight = Normal{2.0 * weight, 2.0 * weight};
            s.delay_ms = Uniform{0.5, 4.4};
        }
        return s;
    }
};

/// One millisecond of a control loop.
struct Loop {
    explicit Loop(const Case& c)
        : net(c),
          live(net.network, net.input, {.gate = {.geometry = {Net::inputs, 1}, .refractory_us = 200}, .capacity = 6}),
          simulation(net.network, c.run) {
        simulation.record_spikes(net.hidden);
    }

    void step(std::int64_t n) {
        RandomStream random(1, static_cast<std::uint64_t>(n));
        const std::uint32_t number = random.below(3) + (n % 100 == 0 ? 40 : 0); // at times too many for the ring
        for (std::uint32_t k = 0; k < number; ++k) {
            events[k] = {1000 * n + k, static_cast<std::uint16_t>(random.below(Net::inputs)), 0, 1};
        }
        live.take(std::span(events).first(number));
        live.feed(simulation);
        const double wave = random.uniform() - 0.5;
        (void)simulation.set_target(net.readout, simulation.now() + 1, std::array{wave, -wave});
        if (n % 10 == 0) (void)simulation.set_current(net.hidden, simulation.now() + 300, std::array{0.1 + 0.1 * wave});
        simulation.advance_for_budget(simulation.now() + 1000, std::chrono::hours(1));
        simulation.read_outputs(net.readout, outputs);
        spikes += simulation.spikes().size();
        simulation.clear_spikes();
        histogram.record(std::chrono::nanoseconds(n));
    }

    Net net;
    io::LiveInput live;
    Simulation simulation;
    LatencyHistogram histogram;
    std::array<io::SensorEvent, 64> events{};
    std::array<double, Net::outputs> outputs{};
    std::uint64_t spikes = 0;
};

bool check(const Case& c) {
    Loop loop(c);
    const std::int64_t warm_up = std::max<std::int64_t>(12'000, c.steps / 20);
    std::int64_t n = 0;
    for (; n < warm_up; ++n) loop.step(n);
    const Counters counters_before = loop.simulation.counters();
    const std::uint64_t before = allocations;
    stop_at_allocation = std::getenv("SALTUS_STOP") != nullptr;
    for (; n < warm_up + c.steps; ++n) loop.step(n);
    stop_at_allocation = false;
    const std::uint64_t during = allocations - before;
    const Counters counters = loop.simulation.counters();
    const std::uint64_t updates = counters.plastic_updates - counters_before.plastic_updates;
    const bool alive = loop.spikes > static_cast<std::uint64_t>(c.steps) / 50 &&
                       updates > static_cast<std::uint64_t>(c.steps) && loop.live.counters().dropped > 0;
    std::printf("%-45s %8lld steps, %9llu spikes, %10llu updates: %llu allocations%s\n", c.name,
                static_cast<long long>(c.steps), static_cast<unsigned long long>(loop.spikes),
                static_cast<unsigned long long>(updates), static_cast<unsigned long long>(during),
                alive ? "" : "; BUT NOT MUCH HAPPENED");
    return during == 0 && alive;
}

} // namespace

int main() {
    const std::uint64_t before = allocations;
    void* volatile kept = std::malloc(16); // volatile: not to be optimised away
    std::free(kept);
    if (allocations == before) return std::puts("the allocator was not replaced"), 1;
    const SimulationOptions threads{.partitions = 3, .threads = 2, .execution = Execution::threads};
    const SimulationOptions tbb{.partitions = 3, .threads = 2, .execution = Execution::tbb};
    const std::array cases{
        Case{"e-prop at arrivals", 1'000'000},
        Case{"sparse, delays", 30'000, UpdateTiming::arrival, false, true},
        Case{"adaptive neurons", 20'000, UpdateTiming::arrival, true, true},
        Case{"intervals", 30'000, UpdateTiming::interval},
        Case{"intervals, sparse, adaptive, Adam", 20'000, UpdateTiming::interval, true, true, false, Adam{1e-3}},
        Case{"at arrivals, Adam", 20'000, UpdateTiming::arrival, false, false, false, Adam{1e-3}},
        Case{"with spike-timing rules", 20'000, UpdateTiming::arrival, false, true, true},
        Case{"double precision",
             10'000,
             UpdateTiming::arrival,
             true,
             true,
             false,
             Sgd{1e-3},
             {.precision = Precision::double_precision}},
        Case{"three partitions, two threads", 5000, UpdateTiming::arrival, false, true, false, Sgd{1e-3}, threads},
        Case{"three partitions, oneTBB", 5000, UpdateTiming::arrival, false, true, false, Sgd{1e-3}, tbb},
    };
    bool good = true;
    for (const Case& c : cases) good &= check(c);
    return good ? 0 : 1;
}
