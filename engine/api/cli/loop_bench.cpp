// SPDX-License-Identifier: BSD-3-Clause
// 1,000 recurrent LIF neurons at about 10 Hz, each with 100 plastic inputs from the others (e-prop at arrivals, delay 1
// ms), two readouts of 100 neurons each that learn to follow slow waves; a sensor of 64 by 64 pixels at 10,000 events
// per second, each of which reaches 20 neurons.
#include "engine/api/cli/loop_bench.hpp"
#include "engine/core/random.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/periodic_loop.hpp"
#include "engine/runtime/simulation.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

namespace saltus::cli {
namespace {

constexpr std::uint32_t side = 64, neurons = 1000, fan_in = 100, reached = 20, outputs = 2;
constexpr double usual_rate = 10'000.0;

struct Net {
    Network network{TimeGrid{}, 7};
    PopulationId sensor = network.add("sensor", side* side, InputParameters{});
    PopulationId hidden = network.add("hidden", neurons, LifParameters{.tau_m_ms = 20.0, .refractory_ms = 2.0});
    PopulationId readout = network.add("readout", outputs, LeakyReadoutParameters{.tau_ms = 20.0});
    ProjectionId loop;

    Net() {
        network.connect(sensor, hidden, {.connector = FixedOutDegree{reached}, .weight = Normal{0.17, 0.02}});
        loop = network.connect(hidden, hidden,
                               {.connector = FixedInDegree{fan_in},
                                .weight = Normal{0.0, 0.01},
                                .delay_ms = Constant{1.0},
                                .allow_self = false,
                                .rule = Eprop{},
                                .optimiser = Sgd{1e-5}});
        network.connect(hidden, readout,
                        {.connector = FixedInDegree{fan_in},
                         .weight = Normal{0.0, 0.03},
                         .delay_ms = Constant{0.0},
                         .rule = ReadoutRule{},
                         .optimiser = Sgd{1e-4}});
        network.set_error(readout, Error::mean_squared);
        network.add_feedback({readout, hidden, FeedbackKind::random, Normal{0.0, 0.1}});
        network.set_schedule({.timing = UpdateTiming::arrival, .reset_state = false});
    }
};

/// Events at random pixels in packets, four for each period of the engine, until told to stop.
class Sensor {
  public:
    Sensor(io::LiveInput& live, const LoopBenchOptions& options)
        : thread_([this, &live, rate = usual_rate * options.overload, period = options.period_us] {
              run(live, rate, std::chrono::microseconds(std::max<std::int64_t>(period / 4, 50)));
          }) {}
    ~Sensor() { stop(); }
    Sensor(const Sensor&) = delete;
    Sensor& operator=(const Sensor&) = delete;

    void stop() {
        ended_ = true;
        if (thread_.joinable()) thread_.join();
    }

  private:
    void run(io::LiveInput& live, double rate, std::chrono::microseconds period) {
        std::vector<io::SensorEvent> events;
        events.reserve(4096);
        RandomStream random(3, 1);
        double next_us = 0.0, now_us = 0.0;
        PeriodicLoop loop({.period = period});
        loop.run([&](std::uint64_t missed) {
            now_us += static_cast<double>(period.count()) * static_cast<double>(1 + missed);
            while (next_us < now_us) {
                events.push_back({static_cast<std::int64_t>(next_us), static_cast<std::uint16_t>(random.below(side)),
                                  static_cast<std::uint16_t>(random.below(side)),
                                  static_cast<std::uint8_t>(random.below(2))});
                next_us += 1e6 * random.exponential() / rate;
                if (events.size() < events.capacity()) continue;
                live.take(events);
                events.clear();
            }
            live.take(events);
            events.clear();
            return !ended_;
        });
    }

    std::atomic<bool> ended_{false};
    std::thread thread_; ///< last: it begins at once
};

std::int64_t resident_kib() {
    long pages = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    const int read = std::fscanf(file, "%*d %ld", &pages);
    std::fclose(file);
    return read == 1 ? pages * (sysconf(_SC_PAGESIZE) / 1024) : 0;
}

std::chrono::nanoseconds cpu_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

/// The loop, and what it measures.
class Bench {
  public:
    Bench(const Net& net, const LoopBenchOptions& options)
        : live_(net.network, net.sensor, live_options(options)), simulation_(net.network), net_(net),
          options_(options) {}

    LoopBenchResult run() {
        LoopBenchResult result;
        const Sensor sensor(live_, options_);
        loop(options_.warm_up_s, result);
        result = {};
        result.before = simulation_.counters();
        const std::vector<double> weights = simulation_.weights(net_.loop);
        const std::int64_t memory = resident_kib();
        const Tick begin = simulation_.now();
        loop(options_.seconds, result);
        result.memory_growth_kib = resident_kib() - memory;
        result.after = simulation_.counters();
        result.events = live_.counters();
        result.model_s = 1e-6 * static_cast<double>(simulation_.now() - begin);
        result.neurons = neurons;
        const std::vector<double> changed = simulation_.weights(net_.loop);
        for (std::size_t k = 0; k < weights.size(); ++k)
            result.weight_change += std::abs(changed[k] - weights[k]) / static_cast<double>(weights.size());
        return result;
    }

  private:
    static io::LiveOptions live_options(const LoopBenchOptions& options) {
        io::LiveOptions o{.gate = {.geometry = {side, side}}};
        o.clock.delay_us = 2 * options.period_us;
        o.capacity = 4096;
        o.late = io::LateEvents::move;
        o.most_per_step = options.most_per_step;
        return o;
    }

    void loop(double seconds, LoopBenchResult& result) {
        const auto period = std::chrono::microseconds(options_.period_us);
        PeriodicLoop periodic(
            {.period = period, .spin = std::chrono::microseconds(std::max(options_.spin_us, options_.ahead_us))});
        const Tick end = target_ + static_cast<Tick>(1e6 * seconds);
        const auto next_target = [&](std::uint64_t missed) {
            return target_ + options_.period_us * static_cast<Tick>(1 + missed);
        };
        const auto body = [&](std::uint64_t missed) {
            const auto before = cpu_time();
            target_ = next_target(missed);
            result.late += step() ? 0 : 1;
            result.cpu.record(cpu_time() - before);
            return target_ < end;
        };
        if (options_.ahead_us == 0)
            periodic.run(body);
        else
            periodic.run(body, [&](std::uint64_t missed) { advance_to(next_target(missed) - options_.ahead_us); });
        result.step = periodic.step();
        result.ahead = periodic.ahead();
        result.wake = periodic.wake();
        result.missed = periodic.missed();
    }

    /// Events in, and on to a tick; returns how far it came.
    Tick advance_to(Tick until) {
        live_.feed(simulation_);
        return simulation_.advance_for_budget(until, std::chrono::microseconds(options_.budget_us));
    }

    /// One cycle; false if the network did not come as far as it should.
    bool step() {
        const double phase = 1e-6 * static_cast<double>(target_);
        const std::array wave{std::sin(2.0 * phase), std::sin(3.0 * phase + 1.0)};
        (void)simulation_.set_target(net_.readout, simulation_.now() + 1, wave);
        const Tick come_to = advance_to(target_);
        simulation_.read_outputs(net_.readout, output_);
        return come_to == target_;
    }

    io::LiveInput live_;
    Simulation simulation_;
    const Net& net_;
    LoopBenchOptions options_;
    Tick target_ = 0;
    std::array<double, outputs> output_{};
};

} // namespace

LoopBenchResult run_loop_bench(const LoopBenchOptions& options) {
    const Net net;
    return Bench(net, options).run();
}

} // namespace saltus::cli
