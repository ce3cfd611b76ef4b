// SPDX-License-Identifier: BSD-3-Clause
// The gate against a reference that keeps every event it has seen and looks back through all of them; the clock map
// against arithmetic in 128 bits.
#include "engine/io/event_gate.hpp"
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/io/clock_map.hpp"
#include "tests/support/catch.hpp"

#include <optional>
#include <vector>

using namespace saltus;
using namespace saltus::io;
using Verdict = EventGate::Verdict;

namespace {

/// What a gate with these options does, from the descriptions of its options alone.
class ReferenceGate {
  public:
    explicit ReferenceGate(const GateOptions& options) : o_(options) {}

    Verdict judge(const SensorEvent& e, std::uint32_t& neuron) {
        if (e.x >= o_.geometry.width || e.y >= o_.geometry.height || e.polarity > 1) return Verdict::malformed;
        seen_.push_back(e);
        if (o_.hot_events > 0 && (in_stretch(e, 0) > o_.hot_events || in_stretch(e, 1) > o_.hot_events))
            return Verdict::filtered;
        const auto width = o_.region.width == 0 ? o_.geometry.width - o_.region.x : o_.region.width;
        const auto height = o_.region.height == 0 ? o_.geometry.height - o_.region.y : o_.region.height;
        if (e.x < o_.region.x || e.y < o_.region.y || e.x >= o_.region.x + width || e.y >= o_.region.y + height)
            return Verdict::filtered;
        if (o_.polarity == PolarityUse::on_only && e.polarity != 1) return Verdict::filtered;
        if (o_.polarity == PolarityUse::off_only && e.polarity != 0) return Verdict::filtered;
        const std::uint32_t columns = width / o_.shrink + (width % o_.shrink != 0);
        const std::uint32_t rows = height / o_.shrink + (height % o_.shrink != 0);
        std::uint32_t address = (e.y - o_.region.y) / o_.shrink * columns + (e.x - o_.region.x) / o_.shrink;
        if (o_.polarity == PolarityUse::separate && e.polarity == 0) address += rows * columns;
        neuron = o_.neurons.empty() ? address : o_.neurons.at(address);
        if (neuron == no_neuron) return Verdict::filtered;
        for (auto p = passed_.rbegin(); o_.refractory_us > 0 && p != passed_.rend(); ++p) {
            if (p->second != neuron) continue;
            if (std::abs(p->first - e.t_us) < o_.refractory_us) return Verdict::filtered;
            break;
        }
        passed_.emplace_back(e.t_us, neuron);
        return Verdict::passed;
    }

  private:
    [[nodiscard]] std::int64_t stretch_of(std::int64_t t_us) const {
        std::int64_t n = t_us / o_.hot_window_us;
        while (n * o_.hot_window_us > t_us) --n;
        return n;
    }
    /// Events of this pixel in the stretch of `e` (back = 0), in the stretch before; only an unbroken run of the same
    /// stretch counts, as a clock that steps back opens it anew.
    [[nodiscard]] std::uint32_t in_stretch(const SensorEvent& e, std::int64_t back) const {
        std::uint32_t count = 0;
        auto s = seen_.rbegin();
        const auto skip_others = [&] {
            while (s != seen_.rend() && (s->x != e.x || s->y != e.y)) ++s;
            return s != seen_.rend();
        };
        if (back == 1) {
            while (skip_others() && stretch_of(s->t_us) == stretch_of(e.t_us)) ++s;
        }
        for (; skip_others() && stretch_of(s->t_us) == stretch_of(e.t_us) - back; ++s) ++count;
        return count;
    }

