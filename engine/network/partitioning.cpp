// SPDX-License-Identifier: BSD-3-Clause
// The three ways to deal out neurons. Work is estimated from the description: how often something arrives at a neuron,
// plus what it costs to have it.
#include "engine/network/partitioning.hpp"

#include "engine/network/variation.hpp"

#include <algorithm>
#include <numeric>

namespace saltus {
namespace {

bool stateless(const Population& p) { return std::holds_alternative<InputParameters>(p.model); }

bool spiking(const Population& p) {
    bool answer = false;
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        if (std::holds_alternative<typename Model::Parameters>(p.model)) answer = Model::spiking;
    });
    return answer;
}

/// What a neuron is taken to spike at, where the description does not say.
constexpr double nominal_rate_hz = 10.0;

/// How often each neuron of a population spikes, in nominal rates: [size]. Known of Poisson sources only; one that is
/// silent as described waits for a rate at run time, and counts as others do.
std::vector<double> relative_rates(const Network& network, std::uint32_t population) {
    const Population& p = network.populations()[population];
    std::vector<double> rates(p.size, 1.0);
    if (!std::holds_alternative<PoissonParameters>(p.model)) return rates;
    const auto sources = neuron_parameters<Poisson>(network, {population}, 0, p.size);
    for (std::uint32_t j = 0; j < p.size; ++j)
        if (sources[j].rate_hz > 0.0) rates[j] = sources[j].rate_hz / nominal_rate_hz;
    return rates;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Work of each neuron of a population, in synapses whose source spikes at the nominal rate.
std::vector<double> work_of(const Network& network, std::uint32_t population) {
    constexpr double of_a_neuron = 10.0; // threshold tests and learning edges, in synaptic events
    const Population& p = network.populations()[population];
    std::vector<double> work(p.size, of_a_neuron);
    if (std::holds_alternative<PoissonParameters>(p.model)) work = relative_rates(network, population); // its draws
    for (const Projection& projection : network.projections()) {
        if (projection.target.index != population) continue;
        const std::vector<double> rates = relative_rates(network, projection.source.index);
        if (const auto* list = std::get_if<ExplicitList>(&projection.spec.connector)) {
            for (const Pair& pair : list->pairs) work[pair.target] += rates[pair.source];
        } else if (std::holds_alternative<OneToOne>(projection.spec.connector)) {
            for (std::uint32_t j = 0; j < p.size; ++j) work[j] += rates[j];
        } else {
            const double each = expected_synapses(network, projection) / p.size * mean(rates);
            for (double& w : work) w += each;
        }
    }
    return work;
}

std::uint32_t lightest(const std::vector<double>& load) {
    return static_cast<std::uint32_t>(std::min_element(load.begin(), load.end()) - load.begin());
}

std::vector<Slice> whole_populations(const Network& network, const std::vector<std::uint32_t>& cut,
                                     std::uint32_t partitions) {
    std::vector<double> work;
    for (const std::uint32_t p : cut) {
        const auto each = work_of(network, p);
        work.push_back(std::accumulate(each.begin(), each.end(), 0.0));
    }
    std::vector<std::size_t> order(cut.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work[a] > work[b]; });
    std::vector<double> load(partitions, 0.0);
    std::vector<Slice> slices;
    for (const std::size_t k : order) {
        const std::uint32_t owner = lightest(load);
        load[owner] += work[k];
        slices.push_back({cut[k], 0, network.populations()[cut[k]].size, owner});
    }
    return slices;
}

/// Cuts a population into `count` pieces of equal work; calls piece(begin, end, number) for those that are not empty.
template <class Piece>
void cut_evenly(const std::vector<double>& work, std::uint32_t count, const Piece& piece) {
    const double total = std::accumulate(work.begin(), work.end(), 0.0);
    double done = 0.0;
    std::uint32_t begin = 0, j = 0;
    for (std::uint32_t number = 0; number < count; ++number) {
        const double until = total * (number + 1) / count;
        for (; j < work.size() && (done + 0.5 * work[j] < until || number + 1 == count); ++j) done += work[j];
        if (j > begin) piece(begin, j, number);
        begin = j;
    }
}

std::vector<Slice> even_slices(const Network& network, const std::vector<std::uint32_t>& cut,
                               std::uint32_t partitions) {
    std::vector<Slice> slices;
    for (const std::uint32_t p : cut) {
        cut_evenly(work_of(network, p), partitions, [&](std::uint32_t begin, std::uint32_t end, std::uint32_t number) {
            slices.push_back({p, begin, end, number});
        });
    }
    return slices;
}

/// Blocks of neurons and how many synapses join them, in either direction.
struct BlockGraph {
    std::vector<Slice> blocks; ///< owner not decided yet
    std::vector<double> work;  ///< [block]
    std::vector<double> ties;  ///< [block][block], symmetric

    BlockGraph(const Network& network, const std::vector<std::uint32_t>& cut, std::uint32_t per_population) {
        std::vector<std::vector<std::uint32_t>> block_of(network.populations().size());
        for (const std::uint32_t p : cut) {
            const std::vector<double> each = work_of(network, p);
            block_of[p].resize(each.size());
            cut_evenly(each, per_population, [&](std::uint32_t begin, std::uint32_t end, std::uint32_t) {
                for (std::uint32_t j = begin; j < end; ++j) block_of[p][j] = static_cast<std::uint32_t>(blocks.size());
                work.push_back(std::accumulate(each.begin() + begin, each.begin() + end, 0.0));
                blocks.push_back({p, begin, end, 0});
            });
        }
        ties.assign(blocks.size() * blocks.size(), 0.0);
        for (std::uint32_t q = 0; q < network.projections().size(); ++q) count_ties(network, q, block_of);
    }

