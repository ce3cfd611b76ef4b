// SPDX-License-Identifier: BSD-3-Clause
// The hot loop of deliveries advances a neuron whether or not time has passed since its last arrival.
#include "engine/core/random.hpp"
#include "models/adaptive_lif.hpp"
#include "models/cuba_readout.hpp"
#include "models/integrate_fire.hpp"
#include "models/leaky_readout.hpp"
#include "models/lif.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <type_traits>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

const TimeGrid grid{.tick = 1us, .delay_resolution = 1us, .learning_clock = 1};

/// @return whether 1000 random states stay as they are over no time, and change over some (without leak: not).
template <class Model>
bool stays(const typename Model::Parameters& parameters) {
    const typename Model::Constants constants(parameters, grid);
    RandomStream random(5, Model::state_arrays);
    bool same = true, moved = false;
    for (int trial = 0; trial < 1000; ++trial) {
        std::array<double, Model::state_arrays> state, before;
        typename Model::View view{};
        for (std::size_t e = 0; e < state.size(); ++e) {
            state[e] = before[e] = 3.0 * random.normal();
            view[e] = &state[e];
        }
        Model::advance(constants, Model::decay(constants, 0), view, 0);
        same = same && state == before;
        Model::advance(constants, Model::decay(constants, 1 + trial), view, 0);
        moved = moved || state != before;
    }
    return same && (moved || std::is_same_v<Model, IntegrateFire>);
}

} // namespace

TEST_CASE("neurons that rest at zero: advancing by no time changes nothing, to the bit", "[models][fast]") {
    CHECK(stays<Lif>({}));
    CHECK(stays<AdaptiveLif>({}));
    CHECK(stays<IntegrateFire>({}));
    CHECK(stays<LeakyReadout>({}));
    CHECK(stays<CubaReadout>({}));
}
