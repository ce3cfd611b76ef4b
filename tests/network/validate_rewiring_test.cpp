// SPDX-License-Identifier: BSD-3-Clause
// What goes together with rewiring, and what is refused.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

/// Projection in -> hidden rewires, FixedInDegree, e-prop, intervals.
Fault fault(std::function<void(Draft&)> change, std::vector<std::string> said) {
    return {[change = std::move(change)](Draft& d) {
                d.spec(to_hidden).rewiring = DeepR{};
                change(d);
            },
            std::move(said)};
}

} // namespace

TEST_CASE("faults of rewiring are refused", "[network][validate][rewiring][fast]") {
    check({
        fault([](Draft& d) { d.spec(to_hidden).rewiring->l1 = -1.0; }, {"rewiring l1 is -1"}),
        fault([](Draft& d) { d.spec(to_hidden).rewiring->temperature = undefined; }, {"rewiring temperature is"}),
        fault([](Draft& d) { d.spec(to_hidden).rewiring->every = 0; }, {"rewiring every is 0", "1 or more"}),
        fault([](Draft& d) { d.spec(to_hidden).rewiring->excitatory = 1.5; }, {"rewiring excitatory is 1.5", "0 to 1"}),
        fault(
            [](Draft& d) {
                d.feedbacks.clear();
                d.spec(to_hidden).rule = Static{};
            },
            {"no rule that learns", "leave rewiring out"}),
        fault(
            [](Draft& d) {
                d.feedbacks.clear();
                d.spec(to_hidden).rule = PairStdp{};
            },
            {"no rule that learns from errors"}),
        fault([](Draft& d) { d.arrival(); }, {"change at arrivals", "UpdateTiming::interval"}),
        fault(
            [](Draft& d) {
                d.schedule.memory_steps = 10;
                d.schedule.reset_state = false;
            },
            {"memory_steps is not 0", "no past"}),
        fault([](Draft& d) { d.spec(to_hidden).limits.keep_sign = true; }, {"keep_sign", "by itself"}),
        fault([](Draft& d) { d.spec(to_hidden).limits.low = 0.1; }, {"does not lie within the limits"}),
        fault([](Draft& d) { d.spec(to_hidden).connector = AllToAll{}; }, {"AllToAll", "Bernoulli"}),
        fault([](Draft& d) { d.spec(to_hidden).allow_multapses = true; }, {"allow_multapses is true"}),
        fault(
            [](Draft& d) {
                d.spec(to_hidden).delay_ms = Uniform{1.0, 2.0};
            },
            {"delays differ", "Constant delay"}),
        fault(
            [](Draft& d) {
                d.list({.pairs = {{0, 0}}, .delays_ms = {2.0}});
            },
            {"delays differ"}),
    });
}

TEST_CASE("valid ways to rewire pass", "[network][validate][rewiring][fast]") {
    const auto rewire = [](Draft& d) {
        d.spec(to_hidden).rewiring = DeepR{.l1 = 0.1, .temperature = 1e-3, .every = 3};
    };
    check_valid({
        rewire,
        [&](Draft& d) {
            rewire(d);
            d.adam({});
            d.spec(to_hidden).limits = {-1.0, 0.0};
        },
        [&](Draft& d) {
            rewire(d);
            d.list({.pairs = {{0, 0}, {1, 3}}, .weights = {0.1, -0.2}});
        },
        [](Draft& d) { // under symmetric feedback
            d.spec(to_readout).connector = Bernoulli{0.3};
            d.spec(to_readout).rewiring = DeepR{};
        },
    });
}
