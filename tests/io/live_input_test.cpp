// SPDX-License-Identifier: BSD-3-Clause
// From a sensor's events to input spikes, against a reference that does the same with a list; accounting at every step,
// whatever the clocks do and however the ring overflows.
#include "engine/io/live_input.hpp"
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

using namespace saltus;
using namespace saltus::io;

namespace {

constexpr std::uint32_t width = 6, height = 5, pixels = width * height;

/// Every input event becomes one spike of a neuron of the same number, a millisecond later.
struct Relay {
    Network network{TimeGrid{.tick = Picoseconds(1'000'000)}};
    PopulationId input = network.add("input", pixels, InputParameters{});
    PopulationId relay = network.add("relay", pixels, LifParameters{.threshold = 0.5, .reset = Reset::to_value});
    Relay() {
        network.connect(input, relay, {.connector = OneToOne{}, .weight = Constant{1.0}, .delay_ms = Constant{1.0}});
    }
};

SensorEvent random_event(RandomStream& random, std::int64_t t) {
    return {t, static_cast<std::uint16_t>(random.below(width + 1)), static_cast<std::uint16_t>(random.below(height)),
            static_cast<std::uint8_t>(random.below(2))};
}

/// What LiveInput promises, done with a deque: no gate but the geometry, time 0 of the sensor is tick 0.
struct Model {
    const LiveOptions& o;
    std::deque<SensorSpike> ring{};
    LiveCounters c{};
    std::int64_t last_us = INT64_MIN;
    std::vector<InputEvent> pushed{};

