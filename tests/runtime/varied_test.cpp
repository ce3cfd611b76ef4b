// SPDX-License-Identifier: BSD-3-Clause
// Neurons with parameters of their own: a varied population is so many populations of one neuron each, to the bit; and
// the dense oracle, which knows nothing but populations of like neurons, agrees.
#include "engine/network/variation.hpp"
#include "engine/saltus.hpp"
#include "tests/oracle/dense_oracle.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t inputs = 12, cells = 17;
constexpr Tick end = 4000;
constexpr std::uint32_t busy = 6; // an input arrives every so many ticks
const TimeGrid grid{.tick = 100us, .delay_resolution = 100us, .learning_clock = 10};

/// One parameter's values: [cells], uniform in [low, high).
std::vector<double> spread(std::uint64_t stream, double low, double high) {
    RandomStream random(77, stream);
    std::vector<double> values;
    for (std::uint32_t j = 0; j < cells; ++j) values.push_back(low + (high - low) * random.uniform());
    return values;
}

template <class P>
struct Spread {
    double P::*member;
    std::vector<double> values;
};

/// Every parameter that LIF neurons have.
template <class P>
std::vector<Spread<P>> lif_spreads(bool to_value) {
    std::vector<Spread<P>> all{{&P::tau_m_ms, spread(1, 4.0, 40.0)},
                               {&P::threshold, spread(2, 0.4, 1.6)},
                               {&P::refractory_ms, spread(3, 0.2, 4.0)},
                               {&P::v_inf, spread(4, -0.4, 1.2)}};
    if (to_value) all.push_back({&P::v_reset, spread(5, -0.5, 0.3)});
    return all;
}

/// inputs -> cells (all to all) and cells -> cells (sparse), the cells being one population or one each.
struct Wiring {
    std::vector<double> in; // [inputs][cells]
    ExplicitList recurrent;

    explicit Wiring(double scale) {
        RandomStream random(78, 1);
        for (std::uint32_t k = 0; k < inputs * cells; ++k) in.push_back(scale * (0.35 + 0.3 * random.normal()));
        for (std::uint32_t i = 0; i < cells; ++i) {
            for (std::uint32_t j = 0; j < cells; ++j) {
                if (random.below(4) != 0) continue;
                recurrent.pairs.push_back({i, j});
                recurrent.weights.push_back(scale * 0.3 * random.normal());
                recurrent.delays_ms.push_back(0.1 * (1 + random.below(30)));
            }
        }
    }
};

struct Outcome {
    std::vector<std::pair<Tick, std::uint32_t>> spikes;
    std::vector<double> states;
    friend bool operator==(const Outcome& a, const Outcome& b) {
        const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
        return a.spikes == b.spikes && std::equal(a.states.begin(), a.states.end(), b.states.begin(), b.states.end(),
                                                  [&](double x, double y) { return bits(x) == bits(y); });
    }
};

Outcome run(const Network& network, const std::vector<PopulationId>& populations, const std::vector<double>& dense,
            Tick piece = end) {
    Simulation simulation(network, {.precision = Precision::double_precision});
    if (!dense.empty()) simulation.set_weights({0}, dense);
    for (const PopulationId p : populations) simulation.record_spikes(p);
    RandomStream random(79, 1);
    for (Tick t = 1; t < end; ++t) {
        if (random.below(busy) == 0) REQUIRE(simulation.push({0}, t, random.below(inputs)) == Status::ok);
    }
    for (Tick t = 0; t < end;) simulation.advance_until(t = std::min(t + piece, end));
    Outcome outcome;
    for (const Spike& s : simulation.spikes())
        outcome.spikes.emplace_back(s.tick, populations.size() == 1 ? s.neuron : s.population - 1);
    std::sort(outcome.spikes.begin(), outcome.spikes.end());
    for (std::uint32_t j = 0; j < cells; ++j)
        outcome.states.push_back(populations.size() == 1 ? simulation.state(populations[0], j)
                                                         : simulation.state(populations[j], 0));
    return outcome;
}

