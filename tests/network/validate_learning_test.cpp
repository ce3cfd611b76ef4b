// SPDX-License-Identifier: BSD-3-Clause
// Every way to get learning wrong.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

/// The neurons in the place of the adaptive ones learn, and teach the hidden ones.
void hand_down(Draft& d) {
    d.replace<LifParameters>();
    d.spec(to_adaptive).rule = Instantaneous{.surrogate = FastSigmoid{1.0, 1.0}};
    d.spec(to_adaptive).name = "hidden -> adaptive";
    d.feedbacks.push_back({{readout}, {adaptive}, FeedbackKind::random});
    d.feedbacks.push_back({.readout = {adaptive},
                           .learner = {hidden},
                           .kind = FeedbackKind::random,
                           .source = FeedbackSource::backpropagated});
}

} // namespace

TEST_CASE("faults of the schedule", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.schedule.interval_steps = 0; },
         {"learning schedule", "interval_steps is 0", "1 to", "length of an interval"}},
        {[](Draft& d) { d.schedule.interval_steps = 10'000'000'000'000; },
         {"interval_steps is 10000000000000", "1e+12 learning steps"}},
        {[](Draft& d) { d.schedule.signal_window = -1; },
         {"learning schedule", "signal_window is -1", "0 (all steps)"}},
        {[](Draft& d) { d.schedule.signal_window = 101; },
         {"signal_window is 101", "interval_steps (100)", "shorten the window"}},
        {[](Draft& d) { d.schedule.signal_period = 0; }, {"learning schedule", "signal_period is 0", "1 (every step)"}},
        {[](Draft& d) { d.schedule.signal_period = 101; }, {"signal_period is 101", "interval_steps (100)", "shorter"}},
        {[](Draft& d) {
             d.schedule.signal_period = 60; // step 60 only
             d.schedule.signal_window = 40; // steps 61 to 100
         },
         {"learning schedule", "no step of the signal_window is a multiple of signal_period",
          "lengthen signal_window"}},
        {[](Draft& d) { d.schedule.error_threshold = -0.1; }, {"learning schedule", "error_threshold is -0.1"}},
        {[](Draft& d) { d.schedule.error_threshold = undefined; }, {"error_threshold is nan"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.signal_period = 2;
         },
         {"signal_period is 2", "UpdateTiming::arrival", "set signal_period to 1"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.error_threshold = 0.1;
         },
         {"error_threshold is 0.1", "UpdateTiming::arrival", "set error_threshold to 0"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.reset_state = true;
         },
         {"learning schedule", "reset_state is true", "UpdateTiming::arrival", "set reset_state to false"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.average_gradient = true;
         },
         {"average_gradient is true", "UpdateTiming::arrival", "set average_gradient to false"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.signal_window = 5;
         },
         {"signal_window is 5", "UpdateTiming::arrival", "set signal_window to 0"}},
    });
}

