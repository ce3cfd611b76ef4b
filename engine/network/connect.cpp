// SPDX-License-Identifier: BSD-3-Clause
// From a connector to synapses: which pairs, sorted by source and target; a RowMaker makes them into whole rows.
#include "engine/network/ascending_set.hpp"
#include "engine/network/pairs_by_source.hpp"
#include "engine/network/row_blocks.hpp"
#include "engine/network/row_maker.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace saltus {

/// Who is wired to whom.
class Pairs {
  public:
    Pairs() = default;
    virtual ~Pairs() = default;
    Pairs(const Pairs&) = delete;
    Pairs& operator=(const Pairs&) = delete;
    /// Hands out the pairs of sources [first, last) source by source, sorted by target; out.finish() after each. May be
    /// called from several threads at a time.
    virtual void make(std::uint32_t first, std::uint32_t last, RowMaker& out) const = 0;
    /// Of so many sources, or twice as many, and so on, a call is made.
    [[nodiscard]] virtual std::uint32_t grain() const { return 1; }
};

namespace {

/// Picks `degree` of n, uniformly; hands them out in ascending order.
class Picker {
  public:
    Picker(std::uint32_t n, bool with_replacement) : n_(n), set_(n), times_(with_replacement ? n : 0) {}

    template <class Visit>
    void pick(const RandomStream& stream, std::uint32_t degree, const Visit& visit) {
        if (!times_.empty()) return pick_with_replacement(stream, degree, visit);
        assert(degree <= n_);
        if (degree <= n_ / 2) {
            draw_distinct(stream, degree);
            return set_.drain(visit);
        }
        // More than half: draw those left out, or the last few would be rejected for ever.
        draw_distinct(stream, n_ - degree);
        std::uint32_t next = 0;
        set_.drain([&](std::uint32_t left_out) {
            for (; next < left_out; ++next) visit(next);
            ++next;
        });
        for (; next < n_; ++next) visit(next);
    }

  private:
    void draw_distinct(const RandomStream& stream, std::uint32_t count) {
        RandomBatch batch(stream, count);
        while (count > 0) count -= static_cast<std::uint32_t>(set_.insert(batch.below(n_)));
    }
    template <class Visit>
    void pick_with_replacement(const RandomStream& stream, std::uint32_t degree, const Visit& visit) {
        RandomBatch batch(stream, degree);
        for (std::uint32_t k = 0; k < degree; ++k) {
            const std::uint32_t i = batch.below(n_);
            set_.insert(i);
            ++times_[i];
        }
        set_.drain([&](std::uint32_t i) {
            for (; times_[i] > 0; --times_[i]) visit(i);
        });
    }

    std::uint32_t n_;
    AscendingSet set_;
    std::vector<std::uint32_t> times_; ///< empty without replacement
};

/// The pairs of a connector that draws them for each source: pairs_of(source, out).
template <class PairsOf, class Connector>
class PairsOfSources final : public Pairs {
  public:
    PairsOfSources(const Plan& plan, const Connector& connector) : plan_(plan), connector_(connector) {}
    void make(std::uint32_t first, std::uint32_t last, RowMaker& out) const override {
        PairsOf pairs_of(plan_, connector_);
        for (std::uint32_t i = first; i < last; ++i) {
            pairs_of(i, out);
            out.finish();
        }
    }

  private:
    const Plan& plan_;
    const Connector& connector_;
};

struct AllOf {
    const Plan& plan;

    template <class Connector>
    AllOf(const Plan& p, const Connector&) : plan(p) {}
    void operator()(std::uint32_t i, RowMaker& out) const {
        for (std::uint32_t j = 0; j < plan.targets; ++j)
            if (!(plan.bar_self && i == j)) out.push(i, j);
    }
};

struct NoneOf {
    template <class Connector>
    NoneOf(const Plan&, const Connector&) {}
    void operator()(std::uint32_t, RowMaker&) const {}
};

struct OneOf {
    const Plan& plan;

    OneOf(const Plan& p, const OneToOne&) : plan(p) {}
    void operator()(std::uint32_t i, RowMaker& out) const {
        if (!plan.bar_self) out.push(i, i);
    }
};

struct PickedOf {
    const Plan& plan;
    std::uint32_t degree;
    Picker picker;

