// SPDX-License-Identifier: BSD-3-Clause
// Every way to get parameters of single neurons wrong.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

void vary(Draft& d, std::uint32_t population, const std::string& parameter, ParameterValues values) {
    d.populations[population].variations.push_back({parameter, std::move(values)});
}

} // namespace

TEST_CASE("valid variations", "[network][validate][varied][fast]") {
    check_valid({
        [](Draft& d) {
            vary(d, hidden, "threshold", Uniform{0.5, 1.5});
        },
        [](Draft& d) { d.vary_one("refractory_ms", 0.0, 2.0); },
        [](Draft& d) { d.vary_one("v_inf", 0.0, -2.0); },
        [](Draft& d) {
            vary(d, adaptive, "tau_m_ms", Normal{20.0, 2.0, 5.0, 40.0});
            vary(d, adaptive, "beta", Uniform{0.0, 0.2});
        },
        [](Draft& d) {
            vary(d, other_readout, "tau_ms", Uniform{5.0, 10.0});
        },
    });
}

TEST_CASE("faults of single neurons name the neuron", "[network][validate][varied][fast]") {
    check({
        {[](Draft& d) { d.vary_one("threshold", 1.0, -0.5); },
         {"population 'hidden', neuron 7", "threshold is -0.5", "finite and above 0", "positive"}},
        {[](Draft& d) { d.vary_one("threshold", 1.0, undefined); },
         {"population 'hidden', neuron 7", "threshold is nan", "finite and above 0"}},
        {[](Draft& d) { d.vary_one("v_inf", 0.0, infinite); },
         {"population 'hidden', neuron 7", "v_inf is inf", "any finite number"}},
        {[](Draft& d) { d.vary_one("refractory_ms", 1.0, -1.0); },
         {"population 'hidden', neuron 7", "refractory_ms is -1", "at least 0"}},
        {[](Draft& d) { d.vary_one("refractory_ms", 1.0, 1e-4); },
         {"neuron 7", "refractory_ms is 1e-04", "at least half a tick", "make the tick shorter"}},
        {[](Draft& d) {
             d.lif().reset = Reset::to_value;
             d.vary_one("v_reset", 0.0, 1.0);
         },
         {"population 'hidden', neuron 7", "v_reset is 1", "below the threshold (1)", "lower v_reset"}},
        {[](Draft& d) {
             d.lif().reset = Reset::to_value;
             d.lif().v_reset = 0.5;
             d.vary_one("threshold", 1.0, 0.25);
         },
         {"population 'hidden', neuron 7", "v_reset is 0.5", "below the threshold (0.25)"}},
        {[](Draft& d) {
             vary(d, adaptive, "tau_m_ms", Normal{0.0, 1.0});
         },
         {"population 'adaptive', neuron ", "tau_m_ms is -", "above 0"}},
        {[](Draft& d) { vary(d, adaptive, "tau_a_ms", Constant{1e-5}); },
         {"population 'adaptive', neuron 0", "tau_a_ms is 1e-05", "one tick (0.001 ms)", "too coarse"}},
        {[](Draft& d) { vary(d, other_readout, "tau_ms", Constant{0.0}); },
         {"population 'aux', neuron 0", "tau_ms is 0", "above 0"}},
    });
}

TEST_CASE("faults of a variation itself", "[network][validate][varied][fast]") {
    check({
        {[](Draft& d) { vary(d, hidden, "tau_a_ms", Constant{20.0}); },
         {"population 'hidden'", "varies 'tau_a_ms'", "allowed are tau_m_ms, threshold, v_reset, refractory_ms"}},
        {[](Draft& d) { vary(d, input, "tau_m_ms", Constant{20.0}); },
         {"population 'in'", "varies 'tau_m_ms'", "allowed are none"}},
        {[](Draft& d) { vary(d, hidden, "threshold", std::vector<double>(19, 1.0)); },
         {"population 'hidden'", "threshold is given 19 values", "each of its 20 neurons"}},
        {[](Draft& d) {
             d.vary_one("threshold", 1.0, 1.0);
             d.vary_one("threshold", 1.0, 1.0);
         },
         {"population 'hidden'", "threshold is varied more than once"}},
        {[](Draft& d) {
             vary(d, hidden, "threshold", Uniform{2.0, 1.0});
         },
         {"population 'hidden'", "threshold: Uniform low is 2", "below high (1)"}},
        {[](Draft& d) {
             vary(d, hidden, "threshold", Normal{1.0, -1.0});
         },
         {"population 'hidden'", "threshold: Normal standard_deviation is -1"}},
        {[](Draft& d) { d.vary_one("v_reset", 0.0, 0.1); },
         {"population 'hidden'", "v_reset is varied, but reset is subtract", "Reset::to_value"}},
        {[](Draft& d) { d.vary_one("tau_m_ms", 20.0, 21.0); },
         {"projection 'in -> hidden'", "learns, but tau_m_ms of its target population 'hidden' is varied",
          "make the projection static"}},
        {[](Draft& d) {
             vary(d, readout, "tau_ms", Uniform{10.0, 20.0});
         },
         {"projection 'hidden -> out'", "learns, but tau_ms of its target population 'out' is varied"}},
        {[](Draft& d) {
             d.populations[readout].model = CubaReadoutParameters{};
             vary(d, readout, "tau_s_ms", Uniform{10.0, 20.0});
         },
         {"projection 'hidden -> out'", "learns, but tau_s_ms of its target population 'out' is varied"}},
    });
}

TEST_CASE("a parameter is varied by its member, and only of its own model", "[network][varied][fast]") {
    Network network;
    const auto lif = network.add("lif", 3, LifParameters{});
    const auto cuba = network.add("cuba", 3, CubaLifParameters{});
    network.vary(lif, &LifParameters::threshold, std::vector<double>{1.0, 2.0, 3.0});
    network.vary(cuba, &LifParameters::threshold, Constant{2.0});
    network.vary(cuba, &CubaLifParameters::tau_i_ms, Uniform{5.0, 6.0});
    CHECK(network.at(lif).variations.at(0).parameter == "threshold");
    CHECK(network.at(cuba).variations.at(0).parameter == "threshold");
    CHECK(network.at(cuba).variations.at(1).parameter == "tau_i_ms");
    validate(network);
    CHECK_THROWS_WITH(network.vary(lif, &CubaLifParameters::tau_i_ms, Constant{1.0}),
                      Catch::Matchers::ContainsSubstring("population 'lif': its model has no such parameter"));
    CHECK_THROWS_WITH(network.vary(PopulationId{9}, &LifParameters::threshold, Constant{1.0}),
                      Catch::Matchers::ContainsSubstring("population number 9, which does not exist"));
}
