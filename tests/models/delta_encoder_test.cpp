// SPDX-License-Identifier: BSD-3-Clause
#include "models/delta_encoder.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace saltus;

struct Event {
    Tick tick;
    bool on;
    friend bool operator==(const Event&, const Event&) = default;
};

std::vector<Event> take(DeltaEncoder& encoder, Tick t, double x) {
    std::vector<Event> events;
    REQUIRE(encoder.sample(t, x, [&](Tick at, bool on) { events.push_back({at, on}); }));
    return events;
}

/// A sum of sines that no short period repeats.
double wave(double t) { return std::sin(t / 900.0) + 0.5 * std::sin(t / 173.0) + 0.1 * std::sin(t / 31.0); }

} // namespace

TEST_CASE("a ramp gives events at the interpolated times of crossing", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.25});
    CHECK(take(encoder, 0, 1.0).empty()); // sets the reference
    // From 1.0 to 2.0 in 1000 ticks: a crossing every 250 ticks, all in one sample.
    CHECK(take(encoder, 1000, 2.0) == std::vector<Event>{{250, true}, {500, true}, {750, true}, {1000, true}});
    CHECK(encoder.reference() == 2.0);
    CHECK(take(encoder, 1400, 1.5) == std::vector<Event>{{1200, false}, {1400, false}});
    CHECK(encoder.reference() == 1.5);
    // A crossing between two ticks is put at the later one: never before it has happened.
    CHECK(take(encoder, 1403, 1.8) == std::vector<Event>{{1403, true}});
}

TEST_CASE("nothing happens within the threshold", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.25});
    CHECK(take(encoder, 0, 0.0).empty());
    for (Tick t = 1; t < 1000; ++t) CHECK(take(encoder, t, 0.249 * std::sin(static_cast<double>(t))).empty());
}

TEST_CASE("the events add up to the signal within the threshold", "[models][delta_encoder][fast]") {
    for (const double theta : {0.01, 0.1, 0.3}) {
        DeltaEncoder encoder({.theta = theta});
        double rebuilt = wave(0.0);
        int events = 0;
        Tick last = 0;
        for (Tick t = 0; t < 20'000; t += 7) {
            const double x = wave(static_cast<double>(t));
            for (const Event& e : take(encoder, t, x)) {
                REQUIRE((e.tick > t - 7 && e.tick <= t));
                REQUIRE(e.tick >= last);
                last = e.tick;
                rebuilt += e.on ? theta : -theta;
                // At its own time too the event was due: the signal had moved by theta, give or take one tick's slope
                // and the error of the interpolation.
                REQUIRE(std::abs(wave(static_cast<double>(e.tick)) - rebuilt) < theta + 0.02);
                ++events;
            }
            REQUIRE(std::abs(x - rebuilt) < theta * (1.0 + 1e-9));
            REQUIRE(rebuilt == Catch::Approx(encoder.reference()).margin(1e-9));
        }
        CHECK(events > 50);
    }
}