    PickedOf(const Plan& p, const FixedOutDegree& c)
        : plan(p), degree(c.out_degree), picker(p.choices(p.targets), p.spec.allow_multapses) {}
    void operator()(std::uint32_t i, RowMaker& out) {
        picker.pick(plan.stream(Purpose::topology, i), degree,
                    [&](std::uint32_t t) { out.push(i, plan.choice(t, i)); });
    }
};

/// ln(1 - p) without losing a small p to rounding (Kahan's correction).
double log_of_complement(double p) {
    const double complement = 1.0 - p;
    return complement == 1.0 ? -p : stable_log(complement) * (p / (1.0 - complement));
}

/// Jumps from synapse to synapse: the number of pairs left out between two is geometric.
struct JumpsOf {
    const Plan& plan;
    double scale;
    std::uint32_t n;
    std::array<double, 32> jumps; // NOLINT: filled before they are read

    JumpsOf(const Plan& p, const Bernoulli& c) // NOLINT: as above
        : plan(p), scale(1.0 / log_of_complement(c.probability)), n(p.choices(p.targets)) {}
    void operator()(std::uint32_t i, RowMaker& out) {
        RandomBatch batch(plan.stream(Purpose::topology, i));
        std::size_t k = jumps.size();
        for (std::uint32_t j = 0;; ++j, ++k) {
            if (k == jumps.size()) {
                batch.exponential(jumps);
                k = 0;
            }
            const double skipped = -jumps[k] * scale;
            if (skipped >= static_cast<double>(n - j)) break;
            j += static_cast<std::uint32_t>(skipped);
            out.push(i, plan.choice(j, i));
        }
    }
};

/// Drawn target by target: several runs of neighbouring targets side by side, each into bunches of its own.
template <class Word>
class PairsOfTargets final : public Pairs {
  public:
    PairsOfTargets(const Plan& plan, std::uint32_t in_degree, Executor& executor) {
        constexpr std::size_t worth_a_run = 1u << 17, most_runs = 16;
        const std::size_t pairs = std::size_t{plan.targets} * in_degree;
        const std::size_t runs = std::clamp<std::size_t>(pairs / worth_a_run, 1, most_runs);
        const auto begin = [&](std::size_t r) { return static_cast<std::uint32_t>(plan.targets * r / runs); };
        for (std::size_t r = 0; r < runs; ++r)
            runs_.emplace_back(plan.sources, plan.targets, std::size_t{begin(r + 1) - begin(r)} * in_degree);
        const auto draw_run = [&](std::size_t r) {
            Picker picker(plan.choices(plan.sources), plan.spec.allow_multapses);
            for (std::uint32_t j = begin(r); j < begin(r + 1); ++j)
                picker.pick(plan.stream(Purpose::topology, j), in_degree,
                            [&](std::uint32_t s) { runs_[r].push(plan.choice(s, j), j); });
        };
        executor.run(runs, IndexedTask(draw_run));
    }
    [[nodiscard]] std::uint32_t grain() const override { return runs_.front().bunch_size(); }
    void make(std::uint32_t first, std::uint32_t last, RowMaker& out) const override {
        for (; first < last; first += grain()) PairsBySource<Word>::deal(runs_, first, out);
    }

  private:
    std::vector<PairsBySource<Word>> runs_;
};

class ListedPairs final : public Pairs {
  public:
    ListedPairs(const Plan& plan, const ExplicitList& list) : plan_(plan), list_(list), order_(list.pairs.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        const auto key = [&](std::size_t k) { return std::pair(list.pairs[k].source, list.pairs[k].target); };
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    }
    void make(std::uint32_t first, std::uint32_t last, RowMaker& out) const override {
        auto next = std::partition_point(order_.begin(), order_.end(),
                                         [&](std::size_t k) { return list_.pairs[k].source < first; });
        for (std::uint32_t i = first; i < last; ++i) {
            for (; next != order_.end() && list_.pairs[*next].source == i; ++next) push(*next, out);
            out.finish();
        }
    }

  private:
    void push(std::size_t k, RowMaker& out) const {
        const bool own_weight = !list_.weights.empty() && !std::isnan(list_.weights[k]);
        const bool own_delay = !list_.delays_ms.empty() && !std::isnan(list_.delays_ms[k]);
        out.push(list_.pairs[k].source, list_.pairs[k].target, own_weight ? list_.weights[k] : plan_.weight,
                 own_delay ? quantised_delay(plan_.network.grid(), list_.delays_ms[k]) : plan_.delay);
    }