TEST_CASE("faults of rules", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.spec(to_readout).rule = Eprop{}; },
         {"projection 'hidden -> out'", "rule is Eprop", "'out' is not LIF, adaptive LIF or CuBa LIF",
          "use ReadoutRule"}},
        {[](Draft& d) {
             CubaLifParameters cuba;
             cuba.tau_i_ms = 7.0;
             d.populations[hidden].model = cuba;
         },
         {"projection 'in -> hidden'", "'hidden' has tau_e_ms and tau_i_ms that differ", "equal"}},
        {[](Draft& d) { d.spec(to_adaptive).rule = ReadoutRule{}; },
         {"projection 'hidden -> adaptive'", "rule is ReadoutRule", "'adaptive' is not a readout", "use Eprop"}},
        {[](Draft& d) {
             d.errors.clear();
             d.feedbacks.clear();
             d.eprop().rate.strength = 1.0;
         },
         {"projection 'hidden -> out'", "ReadoutRule", "'out' has no error", "set_error"}},
        {[](Draft& d) { d.feedbacks.clear(); },
         {"projection 'in -> hidden'", "no feedback reaches population 'hidden'", "strength is 0", "add_feedback"}},
        {[](Draft& d) { d.eprop().surrogate = Boxcar{.height = 0.0}; },
         {"projection 'in -> hidden'", "surrogate height is 0"}},
        {[](Draft& d) { d.eprop().surrogate = Arctan{.width = -1.0}; }, {"surrogate width is -1", "above 0"}},
        {[](Draft& d) { d.eprop().surrogate = FastSigmoid{.width = undefined}; }, {"surrogate width is nan"}},
        {[](Draft& d) { d.eprop().surrogate = CustomSurrogate{}; },
         {"CustomSurrogate without a function", "[](double d)"}},
        {[](Draft& d) { d.eprop().surrogate = RelativePiecewiseLinear{.damping = 0.0}; }, {"surrogate damping is 0"}},
        {[](Draft& d) { d.eprop().surrogate = MultiGaussian{.share = 1.5}; }, {"surrogate share is 1.5", "0 to 1"}},
        {[](Draft& d) { d.eprop().surrogate = MultiGaussian{.spread = 0.0}; }, {"surrogate spread is 0"}},
        {[](Draft& d) { d.eprop().surrogate = EscapeSurrogate{.rate_hz = 0.0}; }, {"surrogate rate_hz is 0"}},
        {[](Draft& d) { d.eprop().surrogate = EscapeSurrogate{.step_ms = -1.0}; }, {"surrogate step_ms is -1"}},
        {[](Draft& d) { d.eprop().filter_tau_ms = 0.0; }, {"projection 'in -> hidden'", "Eprop filter_tau_ms is 0"}},
        {[](Draft& d) { d.eprop().filter_tau_ms = 1e-4; }, {"Eprop filter_tau_ms is 1e-04", "too coarse"}},
        {[](Draft& d) { d.eprop().rate.strength = -1.0; }, {"Eprop rate strength is -1", "at least 0"}},
        {[](Draft& d) { d.spec(to_hidden).rule = Instantaneous{.rate = {.strength = -1.0}}; },
         {"Instantaneous rate strength is -1", "at least 0"}},
        {[](Draft& d) { d.spec(to_hidden).rule = SuperSpike{.rate = {.tau_ms = 0.0}}; },
         {"SuperSpike rate tau_ms is 0"}},
        {[](Draft& d) {
             d.spec(to_hidden).rule = Instantaneous{.rate = {.strength = 1.0}};
             d.feedbacks.clear();
             d.errors.clear();
             d.spec(to_readout).rule = Static{};
             d.schedule.error_threshold = 0.1;
         },
         {"projection 'in -> hidden'", "a regulariser alone", "never learn", "set error_threshold to 0"}},
        {[](Draft& d) { d.eprop().rate.target_hz = undefined; }, {"Eprop rate target_hz is nan"}},
        {[](Draft& d) { d.eprop().rate.tau_ms = -5.0; }, {"Eprop rate tau_ms is -5"}},
    });
}

TEST_CASE("faults of optimisers and limits", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.spec(to_hidden).optimiser = Sgd{-1.0}; },
         {"projection 'in -> hidden'", "Sgd rate is -1", "at least 0"}},
        {[](Draft& d) { d.spec(to_readout).optimiser = Sgd{undefined}; },
         {"projection 'hidden -> out'", "Sgd rate is nan"}},
        {[](Draft& d) { d.adam({.rate = -1e-3}); }, {"Adam rate is -0.001"}},
        {[](Draft& d) { d.adam({.beta1 = 1.0}); },
         {"projection 'in -> hidden'", "Adam beta1 is 1", "0 to below 1", "usual"}},
        {[](Draft& d) { d.adam({.beta2 = -0.1}); }, {"Adam beta2 is -0.1"}},
        {[](Draft& d) { d.adam({.beta2 = undefined}); }, {"Adam beta2 is nan"}},
        {[](Draft& d) { d.adam({.epsilon = 0.0}); }, {"Adam epsilon is 0", "above 0"}},
        {[](Draft& d) { d.spec(to_hidden).optimiser = Momentum{.momentum = 1.0}; },
         {"Momentum momentum is 1", "0 to below 1"}},
        {[](Draft& d) { d.spec(to_hidden).optimiser = RmsProp{.decay = -0.5}; }, {"RmsProp decay is -0.5"}},
        {[](Draft& d) { d.spec(to_hidden).optimiser = RMaxProp{.decay = 1.5}; },
         {"RMaxProp decay is 1.5", "exp(-T/30 s)"}},
        {[](Draft& d) { d.spec(to_hidden).optimiser = RMaxProp{.epsilon = 0.0}; }, {"RMaxProp epsilon is 0"}},
        {[](Draft& d) { d.spec(to_hidden).weight_decay = -1.0; }, {"projection 'in -> hidden'", "weight_decay is -1"}},
        {[](Draft& d) { d.spec(to_hidden).rate_schedule = StepDecay{.period = 0}; }, {"StepDecay period is 0"}},
        {[](Draft& d) { d.spec(to_hidden).rate_schedule = StepDecay{.factor = 0.0}; }, {"StepDecay factor is 0"}},
        {[](Draft& d) { d.spec(to_hidden).rate_schedule = ExponentialDecay{0.0}; }, {"ExponentialDecay updates is 0"}},
        {[](Draft& d) { d.spec(to_hidden).rate_schedule = LinearDecay{.floor = -1.0}; }, {"LinearDecay floor is -1"}},
        {[](Draft& d) { d.spec(to_hidden).rate_schedule = WarmUp{0}; }, {"WarmUp updates is 0"}},
        {[](Draft& d) {
             d.spec(to_hidden).rate_schedule = PiecewiseRate{{{5, 0.1}, {5, 0.2}}};
         },
         {"PiecewiseRate first update is 5", "above 5", "ascending"}},
        {[](Draft& d) {
             d.spec(to_hidden).limits = {0.1, 1.0, true};
         },
         {"keep_sign is set", "0 does not lie between", "include 0"}},
        {[](Draft& d) {
             d.spec(to_hidden).limits = {1.0, 1.0};
         },
         {"projection 'in -> hidden'", "limits low is 1", "below high (1)"}},
        {[](Draft& d) {
             d.spec(to_hidden).limits = {undefined, 1.0};
         },
         {"limits low is nan"}},
        {[](Draft& d) { d.spec(to_hidden).limits.high = undefined; }, {"limits low is", "below high (nan)"}},
    });
}

