// SPDX-License-Identifier: BSD-3-Clause
#include "models/crossing.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace saltus;

double value(const CrossingShape& s, Tick n) {
    const auto t = static_cast<double>(n);
    return s.c0 + s.c1 * stable_exp(s.r1 * t) + s.c2 * stable_exp(s.r2 * t);
}

/// Ticks after which nothing changes any more.
Tick horizon(const CrossingShape& s) {
    const double slowest = std::max(s.r1, s.c2 == 0.0 ? s.r1 : s.r2);
    return static_cast<Tick>(-45.0 / slowest) + 10;
}

Tick brute_force(const CrossingShape& s, Tick from) {
    const Tick last = from + horizon(s);
    for (Tick n = from; n <= last; ++n)
        if (value(s, n) >= 0.0) return n;
    return never;
}

Tick found(const CrossingShape& s, Tick from) {
    return first_crossing([&](Tick n) { return value(s, n); }, s, from);
}

double log_uniform(RandomStream& random, double low, double high) {
    return low * stable_exp(random.uniform() * stable_log(high / low));
}

double rate(RandomStream& random) { return -1.0 / log_uniform(random, 1.5, 200.0); }

/// Amplitudes between 1e-6 and 10, either sign.
double amplitude(RandomStream& random) { return log_uniform(random, 1e-6, 10.0) * (random.below(2) == 0 ? 1.0 : -1.0); }

Tick start(RandomStream& random) { return random.below(3) == 0 ? static_cast<Tick>(random.below(400)) : 1; }

struct Tally {
    int never = 0, at_once = 0, later = 0;
    void count(Tick crossing, Tick from) {
        if (crossing == saltus::never)
            ++never;
        else if (crossing == from)
            ++at_once;
        else
            ++later;
    }
};

} // namespace

TEST_CASE("first_crossing finds what a scan tick by tick finds", "[models][crossing][fast]") {
    RandomStream random(11, 1);
    Tally tally;
    for (int i = 0; i < 3000; ++i) {
        CrossingShape s{amplitude(random), amplitude(random), rate(random), amplitude(random), rate(random)};
        if (i % 5 == 0) s.r2 = s.r1;                              // one time constant
        if (i % 7 == 0) s.r2 = s.r1 * (1.0 + 1e-9);               // nearly one
        if (i % 11 == 0) s.c2 = 0.0;                              // no adaptation
        if (i % 13 == 0) s.c0 = log_uniform(random, 1e-15, 1e-6); // drive just above threshold
        if (i % 17 == 0) s.c1 = -s.c0 - s.c2;                     // starts at threshold
        const Tick from = start(random);
        const Tick expected = brute_force(s, from);
        tally.count(expected, from);
        INFO("c0 " << s.c0 << " c1 " << s.c1 << " r1 " << s.r1 << " c2 " << s.c2 << " r2 " << s.r2 << " from " << from);
        if (found(s, from) != expected) CHECK(found(s, from) == expected);
    }
    CHECK(tally.never > 100);
    CHECK(tally.at_once > 100);
    CHECK(tally.later > 100);
}

TEST_CASE("first_crossing finds humps that are barely above threshold and one tick wide", "[models][crossing][fast]") {
    RandomStream random(12, 1);
    Tally tally;
    for (int i = 0; i < 3000; ++i) {
        // Below threshold at first and in the end, with a maximum between that is moved to just above, or just below,
        // 0.
        CrossingShape s{0.0, log_uniform(random, 0.1, 10.0), rate(random), 0.0, rate(random)};
        s.c2 = -s.c1 * log_uniform(random, 1.01, 50.0);
        if (s.r2 > s.r1) std::swap(s.r1, s.r2);
        const double peak = extremum(s);
        if (!(peak > 2.0) || peak > 1e4) continue;
        const Tick at = static_cast<Tick>(peak);
        const double lift = (random.below(2) == 0 ? 1.0 : -1.0) * log_uniform(random, 1e-13, 1e-2);
        s.c0 = -std::max(value(s, at), value(s, at + 1)) + lift;
        const Tick expected = brute_force(s, 1);
        tally.count(expected, 1);
        INFO("c0 " << s.c0 << " c1 " << s.c1 << " r1 " << s.r1 << " c2 " << s.c2 << " r2 " << s.r2);
        if (found(s, 1) != expected) CHECK(found(s, 1) == expected);
    }
    CHECK(tally.never > 300);
    CHECK(tally.later > 300);
}

