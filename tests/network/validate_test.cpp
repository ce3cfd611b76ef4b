// SPDX-License-Identifier: BSD-3-Clause
// Every way to get populations and projections wrong.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;
using namespace std::chrono_literals;

} // namespace

TEST_CASE("the network that the faults start from is valid", "[network][validate][fast]") {
    check_valid({[](Draft&) {}});
}

TEST_CASE("a message says where, what and what to do", "[network][validate][fast]") {
    Draft draft;
    draft.lif().threshold = -0.5;
    CHECK(message(draft) ==
          "population 'hidden': threshold is -0.5, allowed is finite and above 0; set a positive number");
}

TEST_CASE("faults of the time grid", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.grid.tick = Picoseconds(0); },
         {"time grid", "tick (in ps) is 0", "1 ps to 1 s", "choose the tick"}},
        {[](Draft& d) { d.grid.tick = -1us; }, {"time grid", "tick (in ps) is -1000000"}},
        {[](Draft& d) { d.grid.tick = 2s; }, {"time grid", "tick (in ps) is 2000000000000"}},
        {[](Draft& d) { d.grid.delay_resolution = Picoseconds(0); },
         {"time grid", "delay_resolution (in ps) is 0", "1 ps or more"}},
        {[](Draft& d) { d.grid.learning_clock = 0; },
         {"time grid", "learning_clock is 0", "1 to 1e15 ticks", "learning step"}},
        {[](Draft& d) { d.grid.learning_clock = 2'000'000'000'000'000; }, {"learning_clock is 2000000000000000"}},
    });
}

TEST_CASE("faults of random spiking and of drive", "[network][validate][fast]") {
    const auto poisson = [](double hz) {
        return [hz](Draft& d) { d.populations.push_back({"noise", 5, PoissonParameters{hz}}); };
    };
    check_valid({poisson(0.0), poisson(1e9), [](Draft& d) { d.lif().escape_rate_hz = 10.0; },
                 [](Draft& d) { d.populations[hidden].takes_current = true; }});
    check({
        {poisson(-1.0), {"population 'noise'", "rate_hz is -1", "0 to 1000 spikes in a tick", "not negative"}},
        {poisson(undefined), {"population 'noise'", "rate_hz is nan"}},
        {poisson(infinite), {"population 'noise'", "rate_hz is inf"}},
        {poisson(1.1e9), {"population 'noise'", "rate_hz is 1.1e+09", "(1e+09 Hz)", "make the tick shorter"}},
        {[](Draft& d) {
             d.populations.push_back({"noise", 5, PoissonParameters{}});
             d.projections.push_back({{hidden}, {5}, {}});
         },
         {"projection 'hidden -> noise'", "Poisson sources, which take no input"}},
        {[](Draft& d) { d.lif().escape_rate_hz = -1.0; },
         {"population 'hidden'", "escape_rate_hz is -1", "at least 0"}},
        {[](Draft& d) { d.lif().escape_rate_hz = undefined; }, {"population 'hidden'", "escape_rate_hz is nan"}},
        {[](Draft& d) { d.lif().escape_width = 0.0; }, {"population 'hidden'", "escape_width is 0", "above 0"}},
        {[](Draft& d) { d.vary_one("escape_rate_hz", 10.0, 0.0); },
         {"population 'hidden', neuron 7", "escape_rate_hz is 0", "above 0 for all", "two populations"}},
        {[](Draft& d) { d.populations[readout].takes_current = true; },
         {"population 'out'", "accepts current", "leaky_readout", "takes none"}},
        {[](Draft& d) { d.populations[input].takes_current = true; },
         {"population 'in'", "accepts current, but is an input population"}},
    });
}

