// SPDX-License-Identifier: BSD-3-Clause
// DECOLLE as published (Kaiser, Mostafa, Neftci 2020): a stack of two layers, each with a fixed random readout, a
// target and symmetric feedback of its own. Against the dense oracle; and no layer learns from another's error.
#include "tests/oracle/draw.hpp"
#include "tests/runtime/rule_comparison.hpp"

#include <array>

namespace {

using namespace saltus_oracle;
using saltus::Precision;

constexpr std::size_t input = 0, lower = 1, upper = 2, lower_readout = 3, upper_readout = 4;

class Stack {
  public:
    Stack(std::uint64_t seed, PopulationKind neurons, ScheduleKind schedule)
        : draw_(seed), from_lower_(seed + 1), from_upper_(seed + 2) {
        scenario_.last_tick = 400;
        scenario_.clock_ticks = draw_.one_of({Tick{1}, Tick{2}});
        add_populations(neurons);
        connect(input, lower, 0.35, true);
        connect(lower, upper, 0.35, true);
        if (draw_.chance(0.5)) connect(upper, upper, 0.1, true);
        connect(lower, lower_readout, 0.4, false);
        connect(upper, upper_readout, 0.4, false);
        scenario_.learning.schedule = schedule;
        scenario_.learning.interval_steps = scenario_.learning.signal_window_steps = 50;
        scenario_.learning.feedback = {{lower, lower_readout, FeedbackKind::symmetric, {}},
                                       {upper, upper_readout, FeedbackKind::symmetric, {}}};
        add_inputs();
        set_rates();
    }
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    /// The same with other targets for the upper layer.
    [[nodiscard]] Scenario retaught() const {
        Scenario other = scenario_;
        for (Target& t : other.targets)
            if (t.population == upper_readout) t.values.front() += 3.0;
        return other;
    }

  private:
    void add_populations(PopulationKind kind) {
        Population in, neurons, readout;
        in.kind = PopulationKind::input;
        in.size = 8;
        neurons.kind = kind;
        neurons.size = 7;
        neurons.tau_m_ms = 15.0;
        neurons.beta = kind == PopulationKind::adaptive_lif ? 0.4 : 0.0;
        neurons.refractory_ticks = draw_.whole(0, 3);
        neurons.surrogate.height = 0.5;
        readout.kind = PopulationKind::readout;
        readout.size = 3;
        readout.tau_m_ms = 10.0;
        scenario_.populations = {in, neurons, neurons, readout, readout};
    }

    void connect(std::size_t source, std::size_t target, double size, bool plastic) {
        Projection p;
        p.source = source;
        p.target = target;
        p.plastic = plastic;
        const Population& from = scenario_.populations[source];
        const Population& onto = scenario_.populations[target];
        const bool onto_readout = onto.kind == PopulationKind::readout;
        const double gain = onto.kind == PopulationKind::cuba_lif ? 3.0 : 1.0;
        for (std::size_t i = 0; i < from.size; ++i) {
            for (std::size_t j = 0; j < onto.size; ++j) {
                const double weight = draw_.real(onto_readout ? -size : -0.3 * size, size) * gain;
                p.synapses.push_back({i, j, static_cast<double>(static_cast<float>(weight)), onto_readout ? 0 : 1});
            }
        }
        p.plasticity.rule = onto_readout ? RuleKind::readout : RuleKind::instantaneous;
        scenario_.projections.push_back(p);
    }

    void add_inputs() {
        for (Tick tick = 1; tick < scenario_.last_tick; ++tick) {
            for (std::size_t i = 0; i < scenario_.populations[input].size; ++i)
                if (draw_.chance(0.1)) scenario_.inputs.push_back({tick, input, i});
            if (tick % 40 != 1) continue;
            const auto drawn = [](Draw& d) { return std::vector{d.real(-1, 1), d.real(-1, 1), d.real(-1, 1)}; };
            scenario_.targets.push_back({tick, lower_readout, drawn(from_lower_)});
            scenario_.targets.push_back({tick, upper_readout, drawn(from_upper_)});
        }
    }

    void set_rates() {
        for (Projection& p : scenario_.projections) p.plasticity.optimiser.eta = 0.0;
        const Result still = run_dense(scenario_);
        for (std::size_t k = 0; k < scenario_.projections.size(); ++k) {
            double total = 0.0, size = 0.0;
            for (const double g : still.gradient_sum[k]) total += g;
            for (const Synapse& s : scenario_.projections[k].synapses) size += std::abs(s.weight);
            if (total > 0.0) scenario_.projections[k].plasticity.optimiser.eta = 0.3 * size / total;
        }
    }

    Draw draw_, from_lower_, from_upper_;
    Scenario scenario_;
};

constexpr std::array kinds{PopulationKind::lif, PopulationKind::adaptive_lif, PopulationKind::cuba_lif};
constexpr std::array schedules{ScheduleKind::interval, ScheduleKind::arrival};

} // namespace

TEST_CASE("oracle: DECOLLE, two layers with a fixed random readout each", "[runtime][oracle][rules]") {
    for (const PopulationKind kind : kinds) {
        for (const ScheduleKind schedule : schedules) {
            INFO("neurons " << static_cast<int>(kind) << " schedule " << static_cast<int>(schedule));
            for (const std::size_t layer : {lower, upper}) {
                saltus::test::Tally in_double, in_single;
                const auto is_layer = [&](const Projection& p) { return p.target == layer; };
                for (std::uint64_t seed = 640000; seed < 640006; ++seed) {
                    const Stack stack(seed, kind, schedule);
                    const Result truth = run_dense(stack.scenario());
                    using saltus::test::compare_run;
                    compare_run(stack.scenario(), truth, Precision::double_precision, seed, is_layer, in_double);
                    compare_run(stack.scenario(), truth, Precision::single_precision, seed, is_layer, in_single);
                }
                CHECK(in_double.shown >= 4);
                CHECK(in_single.shown >= 3);
            }
        }
    }
}

TEST_CASE("DECOLLE: no layer learns from another's error", "[runtime][rules]") {
    for (const ScheduleKind schedule : schedules) {
        const Stack stack(640000, PopulationKind::lif, schedule);
        const Scenario retaught = stack.retaught();
        std::vector<PerSynapse> weights;
        for (const Scenario* scenario : {&stack.scenario(), &retaught}) {
            saltus::test::ScenarioRun run(*scenario);
            run.push_everything();
            run.simulation().advance_until(scenario->last_tick);
            weights.push_back(run.weights());
        }
        CHECK((weights[0][0] == weights[1][0]));
        CHECK((weights[0][1] != weights[1][1]));
    }
}
