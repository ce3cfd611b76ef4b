// SPDX-License-Identifier: BSD-3-Clause
#include "engine/network/ascending_set.hpp"
#include "engine/network/distributions.hpp"
#include "engine/network/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace {

using namespace saltus;
using test::chi_square_excess;

/// Two populations and one projection, or one population onto itself.
struct Wiring {
    std::uint32_t sources, targets;
    ProjectionSpec spec;
    bool within = false;
    std::uint64_t seed = 1;

    [[nodiscard]] Network network() const {
        Network net({}, seed);
        const PopulationId a = net.add("a", sources, LifParameters{});
        const PopulationId b = within ? a : net.add("b", targets, LifParameters{});
        net.connect(a, b, spec);
        validate(net);
        return net;
    }
    [[nodiscard]] std::vector<Synapse> make() const { return make_synapses(network(), {0}); }
};

using Counts = std::vector<std::uint64_t>;

Counts count_sources(const std::vector<Synapse>& synapses, std::uint32_t n) {
    Counts counts(n, 0);
    for (const Synapse& s : synapses) ++counts.at(s.source);
    return counts;
}

Counts count_targets(const std::vector<Synapse>& synapses, std::uint32_t n) {
    Counts counts(n, 0);
    for (const Synapse& s : synapses) ++counts.at(s.target);
    return counts;
}

bool all_equal(const Counts& counts, std::uint64_t value) {
    return std::all_of(counts.begin(), counts.end(), [&](std::uint64_t c) { return c == value; });
}

bool canonical(const std::vector<Synapse>& synapses) {
    const auto key = [](const Synapse& s) { return std::tuple(s.source, s.delay, s.target); };
    return std::is_sorted(synapses.begin(), synapses.end(),
                          [&](const Synapse& a, const Synapse& b) { return key(a) < key(b); });
}

std::size_t repeated_pairs(const std::vector<Synapse>& synapses) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const Synapse& s : synapses) pairs.emplace(s.source, s.target);
    return synapses.size() - pairs.size();
}

std::size_t self_connections(const std::vector<Synapse>& synapses) {
    return static_cast<std::size_t>(
        std::count_if(synapses.begin(), synapses.end(), [](const Synapse& s) { return s.source == s.target; }));
}

bool same(const std::vector<Synapse>& a, const std::vector<Synapse>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Synapse& x, const Synapse& y) {
        return x.source == y.source && x.target == y.target && x.weight == y.weight && x.delay == y.delay;
    });
}

std::vector<double> weights_of(const std::vector<Synapse>& synapses) {
    std::vector<double> weights;
    for (const Synapse& s : synapses) weights.push_back(s.weight);
    return weights;
}

/// Chi-square of the distance from source to target, modulo the population: any structure in the draws shows there.
double offset_excess(const std::vector<Synapse>& synapses, std::uint32_t n) {
    Counts counts(n, 0);
    for (const Synapse& s : synapses) ++counts[(s.target + n - s.source % n) % n];
    return chi_square_excess(counts);
}

} // namespace

// --- which pairs

TEST_CASE("all-to-all makes every pair once, in order", "[network][connectors][fast]") {
    const auto synapses = Wiring{7, 5, {.connector = AllToAll{}, .delay_ms = Uniform{1.0, 2.0}}}.make();
    CHECK(synapses.size() == 35);
    CHECK(repeated_pairs(synapses) == 0);
    CHECK(canonical(synapses));
    const auto barred = Wiring{6, 6, {.connector = AllToAll{}, .allow_self = false}, true}.make();
    CHECK(barred.size() == 30);
    CHECK(self_connections(barred) == 0);
    // Between two populations equal numbers are no self-connection.
    CHECK(Wiring{6, 6, {.connector = AllToAll{}, .allow_self = false}}.make().size() == 36);
}

TEST_CASE("one-to-one pairs equal numbers", "[network][connectors][fast]") {
    const auto synapses = Wiring{40, 40, {.connector = OneToOne{}}}.make();
    CHECK(synapses.size() == 40);
    CHECK(self_connections(synapses) == 40);
    CHECK(canonical(synapses));
}