TEST_CASE("faults of populations", "[network][validate][fast]") {
    check({
        {[](Draft& d) {
             d.populations.clear();
             d.projections.clear();
             d.errors.clear();
             d.feedbacks.clear();
         },
         {"network", "has no populations", "Network::add"}},
        {[](Draft& d) { d.populations[hidden].size = 0; },
         {"population 'hidden'", "size is 0", "1 or more", "leave it out"}},
        {[](Draft& d) { d.populations[hidden].name = ""; }, {"population number 1", "name is empty", "give it a name"}},
        {[](Draft& d) { d.populations[readout].name = "in"; },
         {"population 'in'", "used twice", "population number 3"}},
        {[](Draft& d) { d.lif().tau_m_ms = 0.0; }, {"population 'hidden'", "tau_m_ms is 0", "above 0"}},
        {[](Draft& d) { d.lif().tau_m_ms = -20.0; }, {"population 'hidden'", "tau_m_ms is -20"}},
        {[](Draft& d) { d.lif().tau_m_ms = undefined; }, {"population 'hidden'", "tau_m_ms is nan"}},
        {[](Draft& d) { d.lif().tau_m_ms = infinite; }, {"population 'hidden'", "tau_m_ms is inf"}},
        {[](Draft& d) { d.lif().tau_m_ms = 0.0005; },
         {"population 'hidden'", "tau_m_ms is 5e-04", "one tick (0.001 ms) to 1e15 ticks", "too coarse", "shorter"}},
        {[](Draft& d) { d.lif().tau_m_ms = 2e12; },
         {"tau_m_ms is 2e+12", "1e15 ticks (1e+12 ms)", "make the tick longer"}},
        {[](Draft& d) { d.lif().threshold = 0.0; }, {"population 'hidden'", "threshold is 0", "above 0"}},
        {[](Draft& d) { d.lif().threshold = undefined; }, {"threshold is nan"}},
        {[](Draft& d) { d.lif().v_inf = infinite; }, {"population 'hidden'", "v_inf is inf", "finite"}},
        {[](Draft& d) {
             d.lif().reset = Reset::to_value;
             d.lif().v_reset = 1.0;
         },
         {"population 'hidden'", "v_reset is 1", "below the threshold (1)", "lower v_reset"}},
        {[](Draft& d) {
             d.lif().reset = Reset::to_value;
             d.lif().v_reset = undefined;
         },
         {"v_reset is nan", "finite"}},
        {[](Draft& d) { d.lif().refractory_ms = -1.0; }, {"population 'hidden'", "refractory_ms is -1", "at least 0"}},
        {[](Draft& d) { d.lif().refractory_ms = undefined; }, {"refractory_ms is nan"}},
        {[](Draft& d) { d.lif().refractory_ms = 0.0004; },
         {"refractory_ms is 4e-04", "half a tick", "0.001 ms", "rounded to no"}},
        {[](Draft& d) { d.lif().refractory_ms = 1e13; }, {"refractory_ms is 1e+13", "1e15 ticks", "make it shorter"}},
        {[](Draft& d) {
             d.lif().spike_effect = SpikeEffect::next_tick;
             d.lif().reset = Reset::to_value;
         },
         {"population 'hidden'", "next_tick", "to_value", "not available", "Reset::subtract"}},
        {[](Draft& d) {
             d.lif().spike_effect = SpikeEffect::next_tick;
             d.lif().refractory = Refractory::clamp;
         },
         {"population 'hidden'", "next_tick", "clamp", "not available", "Refractory::integrate"}},
        {[](Draft& d) { d.alif().threshold = -1.0; },
         {"population 'adaptive'", "threshold is -1"}}, // all that a LIF has, too
        {[](Draft& d) { d.alif().beta = -0.1; }, {"population 'adaptive'", "beta is -0.1", "at least 0"}},
        {[](Draft& d) { d.alif().beta = undefined; }, {"beta is nan"}},
        {[](Draft& d) { d.alif().tau_a_ms = 0.0; }, {"population 'adaptive'", "tau_a_ms is 0"}},
        {[](Draft& d) { d.alif().tau_a_ms = 1e-4; }, {"tau_a_ms is 1e-04", "too coarse"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.tau_e_ms = 0.0; }); },
         {"population 'adaptive'", "tau_e_ms is 0"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.tau_i_ms = undefined; }); },
         {"population 'adaptive'", "tau_i_ms is nan"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.tau_i_ms = 1e-4; }); },
         {"tau_i_ms is 1e-04", "too coarse"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.threshold = -1.0; }); },
         {"population 'adaptive'", "threshold is -1"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.normalised_input = true; }); },
         {"population 'adaptive'", "normalised_input is true", "no effect", "scale the weights"}},
        {[](Draft& d) { d.cuba([](CubaLifParameters& p) { p.spike_effect = SpikeEffect::next_tick; }); },
         {"population 'adaptive'", "next_tick", "not available with synaptic currents", "SpikeEffect::immediate"}},
        {[](Draft& d) { d.replace<AlphaLifParameters>().tau_e_ms = -1.0; },
         {"population 'adaptive'", "tau_e_ms is -1", "above 0"}},
        {[](Draft& d) { d.replace<AlphaLifParameters>().tau_m_ms = 1e-4; }, {"tau_m_ms is 1e-04", "too coarse"}},
        {[](Draft& d) { d.replace<AlphaLifParameters>().normalised_input = true; }, {"normalised_input", "no effect"}},
        {[](Draft& d) { d.replace<IntegrateFireParameters>().threshold = 0.0; },
         {"population 'adaptive'", "threshold is 0", "above 0"}},
        {[](Draft& d) { d.replace<IntegrateFireParameters>().drive_per_ms = infinite; },
         {"population 'adaptive'", "drive_per_ms is inf", "finite"}},
        {[](Draft& d) { d.replace<IntegrateFireParameters>().refractory_ms = -1.0; }, {"refractory_ms is -1"}},
        {[](Draft& d) {
             auto& p = d.replace<CubaIntegrateFireParameters>();
             p.reset = Reset::to_value;
             p.v_reset = 2.0;
         },
         {"population 'adaptive'", "v_reset is 2", "below the threshold (1)"}},
        {[](Draft& d) { d.replace<CubaIntegrateFireParameters>().tau_e_ms = 0.0; }, {"tau_e_ms is 0"}},
        {[](Draft& d) { d.replace<CubaIntegrateFireParameters>().tau_i_ms = undefined; }, {"tau_i_ms is nan"}},
        {[](Draft& d) { d.replace<CubaReadoutParameters>().tau_m_ms = 0.0; },
         {"population 'adaptive'", "tau_m_ms is 0"}},
        {[](Draft& d) { d.replace<CubaReadoutParameters>().tau_s_ms = 1e-4; }, {"tau_s_ms is 1e-04", "too coarse"}},
        {[](Draft& d) { d.replace<CubaReadoutParameters>().y_inf = undefined; }, {"y_inf is nan", "finite"}},
        {[](Draft& d) { d.leaky().tau_ms = -1.0; }, {"population 'out'", "tau_ms is -1"}},
        {[](Draft& d) { d.leaky().tau_ms = 1e-4; }, {"population 'out'", "tau_ms is 1e-04", "too coarse"}},
    });
}

