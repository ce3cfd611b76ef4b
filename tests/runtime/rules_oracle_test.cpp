// SPDX-License-Identifier: BSD-3-Clause
// I4 for every rule: the engine against the naive dense oracle on random networks, in both schedules, however cut, in
// both precisions: the same spikes, and the same weights, to what rule_comparison.hpp allows.
#include "tests/runtime/rule_comparison.hpp"

#include <array>
#include <set>

namespace {

using namespace saltus_oracle;
using saltus::Precision;
using saltus::test::Tally;

struct Tallies {
    Tally in_double, in_single;
    std::uint64_t spikes = 0;
};

bool readouts_have_currents(const Scenario& scenario) {
    return std::all_of(scenario.populations.begin(), scenario.populations.end(),
                       [](const Population& p) { return p.kind != PopulationKind::readout || has_current(p); });
}

/// Whether a projection is taught as the options ask.
bool as_asked(const RuleOptions& o, const Scenario& scenario, const Projection& p) {
    const Plasticity& rule = p.plasticity;
    const Population& target = scenario.populations[p.target];
    const auto handed_down = [&](const Feedback& f) { return f.population == p.target && f.backpropagated; };
    const auto& feedback = scenario.learning.feedback;
    return (o.mixed || rule.rule == o.rule) && (!o.currents || target.kind == PopulationKind::cuba_lif) &&
           (!o.readout_currents || readouts_have_currents(scenario)) &&
           (!o.layers || std::any_of(feedback.begin(), feedback.end(), handed_down)) &&
           (!o.reset_in_gradient || rule.reset_in_gradient) && (!o.voltage || rule.c_voltage > 0.0) &&
           (!o.penalty || rule.c_penalty > 0.0) && (!o.psi_while_refractory || rule.psi_while_refractory) &&
           (!o.bound || rule.c_reg > 0.0) && (!o.optimiser || rule.optimiser.kind == *o.optimiser) &&
           (!o.decay || rule.optimiser.weight_decay > 0.0) && (!o.keep_sign || rule.optimiser.keep_sign) &&
           (!o.base.surrogate || target.surrogate.shape == *o.base.surrogate);
}

constexpr std::array learning_rules{RuleKind::eprop,        RuleKind::superspike, RuleKind::instantaneous,
                                    RuleKind::reward_eprop, RuleKind::stllr,      RuleKind::reward_stdp,
                                    RuleKind::pes};

Tallies compare_range(std::uint64_t first, std::uint64_t count, const RuleOptions& options) {
    Tallies tallies;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const Scenario scenario = rule_scenario(seed, options);
        const Result truth = run_dense(scenario);
        const auto asked = [&](const Projection& p) { return as_asked(options, scenario, p); };
        using saltus::test::compare_run;
        compare_run(scenario, truth, Precision::double_precision, seed, asked, tallies.in_double);
        compare_run(scenario, truth, Precision::single_precision, seed, asked, tallies.in_single);
        tallies.spikes += truth.counters.spikes;
    }
    const auto all = static_cast<int>(count);
    CHECK(tallies.spikes > 20 * count);
    CHECK(tallies.in_double.compared * 10 >= all * 7);
    CHECK(tallies.in_single.compared * 10 >= all * 5);
    for (const Tally& tally : {tallies.in_double, tallies.in_single}) {
        CHECK(tally.close + 1 + tally.compared / 10 >= tally.compared);
        CHECK(tally.learned * 10 >= tally.compared * 7);
        CHECK(tally.shown * (options.switches ? 10 : 3) >= tally.compared); // switched off, fewer learn much
        CHECK(tally.shown >= 2);
        for (const RuleKind rule : learning_rules)
            if (options.mixed) CHECK(tally.rules.count(rule) == 1);
    }
    return tallies;
}

constexpr std::array both{ScheduleKind::interval, ScheduleKind::arrival};

void check_both(std::uint64_t seed, RuleOptions options, std::uint64_t count = 12) {
    for (const ScheduleKind schedule : both) {
        options.base.schedule = schedule;
        INFO("schedule " << static_cast<int>(schedule));
        compare_range(seed, count, options);
        seed += 1000;
    }
}

} // namespace

TEST_CASE("oracle: e-prop onto CuBa LIF", "[runtime][oracle][rules]") {
    check_both(500000, {.rule = RuleKind::eprop, .currents = true});
}

TEST_CASE("oracle: SuperSpike, trains of spikes for targets, delta synapses and currents", "[runtime][oracle][rules]") {
    check_both(510000, {.rule = RuleKind::superspike, .spike_trains = true});
    check_both(512000, {.rule = RuleKind::superspike, .currents = true, .spike_trains = true});
}