    GateOptions o_;
    std::vector<SensorEvent> seen_;
    std::vector<std::pair<std::int64_t, std::uint32_t>> passed_;
};

GateOptions random_options(RandomStream& random) {
    GateOptions o{.geometry = {8 + random.below(9), 8 + random.below(9)}};
    if (random.below(2) == 0) o.region = {random.below(4), random.below(4), 1 + random.below(4), 1 + random.below(4)};
    o.shrink = 1 + random.below(3);
    o.polarity = static_cast<PolarityUse>(random.below(4));
    if (random.below(2) == 0) o.refractory_us = 1 + random.below(300);
    if (random.below(2) == 0) {
        o.hot_events = 1 + random.below(4);
        o.hot_window_us = 1 + random.below(1000);
    }
    if (random.below(3) == 0) {
        o.neurons.resize(EventGate(o).addresses());
        for (auto& n : o.neurons) n = random.below(5) == 0 ? no_neuron : random.below(40);
    }
    return o;
}

TEST_CASE("the gate does what its options say", "[io][live][fast]") {
    std::size_t passed = 0, filtered = 0, malformed = 0;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        RandomStream random(trial, 1);
        const GateOptions options = random_options(random);
        EventGate gate(options);
        ReferenceGate reference(options);
        std::int64_t t = -500;
        for (int i = 0; i < 300; ++i) {
            t += random.below(20) == 0 ? -static_cast<std::int64_t>(random.below(2000)) : random.below(100);
            const SensorEvent event{t, static_cast<std::uint16_t>(random.below(12)),
                                    static_cast<std::uint16_t>(random.below(12)),
                                    static_cast<std::uint8_t>(random.below(50) == 0 ? 7 : random.below(2))};
            std::uint32_t neuron = no_neuron, expected = no_neuron;
            const Verdict verdict = gate.judge(event, neuron);
            REQUIRE(verdict == reference.judge(event, expected));
            if (verdict == Verdict::passed) REQUIRE((neuron == expected && neuron < gate.neurons()));
            ++(verdict == Verdict::passed ? passed : verdict == Verdict::filtered ? filtered : malformed);
        }
    }
    CHECK(passed > 5000);
    CHECK(filtered > 5000);
    CHECK(malformed > 1000);
}

TEST_CASE("a hot pixel is silenced, its neighbours are not", "[io][live][fast]") {
    EventGate gate({.geometry = {2, 1}, .hot_events = 10, .hot_window_us = 1000});
    int hot = 0, calm = 0;
    for (std::int64_t t = 0; t < 100'000; ++t) {
        std::uint32_t neuron = 0;
        if (t % 10 == 0) hot += gate.judge({t, 0, 0, 1}, neuron) == Verdict::passed;
        if (t % 500 == 0) calm += gate.judge({t, 1, 0, 1}, neuron) == Verdict::passed;
    }
    CHECK(hot == 10); // those before it was known to be hot
    CHECK(calm == 200);
}

TEST_CASE("gates that cannot be are refused", "[io][live][fast]") {
    using Catch::Matchers::ContainsSubstring;
    const auto refused = [](const GateOptions& o, const char* words) {
        CHECK_THROWS_WITH(EventGate(o), ContainsSubstring(words));
        CHECK_THROWS_AS(EventGate(o), ConfigError);
    };
    refused({}, "0 by 0");
    refused({.geometry = {70000, 1}}, "70000 by 1");
    refused({.geometry = {10, 10}, .region = {5, 5, 6, 1}}, "within the geometry");
    refused({.geometry = {10, 10}, .region = {10, 0, 0, 0}}, "within the geometry");
    refused({.geometry = {10, 10}, .shrink = 0}, "shrink is 0");
    refused({.geometry = {10, 10}, .refractory_us = -1}, "refractory_us");
    refused({.geometry = {10, 10}, .hot_window_us = 0}, "hot_window_us");
    refused({.geometry = {10, 10}, .neurons = {1, 2, 3}}, "3 entries");
    refused({.geometry = {1, 1}, .neurons = {no_neuron - 1}}, "4294967294");
    refused({.geometry = {65536, 65536}}, "addresses");
    EventGate extreme(
        {.geometry = {65536, 1}, .refractory_us = INT64_MAX, .hot_events = 1, .hot_window_us = INT64_MAX});
    for (const std::int64_t t : {INT64_MAX, INT64_MIN, std::int64_t{0}, INT64_MIN, INT64_MAX}) {
        std::uint32_t neuron = 0;
        (void)extreme.judge({t, 65535, 0, 0}, neuron);
    }
}