  private:
    void count_ties(const Network& network, std::uint32_t q, const std::vector<std::vector<std::uint32_t>>& block_of) {
        const Projection& projection = network.projections()[q];
        const auto& from = block_of[projection.source.index];
        const auto& to = block_of[projection.target.index];
        if (from.empty() || to.empty()) return;
        if (dense(projection)) { // everything is tied to everything: no block is a better place than another
            return;
        }
        for_each_row(network, {q}, [&](std::span<const Synapse> row) {
            for (const Synapse& s : row) {
                ties[from[s.source] * blocks.size() + to[s.target]] += 1.0;
                ties[to[s.target] * blocks.size() + from[s.source]] += 1.0;
            }
        });
    }
};

/// Deals blocks out so that few ties are cut and no partition has more than a tenth above its share of the work: first
/// each block goes where most of its ties are, discounted by how full it is there (streaming greedy partitioning;
/// Stanton and Kliot 2012); then blocks move while that cuts fewer.
class TiedBlocks {
  public:
    TiedBlocks(BlockGraph graph, std::uint32_t partitions)
        : graph_(std::move(graph)), load_(partitions, 0.0),
          room_(1.1 * std::accumulate(graph_.work.begin(), graph_.work.end(), 0.0) / partitions) {
        for (std::size_t b = 0; b < graph_.blocks.size(); ++b) {
            const std::uint32_t owner = best_owner(b, b, true, lightest(load_));
            graph_.blocks[b].partition = owner;
            load_[owner] += graph_.work[b];
        }
        for (int pass = 0; pass < passes && improve(); ++pass) {
        }
    }
    [[nodiscard]] const std::vector<Slice>& blocks() const { return graph_.blocks; }

  private:
    static constexpr int passes = 10;

    /// The partition with the best score for block b among those with room. @param known blocks dealt out so far.
    std::uint32_t best_owner(std::size_t b, std::size_t known, bool discounted, std::uint32_t fallback) const {
        std::vector<double> tied(load_.size(), 0.0);
        for (std::size_t a = 0; a < known; ++a)
            if (a != b) tied[graph_.blocks[a].partition] += graph_.ties[a * graph_.blocks.size() + b];
        const auto score = [&](std::uint32_t q) { return tied[q] * (discounted ? 1.0 - load_[q] / room_ : 1.0); };
        std::uint32_t best = fallback;
        for (std::uint32_t q = 0; q < load_.size(); ++q) {
            const bool fits = q == fallback || load_[q] + graph_.work[b] <= room_;
            if (fits && score(q) > score(best)) best = q;
        }
        return best;
    }
    /// Moves blocks one by one; whether any moved.
    bool improve() {
        bool moved = false;
        for (std::size_t b = 0; b < graph_.blocks.size(); ++b) {
            const std::uint32_t here = graph_.blocks[b].partition;
            const std::uint32_t there = best_owner(b, graph_.blocks.size(), false, here);
            moved |= there != here;
            load_[here] -= graph_.work[b];
            load_[there] += graph_.work[b];
            graph_.blocks[b].partition = there;
        }
        return moved;
    }

    BlockGraph graph_;
    std::vector<double> load_; ///< [partition]
    double room_;
};

std::vector<Slice> tied_blocks(const Network& network, const std::vector<std::uint32_t>& cut,
                               std::uint32_t partitions) {
    if (cut.empty()) return {};
    // Enough to follow the wiring, few enough that their table of ties stays small.
    const auto most = static_cast<std::uint32_t>(std::max<std::size_t>(4096 / cut.size(), 1));
    return TiedBlocks(BlockGraph(network, cut, std::min(32 * partitions, most)), partitions).blocks();
}

/// Neighbours of one population and owner become one slice.
std::vector<Slice> merged(std::vector<Slice> slices) {
    std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
        return a.population != b.population ? a.population < b.population : a.begin < b.begin;
    });
    std::vector<Slice> joined;
    for (const Slice& s : slices) {
        const bool goes_on = !joined.empty() && joined.back().population == s.population &&
                             joined.back().partition == s.partition && joined.back().end == s.begin;
        if (goes_on)
            joined.back().end = s.end;
        else
            joined.push_back(s);
    }
    return joined;
}

} // namespace

std::vector<Slice> make_slices(const Network& network, Partitioning policy, std::uint32_t partitions) {
    std::vector<std::uint32_t> cut;
    std::vector<Slice> whole;
    for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
        const Population& population = network.populations()[p];
        if (stateless(population)) continue;
        if (spiking(population))
            cut.push_back(p);
        else
            whole.push_back({p, 0, population.size, partitions});
    }
    std::vector<Slice> slices = policy == Partitioning::by_population ? whole_populations(network, cut, partitions)
                                : policy == Partitioning::balanced    ? even_slices(network, cut, partitions)
                                                                      : tied_blocks(network, cut, partitions);
    slices.insert(slices.end(), whole.begin(), whole.end());
    return merged(std::move(slices));
}

} // namespace saltus