TEST_CASE("fixed out-degree is exact and uniform", "[network][connectors][fast]") {
    for (const bool multapses : {false, true})
        for (const bool within : {false, true})
            for (const std::uint32_t degree : {1u, 20u, 70u, 149u}) { // sparse, and more than half
                const Wiring wiring{
                    150,
                    150,
                    {.connector = FixedOutDegree{degree}, .allow_self = false, .allow_multapses = multapses},
                    within};
                const auto synapses = wiring.make();
                INFO("multapses " << multapses << " within " << within << " degree " << degree);
                CHECK(synapses.size() == 150u * degree);
                CHECK(all_equal(count_sources(synapses, 150), degree));
                CHECK(canonical(synapses));
                CHECK((repeated_pairs(synapses) > 0) == (multapses && degree > 1));
                CHECK((self_connections(synapses) == 0) == within);
                // Without repetition counts are more even than independent draws: only too uneven is a fault.
                CHECK(chi_square_excess(count_targets(synapses, 150)) < 5.0);
            }
}

TEST_CASE("fixed in-degree is exact and uniform", "[network][connectors][fast]") {
    for (const bool multapses : {false, true})
        for (const bool within : {false, true})
            for (const std::uint32_t degree : {1u, 20u, 70u, 149u}) {
                const Wiring wiring{
                    150,
                    150,
                    {.connector = FixedInDegree{degree}, .allow_self = false, .allow_multapses = multapses},
                    within};
                const auto synapses = wiring.make();
                INFO("multapses " << multapses << " within " << within << " degree " << degree);
                CHECK(synapses.size() == 150u * degree);
                CHECK(all_equal(count_targets(synapses, 150), degree));
                CHECK(canonical(synapses));
                CHECK((repeated_pairs(synapses) > 0) == (multapses && degree > 1));
                CHECK((self_connections(synapses) == 0) == within);
                CHECK(chi_square_excess(count_sources(synapses, 150)) < 5.0);
            }
}

TEST_CASE("a full degree takes everybody", "[network][connectors][fast]") {
    CHECK(repeated_pairs(Wiring{30, 80, {.connector = FixedOutDegree{80}}}.make()) == 0);
    CHECK(Wiring{30, 80, {.connector = FixedOutDegree{80}}}.make().size() == 2400);
    CHECK(repeated_pairs(Wiring{80, 30, {.connector = FixedInDegree{80}}}.make()) == 0);
    const auto others = Wiring{50, 50, {.connector = FixedInDegree{49}, .allow_self = false}, true}.make();
    CHECK(others.size() == 50 * 49);
    CHECK(self_connections(others) == 0);
    CHECK(Wiring{30, 80, {.connector = FixedOutDegree{0}}}.make().empty());
    CHECK(Wiring{30, 80, {.connector = FixedInDegree{0}}}.make().empty());
    CHECK(Wiring{1, 1, {.connector = FixedInDegree{0}, .allow_self = false}, true}.make().empty());
}