template <class P>
Outcome together(const P& base, const std::vector<Spread<P>>& spreads, const Wiring& wiring, bool dense,
                 Tick piece = end) {
    Network network(grid, 3);
    const auto in = network.add("in", inputs, InputParameters{});
    const auto all = network.add("cells", cells, base);
    for (const auto& s : spreads) network.vary(all, s.member, s.values);
    if (dense) {
        network.connect(in, all, {.connector = AllToAll{}});
    } else {
        ExplicitList list;
        for (std::uint32_t i = 0; i < inputs; ++i)
            for (std::uint32_t j = 0; j < cells; ++j) list.pairs.push_back({i, j});
        list.weights = wiring.in;
        network.connect(in, all, {.connector = list});
    }
    network.connect(all, all, {.connector = wiring.recurrent});
    return run(network, {all}, dense ? wiring.in : std::vector<double>{}, piece);
}

template <class P>
Outcome apart(const P& base, const std::vector<Spread<P>>& spreads, const Wiring& wiring) {
    Network network(grid, 3);
    const auto in = network.add("in", inputs, InputParameters{});
    std::vector<PopulationId> one;
    for (std::uint32_t j = 0; j < cells; ++j) {
        P own = base;
        for (const auto& s : spreads) own.*s.member = s.values[j];
        one.push_back(network.add("cell " + std::to_string(j), 1, own));
        ExplicitList list;
        for (std::uint32_t i = 0; i < inputs; ++i) {
            list.pairs.push_back({i, 0});
            list.weights.push_back(wiring.in[i * cells + j]);
        }
        network.connect(in, one[j], {.connector = list});
    }
    for (std::size_t k = 0; k < wiring.recurrent.pairs.size(); ++k) {
        const Pair pair = wiring.recurrent.pairs[k];
        network.connect(
            one[pair.source], one[pair.target],
            {.connector = ExplicitList{{{0, 0}}, {wiring.recurrent.weights[k]}, {wiring.recurrent.delays_ms[k]}}});
    }
    return run(network, one, {});
}

template <class P>
void compare(const P& base, const std::vector<Spread<P>>& spreads) {
    const Wiring wiring(base.normalised_input ? 100.0 : 1.0);
    const Outcome truth = apart(base, spreads, wiring);
    REQUIRE(truth.spikes.size() > 500);
    CHECK(together(base, spreads, wiring, true) == truth);
    CHECK(together(base, spreads, wiring, false) == truth);
    CHECK(together(base, spreads, wiring, true, 7) == truth);
    const Outcome alike = together(base, {}, wiring, true);
    CHECK_FALSE(alike.spikes == truth.spikes); // the variations do tell
}

} // namespace

TEST_CASE("varied LIF neurons are as many populations of one", "[runtime][varied][fast]") {
    compare<LifParameters>({}, lif_spreads<LifParameters>(false));
    compare<LifParameters>({.reset = Reset::to_value, .refractory = Refractory::clamp, .normalised_input = true},
                           lif_spreads<LifParameters>(true));
}

TEST_CASE("varied adaptive neurons are as many populations of one", "[runtime][varied][fast]") {
    auto spreads = lif_spreads<AdaptiveLifParameters>(false);
    spreads.push_back({&AdaptiveLifParameters::beta, spread(6, 0.0, 0.5)});
    spreads.push_back({&AdaptiveLifParameters::tau_a_ms, spread(7, 20.0, 300.0)});
    compare<AdaptiveLifParameters>({}, spreads);
    AdaptiveLifParameters clamped;
    clamped.refractory = Refractory::clamp;
    compare<AdaptiveLifParameters>(clamped, spreads);
}