    void take(const std::vector<SensorEvent>& events) {
        for (const SensorEvent& e : events) {
            ++c.offered;
            if (e.x >= width) {
                ++c.malformed;
            } else if (ring.size() < o.capacity) {
                ring.push_back({e.t_us, e.y * width + e.x});
            } else {
                ++c.dropped;
                if (o.overflow != Overflow::drop_oldest) continue;
                ring.pop_front();
                ring.push_back({e.t_us, e.y * width + e.x});
            }
        }
    }
    void feed(Tick now) {
        const std::size_t most = o.most_per_step == 0 ? o.capacity : o.most_per_step;
        for (std::size_t k = 0; k < most && !ring.empty(); ++k) {
            const SensorSpike s = ring.front();
            ring.pop_front();
            c.backward_steps += s.t_us < last_us;
            last_us = s.t_us;
            const Tick tick = s.t_us + o.clock.delay_us;
            if (tick > now + o.most_ahead_us) {
                ++c.malformed;
            } else if (tick >= now || o.late == LateEvents::move) {
                c.moved += tick < now;
                ++c.accepted;
                pushed.push_back({std::max(tick, now), s.neuron});
            } else {
                ++c.late;
            }
        }
        c.waiting = ring.size();
    }
};

LiveOptions random_options(RandomStream& random) {
    LiveOptions o{.gate = {.geometry = {width, height}}};
    o.clock = {.origin = ClockOrigin::sensor, .delay_us = random.below(2000)};
    o.capacity = 1 + random.below(60);
    o.overflow = static_cast<Overflow>(random.below(3));
    o.block_limit = std::chrono::microseconds(0);
    o.late = static_cast<LateEvents>(random.below(2));
    o.most_per_step = random.below(3) == 0 ? 1 + random.below(20) : 0;
    o.most_ahead_us = 5000;
    return o;
}

void require_equal(const LiveCounters& a, const LiveCounters& b) {
    REQUIRE(a.balanced());
    REQUIRE(a.offered == b.offered);
    REQUIRE(a.accepted == b.accepted);
    REQUIRE(a.dropped == b.dropped);
    REQUIRE(a.late == b.late);
    REQUIRE(a.malformed == b.malformed);
    REQUIRE(a.filtered == b.filtered);
    REQUIRE(a.waiting == b.waiting);
    REQUIRE(a.moved == b.moved);
    REQUIRE(a.backward_steps == b.backward_steps);
}

TEST_CASE("live input does what its options say, at every step", "[io][live][fast]") {
    LiveCounters all;
    std::size_t relayed = 0;
    for (std::uint64_t trial = 0; trial < 150; ++trial) {
        RandomStream random(trial, 5);
        const LiveOptions options = random_options(random);
        Relay net;
        LiveInput live(net.network, net.input, options);
        Model model{options};
        Simulation simulation(net.network);
        std::int64_t t = 0;
        for (int step = 0; step < 30; ++step) {
            std::vector<SensorEvent> events;
            for (std::uint32_t k = random.below(80); k > 0; --k) {
                t += random.below(15) == 0 ? -static_cast<std::int64_t>(random.below(3000)) : random.below(60);
                events.push_back(random_event(random, random.below(60) == 0 ? INT64_MAX / 2 - t : t));
            }
            live.take(events);
            model.take(events);
            if (random.below(3) == 0) continue;
            live.feed(simulation);
            model.feed(simulation.now());
            require_equal(live.counters(), model.c);
            simulation.advance_until(simulation.now() + 1000);
        }
        REQUIRE(simulation.counters().events_accepted == model.pushed.size());
        simulation.advance_until(simulation.now() + 10'000);
        REQUIRE(simulation.counters().synaptic_events == model.pushed.size());
        relayed += simulation.counters().spikes;
        const LiveCounters c = live.counters();
        all.accepted += c.accepted, all.dropped += c.dropped, all.late += c.late, all.malformed += c.malformed;
        all.moved += c.moved, all.backward_steps += c.backward_steps;
    }
    CHECK(all.accepted > 10'000);
    CHECK(all.dropped > 10'000);
    CHECK(all.late > 1000);
    CHECK(all.malformed > 1000);
    CHECK(all.moved > 1000);
    CHECK(all.backward_steps > 1000);
    CHECK(relayed > 10'000);
}

TEST_CASE("live input reaches the neurons and ticks it should", "[io][live][fast]") {
    Relay net;
    LiveInput live(net.network, net.input, {.gate = {.geometry = {width, height}}, .clock = {.delay_us = 500}});
    Simulation simulation(net.network);
    simulation.record_spikes(net.relay);
    simulation.advance_until(3000);
    const std::vector<SensorEvent> events{{70'000, 1, 0, 1}, {70'250, 5, 4, 0}, {69'999, 0, 1, 1}};
    live.take(events);
    CHECK(live.feed(simulation) == 3);
    simulation.advance_until(10'000);
    REQUIRE(simulation.spikes().size() == 3);
    CHECK(simulation.spikes()[0] == Spike{4499, net.relay.index, 6});
    CHECK(simulation.spikes()[1] == Spike{4500, net.relay.index, 1});
    CHECK(simulation.spikes()[2] == Spike{4750, net.relay.index, 29});
}

std::int64_t fake_time_us = 0;

TEST_CASE("events without a clock of their own are stamped on arrival", "[io][live][fast]") {
    Relay net;
    LiveInput live(net.network, net.input,
                   {.gate = {.geometry = {width, height}, .refractory_us = 100},
                    .clock = {.origin = ClockOrigin::host},
                    .host_clock_us = [] { return fake_time_us; }});
    Simulation simulation(net.network);
    simulation.record_spikes(net.relay);
    for (const std::int64_t t : {5000, 5099, 5100, 7300}) {
        fake_time_us = t;
        const std::vector<SensorEvent> event{{0, 2, 0, 1}};
        live.take(event);
    }
    CHECK(live.feed(simulation) == 3);
    CHECK(live.counters().filtered == 1);
    simulation.advance_until(10'000);
    REQUIRE(simulation.spikes().size() == 3);
    CHECK(simulation.spikes()[0].tick == 1000);
    CHECK(simulation.spikes()[1].tick == 1100);
    CHECK(simulation.spikes()[2].tick == 3300);
}

void check_threads(Overflow overflow) {
    Relay net;
    LiveInput live(net.network, net.input,
                   {.gate = {.geometry = {width, height}, .refractory_us = 3},
                    .clock = {.restart_us = 0},
                    .capacity = 500,
                    .overflow = overflow,
                    .block_limit = std::chrono::seconds(10),
                    .late = LateEvents::move,
                    .most_ahead_us = 1'000'000'000});
    Simulation simulation(net.network);
    std::atomic<bool> done{false};
    constexpr std::uint64_t total = 200'000;
    std::thread sensor([&] {
        RandomStream random(1, 6);
        std::vector<SensorEvent> events(1000);
        for (std::uint64_t sent = 0; sent < total; sent += events.size()) {
            for (std::size_t k = 0; k < events.size(); ++k)
                events[k] = random_event(random, static_cast<std::int64_t>(sent + k));
            live.take(events);
        }
        done = true;
    });
    std::uint64_t largest = 0;
    bool balanced = true;
    for (bool ended = false; !ended;) {
        ended = done;
        live.feed(simulation);
        balanced &= live.counters().balanced();
        largest = std::max(largest, live.counters().waiting);
        simulation.advance_until(simulation.now() + 100);
    }
    sensor.join();
    const LiveCounters c = live.counters();
    CHECK(balanced);
    CHECK(c.offered == total);
    CHECK(c.waiting == 0);
    CHECK(largest <= 500);
    CHECK(c.accepted > 0);
    CHECK(c.filtered > 0);
    CHECK(c.malformed > 0);
    CHECK(simulation.counters().events_accepted == c.accepted);
    if (overflow == Overflow::block) CHECK(c.dropped == 0);
}

TEST_CASE("live input from a sensor's thread", "[io][live][fast]") {
    check_threads(Overflow::drop_newest);
    check_threads(Overflow::drop_oldest);
}

TEST_CASE("a sensor's thread that waits loses nothing", "[io][live]") { check_threads(Overflow::block); }

TEST_CASE("waiting for room ends at its limit", "[io][live][fast]") {
    Relay net;
    LiveInput live(net.network, net.input,
                   {.gate = {.geometry = {width, height}},
                    .capacity = 10,
                    .overflow = Overflow::block,
                    .block_limit = std::chrono::milliseconds(3)});
    const std::vector<SensorEvent> events(1000, SensorEvent{0, 0, 0, 1});
    const std::int64_t before = host_time_us();
    live.take(events); // nobody feeds
    CHECK(host_time_us() - before >= 3000);
    Simulation simulation(net.network);
    CHECK(live.feed(simulation) == 10);
    CHECK(live.counters().dropped == 990);
    CHECK(live.counters().balanced());
}

TEST_CASE("live input that cannot be is refused", "[io][live][fast]") {
    using Catch::Matchers::ContainsSubstring;
    Relay net;
    const GateOptions gate{.geometry = {width, height}};
    const auto refused = [&](PopulationId population, const LiveOptions& o, const char* words) {
        CHECK_THROWS_WITH(LiveInput(net.network, population, o), ContainsSubstring(words));
        CHECK_THROWS_AS(LiveInput(net.network, population, o), ConfigError);
    };
    refused(net.relay, {.gate = gate}, "is no input");
    refused(net.input, {.gate = {.geometry = {width, height + 1}}}, "36 neurons");
    refused(net.input, {.gate = gate, .capacity = 0}, "capacity is 0");
    refused(net.input, {.gate = gate, .block_limit = std::chrono::microseconds(-1)}, "block_limit");
    refused(net.input, {.gate = gate, .most_ahead_us = 0}, "most_ahead_us");
    refused(net.input, {.gate = gate, .clock = {.delay_us = INT64_MIN}}, "delay_us");
}

} // namespace