TEST_CASE("faults of a projection's ends", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.projections[0].source = {9}; },
         {"projection '#9 -> hidden'", "source is population number 9", "has 5", "add()"}},
        {[](Draft& d) { d.projections[0].target = {}; }, {"target is population number 4294967295"}},
        {[](Draft& d) { d.projections[0].target = {input}; },
         {"projection 'in -> in'", "population 'in' is an input population", "takes no input", "push events"}},
        {[](Draft& d) { d.projections[1].source = {readout}; },
         {"projection 'out -> hidden'", "population 'out' is a readout population", "never spikes", "project from"}},
        {[](Draft& d) {
             d.replace<CubaReadoutParameters>();
             d.projections[1].source = {adaptive};
         },
         {"projection 'adaptive -> hidden'", "'adaptive' is a readout population", "never spikes"}},
    });
}

TEST_CASE("faults of connectors", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.populations[adaptive].size = 21; },
         {"projection 'hidden -> adaptive'", "OneToOne", "'hidden' has 20", "'adaptive' has 21", "another connector"}},
        {[](Draft& d) { d.spec(recurrent).connector = OneToOne{}; },
         {"projection 'hidden -> hidden'", "OneToOne", "allow_self is false", "set allow_self"}},
        {[](Draft& d) { d.spec(to_hidden).connector = FixedInDegree{11}; },
         {"projection 'in -> hidden'", "in_degree is 11", "0 to 10", "population 'in' has 10", "allow_multapses"}},
        {[](Draft& d) { d.spec(to_hidden).connector = FixedOutDegree{21}; },
         {"out_degree is 21", "0 to 20", "'hidden' has 20"}},
        {[](Draft& d) { d.spec(recurrent).connector = FixedOutDegree{20}; },
         {"out_degree is 20", "0 to 19", "may not choose itself", "allow_multapses or allow_self"}},
        {[](Draft& d) { d.spec(recurrent).connector = FixedInDegree{20}; },
         {"in_degree is 20", "0 to 19", "may not choose itself"}},
        {[](Draft& d) {
             d.populations[hidden].size = 1;
             d.spec(recurrent).connector = FixedInDegree{1};
             d.spec(recurrent).allow_multapses = true;
         },
         {"projection 'hidden -> hidden'", "in_degree is 1", "allowed is 0", "may not choose itself"}},
        {[](Draft& d) { d.spec(to_hidden).connector = Bernoulli{1.01}; }, {"Bernoulli probability is 1.01", "0 to 1"}},
        {[](Draft& d) { d.spec(to_hidden).connector = Bernoulli{-0.1}; }, {"Bernoulli probability is -0.1"}},
        {[](Draft& d) { d.spec(to_hidden).connector = Bernoulli{undefined}; }, {"Bernoulli probability is nan"}},
    });
}