TEST_CASE("sensor clocks map to ticks exactly", "[io][live][fast]") {
    __extension__ using Wide = __int128;
    int representable = 0;
    for (std::uint64_t trial = 0; trial < 20'000; ++trial) {
        RandomStream random(trial, 2);
        constexpr std::array<std::int64_t, 7> lengths{1,           1000,          1'000'000,      333,
                                                      100'000'000, 1'000'000'000, 999'999'999'999};
        const std::int64_t tick_ps = lengths.at(random.below(lengths.size()));
        const auto any = [&](int bits) {
            const std::uint64_t wide = (std::uint64_t{random.below(UINT32_MAX)} << 32) | random.below(UINT32_MAX);
            return static_cast<std::int64_t>(wide) >> (64 - bits);
        };
        const std::int64_t first = any(2 + static_cast<int>(random.below(62)));
        const std::int64_t t = any(2 + static_cast<int>(random.below(62)));
        const Tick now = static_cast<Tick>(random.below(UINT32_MAX));
        const std::int64_t delay = random.below(1000);
        ClockMap map({.origin = ClockOrigin::first, .delay_us = delay, .restart_us = 0}, Picoseconds(tick_ps));
        (void)map.at(first, now);
        const auto tick = map.at(t, now + 12345);
        const Wide us = Wide{t} - first + delay;
        Wide exact = us * 1'000'000 / tick_ps;
        if (exact * tick_ps > us * 1'000'000) --exact;
        exact += now;
        if (tick) {
            REQUIRE(Wide{*tick} == exact);
            ++representable;
        } else {
            REQUIRE(((exact > 0 ? exact : -exact) > (Wide{1} << 60) || (us > 0 ? us : -us) > (Wide{1} << 60)));
        }
    }
    CHECK(representable > 10'000);
}

TEST_CASE("a sensor's clock that drifts is followed", "[io][live][fast]") {
    for (const std::int64_t ppm : {200, -200, 0}) {
        const ClockOptions options{.origin = ClockOrigin::first, .delay_us = 2000};
        ClockOptions following = options;
        following.most_drift_ppm = 500;
        ClockMap fixed(options, Picoseconds(1'000'000)), map(following, Picoseconds(1'000'000));
        std::int64_t least = INT64_MAX, most = INT64_MIN, before = INT64_MIN, backward = 0;
        Tick fixed_lead = 0;
        for (std::int64_t host = 0; host < 3'600'000'000; host += 5000) { // an hour, an event every 5 ms
            RandomStream random(9, static_cast<std::uint64_t>(host));
            const std::int64_t sensor = 123'456'789 + host + host / 1000 * ppm / 1000;
            const Tick now = host + random.below(1000); // waits for the engine's next step
            const Tick tick = map.at(sensor, now).value();
            fixed_lead = fixed.at(sensor, now).value() - now;
            least = std::min(least, tick - now);
            most = std::max(most, tick - now);
            backward += tick < before ? 1 : 0;
            before = tick;
        }
        INFO(ppm << " ppm, from " << least << " to " << most);
        CHECK(least > 0);   // not one is late
        CHECK(most < 4000); // and none waits for long
        CHECK(backward == 0);
        CHECK(std::abs(map.followed() - 3600 * ppm) < 3000);
        CHECK(fixed.followed() == 0);
        if (ppm != 0) CHECK(std::abs(fixed_lead) > 700'000); // what would have become of it
    }
}

TEST_CASE("origins, steps back and restarts of a sensor's clock", "[io][live][fast]") {
    const Picoseconds ms(1'000'000'000);
    ClockMap sensor({.origin = ClockOrigin::sensor, .delay_us = 2000}, ms);
    CHECK(sensor.at(5000, 100) == 7);
    CHECK(sensor.at(-3001, 100) == -2); // downwards, on either side of zero
    ClockMap first({.origin = ClockOrigin::first, .restart_us = 50'000}, ms);
    CHECK(first.at(70'000, 100) == 100);
    CHECK(first.at(73'999, 102) == 103);
    CHECK(first.at(60'000, 102) == 90);
    CHECK(first.backward_steps() == 1);
    CHECK(first.restarts() == 0);
    CHECK(first.at(73'000, 110) == 103);
    CHECK(first.at(10, 120) == 120); // the sensor was switched off and on
    CHECK(first.at(5010, 120) == 125);
    CHECK(first.backward_steps() == 2);
    CHECK(first.restarts() == 1);
    CHECK_FALSE(first.at(INT64_MAX, 120));
    CHECK(first.at(INT64_MIN, 130) == std::nullopt);
}

} // namespace
