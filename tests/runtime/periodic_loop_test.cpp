// SPDX-License-Identifier: BSD-3-Clause
// Deadlines are absolute, and those that have passed are left out and counted. Machines are busy: only lower bounds of
// times are checked, and what must hold however late the loop is woken.
#include "engine/runtime/periodic_loop.hpp"
#include "engine/core/error.hpp"
#include "tests/support/catch.hpp"

#include <thread>

using namespace saltus;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

TEST_CASE("a periodic loop keeps its deadlines", "[runtime][fast]") {
    for (const auto spin : {0us, 100us}) {
        PeriodicLoop loop({.period = 500us, .spin = spin});
        const auto begin = Clock::now();
        std::uint64_t calls = 0, left_out = 0;
        bool early = false;
        loop.run([&](std::uint64_t missed) {
            left_out += missed;
            ++calls;
            early |= Clock::now() - begin < 500us * static_cast<std::int64_t>(calls + left_out);
            return calls < 60;
        });
        CHECK_FALSE(early); // calls plus missed deadlines: absolute, none is shifted
        CHECK(calls == 60);
        CHECK(left_out == loop.missed());
        CHECK(loop.step().count() == 60);
        CHECK(loop.wake().count() == 60);
    }
}

TEST_CASE("work ahead of a deadline comes before it, once, or not at all", "[runtime][fast]") {
    PeriodicLoop loop({.period = 2ms, .spin = 1ms});
    int calls = 0, ahead = 0, since = 0;
    bool twice = false;
    std::uint64_t announced = 0;
    bool as_announced = true;
    loop.run(
        [&](std::uint64_t missed) {
            ++calls;
            twice |= since > 1;
            if (since == 1) as_announced &= missed == announced;
            since = 0;
            if (calls == 20) std::this_thread::sleep_for(5ms);
            return calls < 60;
        },
        [&](std::uint64_t missed) {
            ++ahead;
            ++since;
            announced = missed;
        });
    CHECK(calls == 60);
    CHECK(loop.step().count() == 60);
    CHECK_FALSE(twice);
    CHECK(as_announced);
    CHECK(ahead > 0);
    CHECK(loop.ahead().count() == static_cast<std::uint64_t>(ahead));
}

TEST_CASE("a call that takes too long costs the deadlines it covers", "[runtime][fast]") {
    PeriodicLoop loop({.period = 2ms});
    int calls = 0;
    std::uint64_t after_the_long_one = 0;
    loop.run([&](std::uint64_t missed) {
        ++calls;
        if (calls == 3) std::this_thread::sleep_for(11ms);
        if (calls == 4) after_the_long_one = missed;
        return calls < 5;
    });
    CHECK(after_the_long_one >= 5);
    CHECK(loop.missed() >= after_the_long_one);
    CHECK(loop.step().max() >= 11ms);
}

TEST_CASE("loops that cannot be are refused", "[runtime][fast]") {
    CHECK_THROWS_AS(PeriodicLoop({.period = 999ns}), ConfigError);
    CHECK_THROWS_AS(PeriodicLoop({.period = 2h}), ConfigError);
    CHECK_THROWS_AS((PeriodicLoop({.period = 1ms, .spin = 2ms})), ConfigError);
    CHECK_THROWS_AS((PeriodicLoop({.period = 1ms, .spin = -1ns})), ConfigError);
}

} // namespace
