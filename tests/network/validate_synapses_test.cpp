// SPDX-License-Identifier: BSD-3-Clause
// Every way to get synapse types wrong.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

PairStdp& pair(Draft& d) {
    if (!std::holds_alternative<PairStdp>(d.spec(recurrent).rule)) d.spec(recurrent).rule = PairStdp{};
    return std::get<PairStdp>(d.spec(recurrent).rule);
}

TripletStdp& triplet(Draft& d) { return d.spec(recurrent).rule.emplace<TripletStdp>(); }

ShortTerm& short_term(Draft& d, std::size_t p = recurrent) { return d.spec(p).short_term.emplace(); }

} // namespace

TEST_CASE("faults of the pair rule", "[network][validate][fast]") {
    check({
        {[](Draft& d) { pair(d).tau_plus_ms = 0.0; },
         {"projection 'hidden -> hidden'", "PairStdp tau_plus_ms is 0", "allowed"}},
        {[](Draft& d) { pair(d).tau_minus_ms = 1e-5; }, {"PairStdp tau_minus_ms is 1e-05", "too coarse"}},
        {[](Draft& d) { pair(d).lambda = -0.1; }, {"PairStdp lambda is -0.1", "at least 0"}},
        {[](Draft& d) { pair(d).alpha = undefined; }, {"PairStdp alpha is nan"}},
        {[](Draft& d) { pair(d).mu_plus = -1.0; }, {"PairStdp mu_plus is -1"}},
        {[](Draft& d) { pair(d).mu_minus = infinite; }, {"PairStdp mu_minus is inf"}},
        {[](Draft& d) { pair(d).w_max = 0.0; }, {"PairStdp w_max is 0", "not 0", "negative for inhibitory"}},
        {[](Draft& d) { pair(d).w_max = undefined; }, {"PairStdp w_max is nan"}},
        {[](Draft& d) { pair(d).w_max = 0.5; },
         {"projection 'hidden -> hidden'", "smallest weight is 1", "0 to 0.5", "PairStdp", "change w_max"}},
        {[](Draft& d) {
             pair(d);
             d.spec(recurrent).weight = Normal{0.5, 0.1};
         },
         {"smallest weight is -0.8", "0 to 1"}},
        {[](Draft& d) {
             pair(d).w_max = -2.0;
             d.spec(recurrent).weight = Constant{1.0};
         },
         {"weight is 1", "-2 to 0"}},
        {[](Draft& d) {
             pair(d);
             d.spec(recurrent).connector = ExplicitList{{{0, 1}, {1, 2}}, {0.5, 1.5}};
         },
         {"ExplicitList weight 1 is 1.5", "0 to 1"}},
        {[](Draft& d) {
             pair(d);
             d.spec(recurrent).optimiser = Adam{};
         },
         {"an optimiser is set", "PairStdp uses none"}},
        {[](Draft& d) {
             pair(d);
             d.spec(recurrent).optimiser = Sgd{0.5};
         },
         {"an optimiser is set", "leave the optimiser out"}},
        {[](Draft& d) {
             pair(d);
             d.spec(recurrent).limits.high = 0.5;
         },
         {"limits are set", "between 0 and w_max", "set w_max"}},
        {[](Draft& d) { d.spec(to_readout).rule = PairStdp{}; },
         {"projection 'hidden -> out'", "rule is PairStdp", "'out' never spikes", "use ReadoutRule or no rule"}},
    });
}

TEST_CASE("faults of the triplet rule", "[network][validate][fast]") {
    check({
        {[](Draft& d) { triplet(d).tau_plus_ms = -1.0; }, {"'hidden -> hidden'", "TripletStdp tau_plus_ms is -1"}},
        {[](Draft& d) { triplet(d).tau_x_ms = 0.0; }, {"TripletStdp tau_x_ms is 0"}},
        {[](Draft& d) { triplet(d).tau_minus_ms = undefined; }, {"TripletStdp tau_minus_ms is nan"}},
        {[](Draft& d) { triplet(d).tau_y_ms = 0.0; }, {"TripletStdp tau_y_ms is 0"}},
        {[](Draft& d) { triplet(d).a2_plus = -1.0; }, {"TripletStdp a2_plus is -1"}},
        {[](Draft& d) { triplet(d).a3_plus = undefined; }, {"TripletStdp a3_plus is nan"}},
        {[](Draft& d) { triplet(d).a2_minus = -1.0; }, {"TripletStdp a2_minus is -1"}},
        {[](Draft& d) { triplet(d).a3_minus = -1.0; }, {"TripletStdp a3_minus is -1"}},
        {[](Draft& d) { triplet(d).w_max = infinite; }, {"TripletStdp w_max is inf"}},
        {[](Draft& d) { triplet(d).w_max = 0.5; }, {"smallest weight is 1", "TripletStdp"}},
    });
}

TEST_CASE("faults of short-term plasticity", "[network][validate][fast]") {
    check({
        {[](Draft& d) { short_term(d).utilisation = 0.0; },
         {"projection 'hidden -> hidden'", "ShortTerm utilisation is 0", "above 0 to 1", "share"}},
        {[](Draft& d) { short_term(d).utilisation = 1.5; }, {"ShortTerm utilisation is 1.5"}},
        {[](Draft& d) { short_term(d).utilisation = undefined; }, {"ShortTerm utilisation is nan"}},
        {[](Draft& d) { short_term(d).tau_rec_ms = -1.0; }, {"ShortTerm tau_rec_ms is -1"}},
        {[](Draft& d) { short_term(d).tau_fac_ms = 1e-5; }, {"ShortTerm tau_fac_ms is 1e-05", "too coarse"}},
        {[](Draft& d) { short_term(d).tau_rec_ms = undefined; }, {"ShortTerm tau_rec_ms is nan"}},
        {[](Draft& d) { short_term(d, to_hidden); },
         {"projection 'in -> hidden'", "short_term is set", "learns from errors", "leave short_term out"}},
        {[](Draft& d) { short_term(d, to_readout); }, {"projection 'hidden -> out'", "short_term is set"}},
    });
}

TEST_CASE("unusual but valid synapse types pass", "[network][validate][fast]") {
    check_valid({
        [](Draft& d) { pair(d) = {.lambda = 0.0, .alpha = 0.0, .mu_plus = 0.0, .mu_minus = 3.0}; },
        [](Draft& d) {
            pair(d).w_max = 0.25; // the distribution of weights is not drawn from
            d.spec(recurrent).connector = ExplicitList{{{0, 1}, {1, 2}}, {0.25, 0.0}};
        },
        [](Draft& d) {
            pair(d);
            d.spec(recurrent).weight = Normal{0.5, 0.3, 0.0, 1.0};
        },
        [](Draft& d) {
            triplet(d).w_max = -1.0;
            d.spec(recurrent).weight = Uniform{-1.0, 0.0};
        },
        [](Draft& d) {
            pair(d);
            short_term(d) = {.utilisation = 1.0, .tau_rec_ms = 0.0, .tau_fac_ms = 0.0};
        },
        [](Draft& d) {
            d.arrival();
            triplet(d);
        },
        [](Draft& d) { // onto a model with currents
            d.cuba([](CubaLifParameters&) {});
            d.spec(to_adaptive).rule = PairStdp{};
        },
    });
}
