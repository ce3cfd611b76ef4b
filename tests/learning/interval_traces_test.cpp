// SPDX-License-Identifier: BSD-3-Clause
// Unit gradients against their definition: put a unit arrival into step s, step forward to the interval's end, read g.
#include "learning/interval_traces.hpp"

#include "tests/learning/scalar_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>

namespace {

using namespace saltus;
using namespace saltus::test;

/// Coefficients of every step and neuron; steps that are not recorded hold zeros.
struct Story {
    std::size_t neurons, steps;
    std::vector<double> psi, signal, third; // [step][neuron]
    std::vector<bool> recorded;

    Story(std::size_t neurons_in, std::size_t steps_in, double unrecorded, std::uint64_t seed)
        : neurons(neurons_in), steps(steps_in), psi(neurons * steps), signal(neurons * steps), third(neurons * steps),
          recorded(steps, true) {
        RandomStream random(seed, neurons);
        for (std::size_t s = 0; s < steps; ++s) {
            recorded[s] = random.uniform() >= unrecorded;
            for (std::size_t j = 0; j < neurons; ++j) {
                const bool asleep = random.uniform() < 0.3;
                // representable in single precision, so that both precisions tell the same story
                psi[s * neurons + j] = asleep ? 0.0 : static_cast<float>(uniform(random, 0.0, 0.6));
                signal[s * neurons + j] = static_cast<float>(uniform(random, -1.0, 1.0));
                third[s * neurons + j] = static_cast<float>(uniform(random, -1.0, 1.0));
                if (recorded[s]) continue;
                psi[s * neurons + j] = signal[s * neurons + j] = third[s * neurons + j] = 0.0;
            }
        }
    }
};

/// What a unit arrival at step s onto neuron j is worth at the end, by way of an entry trace; of the gradient, only
/// what came from step `counted` on.
template <class Rule>
double unit_by_stepping(const Rule& rule, const Story& story, std::size_t s, std::size_t j, double rate_factor,
                        std::size_t entry, std::size_t counted = 0) {
    Synapse1<double> x;
    plain_arrival(rule, x, {entry == 0 ? 1.0 : 0.0, entry == 1 ? 1.0 : 0.0});
    for (std::size_t n = s; n < story.steps; ++n) {
        if (n == counted) x.g = x.es = 0.0;
        const std::size_t at = n * story.neurons + j;
        plain_step(rule, story.psi[at], story.signal[at], story.third[at], x);
    }
    return Rule::has_rate_sum ? x.g + rate_factor * x.es : x.g;
}

/// Tells steps [from, to) of the story to the traces, as steps 0 ... of an interval; the padding of the signals is
/// spoilt on the way.
template <class Real>
void tell(IntervalTraces<Real>& traces, const Story& story, std::size_t from, std::size_t to, bool has_third) {
    for (std::size_t n = from; n < to; ++n) {
        if (!story.recorded[n]) continue;
        const std::size_t s = n - from;
        Real* psi = traces.psi(s);
        Real* signal = traces.signal(s);
        for (std::size_t k = story.neurons; k < traces.stride(); ++k)
            signal[k] = std::numeric_limits<Real>::quiet_NaN();
        for (std::size_t j = 0; j < story.neurons; ++j) {
            psi[j] = static_cast<Real>(story.psi[n * story.neurons + j]);
            signal[j] = static_cast<Real>(story.signal[n * story.neurons + j]);
            if (has_third) traces.third(s)[j] = static_cast<Real>(story.third[n * story.neurons + j]);
        }
    }
}
template <class Real>
void tell(IntervalTraces<Real>& traces, const Story& story, bool has_third = false) {
    tell(traces, story, 0, story.steps, has_third);
}

/// Largest difference to stepping, relative to the largest unit gradient; and that one.
template <class Real, class Rule>
std::pair<double, double> deviation(const IntervalTraces<Real>& traces, const Rule& rule, const Story& story,
                                    double scale, const std::vector<double>& factor) {
    double difference = 0.0, largest = 0.0;
    for (std::size_t s = 0; s < story.steps; ++s) {
        for (std::size_t j = 0; j < story.neurons; ++j) {
            for (std::size_t entry = 0; entry < Rule::entries; ++entry) {
                const double expected = scale * unit_by_stepping(rule, story, s, j, factor[j], entry);
                largest = std::max(largest, std::abs(expected));
                const double got = static_cast<double>(traces.unit_gradient(static_cast<std::ptrdiff_t>(s), entry)[j]);
                if (!(std::abs(got - expected) <= difference)) difference = std::abs(got - expected); // NaN shows too
            }
        }
    }
    return {difference / largest, largest};
}

template <class Rule>
constexpr HistoryShape shape_of(std::size_t memory = 0) {
    return {Rule::entries, Rule::has_third, memory};
}

/// Two intervals, the second one with steps left out: what the first one left behind must not show.
template <class Real, class Rule>
void check_rule(const Rule& rule, std::size_t neurons, bool regularised, double scale) {
    INFO("neurons " << neurons << " regularised " << regularised << " scale " << scale << " bytes " << sizeof(Real));
    constexpr std::size_t steps = 60;
    IntervalTraces<Real> traces(neurons, steps, shape_of<Rule>());
    std::vector<double> factor(neurons, 0.0);
    std::vector<Real> factor_cast(neurons, Real{0});
    RandomStream random(5, neurons);
    for (std::size_t j = 0; regularised && j < neurons; ++j) {
        factor_cast[j] = static_cast<Real>(uniform(random, -0.5, 0.5));
        factor[j] = static_cast<double>(factor_cast[j]);
    }
    for (const double unrecorded : {0.0, 0.4}) {
        const Story story(neurons, steps, unrecorded, unrecorded > 0.0 ? 21 : 20);
        CHECK((std::count(story.recorded.begin(), story.recorded.end(), false) > 5) == (unrecorded > 0.0));
        tell(traces, story, Rule::has_third);
        traces.finish(rule, static_cast<Real>(scale), regularised ? factor_cast.data() : nullptr);
        const auto [error, largest] = deviation(traces, rule, story, scale, factor);
        CHECK(error < (sizeof(Real) == 8 ? 1e-13 : 2e-5));
        CHECK(largest > 0.05 * scale);
    }
}

template <class Rule>
void check_sizes(const Rule& rule) {
    for (const std::size_t neurons : {1u, 15u, 16u, 17u, 64u, 100u}) {
        for (const bool regularised : {false, true}) {
            check_rule<double>(rule, neurons, regularised, 1.0);
            check_rule<float>(rule, neurons, regularised, 1.0);
        }
    }
    check_rule<double>(rule, 5, true, 0.02);
    check_rule<float>(rule, 5, true, 0.02);
}

/// Five intervals of a story without an end: arrivals up to `memory` steps back count in each, and only the gradient of
/// its own steps does.
template <class Real, class Rule>
void check_memory(const Rule& rule, std::size_t steps, std::size_t memory) {
    INFO("steps " << steps << " memory " << memory);
    constexpr std::size_t neurons = 3, intervals = 5;
    const Story story(neurons, steps * intervals, 0.1, 31);
    IntervalTraces<Real> traces(neurons, steps, shape_of<Rule>(memory));
    std::size_t compared = 0;
    double earlier = 0.0;
    for (std::size_t i = 0; i < intervals; ++i) {
        const std::size_t start = i * steps;
        tell(traces, story, start, start + steps, Rule::has_third);
        traces.finish(rule, Real{1}, nullptr);
        Story so_far = story;
        so_far.steps = start + steps;
        for (std::size_t n = start > memory ? start - memory : 0; n < start + steps; ++n) {
            for (std::size_t entry = 0; entry < Rule::entries; ++entry) {
                const double expected = unit_by_stepping(rule, so_far, n, 1, 0.0, entry, start);
                const auto s = static_cast<std::ptrdiff_t>(n) - static_cast<std::ptrdiff_t>(start);
                CHECK(std::abs(static_cast<double>(traces.unit_gradient(s, entry)[1]) - expected) < 1e-12);
                if (s < 0) earlier = std::max(earlier, std::abs(expected));
                ++compared;
            }
        }
    }
    CHECK(compared >= steps * intervals);
    CHECK((earlier > 1e-3) == (memory > 0));
}

template <class Rule>
void check_memories(const Rule& rule) {
    for (const auto& [steps, memory] : {std::pair{20u, 0u}, {20u, 7u}, {20u, 20u}, {20u, 33u}, {7u, 40u}})
        check_memory<double>(rule, steps, memory);
}

constexpr DoubleFilterHead double_filter{0.8, 0.9, 0.1};
constexpr LifMembrane<false, true> with_current{.alpha = 0.95, .sigma = 0.8, .feed = 0.12};

} // namespace