TEST_CASE("varied neurons with synaptic currents are as many populations of one", "[runtime][varied]") {
    auto spreads = lif_spreads<CubaLifParameters>(true);
    spreads.push_back({&CubaLifParameters::tau_e_ms, spread(8, 1.0, 10.0)});
    spreads.push_back({&CubaLifParameters::tau_i_ms, spread(9, 1.0, 10.0)});
    CubaLifParameters base;
    base.reset = Reset::to_value;
    base.refractory = Refractory::clamp;
    compare<CubaLifParameters>(base, spreads);
}

TEST_CASE("a readout with time constants of its own decays by them", "[runtime][varied][fast]") {
    Network network(grid, 3);
    const auto in = network.add("in", 1, InputParameters{});
    const auto out = network.add("out", 3, LeakyReadoutParameters{});
    const std::vector<double> taus{2.0, 20.0, 200.0};
    network.vary(out, &LeakyReadoutParameters::tau_ms, taus);
    network.connect(in, out, {.connector = AllToAll{}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    REQUIRE(simulation.push(in, 0, 0) == Status::ok);
    simulation.advance_until(110); // the arrival is at tick 10
    for (std::uint32_t j = 0; j < 3; ++j)
        CHECK(simulation.state(out, j) == Approx(std::exp(-10.0 / taus[j])).epsilon(1e-14));
}

TEST_CASE("draws of a parameter follow the distribution and stay as a population grows", "[runtime][varied][fast]") {
    const auto values = [](std::uint32_t size, bool more) {
        Network network(grid, 5);
        const auto p = network.add("p", size, AdaptiveLifParameters{});
        if (more) network.vary(p, &LifParameters::threshold, Uniform{0.5, 1.5});
        network.vary(p, &LifParameters::tau_m_ms, Normal{20.0, 2.0, 15.0, 25.0});
        std::vector<double> taus;
        for (const auto& own : neuron_parameters<AdaptiveLif>(network, p, 0, size)) taus.push_back(own.tau_m_ms);
        return taus;
    };
    const auto few = values(1000, false), many = values(20000, true);
    CHECK(std::equal(few.begin(), few.end(), many.begin()));
    double sum = 0.0, squares = 0.0;
    for (const double x : many) {
        REQUIRE((x >= 15.0 && x <= 25.0));
        sum += x;
        squares += (x - 20.0) * (x - 20.0);
    }
    CHECK(sum / 20000 == Approx(20.0).margin(0.05));
    CHECK(std::sqrt(squares / 20000) == Approx(1.9).margin(0.1)); // 2, less what truncation at 2.5 deviations cuts off
}

namespace {

/// 6 varied cells between 8 inputs and 2 readouts; the oracle sees populations of one.
struct LearningCase {
    static constexpr std::size_t in = 8, hidden = 6, out = 2;
    static constexpr Tick last = 600;
    std::vector<double> threshold, v_inf, to_hidden, to_out;
    std::vector<Tick> refractory;
    std::vector<saltus_oracle::InputEvent> events;

    LearningCase() {
        RandomStream random(80, 1);
        for (std::size_t j = 0; j < hidden; ++j) {
            threshold.push_back(0.4 + 0.6 * random.uniform());
            v_inf.push_back(0.5 * random.uniform());
            refractory.push_back(1 + random.below(6));
        }
        for (std::size_t k = 0; k < in * hidden; ++k) to_hidden.push_back(0.4 * random.normal() + 0.1);
        for (std::size_t k = 0; k < hidden * out; ++k) to_out.push_back(0.4 * random.normal());
        for (Tick t = 1; t < last; ++t)
            if (random.below(3) == 0) events.push_back({t, 0, random.below(in)});
    }

    [[nodiscard]] saltus_oracle::Result truth() const {
        saltus_oracle::Scenario s;
        s.last_tick = last;
        s.populations.resize(hidden + 2);
        s.populations.front().kind = saltus_oracle::PopulationKind::input;
        s.populations.front().size = in;
        s.populations.back().kind = saltus_oracle::PopulationKind::readout;
        s.populations.back().size = out;
        s.learning.schedule = saltus_oracle::ScheduleKind::interval;
        s.learning.interval_steps = s.learning.signal_window_steps = 100;
        s.learning.reset_state = true;
        for (std::size_t j = 0; j < hidden; ++j) {
            saltus_oracle::Population& cell = s.populations[1 + j];
            cell.size = 1;
            cell.v_inf = v_inf[j];
            cell.threshold = threshold[j];
            cell.refractory_ticks = refractory[j];
            saltus_oracle::Projection a, b;
            a.target = b.source = 1 + j;
            a.plastic = b.plastic = true;
            for (std::size_t i = 0; i < in; ++i) a.synapses.push_back({i, 0, to_hidden[i * hidden + j], 1});
            a.plasticity.optimiser.eta = 1e-3;
            b.target = 1 + hidden;
            for (std::size_t o = 0; o < out; ++o) b.synapses.push_back({0, o, to_out[j * out + o], 1});
            b.plasticity.rule = saltus_oracle::RuleKind::readout;
            b.plasticity.optimiser.eta = 1e-3;
            s.projections.push_back(a);
            s.projections.push_back(b);
            s.learning.feedback.push_back({1 + j, 1 + hidden, saltus_oracle::FeedbackKind::symmetric, {}});
        }
        s.inputs = events;
        s.targets.push_back({0, 1 + hidden, {0.7, -0.4}});
        return saltus_oracle::run_dense(s);
    }
};

} // namespace

TEST_CASE("e-prop onto neurons with thresholds of their own: the oracle's weights", "[runtime][varied][fast]") {
    const LearningCase c;
    const auto truth = c.truth();
    REQUIRE(truth.counters.spikes > 100);
    REQUIRE(truth.counters.weight_changes > 100);
    REQUIRE(truth.min_threshold_margin > 1e-10);
    Network network({.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1}, 1);
    const auto in = network.add("in", c.in, InputParameters{});
    const auto hidden = network.add("hidden", c.hidden, LifParameters{});
    const auto out = network.add("out", c.out, LeakyReadoutParameters{});
    network.vary(hidden, &LifParameters::threshold, c.threshold);
    network.vary(hidden, &LifParameters::v_inf, c.v_inf);
    network.vary(hidden, &LifParameters::refractory_ms, std::vector<double>(c.refractory.begin(), c.refractory.end()));
    const auto first =
        network.connect(in, hidden, {.rule = Eprop{.surrogate = PiecewiseLinear{0.3, 1.0}}, .optimiser = Sgd{1e-3}});
    const auto second = network.connect(hidden, out, {.rule = ReadoutRule{}, .optimiser = Sgd{1e-3}});
    network.set_error(out, Error::mean_squared);
    network.add_feedback({out, hidden, FeedbackKind::symmetric});
    network.set_schedule({.timing = UpdateTiming::interval, .interval_steps = 100, .reset_state = true});
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.set_weights(first, c.to_hidden);
    simulation.set_weights(second, c.to_out);
    simulation.record_spikes(hidden);
    REQUIRE(simulation.set_target(out, 0, std::vector<double>{0.7, -0.4}) == Status::ok);
    for (const auto& e : c.events)
        REQUIRE(simulation.push(in, e.tick, static_cast<std::uint32_t>(e.neuron)) == Status::ok);
    simulation.advance_until(c.last);
    REQUIRE(simulation.spikes().size() == truth.spikes.size());
    const auto own = simulation.weights(first);
    double moved = 0.0;
    for (std::size_t j = 0; j < c.hidden; ++j) {
        for (std::size_t i = 0; i < c.in; ++i) {
            const double expected = truth.weights[2 * j][i];
            CHECK(own[i * c.hidden + j] == Approx(expected).margin(1e-10));
            moved = std::max(moved, std::abs(expected - c.to_hidden[i * c.hidden + j]));
        }
    }
    CHECK(moved > 1e-3);
}