TEST_CASE("oracle: SuperSpike with traces that outlive the interval, RMaxProp", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::superspike, .currents = true, .spike_trains = true, .persist = true};
    options.optimiser = OptimiserKind::rmaxprop;
    options.base.schedule = ScheduleKind::interval;
    compare_range(520000, 15, options);
    options = {.rule = RuleKind::eprop, .persist = true};
    options.base.schedule = ScheduleKind::interval;
    compare_range(521000, 15, options);
}

TEST_CASE("oracle: SuperSpike, surrogate derivatives of refractory neurons", "[runtime][oracle][rules]") {
    check_both(523000, {.rule = RuleKind::superspike, .spike_trains = true, .psi_while_refractory = true}, 8);
    check_both(523500,
               {.rule = RuleKind::superspike, .currents = true, .spike_trains = true, .psi_while_refractory = true}, 8);
}

TEST_CASE("oracle: what is handed down is silent while refractory, whatever the rule's own traces read",
          "[runtime][oracle][rules]") {
    check_both(524000, {.rule = RuleKind::superspike, .layers = true, .psi_while_refractory = true});
    check_both(524500, {.rule = RuleKind::superspike, .currents = true, .layers = true, .psi_while_refractory = true},
               8);
}

TEST_CASE("oracle: SuperSpike, weights onto busy neurons held back", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::superspike, .spike_trains = true, .penalty = true};
    options.base.schedule = ScheduleKind::interval;
    compare_range(525000, 15, options);
    options.currents = options.persist = true;
    options.optimiser = OptimiserKind::rmaxprop;
    compare_range(526000, 15, options);
}

TEST_CASE("oracle: the instantaneous rules, with an error of their own layer and handed down",
          "[runtime][oracle][rules]") {
    check_both(530000, {.rule = RuleKind::instantaneous});
    check_both(532000, {.rule = RuleKind::instantaneous, .layers = true});
    check_both(534000, {.rule = RuleKind::instantaneous, .currents = true, .layers = true});
    check_both(536000, {.rule = RuleKind::eprop, .layers = true});
}

TEST_CASE("oracle: label events", "[runtime][oracle][rules]") {
    check_both(540000, {.rule = RuleKind::instantaneous, .labels = true});
    check_both(542000, {.rule = RuleKind::eprop, .labels = true});
}

TEST_CASE("oracle: reward-based e-prop with actor and critic", "[runtime][oracle][rules]") {
    check_both(550000, {.rule = RuleKind::reward_eprop});
    check_both(552000, {.rule = RuleKind::reward_eprop, .currents = true});
}

TEST_CASE("oracle: readouts behind a synaptic current, every error, reward, optimisers, learning off now and then",
          "[runtime][oracle][rules][cuba_readout]") {
    check_both(554000, {.rule = RuleKind::eprop, .readout_currents = true});
    check_both(555000, {.rule = RuleKind::superspike, .currents = true, .readout_currents = true});
    check_both(556000, {.rule = RuleKind::instantaneous, .readout_currents = true, .layers = true, .labels = true});
    check_both(557000, {.rule = RuleKind::reward_eprop, .readout_currents = true, .switches = true}, 20);
    check_both(558000,
               {.rule = RuleKind::reward_eprop,
                .readout_currents = true,
                .optimiser = OptimiserKind::adam,
                .decay = true,
                .keep_sign = true},
               8);
    RuleOptions persist{.rule = RuleKind::eprop, .readout_currents = true, .persist = true, .switches = true};
    persist.base.schedule = ScheduleKind::interval;
    compare_range(559000, 12, persist);
}

TEST_CASE("oracle: S-TLLR, reward-modulated STDP, PES", "[runtime][oracle][rules]") {
    check_both(560000, {.rule = RuleKind::stllr});
    check_both(562000, {.rule = RuleKind::reward_stdp});
    check_both(564000, {.rule = RuleKind::pes});
    check_both(566000, {.rule = RuleKind::pes, .currents = true});
}

TEST_CASE("oracle: the reset in the gradient", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::eprop, .reset_in_gradient = true};
    options.base.neurons = PopulationKind::lif;
    options.base.reset = Reset::subtract;
    check_both(570000, options);
    options.base.spike_effect = SpikeEffect::next_tick;
    check_both(572000, options, 10);
    options.base.spike_effect = {};
    options.currents = true;
    check_both(574000, options);
}