TEST_CASE("faults of errors", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.errors[0].readout = {7}; },
         {"set_error number 0", "readout is population number 7", "has 5"}},
        {[](Draft& d) {
             d.errors.push_back({{hidden}, Error::mean_squared});
         },
         {"population 'hidden'", "has an error", "not a readout", "set_error"}},
        {[](Draft& d) {
             d.errors.push_back({{readout}, Error::cross_entropy});
         },
         {"population 'out'", "more than one error", "once"}},
        {[](Draft& d) {
             d.populations[other_readout].size = 1;
             d.errors.push_back({{other_readout}, Error::cross_entropy});
         },
         {"population 'aux'", "size is 1", "2 or more with Error::cross_entropy", "Error::mean_squared"}},
    });
}

TEST_CASE("faults of feedback", "[network][validate][fast]") {
    check({
        {[](Draft& d) { d.feedback().readout = {8}; }, {"feedback number 0", "readout is population number 8"}},
        {[](Draft& d) { d.feedback().learner = {8}; }, {"feedback number 0", "learner is population number 8"}},
        {[](Draft& d) { d.feedback().readout = {adaptive}; },
         {"feedback 'adaptive -> hidden'", "population 'adaptive' is not a readout", "from a readout"}},
        {[](Draft& d) { d.feedback().readout = {other_readout}; },
         {"feedback 'aux -> hidden'", "population 'aux' has no error", "set_error"}},
        {[](Draft& d) {
             d.feedbacks.push_back({{readout}, {adaptive}, FeedbackKind::random});
         },
         {"feedback 'out -> adaptive'", "no projection onto population 'adaptive' learns by Eprop",
          "remove the feedback"}},
        {[](Draft& d) { d.feedbacks.push_back(d.feedback()); },
         {"feedback 'out -> hidden'", "more than once", "once for each"}},
        {[](Draft& d) { d.projections.pop_back(); },
         {"feedback 'out -> hidden'", "symmetric", "from population 'hidden' to population 'out'", "there are 0",
          "exactly one projection", "FeedbackKind::random"}},
        {[](Draft& d) { d.projections.push_back(d.projections[to_readout]); },
         {"symmetric", "there are 2", "allowed is 1"}},
        {[](Draft& d) {
             d.projections.push_back(d.projections[to_readout]);
             d.feedback().kind = FeedbackKind::adaptive;
         },
         {"adaptive", "there are 2"}},
        {[](Draft& d) {
             d.spec(to_readout).connector = FixedInDegree{5};
             d.spec(to_readout).allow_multapses = true;
         },
         {"feedback 'out -> hidden'", "symmetric", "projection 'hidden -> out' has allow_multapses",
          "several weights"}},
        {[](Draft& d) {
             d.spec(to_readout).connector = ExplicitList{{{0, 0}, {0, 0}}};
             d.spec(to_readout).allow_multapses = true;
         },
         {"symmetric", "allow_multapses"}},
        {[](Draft& d) {
             d.spec(to_readout).rule = Static{};
             d.feedback().kind = FeedbackKind::adaptive;
         },
         {"feedback 'out -> hidden'", "adaptive", "projection 'hidden -> out' does not learn", "ReadoutRule"}},
        {[](Draft& d) { d.feedback().matrix.assign(40, 0.5); },
         {"symmetric", "a matrix is given", "no effect", "leave the matrix out"}},
        {[](Draft& d) {
             d.feedback().kind = FeedbackKind::random;
             d.feedback().matrix.assign(41, 0.5);
         },
         {"feedback 'out -> hidden'", "41 entries", "allowed is 40", "2 readouts x 20 learning neurons", "one row"}},
        {[](Draft& d) {
             d.feedback().kind = FeedbackKind::random;
             d.feedback().matrix.assign(40, 0.5);
             d.feedback().matrix[7] = undefined;
         },
         {"feedback 'out -> hidden'", "matrix entry 7 is nan", "finite"}},
        {[](Draft& d) {
             d.feedback().kind = FeedbackKind::random;
             d.feedback().weight = Normal{0.0, -1.0};
         },
         {"feedback 'out -> hidden'", "weight: Normal standard_deviation is -1"}},
    });
}