TEST_CASE("coarser sampling gives the same events for a linear signal", "[models][delta_encoder][fast]") {
    DeltaEncoder fine({.theta = 0.1});
    DeltaEncoder coarse({.theta = 0.1});
    std::vector<Event> from_fine, from_coarse;
    const auto line = [](Tick t) {
        return static_cast<double>(t < 5000 ? t : 10'000 - t) / 613.37;
    }; // no crossing on a tick
    for (Tick t = 0; t <= 10'000; t += 10)
        for (const Event& e : take(fine, t, line(t))) from_fine.push_back(e);
    for (Tick t = 0; t <= 10'000; t += 1000)
        for (const Event& e : take(coarse, t, line(t))) from_coarse.push_back(e);
    REQUIRE(from_fine.size() > 100);
    CHECK((from_fine == from_coarse));
}

TEST_CASE("hysteresis keeps noise quiet and the error bounded", "[models][delta_encoder][fast]") {
    const auto run = [](double hysteresis) {
        DeltaEncoder encoder({.theta = 0.1, .hysteresis = hysteresis});
        RandomStream noise(61, 1);
        int events = 0;
        for (Tick t = 0; t < 20'000; ++t) {
            const double x = wave(static_cast<double>(t)) + 0.05 * noise.normal();
            events += static_cast<int>(take(encoder, t, x).size());
            REQUIRE(std::abs(x - encoder.reference()) < 0.1 + hysteresis + 1e-9);
        }
        return events;
    };
    const int plain = run(0.0);
    const int quiet = run(0.1);
    CHECK(plain > 1000);
    CHECK(quiet < plain / 2);
}

TEST_CASE("a reversal needs the hysteresis on top, going on does not", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 1.0, .hysteresis = 0.5});
    CHECK(take(encoder, 0, 0.0).empty());
    CHECK(take(encoder, 10, 1.0) == std::vector<Event>{{10, true}}); // first event: no direction to reverse
    CHECK(take(encoder, 20, 2.0) == std::vector<Event>{{20, true}});
    CHECK(take(encoder, 30, 0.6).empty()); // 1.4 down
    CHECK(take(encoder, 40, 0.5) == std::vector<Event>{{40, false}});
    CHECK(encoder.reference() == 1.0);
    CHECK(take(encoder, 50, 0.0) == std::vector<Event>{{50, false}});
}

TEST_CASE("events keep the refractory distance and catch up afterwards", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.1, .refractory = 40});
    Tick last = -1000;
    int events = 0;
    for (Tick t = 0; t < 30'000; t += 13)
        for (const Event& e : take(encoder, t, wave(static_cast<double>(t)))) {
            REQUIRE(e.tick - last >= 40);
            last = e.tick;
            ++events;
        }
    CHECK(events > 200);
    const double x = wave(29'991.0);
    for (Tick t = 30'000; t < 32'000; t += 10) (void)take(encoder, t, x); // the signal rests
    CHECK(std::abs(x - encoder.reference()) < 0.1);
}

TEST_CASE("a jump gives at most the permitted number of events per sample, none is lost",
          "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.5, .most_events = 8});
    CHECK(take(encoder, 0, 0.0).empty());
    CHECK(take(encoder, 100, 10.0).size() == 8); // 20 crossings
    const auto second = take(encoder, 200, 10.0);
    CHECK(second.size() == 8);
    for (const Event& e : second) CHECK((e.tick > 100 && e.tick <= 200));
    CHECK(take(encoder, 300, 10.0).size() == 4);
    CHECK(encoder.reference() == 10.0);
    CHECK(take(encoder, 400, 10.0).empty());
}

TEST_CASE("bad samples change nothing", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.25});
    const auto refused = [&](Tick t, double x) {
        return !encoder.sample(t, x, [](Tick, bool) { FAIL("an event from a bad sample"); });
    };
    CHECK(refused(0, std::numeric_limits<double>::quiet_NaN()));
    CHECK(take(encoder, 10, 0.0).empty());
    CHECK(refused(20, std::numeric_limits<double>::infinity()));
    CHECK(refused(10, 5.0)); // not after the sample before
    CHECK(refused(9, 5.0));
    CHECK(take(encoder, 30, 0.5) == std::vector<Event>{{20, true}, {30, true}}); // interpolated from tick 10
}

TEST_CASE("a copy of a delta encoder goes on exactly as the original", "[models][delta_encoder][fast]") {
    DeltaEncoder encoder({.theta = 0.05, .hysteresis = 0.02, .refractory = 3});
    for (Tick t = 0; t < 5000; t += 11) (void)take(encoder, t, wave(static_cast<double>(t)));
    DeltaEncoder copy = encoder;
    std::size_t events = 0;
    for (Tick t = 5000; t < 10'000; t += 11) {
        const auto expected = take(encoder, t, wave(static_cast<double>(t)));
        events += expected.size();
        REQUIRE(take(copy, t, wave(static_cast<double>(t))) == expected);
    }
    CHECK(events > 50);
}