    const Plan& plan_;
    const ExplicitList& list_;
    std::vector<std::size_t> order_;
};

using PairsPointer = std::unique_ptr<const Pairs>;

template <class PairsOf, class Connector>
PairsPointer pairs_of_sources(const Plan& plan, const Connector& connector) {
    return std::make_unique<PairsOfSources<PairsOf, Connector>>(plan, connector);
}

PairsPointer make_pairs(const Plan& plan, const AllToAll& c, Executor&) { return pairs_of_sources<AllOf>(plan, c); }
PairsPointer make_pairs(const Plan& plan, const OneToOne& c, Executor&) { return pairs_of_sources<OneOf>(plan, c); }
PairsPointer make_pairs(const Plan& plan, const FixedOutDegree& c, Executor&) {
    return c.out_degree > 0 ? pairs_of_sources<PickedOf>(plan, c) : pairs_of_sources<NoneOf>(plan, c);
}
PairsPointer make_pairs(const Plan& plan, const Bernoulli& c, Executor&) {
    if (!(c.probability > 0.0)) return pairs_of_sources<NoneOf>(plan, c);
    return c.probability < 1.0 ? pairs_of_sources<JumpsOf>(plan, c) : pairs_of_sources<AllOf>(plan, c);
}
PairsPointer make_pairs(const Plan& plan, const FixedInDegree& c, Executor& executor) {
    if (c.in_degree == 0) return pairs_of_sources<NoneOf>(plan, c);
    if (PairsBySource<std::uint32_t>::fits(plan.sources, plan.targets))
        return std::make_unique<PairsOfTargets<std::uint32_t>>(plan, c.in_degree, executor);
    return std::make_unique<PairsOfTargets<std::uint64_t>>(plan, c.in_degree, executor);
}
PairsPointer make_pairs(const Plan& plan, const ExplicitList& c, Executor&) {
    return std::make_unique<ListedPairs>(plan, c);
}

/// Sources of a block: so many synapses that a block is worth a thread's while, and that
/// what is set up for it, which is in proportion to the targets, is little beside it.
std::uint32_t usual_block(const Network& network, const Projection& projection) {
    const double sources = network.at(projection.source).size, targets = network.at(projection.target).size;
    const double synapses = std::max(65536.0, targets / 4.0);
    const double wanted = synapses * sources / std::max(expected_synapses(network, projection), 1.0);
    return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, sources));
}

} // namespace

RowBlocks::RowBlocks(const Network& network, ProjectionId id, Executor& executor)
    : plan_(std::make_unique<Plan>(network, id)),
      pairs_(std::visit([&](const auto& c) { return make_pairs(*plan_, c, executor); }, plan_->spec.connector)),
      sources_(plan_->sources) {
    const std::uint32_t grain = pairs_->grain();
    block_size_ = (usual_block(network, network.projections()[id.index]) + grain - 1) / grain * grain;
}

RowBlocks::~RowBlocks() = default;

void RowBlocks::make(std::uint32_t block, const RowVisit& visit) const {
    RowMaker rows(*plan_, visit);
    pairs_->make(first_source(block), first_source(block + 1), rows);
}

void for_each_row(const Network& network, ProjectionId id, const RowVisit& visit) {
    const auto executor = make_executor(Execution::serial, 1);
    const RowBlocks blocks(network, id, *executor);
    for (std::uint32_t b = 0; b < blocks.count(); ++b) blocks.make(b, visit);
}

std::vector<Synapse> make_synapses(const Network& network, ProjectionId id) {
    std::vector<Synapse> all;
    for_each_row(network, id, [&](std::span<const Synapse> row) { all.insert(all.end(), row.begin(), row.end()); });
    return all;
}

double expected_synapses(const Network& network, const Projection& projection) {
    const double sources = network.at(projection.source).size, targets = network.at(projection.target).size;
    struct Count {
        double sources, targets;
        double operator()(const AllToAll&) const { return sources * targets; }
        double operator()(const OneToOne&) const { return sources; }
        double operator()(const FixedInDegree& c) const { return targets * c.in_degree; }
        double operator()(const FixedOutDegree& c) const { return sources * c.out_degree; }
        double operator()(const Bernoulli& c) const { return sources * targets * c.probability; }
        double operator()(const ExplicitList& c) const { return static_cast<double>(c.pairs.size()); }
    };
    return std::visit(Count{sources, targets}, projection.spec.connector);
}

bool dense(const Projection& projection) {
    return std::holds_alternative<AllToAll>(projection.spec.connector) &&
           std::holds_alternative<Constant>(projection.spec.delay_ms);
}

void make_dense_row(const Network& network, ProjectionId id, std::uint32_t source, std::span<double> row) {
    const Plan plan(network, id);
    assert(row.size() == plan.targets);
    const bool skip = plan.bar_self;
    RandomBatch batch(plan.stream(Purpose::weight, source));
    draw(plan.spec.weight, batch, skip ? row.first(row.size() - 1) : row);
    if (!skip) return;
    std::copy_backward(row.begin() + source, row.end() - 1, row.end());
    row[source] = 0.0;
}

Tick quantised_delay(const TimeGrid& grid, double delay_ms) { return DelayQuantiser(grid)(delay_ms); }

} // namespace saltus