TEST_CASE("faults of the rules beyond e-prop", "[network][validate][fast]") {
    check({
        {[](Draft& d) {
             d.populations[hidden].model = AdaptiveLifParameters{};
             d.spec(to_hidden).rule = SuperSpike{};
         },
         {"rule is SuperSpike", "'hidden' is not LIF or CuBa LIF"}},
        {[](Draft& d) { d.spec(to_hidden).rule = SuperSpike{.tau_rise_ms = 0.0}; }, {"SuperSpike tau_rise_ms is 0"}},
        {[](Draft& d) {
             d.arrival();
             d.spec(to_hidden).rule = SuperSpike{.penalty = {.strength = 0.1}};
         },
         {"SuperSpike penalty strength is above 0", "change at arrivals", "UpdateTiming::interval"}},
        {[](Draft& d) { d.spec(to_hidden).rule = SuperSpike{.penalty = {.strength = -0.1}}; },
         {"SuperSpike penalty strength is -0.1"}},
        {[](Draft& d) { d.spec(to_hidden).rule = Stllr{.after = undefined}; }, {"Stllr after is nan"}},
        {[](Draft& d) { d.spec(to_hidden).rule = RewardEprop{}; },
         {"rule is RewardEprop", "there are no rewards", "set_reward"}},
        {[](Draft& d) { d.spec(to_readout).rule = RewardReadout{}; }, {"rule is RewardReadout", "set_reward"}},
        {[](Draft& d) { d.spec(to_readout).rule = RewardStdp{}; }, {"rule is RewardStdp", "'out' does not spike"}},
        {[](Draft& d) { d.spec(to_adaptive).rule = Pes{}; },
         {"rule is Pes", "no feedback reaches population 'adaptive'", "add_feedback"}},
        {[](Draft& d) {
             d.eprop().reset_in_gradient = true;
             d.lif().reset = Reset::to_value;
         },
         {"reset_in_gradient is set", "reset is to a value", "Reset::subtract"}},
        {[](Draft& d) { d.spec(to_adaptive).rule = Eprop{.rate = {.strength = 1.0}, .reset_in_gradient = true}; },
         {"reset_in_gradient is set", "the target adapts", "clear it"}},
        {[](Draft& d) {
             d.eprop().reset_in_gradient = true;
             d.eprop().voltage.strength = 1.0;
             d.lif().reset = Reset::subtract;
         },
         {"reset_in_gradient is set", "so is the voltage regulariser", "no map carries both", "use one of the two"}},
        {[](Draft& d) { d.eprop().voltage = {.strength = 1.0, .low = 1.0, .high = 0.5}; },
         {"Eprop voltage low is 1", "below high (0.5)"}},
        {[](Draft& d) { d.eprop().rate.tolerance_hz = -1.0; }, {"Eprop rate tolerance_hz is -1"}},
        {[](Draft& d) { d.reward = RewardSpec{.critic = {readout}}; }, {"reward", "size of the critic is 2"}},
        {[](Draft& d) { d.reward = RewardSpec{.critic = {hidden}}; },
         {"reward", "critic population 'hidden' is not a readout"}},
        {[](Draft& d) { d.reward = RewardSpec{.discount_tau_ms = 0.0}; }, {"reward", "discount_tau_ms is 0"}},
        {[](Draft& d) { d.schedule.memory_steps = 10; },
         {"learning schedule", "memory_steps is set", "reset_state is true"}},
        {[](Draft& d) {
             d.arrival();
             d.schedule.memory_steps = 10;
         },
         {"memory_steps is 10", "UpdateTiming::arrival"}},
        {[](Draft& d) { d.errors.push_back({.readout = {other_readout}, .error = Error::spike_train}); },
         {"'aux'", "has Error::spike_train, but does not spike"}},
        {[](Draft& d) { d.errors.push_back({.readout = {hidden}, .error = Error::spike_train, .tau_decay_ms = -1.0}); },
         {"population 'hidden'", "error tau_decay_ms is -1"}},
        {[](Draft& d) { d.errors[0].weight = infinite; }, {"population 'out'", "error weight is inf"}},
        {[](Draft& d) {
             d.feedback() = {{adaptive}, {hidden}, FeedbackKind::random};
         },
         {"readout population 'adaptive' is not a readout population", "Error::spike_train"}},
        {[](Draft& d) {
             d.feedback() = {.readout = {adaptive},
                             .learner = {hidden},
                             .kind = FeedbackKind::random,
                             .source = FeedbackSource::backpropagated};
         },
         {"'adaptive' has no learning signal to hand down"}},
        {[](Draft& d) {
             d.feedbacks.push_back({.readout = {hidden},
                                    .learner = {hidden},
                                    .kind = FeedbackKind::random,
                                    .source = FeedbackSource::backpropagated});
         },
         {"runs in a circle", "feed an error back"}},
        {[](Draft& d) {
             hand_down(d);
             d.projections.push_back(d.projections[to_adaptive]);
             d.projections.back().spec.rule = SuperSpike{.surrogate = FastSigmoid{1.0, 2.0}};
         },
         {"feedback 'adaptive -> hidden'", "projection 'hidden -> adaptive'", "different surrogates",
          "no single psi to hand down", "give them the same surrogate"}},
        {[](Draft& d) {
             d.arrival();
             d.errors.push_back({.readout = {adaptive}, .error = Error::spike_train});
             d.spec(to_adaptive).rule = Eprop{};
             d.feedbacks.push_back({{adaptive}, {hidden}, FeedbackKind::symmetric});
         },
         {"kind is symmetric", "change at arrivals", "UpdateTiming::interval"}},
    });
}

