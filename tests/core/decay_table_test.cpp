// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/decay_table.hpp"

#include "tests/support/catch.hpp"

#include <cmath>
#include <initializer_list>

namespace {
using namespace saltus;
}

TEST_CASE("a decay table equals stable_exp bit for bit, inside the table and beyond", "[core][fast]") {
    for (const double tau_ms : {0.001, 0.02, 5.0, 20.0, 1e4})
        for (const double step_ms : {1e-6, 1e-3, 1.0}) {
            const DecayTable table(step_ms, tau_ms);
            const double rate = -step_ms / tau_ms;
            REQUIRE(table.rate() == rate);
            for (Tick n = 0; n < 4096; ++n)
                if (table(n) != stable_exp(rate * static_cast<double>(n))) FAIL("n " << n << " tau " << tau_ms);
            for (const Tick n : {Tick{1} << 20, Tick{1} << 40, Tick{1} << 60})
                CHECK(table(n) == stable_exp(rate * static_cast<double>(n)));
        }
}

TEST_CASE("a decay table decays", "[core][fast]") {
    const DecayTable table(0.001, 20.0);
    CHECK(table(0) == 1.0);
    CHECK(table(1) == Catch::Approx(std::exp(-5e-5)).epsilon(1e-15));
    CHECK(table(20'000) == Catch::Approx(std::exp(-1.0)).epsilon(1e-15));
    const auto end = static_cast<Tick>(DecayTable::table_size);
    for (Tick n = end - 3; n < end + 3; ++n) { // no seam where the table ends
        INFO("n " << n);
        CHECK(table(n + 1) < table(n));
        CHECK(table(n + 1) / table(n) == Catch::Approx(table(1)).epsilon(1e-15));
    }
    CHECK(table(Tick{1} << 62) == 0.0); // never negative, never subnormal
}
