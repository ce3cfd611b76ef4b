// SPDX-License-Identifier: BSD-3-Clause
// How networks are cut: every neuron has one owner, work is even, wired blocks stay together.
#include "engine/network/partitioning.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <numeric>

namespace {

using namespace saltus;

/// Two communities of 300 neurons, wired densely within and hardly across, interleaved in blocks of 50; and a readout.
struct Communities {
    Network network;
    PopulationId input, neurons, readout;
    std::vector<Pair> pairs;

    static std::uint32_t community(std::uint32_t j) { return j / 50 % 2; }

    Communities() {
        input = network.add("input", 10, InputParameters{});
        neurons = network.add("neurons", 600, LifParameters{});
        readout = network.add("readout", 3, LeakyReadoutParameters{});
        RandomStream random(1, 1);
        for (std::uint32_t i = 0; i < 600; ++i) {
            for (int k = 0; k < 20; ++k) {
                std::uint32_t j = random.below(600);
                if (random.uniform() < 0.95)
                    while (community(j) != community(i)) j = random.below(600);
                pairs.push_back({i, j});
            }
        }
        network.connect(input, neurons, {});
        network.connect(neurons, neurons, {.connector = ExplicitList{pairs}, .allow_multapses = true});
        network.connect(neurons, readout, {});
    }
};

std::vector<std::uint32_t> owners(const std::vector<Slice>& slices, std::uint32_t population, std::uint32_t size) {
    std::vector<std::uint32_t> owner(size, ~0u);
    for (const Slice& s : slices) {
        if (s.population != population) continue;
        for (std::uint32_t j = s.begin; j < s.end; ++j) {
            REQUIRE(owner.at(j) == ~0u);
            owner[j] = s.partition;
        }
    }
    REQUIRE(std::find(owner.begin(), owner.end(), ~0u) == owner.end());
    return owner;
}

std::size_t cut_synapses(const std::vector<Pair>& pairs, const std::vector<std::uint32_t>& owner) {
    return static_cast<std::size_t>(
        std::count_if(pairs.begin(), pairs.end(), [&](Pair p) { return owner[p.source] != owner[p.target]; }));
}

} // namespace

TEST_CASE("every neuron has one owner; readouts are whole and last; inputs have none",
          "[network][partitioning][fast]") {
    const Communities net;
    for (const auto policy : {Partitioning::by_population, Partitioning::balanced, Partitioning::edge_cut}) {
        for (const std::uint32_t partitions : {1u, 2u, 7u, 1000u}) {
            const auto slices = make_slices(net.network, policy, partitions);
            for (const std::uint32_t owner : owners(slices, net.neurons.index, 600)) CHECK(owner < partitions);
            for (const std::uint32_t owner : owners(slices, net.readout.index, 3)) CHECK(owner == partitions);
            CHECK(std::is_sorted(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
                return std::pair(a.population, a.begin) < std::pair(b.population, b.begin);
            }));
            CHECK(std::none_of(slices.begin(), slices.end(), [](const Slice& s) { return s.population == 0; }));
        }
    }
}

