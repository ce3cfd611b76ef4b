// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/time.hpp"

#include "engine/network/network.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace std::chrono_literals;

TimeGrid grid_of(Picoseconds tick, Picoseconds resolution = Picoseconds(1)) {
    return {.tick = tick, .delay_resolution = resolution, .learning_clock = 1};
}

} // namespace

TEST_CASE("the default grid has ticks of 1 us, delays in steps of 0.1 ms, a learning clock of 1 ms", "[core][fast]") {
    const TimeGrid grid;
    CHECK(grid.tick == 1us);
    CHECK(grid.delay_resolution == 100us);
    CHECK(grid.tick_ms() == Catch::Approx(1e-3).epsilon(1e-15));
    CHECK(grid.tick_s() == Catch::Approx(1e-6).epsilon(1e-15));
    CHECK(grid.milliseconds(grid.learning_clock) == Catch::Approx(1.0).epsilon(1e-15));
}

TEST_CASE("milliseconds become the nearest tick, halves away from zero", "[core][fast]") {
    const TimeGrid grid = grid_of(1ms);
    CHECK(grid.ticks(0.0) == 0);
    CHECK(grid.ticks(0.49) == 0);
    CHECK(grid.ticks(0.5) == 1);
    CHECK(grid.ticks(1.5) == 2);
    CHECK(grid.ticks(2.5) == 3);
    CHECK(grid.ticks(-0.5) == -1);
    CHECK(grid.ticks(-2.49) == -2);
    CHECK(grid_of(Picoseconds(1)).ticks(1.0) == 1'000'000'000);
    CHECK(grid_of(1s).ticks(86'400'000.0) == 86'400);
}

TEST_CASE("ticks and milliseconds undo each other for every length of tick", "[core][fast]") {
    for (const Picoseconds tick : {Picoseconds(1), Picoseconds(1ns), Picoseconds(1us), Picoseconds(100us),
                                   Picoseconds(1ms), Picoseconds(1s), Picoseconds(333)}) {
        const TimeGrid grid = grid_of(tick);
        for (const Tick t : {Tick{0}, Tick{1}, Tick{999}, Tick{1'000'000}, (Tick{1} << 45) + 1, -Tick{12'345}})
            CHECK(grid.ticks(grid.milliseconds(t)) == t);
    }
}

TEST_CASE("delays are rounded to the resolution, or to the tick where that is coarser", "[core][network][fast]") {
    const TimeGrid fine = grid_of(1us, 100us);
    CHECK(quantised_delay(fine, 1.0) == 1000);
    CHECK(quantised_delay(fine, 1.04) == 1000);
    CHECK(quantised_delay(fine, 1.051) == 1100);
    CHECK(quantised_delay(fine, 0.049) == 0);
    CHECK(quantised_delay(fine, 0.05) == 100); // halves away from zero
    CHECK(quantised_delay(fine, 0.0) == 0);

    const TimeGrid coarse = grid_of(1ms, 100us);
    CHECK(quantised_delay(coarse, 1.4) == 1);
    CHECK(quantised_delay(coarse, 1.5) == 2);
    CHECK(quantised_delay(coarse, 0.4) == 0);

    const TimeGrid odd = grid_of(30us, 100us); // no whole number of ticks: multiples of 0.1 ms, then the nearest tick
    CHECK(quantised_delay(odd, 0.1) == 3);
    CHECK(quantised_delay(odd, 0.2) == 7);
    CHECK(quantised_delay(odd, 0.3) == 10);

    const TimeGrid tiny = grid_of(Picoseconds(1), 100us);
    CHECK(quantised_delay(tiny, 2.0) == 2'000'000'000);
    CHECK(quantised_delay(grid_of(1s), 1e9) == 1'000'000);
}

TEST_CASE("the number of different delays does not depend on the tick", "[core][network][fast]") {
    for (const Picoseconds tick : {Picoseconds(1ns), Picoseconds(1us), Picoseconds(50us)}) {
        const TimeGrid grid = grid_of(tick, 100us);
        for (int i = 10; i < 200; ++i) {
            const double ms = 0.01 * i;
            const Tick expected = static_cast<Tick>(ms / 0.1 + 0.5) * (Picoseconds(100us).count() / tick.count());
            INFO("delay " << ms << " ms");
            CHECK(quantised_delay(grid, ms) == expected);
        }
    }
}