TEST_CASE("faults of explicit lists", "[network][validate][fast]") {
    check({
        {[](Draft& d) {
             d.list({{{0, 0}, {10, 3}}});
         },
         {"projection 'in -> hidden'", "ExplicitList entry 1 source is 10", "0 to 9", "'in' has 10",
          "numbered from 0"}},
        {[](Draft& d) {
             d.list({{{0, 20}}});
         },
         {"ExplicitList entry 0 target is 20", "0 to 19", "'hidden' has 20"}},
        {[](Draft& d) {
             d.list({{{0, 1}, {0, 2}}, {0.5}});
         },
         {"2 pairs but 1 weights", "one for each pair", "leave them out"}},
        {[](Draft& d) {
             d.list({{{0, 1}}, {}, {1.0, 2.0}});
         },
         {"1 pairs but 2 delays_ms", "one for each pair"}},
        {[](Draft& d) {
             d.list({{{3, 1}, {0, 2}, {3, 1}}});
         },
         {"the pair (3, 1) more than once", "allow_multapses is false", "remove"}},
        {[](Draft& d) {
             d.spec(recurrent).connector = ExplicitList{{{1, 2}, {7, 7}}};
         },
         {"ExplicitList entry 1 connects neuron 7 to itself", "allow_self is false", "set allow_self"}},
        {[](Draft& d) {
             d.list({{{0, 1}, {0, 2}}, {0.5, infinite}});
         },
         {"ExplicitList weight 1 is inf", "NaN to draw it"}},
        {[](Draft& d) {
             d.list({{{0, 1}}, {}, {-1.0}});
         },
         {"ExplicitList delays_ms 0 is -1", "1 to 1e15 ticks"}},
        {[](Draft& d) {
             d.list({{{0, 1}, {0, 2}}, {}, {1.0, 0.01}});
         },
         {"ExplicitList delays_ms 1 is 0.01", "multiples of 0.1 ms"}},
    });
}

TEST_CASE("faults of weights", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.spec(to_hidden).weight = Constant{undefined}; },
         {"projection 'in -> hidden'", "weight is nan", "finite"}},
        {[](Draft& d) { d.spec(to_hidden).weight = Constant{infinite}; }, {"weight is inf"}},
        {[](Draft& d) { d.spec(to_hidden).weight = Constant{-1e31}; },
         {"weight at its extreme is -1e+31", "-1e30 to 1e30"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Uniform{1.0, 1.0};
         },
         {"weight: Uniform low is 1", "below high (1)", "use Constant"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Uniform{undefined, 1.0};
         },
         {"weight: Uniform low is nan"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Uniform{0.0, infinite};
         },
         {"weight: Uniform high is inf"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{undefined, 1.0};
         },
         {"weight: Normal mean is nan"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, -1.0};
         },
         {"weight: Normal standard_deviation is -1", "at least 0"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, undefined};
         },
         {"weight: Normal standard_deviation is nan"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 1.0, 2.0, 1.0};
         },
         {"weight: Normal low is 2", "below high (1)"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 1.0, undefined, 1.0};
         },
         {"weight: Normal low is nan"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 1.0, 5.0, 6.0};
         },
         {"weight: Normal with mean 0, standard_deviation 1, truncated to [5, 6]", "0.1 standard deviations", "widen"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 1.0, 0.5, 0.50001};
         },
         {"truncated to [0.5, 0.50001]"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 0.0, 0.5, 1.0};
         },
         {"standard_deviation 0, truncated to [0.5, 1]"}},
        {[](Draft& d) {
             d.spec(to_hidden).weight = Normal{0.0, 1e30};
         },
         {"weight at its extreme is -1.3e+31"}},
    });
}