TEST_CASE("unusual but valid ways to learn pass", "[network][validate][fast]") {
    check_valid({
        [](Draft& d) { d.schedule.signal_window = 100; },
        [](Draft& d) { d.schedule.signal_period = 100; },
        [](Draft& d) {
            d.schedule.signal_period = 60;
            d.schedule.signal_window = 41;
        },
        [](Draft& d) { d.arrival(); },
        [](Draft& d) { d.adam({.rate = 0.0, .beta1 = 0.0}); },
        [](Draft& d) {
            d.arrival();
            d.adam({});
        },
        [](Draft& d) { d.eprop().surrogate = CustomSurrogate{[](double) { return 1.0; }}; },
        [](Draft& d) { d.spec(to_hidden).limits.keep_sign = true; },
        [](Draft& d) { d.spec(recurrent).optimiser = Sgd{-1.0}; }, // does not learn: has no meaning
        [](Draft& d) {
            d.feedbacks.clear();
            d.eprop().rate.strength = 0.1;
        },
        [](Draft& d) {
            d.feedback().kind = FeedbackKind::random;
            d.feedback().matrix.assign(40, 0.5);
            d.projections.push_back(d.projections[to_readout]);
        },
        [](Draft& d) { d.feedback().kind = FeedbackKind::adaptive; },
        [](Draft& d) { // several rules, one surrogate
            hand_down(d);
            d.projections.push_back(d.projections[to_adaptive]);
            d.projections.back().spec.rule =
                SuperSpike{.surrogate = FastSigmoid{1.0, 1.0}, .psi_while_refractory = true};
        },
        [](Draft& d) { d.spec(to_readout).rule = Static{}; },        // symmetric feedback of weights that do not learn
        [](Draft& d) { d.spec(to_readout).allow_multapses = true; }, // all-to-all has none all the same
        [](Draft& d) { d.errors[0].error = Error::cross_entropy; },
        [](Draft& d) { // rules onto one population may differ
            d.spec(recurrent).rule = Eprop{.filter_tau_ms = 5.0};
        },
    });
}
