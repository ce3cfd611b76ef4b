// SPDX-License-Identifier: BSD-3-Clause
// The compiled form of a projection: the synapses of the description, whoever makes which block of them.
#include "engine/network/distributions.hpp"
#include "engine/network/frozen.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

namespace {

using namespace saltus;

Network wired(std::uint32_t n, const ProjectionSpec& spec) {
    Network network({}, 3);
    const PopulationId a = network.add("a", n, LifParameters{});
    network.connect(a, network.add("b", n, LifParameters{}), spec);
    validate(network);
    return network;
}

using Listed = std::tuple<std::uint32_t, Tick, std::uint32_t, double>; // source, delay, target, weight

std::vector<Listed> expected_synapses_of(const Network& network) {
    std::vector<Listed> list;
    for (const Synapse& s : make_synapses(network, {0})) list.emplace_back(s.source, s.delay, s.target, s.weight);
    return list;
}

std::vector<Listed> synapses_of(const std::vector<SynapseRows<double>>& all) {
    std::vector<Listed> list;
    for (const SynapseRows<double>& rows : all) {
        for (std::uint32_t source = 0; source < rows.sources; ++source)
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g)
                for (std::size_t k = 0; k < rows.count(g); ++k)
                    list.emplace_back(source, rows.groups[g].delay, rows.first_target + rows.target_of(g, k),
                                      rows.weight[rows.groups[g].first + k]);
    }
    if (all.size() == 1) return list; // in order
    std::stable_sort(list.begin(), list.end(), [](const Listed& a, const Listed& b) {
        return std::tuple(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
               std::tuple(std::get<0>(b), std::get<1>(b), std::get<2>(b));
    });
    return list;
}

ExplicitList some_pairs(std::uint32_t n) {
    ExplicitList list;
    for (std::uint32_t i = 0; i < n; ++i)
        list.pairs.push_back({i % 300 * 3, (i * 7 + i / 300) % n}); // most sources have none
    return list;
}

} // namespace

TEST_CASE("compiled rows hold the synapses of the description, by whichever executor and in however many slices",
          "[network][connectors]") {
    constexpr std::uint32_t n = 1050;
    const Distribution w = Normal{0.0, 1.0}, d = Uniform{1.0, 3.0};
    const std::vector<ProjectionSpec> specs = {
        {.connector = AllToAll{}, .weight = w, .delay_ms = d},
        {.connector = AllToAll{}, .weight = w},
        {.connector = OneToOne{}, .weight = w, .delay_ms = d},
        {.connector = FixedInDegree{1000}, .weight = w, .delay_ms = d}, // eight runs of targets
        {.connector = FixedInDegree{0}, .weight = w},
        {.connector = FixedOutDegree{100}, .weight = w, .delay_ms = d},
        {.connector = FixedOutDegree{100}, .weight = w, .allow_multapses = true},
        {.connector = Bernoulli{0.1}, .weight = w, .delay_ms = d},
        {.connector = Bernoulli{1e-4}, .weight = w},
        {.connector = some_pairs(n), .weight = w, .delay_ms = d}};
    const std::vector<Slice> whole = {{1, 0, n, 0}};
    const std::vector<Slice> cut = {{1, 0, 1, 0}, {1, 1, 500, 1}, {1, 500, 1000, 2}, {1, 1000, n, 3}};
    for (std::size_t k = 0; k < specs.size(); ++k) {
        const Network network = wired(n, specs[k]);
        std::vector<Listed> expected;
        if (dense(network.projections()[0])) {
            std::vector<double> row(n);
            for (std::uint32_t i = 0; i < n; ++i) {
                make_dense_row(network, {0}, i, row);
                for (std::uint32_t j = 0; j < n; ++j)
                    expected.emplace_back(i, quantised_delay(network.grid(), 1.0), j, row[j]);
            }
        } else {
            expected = expected_synapses_of(network);
        }
        for (const Execution execution : {Execution::serial, Execution::threads, Execution::tbb}) {
            INFO("specification " << k << ", executor " << static_cast<int>(execution));
            const auto executor = make_executor(execution, 3);
            CHECK((synapses_of(compile_rows<double>(network, {0}, whole, *executor)) == expected));
            CHECK((synapses_of(compile_rows<double>(network, {0}, cut, *executor)) == expected));
        }
    }
}

TEST_CASE("pairs of a fixed in-degree are drawn target by target, however many runs of targets there are",
          "[network][connectors]") {
    constexpr std::uint32_t n = 5000, degree = 250; // nine runs
    const Network network = wired(n, {.connector = FixedInDegree{degree}});
    std::vector<std::vector<std::uint32_t>> sources(n);
    const auto executor = make_executor(Execution::tbb, 3);
    for (const Listed& s : synapses_of(compile_rows<double>(network, {0}, std::vector<Slice>{{1, 0, n, 0}}, *executor)))
        sources[std::get<2>(s)].push_back(std::get<0>(s));
    for (std::uint32_t j = 0; j < n; ++j) {
        RandomStream stream = row_stream(network.seed(), Purpose::topology, 0, j);
        std::set<std::uint32_t> expected;
        while (expected.size() < degree) expected.insert(stream.below(n));
        REQUIRE(std::equal(expected.begin(), expected.end(), sources[j].begin(), sources[j].end()));
    }
}