TEST_CASE("unit gradients of LIF neurons", "[learning][interval][fast]") {
    check_sizes(EpropMap<false, false>{{0.95}, {0.9, 0.1}});
    check_sizes(EpropMap<false, true>{{0.95}, {0.95, 1.0}});
}

TEST_CASE("unit gradients of adaptive neurons, weak and strong", "[learning][interval][fast]") {
    check_sizes(EpropMap<true, false>{{0.95, 0.99, 0.1}, {0.9, 0.1}});
    check_sizes(EpropMap<true, true>{{0.95, 0.99, 0.1}, {0.9, 0.1}});
    check_sizes(EpropMap<true, true>{{0.95, 0.9, 3.0}, {0.9, 1.0}}); // rho - beta psi down to -0.9
}

TEST_CASE("unit gradients of readouts", "[learning][interval][fast]") {
    check_sizes(ReadoutMap<>{{0.95}, {}});
    check_sizes(RewardReadoutMap<>{{0.95}, {0.99}});
    check_sizes(ReadoutMap<true>{{0.95, 0.8, 0.1}, {}});
    check_sizes(RewardReadoutMap<true>{{0.95, 0.8, 0.1}, {0.99}});
}

TEST_CASE("unit gradients with currents, with the reset, with the voltage", "[learning][interval][fast]") {
    check_sizes(RuleMap<LifMembrane<false, true>, LowPassHead<true>>{with_current, {0.9, 0.1}});
    check_sizes(RuleMap<LifMembrane<false, false, true>, LowPassHead<false>>{{.alpha = 0.95, .fall = 0.9}, {0.9, 0.1}});
    check_sizes(RuleMap<LifMembrane<true>, LowPassHead<false, true>>{{0.95, 0.99, 0.1}, {0.9, 0.1}});
}