TEST_CASE("oracle: regularisers of voltage, of rates within bounds, of populations", "[runtime][oracle][rules]") {
    check_both(580000, {.rule = RuleKind::eprop, .voltage = true});
    check_both(582000, {.rule = RuleKind::eprop, .currents = true, .voltage = true});
    for (const RateBound bound : {RateBound::both, RateBound::lower, RateBound::upper})
        check_both(584000, {.rule = RuleKind::eprop, .bound = bound}, 10);
}

TEST_CASE("oracle: rates kept by SuperSpike and by the instantaneous rules, layer by layer, learning off now and then",
          "[runtime][oracle][rules]") {
    for (const RateBound bound : {RateBound::both, RateBound::lower, RateBound::upper}) {
        check_both(586000, {.rule = RuleKind::instantaneous, .layers = true, .bound = bound}, 8);
        check_both(588000, {.rule = RuleKind::superspike, .currents = true, .spike_trains = true, .bound = bound}, 8);
    }
    check_both(589000, {.rule = RuleKind::instantaneous, .bound = RateBound::both, .switches = true});
    check_both(589500, {.rule = RuleKind::eprop, .mixed = true, .bound = RateBound::both}, 24);
}

TEST_CASE("oracle: every optimiser, weight decay, a falling rate, Dale's principle", "[runtime][oracle][rules]") {
    for (const auto kind : {OptimiserKind::sgd, OptimiserKind::momentum, OptimiserKind::adam, OptimiserKind::rmsprop,
                            OptimiserKind::rmaxprop}) {
        INFO("optimiser " << static_cast<int>(kind));
        check_both(590000, {.rule = RuleKind::eprop, .optimiser = kind, .decay = true, .keep_sign = true}, 8);
        check_both(592000, {.rule = RuleKind::instantaneous, .layers = true, .optimiser = kind}, 5);
    }
}

TEST_CASE("oracle: several rules at once", "[runtime][oracle][rules]") {
    check_both(600000, {.rule = RuleKind::eprop, .mixed = true}, 24);
    check_both(602000, {.rule = RuleKind::eprop, .currents = true, .spike_trains = true, .mixed = true}, 24);
}

TEST_CASE("oracle: every surrogate derivative", "[runtime][oracle][rules][surrogate]") {
    std::uint64_t seed = 620000;
    for (int shape = 0; shape <= static_cast<int>(SurrogateShape::custom); ++shape) {
        INFO("shape " << shape);
        RuleOptions options{.rule = RuleKind::eprop};
        options.base.surrogate = static_cast<SurrogateShape>(shape);
        check_both(seed += 10, options, 5);
        options.rule = RuleKind::stllr;
        check_both(seed += 10, options, 5);
    }
}

TEST_CASE("oracle: learning is off now and then, every rule", "[runtime][oracle][rules][switch]") {
    for (const RuleKind rule : {RuleKind::eprop, RuleKind::superspike, RuleKind::instantaneous, RuleKind::reward_eprop,
                                RuleKind::stllr, RuleKind::reward_stdp, RuleKind::pes}) {
        INFO("rule " << static_cast<int>(rule));
        const bool trains = rule == RuleKind::superspike;
        check_both(620000, {.rule = rule, .spike_trains = trains, .switches = true}, 8);
        RuleOptions persist{.rule = rule, .spike_trains = trains, .persist = true, .switches = true};
        persist.base.schedule = ScheduleKind::interval;
        compare_range(622000, 8, persist);
    }
}

TEST_CASE("oracle: learning is off now and then, with currents, layers, labels, penalties, regularisers, optimisers",
          "[runtime][oracle][rules][switch]") {
    check_both(630000, {.rule = RuleKind::reward_eprop, .currents = true, .switches = true}, 20);
    check_both(632000, {.rule = RuleKind::instantaneous, .layers = true, .switches = true}, 20);
    check_both(634000, {.rule = RuleKind::eprop, .labels = true, .switches = true});
    check_both(636000, {.rule = RuleKind::eprop, .voltage = true, .bound = RateBound::both, .switches = true}, 20);
    RuleOptions penalty{.rule = RuleKind::superspike, .spike_trains = true, .penalty = true, .switches = true};
    penalty.base.schedule = ScheduleKind::interval;
    compare_range(638000, 8, penalty);
    for (const auto kind : {OptimiserKind::momentum, OptimiserKind::adam, OptimiserKind::rmaxprop}) {
        INFO("optimiser " << static_cast<int>(kind));
        check_both(640000, {.rule = RuleKind::reward_eprop, .optimiser = kind, .decay = true, .switches = true}, 5);
    }
}