TEST_CASE("draws without replacement give every subset equally often", "[network][connectors][fast]") {
    // All 2-, 3- and 4-subsets of 6, of which the last are drawn by their complement.
    for (const std::uint32_t degree : {2u, 3u, 4u}) {
        const auto synapses = Wiring{15'000, 6, {.connector = FixedOutDegree{degree}}}.make();
        std::map<unsigned, std::uint64_t> subsets;
        for (std::size_t i = 0; i < synapses.size(); i += degree) {
            unsigned mask = 0;
            for (std::size_t k = i; k < i + degree; ++k) mask |= 1u << synapses[k].target;
            ++subsets[mask];
        }
        Counts counts;
        for (const auto& [mask, count] : subsets) counts.push_back(count);
        INFO("degree " << degree);
        CHECK(counts.size() == (degree == 3 ? 20u : 15u));
        CHECK(std::abs(chi_square_excess(counts)) < 5.0);
    }
}

TEST_CASE("draws with replacement are independent", "[network][connectors][fast]") {
    const auto synapses = Wiring{40'000, 3, {.connector = FixedOutDegree{2}, .allow_multapses = true}}.make();
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> pairs;
    for (std::size_t i = 0; i < synapses.size(); i += 2)
        pairs[{synapses[i].target, synapses[i + 1].target}] += 1.0 / 40'000;
    CHECK(pairs.size() == 6);
    for (const auto& [pair, share] : pairs) // both orders of a mixed pair are one multiset
        CHECK(share == Catch::Approx(pair.first == pair.second ? 1.0 / 9.0 : 2.0 / 9.0).epsilon(0.06));
}

TEST_CASE("targets do not depend on their source's number", "[network][connectors][fast]") {
    const std::uint32_t n = 200;
    CHECK(offset_excess(Wiring{2000, n, {.connector = FixedOutDegree{10}}}.make(), n) < 5.0);
    CHECK(offset_excess(Wiring{2000, n, {.connector = FixedInDegree{100}}}.make(), n) < 5.0);
    CHECK(offset_excess(Wiring{2000, n, {.connector = Bernoulli{0.05}}}.make(), n) < 5.0);
}

TEST_CASE("Bernoulli pairs have their probability", "[network][connectors][fast]") {
    for (const double p : {1e-4, 0.01, 0.3, 0.5, 0.97}) {
        for (const bool within : {false, true}) {
            const Wiring wiring{400, 400, {.connector = Bernoulli{p}, .allow_self = false}, within};
            const auto synapses = wiring.make();
            const double pairs = 400.0 * (within ? 399.0 : 400.0);
            INFO("p " << p << " within " << within);
            CHECK(std::abs(static_cast<double>(synapses.size()) - p * pairs) < 5.0 * std::sqrt(pairs * p * (1.0 - p)));
            CHECK(repeated_pairs(synapses) == 0);
            CHECK(canonical(synapses));
            if (within) CHECK(self_connections(synapses) == 0);
            if (p >= 0.01) {
                CHECK(chi_square_excess(count_targets(synapses, 400)) < 5.0);
                CHECK(chi_square_excess(count_sources(synapses, 400)) < 5.0);
            }
        }
    }
}

TEST_CASE("Bernoulli pairs are independent", "[network][connectors][fast]") {
    // All 8 outcomes of three targets, with p = 0.3.
    const auto synapses = Wiring{40'000, 3, {.connector = Bernoulli{0.3}}}.make();
    std::vector<unsigned> mask(40'000, 0);
    for (const Synapse& s : synapses) mask[s.source] |= 1u << s.target;
    for (unsigned outcome = 0; outcome < 8; ++outcome) {
        double expected = 1.0;
        for (unsigned bit = 0; bit < 3; ++bit) expected *= (outcome >> bit & 1) != 0 ? 0.3 : 0.7;
        const auto found = static_cast<double>(std::count(mask.begin(), mask.end(), outcome));
        INFO("outcome " << outcome);
        CHECK(std::abs(found - 40'000 * expected) < 5.0 * std::sqrt(40'000 * expected * (1.0 - expected)));
    }
}

TEST_CASE("Bernoulli at its ends, and where 1 - p is 1", "[network][connectors][fast]") {
    CHECK(Wiring{50, 60, {.connector = Bernoulli{0.0}}}.make().empty());
    CHECK(Wiring{50, 60, {.connector = Bernoulli{1.0}}}.make().size() == 3000);
    CHECK(Wiring{50, 50, {.connector = Bernoulli{1.0}, .allow_self = false}, true}.make().size() == 2450);
    CHECK(Wiring{50, 60, {.connector = Bernoulli{1e-18}}}.make().empty());
    CHECK(Wiring{1, 1, {.connector = Bernoulli{0.5}, .allow_self = false}, true}.make().empty());
    // 4e10 pairs: never looked at one by one.
    const auto rare = Wiring{200'000, 200'000, {.connector = Bernoulli{1e-8}}}.make();
    CHECK(std::abs(static_cast<double>(rare.size()) - 400.0) < 100.0);
}

TEST_CASE("an explicit list is sorted and completed", "[network][connectors][fast]") {
    const double nan = std::nan("");
    ExplicitList list{{{3, 1}, {0, 2}, {3, 0}, {3, 1}, {0, 0}}, {0.1, 0.2, nan, 0.4, 0.5}, {2.0, 1.0, nan, 1.0, 3.0}};
    Wiring wiring{
        4, 3, {.connector = list, .weight = Constant{9.0}, .delay_ms = Constant{1.5}, .allow_multapses = true}};
    const auto synapses = wiring.make();
    const std::vector<Synapse> expected{
        {0, 2, 0.2, 1000}, {0, 0, 0.5, 3000}, {3, 1, 0.4, 1000}, {3, 0, 9.0, 1500}, {3, 1, 0.1, 2000}};
    CHECK(same(synapses, expected));

    list.weights.clear();
    list.delays_ms.clear();
    wiring.spec.connector = list;
    CHECK(weights_of(wiring.make()) == std::vector<double>(5, 9.0));
    wiring.spec.connector = ExplicitList{};
    CHECK(wiring.make().empty());
}

TEST_CASE("repeated pairs of a list stay in the order given", "[network][connectors][fast]") {
    const ExplicitList list{{{0, 1}, {0, 1}, {0, 0}, {0, 1}}, {1.0, 2.0, 3.0, 4.0}};
    const auto synapses = Wiring{1, 2, {.connector = list, .allow_multapses = true}}.make();
    CHECK(weights_of(synapses) == std::vector<double>{3.0, 1.0, 2.0, 4.0});
}

// --- weights and delays

TEST_CASE("weights follow their distribution", "[network][connectors][fast]") {
    const auto weights = [](Distribution d) { return weights_of(Wiring{200, 500, {.weight = d}}.make()); };
    for (const double w : weights(Constant{-0.3})) REQUIRE(w == -0.3);

    const auto uniform = test::moments(weights(Uniform{-1.0, 3.0}));
    CHECK(uniform.mean == Catch::Approx(1.0).margin(0.02));
    CHECK(uniform.variance == Catch::Approx(16.0 / 12.0).epsilon(0.02));
    for (const double w : weights(Uniform{-1.0, 3.0})) REQUIRE((w >= -1.0 && w < 3.0));

    const auto normal = test::moments(weights(Normal{0.5, 2.0}));
    CHECK(normal.mean == Catch::Approx(0.5).margin(0.03));
    CHECK(normal.variance == Catch::Approx(4.0).epsilon(0.02));
    CHECK(normal.kurtosis == Catch::Approx(3.0).epsilon(0.04));

    const auto half = weights(Normal{0.0, 1.0, 0.0, 1e300}); // its mean: sqrt(2 / pi)
    for (const double w : half) REQUIRE(w >= 0.0);
    CHECK(test::moments(half).mean == Catch::Approx(std::sqrt(2.0 / 3.14159265358979)).epsilon(0.01));
    for (const double w : weights(Normal{0.7, 0.0})) REQUIRE(w == 0.7);
}

TEST_CASE("delays are whole multiples of the resolution, spread as drawn", "[network][connectors][fast]") {
    const auto synapses = Wiring{100, 1000, {.delay_ms = Uniform{0.95, 2.95}}}.make();
    Counts counts(20, 0);
    for (const Synapse& s : synapses) {
        REQUIRE(s.delay % 100 == 0); // 0.1 ms in ticks of 1 us
        ++counts.at(static_cast<std::size_t>(s.delay / 100 - 10));
    }
    CHECK(std::abs(chi_square_excess(counts)) < 5.0);
    CHECK(canonical(synapses));

    const auto normal = Wiring{100, 1000, {.delay_ms = Normal{5.0, 1.0, 2.0, 8.0}}}.make();
    double mean = 0.0;
    for (const Synapse& s : normal) {
        REQUIRE((s.delay >= 2000 && s.delay <= 8000));
        mean += static_cast<double>(s.delay) / static_cast<double>(normal.size());
    }
    CHECK(mean == Catch::Approx(5000.0).epsilon(0.005));
    CHECK(canonical(normal));
}

TEST_CASE("weights are drawn apart from targets and delays", "[network][connectors][fast]") {
    Wiring wiring{100, 300, {.connector = FixedOutDegree{30}, .weight = Uniform{0.0, 1.0}}};
    const auto plain = wiring.make();
    wiring.spec.weight = Normal{0.0, 1.0};
    const auto other_weights = wiring.make();
    for (std::size_t i = 0; i < plain.size(); ++i) REQUIRE(plain[i].target == other_weights[i].target);
    // Nor do the delays of a row say anything about its weights.
    wiring.spec.weight = Uniform{0.0, 1.0};
    wiring.spec.delay_ms = Uniform{1.0, 20.0};
    std::vector<double> weight(100, 0.0), delay(100, 0.0);
    for (const Synapse& s : wiring.make()) {
        weight[s.source] += s.weight;
        delay[s.source] += static_cast<double>(s.delay);
    }
    const auto w = test::moments(weight), d = test::moments(delay);
    double correlation = 0.0;
    for (std::size_t i = 0; i < 100; ++i)
        correlation += (weight[i] - w.mean) * (delay[i] - d.mean) / std::sqrt(w.variance * d.variance) / 100.0;
    CHECK(std::abs(correlation) < 0.4);
}

// --- dense projections

TEST_CASE("dense weights equal those of the same synapses made one by one", "[network][connectors][fast]") {
    for (const bool within : {false, true}) {
        const Wiring wiring{9, 9, {.connector = AllToAll{}, .weight = Normal{0.0, 1.0}, .allow_self = false}, within};
        const Network network = wiring.network();
        REQUIRE(dense(network.projections()[0]));
        std::vector<double> weights(81);
        for (std::uint32_t i = 0; i < 9; ++i) make_dense_row(network, {0}, i, std::span(weights).subspan(i * 9u, 9));
        std::vector<double> expected(81, 0.0);
        for (const Synapse& s : make_synapses(network, {0})) expected[s.source * 9 + s.target] = s.weight;
        CHECK(weights == expected);
        for (std::size_t i = 0; i < 9; ++i) CHECK((weights[i * 9 + i] == 0.0) == within);
    }
}

TEST_CASE("only all-to-all with one delay is dense", "[network][connectors][fast]") {
    const auto is_dense = [](ProjectionSpec spec) { return dense(Projection{{0}, {1}, std::move(spec)}); };
    CHECK(is_dense({}));
    CHECK(is_dense({.weight = Normal{0.0, 1.0}}));
    CHECK_FALSE(is_dense({.delay_ms = Uniform{1.0, 2.0}}));
    CHECK_FALSE(is_dense({.connector = Bernoulli{1.0}}));
}

// --- reproducibility

namespace {

std::vector<ProjectionSpec> one_of_each() {
    const Distribution w = Normal{0.0, 1.0};
    const Distribution d = Uniform{1.0, 3.0};
    ExplicitList list;
    for (std::uint32_t i = 0; i < 40; ++i) list.pairs.push_back({(i * 7) % 60, i % 60});
    return {{.connector = AllToAll{}, .weight = w, .delay_ms = d},
            {.connector = OneToOne{}, .weight = w, .delay_ms = d},
            {.connector = FixedInDegree{20}, .weight = w, .delay_ms = d},
            {.connector = FixedOutDegree{20}, .weight = w, .delay_ms = d},
            {.connector = FixedOutDegree{20}, .weight = w, .delay_ms = d, .allow_multapses = true},
            {.connector = Bernoulli{0.2}, .weight = w, .delay_ms = d},
            {.connector = list, .weight = w, .delay_ms = d}};
}

} // namespace

TEST_CASE("equal descriptions make equal synapses, another seed others", "[network][connectors][fast]") {
    for (const ProjectionSpec& spec : one_of_each()) {
        const auto synapses = Wiring{60, 60, spec}.make();
        CHECK(canonical(synapses));
        CHECK(same(synapses, Wiring{60, 60, spec}.make()));
        CHECK_FALSE(same(synapses, Wiring{60, 60, spec, false, 2}.make()));
    }
}

TEST_CASE("a projection does not depend on those made before or added after it", "[network][connectors][fast]") {
    const auto specs = one_of_each();
    Network network;
    const auto a = network.add("a", 60, LifParameters{});
    const auto b = network.add("b", 60, LifParameters{});
    for (const ProjectionSpec& spec : specs) network.connect(a, b, spec);
    for (std::uint32_t p = 0; p < specs.size(); ++p) {
        Network other; // the same number of projections before it, but of another kind; none after it
        other.add("c", 60, AdaptiveLifParameters{});
        other.add("d", 60, AdaptiveLifParameters{});
        for (std::uint32_t before = 0; before < p; ++before) other.connect({0}, {1}, {.connector = OneToOne{}});
        other.connect({0}, {1}, specs[p]);
        CHECK(same(make_synapses(other, {p}), make_synapses(network, {p})));
    }
}

TEST_CASE("two equal projections draw apart", "[network][connectors][fast]") {
    for (const ProjectionSpec& spec : one_of_each()) {
        Network network;
        const auto a = network.add("a", 60, LifParameters{});
        const auto b = network.add("b", 60, LifParameters{});
        network.connect(a, b, spec);
        network.connect(a, b, spec);
        auto first = weights_of(make_synapses(network, {0}));
        auto second = weights_of(make_synapses(network, {1}));
        std::sort(first.begin(), first.end());
        std::sort(second.begin(), second.end());
        std::vector<double> both;
        std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(both));
        CHECK(both.empty());
    }
}

TEST_CASE("a row stays the same when the population grows", "[network][connectors][fast]") {
    const ProjectionSpec spec{.connector = FixedOutDegree{20}, .weight = Normal{0.0, 1.0}};
    const auto few = Wiring{30, 500, spec}.make();
    auto many = Wiring{60, 500, spec}.make();
    many.resize(few.size());
    CHECK(same(few, many));
}

// --- parts

TEST_CASE("an ascending set hands out its members in order and is empty after", "[network][connectors][fast]") {
    RandomStream random(71, 1);
    for (const std::uint32_t n : {1u, 63u, 64u, 65u, 4096u, 4097u, 1'000'000u}) {
        AscendingSet set(n);
        for (int round = 0; round < 3; ++round) {
            std::set<std::uint32_t> expected{0, n - 1};
            set.insert(0);
            set.insert(n - 1);
            CHECK_FALSE(set.insert(0));
            for (int i = 0; i < 100; ++i) {
                const std::uint32_t x = random.below(n);
                CHECK(set.insert(x) == expected.insert(x).second);
            }
            std::vector<std::uint32_t> members;
            set.drain([&](std::uint32_t i) { members.push_back(i); });
            CHECK(members == std::vector<std::uint32_t>(expected.begin(), expected.end()));
        }
    }
}

TEST_CASE("no draw leaves the range that validation assumes", "[network][connectors][fast]") {
    RandomStream random(72, 1);
    for (const Distribution& d :
         {Distribution(Constant{2.0}), Distribution(Uniform{-1.0, 1.0}), Distribution(Normal{5.0, 2.0}),
          Distribution(Normal{5.0, 2.0, 4.0, 5.5}), Distribution(Normal{3.0, 0.0})}) {
        const Range range = range_of(d);
        for (int i = 0; i < 10'000; ++i) {
            const double x = draw(d, random);
            REQUIRE((x >= range.low && x <= range.high));
        }
    }
}

TEST_CASE("projections are named after their ends", "[network][fast]") {
    Network network;
    const auto a = network.add("eye", 2, InputParameters{});
    const auto b = network.add("brain", 2, LifParameters{});
    network.connect(a, b, {});
    network.connect(a, b, {.name = "optic nerve"});
    CHECK(network.projections()[0].spec.name == "eye -> brain");
    CHECK(network.projections()[1].spec.name == "optic nerve");
    CHECK(b.index == 1);
    CHECK(network.at(b).name == "brain");
}