TEST_CASE("unit gradients of the other rules", "[learning][interval][fast]") {
    check_sizes(SuperSpikeMap<true>{with_current, double_filter});
    check_sizes(SuperSpikeMap<false>{{0.95}, double_filter});
    check_sizes(InstantMap<true, false>{{0.95, 0.9, 3.0}, {}});
    check_sizes(RewardMap<true, false>{{0.95, 0.99, 0.3}, {0.9, 0.1, 0.97}});
    check_sizes(StllrMap{{0.9, 1.0, -0.3}, {}});
    check_sizes(RewardStdpMap{{0.9, 1.0, -1.1}, {0.95, 1.0}});
}

TEST_CASE("traces that outlive the interval", "[learning][interval][fast]") {
    check_memories(EpropMap<true, false>{{0.95, 0.99, 0.3}, {0.9, 0.1}});
    check_memories(SuperSpikeMap<true>{with_current, double_filter});
    check_memories(RewardMap<false, false>{{0.95}, {0.9, 0.1, 0.97}}); // L of earlier steps lives on in f
    check_memories(RewardStdpMap{{0.9, 1.0, -1.1}, {0.95, 1.0}});
}

TEST_CASE("the rate factor tells only with the rate sum", "[learning][interval][fast]") {
    const Story story(3, 20, 0.0, 9);
    const std::vector<double> factor{0.5, -0.5, 0.25};
    const auto unit = [&]<class Rule>(const Rule& rule, const double* r) {
        IntervalTraces<double> traces(3, 20);
        tell(traces, story);
        traces.finish(rule, 1.0, r);
        return traces.unit_gradient(4)[0];
    };
    const EpropMap<false, false> without{{0.95}, {0.9, 0.1}};
    const EpropMap<false, true> with{{0.95}, {0.9, 0.1}};
    CHECK(unit(without, factor.data()) == unit(without, nullptr));
    CHECK(unit(with, nullptr) == unit(without, nullptr));
    CHECK(std::abs(unit(with, factor.data()) - unit(with, nullptr)) > 0.01);
}

TEST_CASE("an interval without any recorded step gives no gradient", "[learning][interval][fast]") {
    IntervalTraces<float> traces(5, 10);
    const EpropMap<false, false> rule{{0.95}, {0.9, 0.1}};
    const Story story(5, 10, 0.0, 3);
    tell(traces, story);
    traces.finish(rule, 1.0f, nullptr);
    CHECK(traces.unit_gradient(0)[0] != 0.0f);
    traces.finish(rule, 1.0f, nullptr);
    for (std::size_t s = 0; s < 10; ++s) {
        for (std::size_t j = 0; j < 5; ++j) CHECK(traces.unit_gradient(static_cast<std::ptrdiff_t>(s))[j] == 0.0f);
    }
}

TEST_CASE("rows of an interval's history are padded to 16", "[learning][interval][fast]") {
    for (const auto& [neurons, stride] : {std::pair{1u, 16u}, {16u, 16u}, {17u, 32u}, {250u, 256u}}) {
        IntervalTraces<float> traces(neurons, 3);
        CHECK(traces.stride() == stride);
        CHECK(traces.steps() == 3);
        CHECK(traces.signal(1) - traces.signal(0) == stride);
        CHECK(traces.psi(2) - traces.psi(1) == stride);
        CHECK(traces.bytes() >= 3 * 3 * stride * sizeof(float));
    }
}
