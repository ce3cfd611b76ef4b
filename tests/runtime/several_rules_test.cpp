// SPDX-License-Identifier: BSD-3-Clause
// Two e-prop projections with different surrogates, filters and regularisers onto one population: each learns as if its
// rule were the population's only one.
#include "tests/oracle/dense_oracle.hpp"
#include "tests/oracle/draw.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus;
using namespace saltus::test;
namespace so = saltus_oracle;

constexpr std::size_t sources = 5, neurons = 6, outputs = 2;
constexpr Tick clock_ticks = 2;

const Eprop rule_a{.surrogate = PiecewiseLinear{0.5, 0.9},
                   .filter_tau_ms = 12.0,
                   .normalised_filter = true,
                   .rate = {.strength = 0.3, .target_hz = 20.0, .tau_ms = 100.0}};
const Eprop rule_b{
    .surrogate = FastSigmoid{1.5, 0.1}, .filter_tau_ms = 35.0, .normalised_filter = false, .rate = {.strength = 0.0}};
constexpr double rate_a = 0.02, rate_b = 0.001;

/// Input populations 0 (rule a), 1 (rule b), 2 (static) -> 3: adaptive LIF -> 4: readout. The oracle has one surrogate
/// per population, so it is asked twice.
struct Experiment {
    so::Scenario scenario;
    std::vector<double> feedback; ///< [output][neuron]

    explicit Experiment(UpdateTiming timing) {
        so::Draw draw(5);
        scenario.tick_ms = 1.0;
        scenario.clock_ticks = clock_ticks;
        scenario.last_tick = timing == UpdateTiming::interval ? 100 : 103;
        for (int k = 0; k < 3; ++k) add(so::PopulationKind::input, sources);
        add(so::PopulationKind::adaptive_lif, neurons);
        add(so::PopulationKind::readout, outputs);
        scenario.populations[3].beta = 0.3;
        scenario.populations[3].tau_a_ms = 50.0;
        for (std::size_t p = 0; p < 3; ++p) connect(p, 3, 0.35, draw);
        connect(3, 4, 0.0, draw);
        for (std::size_t k = 0; k < neurons * outputs; ++k) feedback.push_back(draw.real(-1.0, 1.0));
        teach(0, rule_a, rate_a);
        teach(1, rule_b, rate_b);
        add_learning(timing);
        timing == UpdateTiming::interval ? feed_at_random(draw) : feed_twice(draw);
    }

    so::Result ask(so::SurrogateShape shape, double height, double width) const {
        so::Scenario one = scenario;
        one.populations[3].surrogate = {shape, height, width};
        return so::run_dense(one);
    }

  private:
    void add(so::PopulationKind kind, std::size_t size) {
        so::Population& population = scenario.populations.emplace_back();
        population.kind = kind;
        population.size = size;
    }
    void connect(std::size_t source, std::size_t target, double mean, so::Draw& draw) {
        so::Projection p;
        p.source = source;
        p.target = target;
        for (std::size_t i = 0; i < scenario.populations[source].size; ++i) {
            for (std::size_t j = 0; j < scenario.populations[target].size; ++j) {
                p.synapses.push_back({i, j, mean + draw.real(-0.2, 0.2), 1});
            }
        }
        scenario.projections.push_back(p);
    }
    void teach(std::size_t p, const Eprop& rule, double rate) {
        so::Projection& projection = scenario.projections[p];
        projection.plastic = true;
        projection.plasticity = {.filter_tau_ms = rule.filter_tau_ms,
                                 .normalised_filter = rule.normalised_filter,
                                 .c_reg = rule.rate.strength,
                                 .f_target_hz = rule.rate.target_hz,
                                 .tau_rate_ms = rule.rate.tau_ms,
                                 .optimiser = {.eta = rate}};
    }
    void add_learning(UpdateTiming timing) {
        const bool interval = timing == UpdateTiming::interval;
        so::Feedback f{3, 4, so::FeedbackKind::random, std::vector<double>(neurons * outputs)};
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t j = 0; j < neurons; ++j) f.initial[j * outputs + o] = feedback[o * neurons + j];
        }
        scenario.learning = {.schedule = interval ? so::ScheduleKind::interval : so::ScheduleKind::arrival,
                             .interval_steps = 50,
                             .signal_window_steps = 50,
                             .feedback = {f}};
        scenario.targets.push_back({0, 4, {0.7, -0.4}});
    }
    /// One interval: nothing is updated before its end.
    void feed_at_random(so::Draw& draw) {
        for (Tick t = 0; t < 99; ++t) {
            for (std::size_t k = 0; k < 3 * sources; ++k) {
                if (draw.chance(0.05)) scenario.inputs.push_back({t, k / sources, k % sources});
            }
        }
    }
    /// Sources of plastic rows spike twice, the second time all at once: nothing is updated before that.
    void feed_twice(so::Draw& draw) {
        for (Tick t = 0; t < 100; ++t) {
            for (std::size_t k = 0; k < sources; ++k) {
                if (t == 3 + static_cast<Tick>(6 * k)) scenario.inputs.push_back({t, 0, k});
                if (t == 6 + static_cast<Tick>(6 * k)) scenario.inputs.push_back({t, 1, k});
                if (draw.chance(0.15)) scenario.inputs.push_back({t, 2, k});
            }
        }
        for (const std::size_t p : {0, 1}) {
            for (std::size_t k = 0; k < sources; ++k) scenario.inputs.push_back({100, p, k});
        }
    }
};