TEST_CASE("first_crossing finds dips below threshold that last a few ticks", "[models][crossing][fast]") {
    RandomStream random(15, 1);
    int found_after_dip = 0;
    for (int i = 0; i < 3000; ++i) {
        CrossingShape s{0.0, -log_uniform(random, 0.1, 10.0), rate(random), 0.0, rate(random)};
        s.c2 = -s.c1 * log_uniform(random, 1.01, 50.0);
        if (s.r2 > s.r1) std::swap(s.r1, s.r2);
        const double bottom = extremum(s);
        if (!(bottom > 2.0) || bottom > 1e4) continue;
        const Tick at = static_cast<Tick>(bottom);
        s.c0 = -std::min(value(s, at), value(s, at + 1)) * (1.0 - log_uniform(random, 1e-9, 1e-3));
        Tick from = 0; // the first tick of the dip
        while (from < at + 2 && value(s, from) >= 0.0) ++from;
        if (value(s, from) >= 0.0) continue;
        const Tick expected = brute_force(s, from);
        found_after_dip += expected != never ? 1 : 0;
        INFO("c0 " << s.c0 << " c1 " << s.c1 << " r1 " << s.r1 << " c2 " << s.c2 << " r2 " << s.r2 << " from " << from);
        if (found(s, from) != expected) CHECK(found(s, from) == expected);
    }
    CHECK(found_after_dip > 500);
}

TEST_CASE("the extremum lies where a scan finds it", "[models][crossing][fast]") {
    RandomStream random(13, 1);
    int inside = 0;
    for (int i = 0; i < 2000; ++i) {
        const CrossingShape s{0.0, amplitude(random), rate(random), amplitude(random), rate(random)};
        const double at = extremum(s);
        const Tick last = horizon(s) / 3; // further out all is flat to rounding
        const bool rises = value(s, 1) > value(s, 0);
        Tick turn = 0;
        while (turn < last && (value(s, turn + 1) > value(s, turn)) == rises) ++turn;
        if (at > 1.0 && at < static_cast<double>(last) * 0.5) {
            ++inside;
            INFO("c1 " << s.c1 << " r1 " << s.r1 << " c2 " << s.c2 << " r2 " << s.r2 << " at " << at);
            if (std::abs(static_cast<double>(turn) - at) > 1.0) CHECK(static_cast<double>(turn) == Catch::Approx(at));
        } else if (at < 0.0 && turn < last / 2) {
            FAIL("an extremum at " << turn << " that extremum() does not know");
        }
    }
    CHECK(inside > 100);
}

TEST_CASE("first_crossing works for very long time constants", "[models][crossing][fast]") {
    // 1 s of time constant in ticks of 1 ps: a scan would take hours, the closed form does not.
    const double tau = 1e12;
    const CrossingShape s{0.5, -1.0, -1.0 / tau, 0.0, 0.0}; // crosses at tau ln 2
    const Tick crossing = found(s, 1);
    CHECK(static_cast<double>(crossing) == Catch::Approx(tau * 0.6931471805599453).epsilon(1e-9));
    CHECK(value(s, crossing) >= 0.0);
    CHECK(value(s, crossing - 10'000) < 0.0);

    const CrossingShape slowest{1e-9, -1.0, -1e-15, 0.0, 0.0}; // the longest allowed: 1e15 ticks
    const Tick late = found(slowest, 1);
    CHECK(static_cast<double>(late) == Catch::Approx(1e15 * 20.72326583694641).epsilon(1e-6));
}

TEST_CASE("first_crossing asks for few values", "[models][crossing][fast]") {
    RandomStream random(14, 1);
    int most = 0;
    for (int i = 0; i < 1000; ++i) {
        const double tau = log_uniform(random, 10.0, 1e9);
        const CrossingShape s{log_uniform(random, 1e-9, 1.0), -1.0, -1.0 / tau, -log_uniform(random, 0.1, 10.0),
                              -0.1 / tau};
        int calls = 0;
        const Tick crossing = first_crossing(
            [&](Tick n) {
                ++calls;
                return value(s, n);
            },
            s, 1);
        CHECK(crossing != never);
        most = std::max(most, calls);
    }
    CHECK(most < 150); // twice the binary logarithm of the answer, and a few
}