TEST_CASE("balanced slices have equal work, counted in what arrives", "[network][partitioning][fast]") {
    Network network;
    const auto input = network.add("input", 100, InputParameters{});
    const auto neurons = network.add("neurons", 1000, LifParameters{});
    std::vector<Pair> pairs; // the last tenth of the neurons receives nearly everything
    for (std::uint32_t k = 0; k < 50'000; ++k) pairs.push_back({k % 100, 900 + k % 100});
    network.connect(input, neurons, {.connector = ExplicitList{pairs}, .allow_multapses = true});
    const auto slices = make_slices(network, Partitioning::balanced, 2);
    REQUIRE(slices.size() == 2);
    const double each = (1000 * 10 + 50'000) / 2.0;
    const double first = 10.0 * 900 + (slices[0].end - 900.0) * 510.0;
    CHECK(slices[0].end > 900);
    CHECK(std::abs(first - each) < 0.02 * each);
}

TEST_CASE("work is counted in what arrives a second: a driven neuron weighs more", "[network][partitioning][fast]") {
    Network network;
    const auto drive = network.add("drive", 100, PoissonParameters{20e3});
    const auto neurons = network.add("neurons", 1000, LifParameters{});
    const bool varied = GENERATE(false, true);
    std::vector<Pair> pairs; // one synapse each for the first tenth, which is driven, twice as fast in its first half
    std::vector<double> rates(100, 10e3);
    for (std::uint32_t k = 0; k < 100; ++k) {
        pairs.push_back({k, k});
        if (k < 50) rates[k] = 30e3;
    }
    if (varied) network.vary(drive, &PoissonParameters::rate_hz, rates);
    network.connect(drive, neurons, {.connector = ExplicitList{pairs}});
    const auto slices = make_slices(network, Partitioning::balanced, 2);
    const auto driven = std::find_if(slices.begin(), slices.end(), [&](const Slice& s) { return s.population == 1; });
    REQUIRE(driven != slices.end());
    // In synapses at 10 Hz: 2,000 for each driven neuron and 10 for each of all, or 3,000 and 1,000.
    const double half = (1000 * 10 + 100 * 2000) / 2.0;
    CHECK(std::abs(driven->end * (varied ? 3010.0 : 2010.0) - half) < 3010.0);
}

TEST_CASE("a population under a drive of 20 kHz outweighs one with more synapses", "[network][partitioning][fast]") {
    const double drive_hz = GENERATE(20e3, 10.0, 0.0); // the last: to be set at run time
    Network network;
    const auto drive = network.add("drive", 100, PoissonParameters{drive_hz});
    const auto driven = network.add("driven", 100, LifParameters{});
    const auto wired = network.add("wired", 100, LifParameters{});
    const auto more = network.add("more", 100, LifParameters{});
    network.connect(drive, driven, {.connector = OneToOne{}});
    network.connect(wired, wired, {.connector = FixedInDegree{90}});
    network.connect(wired, more, {.connector = FixedInDegree{80}});
    const auto slices = make_slices(network, Partitioning::by_population, 2);
    REQUIRE(slices.size() == 4);
    const auto owner = [&](PopulationId p) { return slices[p.index].partition; };
    // 2,010 synapses at 10 Hz for each neuron that the fast drive reaches, 11 where it is slow; 100 and 90 for the
    // others. The heaviest is the first to be dealt out.
    const bool fast = drive_hz == 20e3;
    CHECK(owner(driven) == (fast ? 0u : 1u));
    CHECK(owner(wired) == (fast ? 1u : 0u));
}

TEST_CASE("whole populations go to the lightest partition", "[network][partitioning][fast]") {
    Network network;
    for (const std::uint32_t size : {100u, 300u, 150u, 50u}) network.add(std::to_string(size), size, LifParameters{});
    const auto slices = make_slices(network, Partitioning::by_population, 2);
    REQUIRE(slices.size() == 4);
    CHECK(slices[1].partition != slices[0].partition);
    CHECK(slices[0].partition == slices[2].partition);
    CHECK(slices[2].partition == slices[3].partition);
}

TEST_CASE("a cut along the wiring cuts fewer synapses, and stays balanced", "[network][partitioning][fast]") {
    const Communities net;
    const auto even = owners(make_slices(net.network, Partitioning::balanced, 2), net.neurons.index, 600);
    const auto along = owners(make_slices(net.network, Partitioning::edge_cut, 2), net.neurons.index, 600);
    CHECK(cut_synapses(net.pairs, even) > net.pairs.size() / 3);
    CHECK(2 * cut_synapses(net.pairs, along) < cut_synapses(net.pairs, even));
    const auto first = std::count(along.begin(), along.end(), 0u);
    CHECK(first > 240);
    CHECK(first < 360);
}