/// The same as one network of the engine, both rules at work at once.
struct Both {
    Network network{{.tick = std::chrono::milliseconds(1),
                     .delay_resolution = std::chrono::milliseconds(1),
                     .learning_clock = clock_ticks}};
    std::vector<PopulationId> populations;
    std::vector<ProjectionId> projections;

    Both(const Experiment& e, UpdateTiming timing) {
        for (std::uint32_t k = 0; k < 3; ++k) {
            populations.push_back(network.add("input " + std::to_string(k), sources, InputParameters{}));
        }
        AdaptiveLifParameters p;
        p.beta = 0.3;
        p.tau_a_ms = 50.0;
        populations.push_back(network.add("neurons", neurons, p));
        populations.push_back(network.add("readout", outputs, LeakyReadoutParameters{}));
        for (const so::Projection& projection : e.scenario.projections) connect(projection);
        network.set_error(populations[4], Error::mean_squared);
        network.add_feedback({populations[4], populations[3], FeedbackKind::random, Constant{0.0}, e.feedback});
        network.set_schedule({.timing = timing, .interval_steps = 50, .reset_state = false});
    }

    void connect(const so::Projection& p) {
        ExplicitList list;
        for (const so::Synapse& s : p.synapses) {
            list.pairs.push_back({static_cast<std::uint32_t>(s.source), static_cast<std::uint32_t>(s.target)});
            list.weights.push_back(s.weight);
        }
        ProjectionSpec spec{.connector = list};
        if (p.source == 0) spec.rule = rule_a, spec.optimiser = Sgd{rate_a};
        if (p.source == 1) spec.rule = rule_b, spec.optimiser = Sgd{rate_b};
        projections.push_back(network.connect(populations[p.source], populations[p.target], spec));
    }
};

void check_against_oracle(UpdateTiming timing) {
    const Experiment e(timing);
    const so::Result a = e.ask(so::SurrogateShape::piecewise_linear, 0.5, 0.9);
    const so::Result b = e.ask(so::SurrogateShape::fast_sigmoid, 1.5, 0.1);
    const Both both(e, timing);
    Simulation simulation(both.network, {.precision = Precision::double_precision});
    for (const so::InputEvent& i : e.scenario.inputs) {
        CHECK(simulation.push(both.populations[i.population], i.tick, static_cast<std::uint32_t>(i.neuron)) ==
              Status::ok);
    }
    CHECK(simulation.set_target(both.populations[4], 0, std::array{0.7, -0.4}) == Status::ok);
    simulation.advance_until(e.scenario.last_tick);
    CHECK(simulation.counters().spikes == a.counters.spikes);
    CHECK(a.counters.spikes > 10);
    for (const std::size_t p : {0, 1}) {
        INFO("projection " << p);
        const std::vector<double> weights = simulation.weights(both.projections[p]); // by source, target: as listed
        const std::vector<double>& own = p == 0 ? a.weights[p] : b.weights[p];
        const std::vector<double>& other = p == 0 ? b.weights[p] : a.weights[p];
        std::vector<double> start;
        for (const so::Synapse& s : e.scenario.projections[p].synapses) start.push_back(s.weight);
        CHECK(largest_difference(weights, own) < 1e-12);
        CHECK(largest_difference(start, own) > 5e-3);                                 // it learned,
        CHECK(largest_difference(other, own) > 0.1 * largest_difference(start, own)); // and the rule matters
    }
}