TEST_CASE("faults of delays", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{-1.0}; },
         {"projection 'in -> hidden'", "delay_ms is -1", "1 to 1e15 ticks (of 0.001 ms)", "not negative"}},
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{undefined}; }, {"delay_ms is nan"}},
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{0.0}; },
         {"delay_ms is 0", "raise the delay", "onto readouts"}},
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{0.04}; },
         {"delay_ms is 0.04", "after rounding to multiples of 0.1 ms", "refine delay_resolution"}},
        {[](Draft& d) {
             d.grid.tick = 1ms;
             d.grid.learning_clock = 1;
             d.spec(to_hidden).delay_ms = Constant{0.4};
         },
         {"delay_ms is 0.4", "(of 1 ms)", "multiples of 1 ms"}},
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{1.1e12}; },
         {"delay_ms is 1.1e+12", "1e15 ticks", "shorten the delay"}},
        {[](Draft& d) { d.spec(to_hidden).delay_ms = Constant{1e300}; }, {"delay_ms is 1e+300", "shorten the delay"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Uniform{0.01, 2.0};
         },
         {"smallest delay_ms (of the range 0.01 to 2 ms that the distribution can give) is 0.01", "raise the delay"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Uniform{-1.0, 2.0};
         },
         {"smallest delay_ms", "is -1", "not negative"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Uniform{1.0, 1e13};
         },
         {"largest delay_ms (of the range 1 to 1e+13", "shorten"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Normal{1.0, 0.5};
         },
         {"smallest delay_ms (of the range -5.5 to 7.5 ms", "is -5.5"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Normal{1.0, -1.0};
         },
         {"delay_ms: Normal standard_deviation is -1"}},
        {[](Draft& d) {
             d.spec(to_hidden).delay_ms = Uniform{2.0, 1.0};
         },
         {"delay_ms: Uniform low is 2"}},
        {[](Draft& d) { // input populations have no zero delay, not even onto readouts
             d.projections[to_readout].source = {input};
             d.feedback().kind = FeedbackKind::random;
         },
         {"projection 'in -> out'", "delay_ms is 0", "only projections from spiking neurons"}},
    });
}

TEST_CASE("unusual but valid descriptions pass", "[network][validate][fast]") {
    check_valid({
        [](Draft& d) { d.grid.tick = Picoseconds(1); }, // delays of 1 ms are 1e9 ticks
        [](Draft& d) { d.grid.delay_resolution = 1us; },
        [](Draft& d) {
            d.grid = {.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};
            d.lif().tau_m_ms = 1.0; // exactly one tick
        },
        [](Draft& d) { d.lif().refractory_ms = 0.0005; }, // rounds to one tick
        [](Draft& d) { d.lif().v_inf = 5.0; },
        [](Draft& d) { d.lif().v_reset = 7.0; }, // has no meaning with Reset::subtract
        [](Draft& d) { d.alif().beta = 0.0; },
        [](Draft& d) { d.cuba([](CubaLifParameters&) {}); },
        [](Draft& d) { d.replace<AlphaLifParameters>(); },
        [](Draft& d) { d.replace<IntegrateFireParameters>().drive_per_ms = -1.0; },
        [](Draft& d) { d.replace<CubaIntegrateFireParameters>(); },
        [](Draft& d) {
            d.replace<CubaReadoutParameters>();
            d.spec(to_adaptive).delay_ms = Constant{0.0}; // a readout takes no delay
        },
        [](Draft& d) { d.populations[readout].model = CubaReadoutParameters{}; }, // carries an error, learns
        [](Draft& d) { d.spec(to_hidden).connector = FixedInDegree{10}; },        // all of them
        [](Draft& d) { d.spec(recurrent).connector = FixedOutDegree{19}; },
        [](Draft& d) {
            d.spec(to_hidden).connector = FixedInDegree{1000};
            d.spec(to_hidden).allow_multapses = true;
        },
        [](Draft& d) { d.spec(to_hidden).connector = Bernoulli{0.0}; },
        [](Draft& d) { d.spec(to_hidden).connector = Bernoulli{1.0}; },
        [](Draft& d) { d.list({}); },
        [](Draft& d) {
            d.list({{{0, 1}, {0, 2}}, {undefined, 1.0}, {undefined, 0.1}});
        },
        [](Draft& d) {
            d.spec(to_hidden).weight = Normal{0.0, 1.0, 0.0, 1e300};
        },
        [](Draft& d) {
            d.spec(to_hidden).weight = Normal{2.0, 0.0};
        },
        [](Draft& d) {
            d.spec(to_hidden).delay_ms = Normal{10.0, 0.7};
        }, // never below 0.9 ms
        [](Draft& d) {
            d.spec(to_hidden).delay_ms = Normal{1.0, 0.5, 0.1, 5.0};
        },
        [](Draft& d) { d.spec(to_hidden).delay_ms = Constant{0.05}; }, // rounds to 0.1 ms
        [](Draft& d) { d.spec(to_hidden).delay_ms = Constant{1e12}; },
        [](Draft& d) {
            d.spec(to_readout).delay_ms = Uniform{0.0, 1.0};
        },
    });
}

TEST_CASE("faults show what was drawn, not what was meant: numbers read back exactly", "[network][validate][fast]") {
    Draft draft;
    draft.alif().beta = -0.1 - 0.2;
    CHECK_THAT(message(draft), Catch::Matchers::ContainsSubstring("beta is -0.30000000000000004"));
}