/// Two halves that know nothing of each other, as one population or as two; long runs with symmetric feedback.
struct Halves {
    Network network{one_ms, 4};
    std::vector<PopulationId> input, hidden, readout; ///< [half]
    std::vector<ProjectionId> projections;            ///< [half * 3 + input, loop, readout]

    Halves(UpdateTiming timing, bool apart) {
        for (std::uint32_t h = 0; h < 2; ++h)
            input.push_back(network.add("input " + std::to_string(h), 6, InputParameters{}));
        if (apart) {
            for (std::uint32_t h = 0; h < 2; ++h)
                hidden.push_back(network.add("half " + std::to_string(h), 7, LifParameters{}));
        } else {
            hidden.assign(2, network.add("halves", 14, LifParameters{}));
        }
        for (std::uint32_t h = 0; h < 2; ++h) {
            readout.push_back(network.add("readout " + std::to_string(h), 2, LeakyReadoutParameters{}));
        }
        for (std::uint32_t h = 0; h < 2; ++h) connect(h, apart ? 0 : 7 * h);
        network.set_schedule({.timing = timing, .interval_steps = 40, .reset_state = timing == UpdateTiming::interval});
    }

    std::vector<std::vector<double>> run(std::size_t& spikes) const {
        Simulation simulation(network, {.precision = Precision::double_precision});
        RandomStream random(4, 4);
        for (Tick t = 0; t < 600; ++t) {
            for (std::uint32_t k = 0; k < 12; ++k) {
                if (random.uniform() < 0.08) (void)simulation.push(input[k / 6], t, k % 6);
            }
        }
        for (const PopulationId r : readout) (void)simulation.set_target(r, 1, std::array{0.6, -0.6});
        simulation.advance_until(610);
        spikes = simulation.counters().spikes;
        std::vector<std::vector<double>> weights;
        for (const ProjectionId p : projections) weights.push_back(simulation.weights(p));
        return weights;
    }

  private:
    /// All pairs of the two ranges, as a list: one projection covers part of a population.
    ExplicitList pairs(std::uint32_t n, std::uint32_t from, std::uint32_t m, std::uint32_t to, double mean,
                       std::uint64_t stream) const {
        RandomStream random(6, stream);
        ExplicitList list;
        for (std::uint32_t i = 0; i < n; ++i) {
            for (std::uint32_t j = 0; j < m; ++j) {
                list.pairs.push_back({from + i, to + j});
                list.weights.push_back(mean + 0.2 * random.normal());
            }
        }
        return list;
    }
    void connect(std::uint32_t h, std::uint32_t first) {
        const Rule rule = h == 0 ? rule_a : rule_b;
        const Sgd sgd{h == 0 ? 0.01 : 0.0005};
        const auto add = [&](PopulationId source, PopulationId target, ExplicitList list, const Rule& how) {
            projections.push_back(
                network.connect(source, target, {.connector = std::move(list), .rule = how, .optimiser = sgd}));
        };
        add(input[h], hidden[h], pairs(6, 0, 7, first, 0.25, h), rule);
        add(hidden[h], hidden[h], pairs(7, first, 7, first, 0.0, 2 + h), rule);
        add(hidden[h], readout[h], pairs(7, first, 2, 0, 0.0, 4 + h), ReadoutRule{});
        network.set_error(readout[h], Error::mean_squared);
        network.add_feedback({readout[h], hidden[h], FeedbackKind::symmetric});
    }
};

} // namespace

TEST_CASE("two rules onto one population: interval schedule, each as the oracle has it alone",
          "[runtime][rules][fast]") {
    check_against_oracle(UpdateTiming::interval);
}

TEST_CASE("two rules onto one population: arrival schedule, each as the oracle has it alone",
          "[runtime][rules][fast]") {
    check_against_oracle(UpdateTiming::arrival);
}

TEST_CASE("two halves of one population, each with its rule, learn like two populations", "[runtime][rules][fast]") {
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        std::size_t spikes = 0, spikes_apart = 0;
        const auto together = Halves(timing, false).run(spikes);
        const auto apart = Halves(timing, true).run(spikes_apart);
        CHECK(spikes == spikes_apart);
        CHECK(spikes > 200);
        const auto start = [&](std::size_t p) {
            const Halves net(timing, false);
            return Simulation(net.network, {.precision = Precision::double_precision}).weights(net.projections[p]);
        };
        for (std::size_t p = 0; p < together.size(); ++p) {
            INFO("projection " << p);
            CHECK(largest_difference(together[p], apart[p]) < 1e-13);
            CHECK(largest_difference(together[p], start(p)) > 1e-3);
        }
    }
}
