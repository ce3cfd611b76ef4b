// SPDX-License-Identifier: BSD-3-Clause
// From a connector to synapses: which pairs (sorted by source and target); then row by row their delays (which
// finish the canonical order) and their weights (drawn in that order).
#include "engine/network/ascending_set.hpp"
#include "engine/network/distributions.hpp"
#include "engine/network/network.hpp"
#include "engine/network/pairs_by_source.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace saltus {

namespace {

// Marks in a synapse what its projection's distributions have yet to fill in.
constexpr double weight_to_draw = std::numeric_limits<double>::quiet_NaN();
constexpr Tick delay_to_draw = -1;

Tick rounded(double x) { return static_cast<Tick>(x + (x < 0 ? -0.5 : 0.5)); }

/// Delays on the grid, and how many units of it they are.
class DelayQuantiser {
  public:
    explicit DelayQuantiser(const TimeGrid& grid)
        : tick_ps_(static_cast<double>(grid.tick.count())),
          unit_ps_(std::max(static_cast<double>(grid.delay_resolution.count()), tick_ps_)), unit_ms_(unit_ps_ * 1e-9),
          units_per_tick_(tick_ps_ / unit_ps_) {}

    Tick operator()(double ms) const {
        return rounded(static_cast<double>(rounded(ms / unit_ms_)) * unit_ps_ / tick_ps_);
    }
    [[nodiscard]] std::uint64_t units(Tick quantised) const {
        return static_cast<std::uint64_t>(rounded(static_cast<double>(quantised) * units_per_tick_));
    }

  private:
    double tick_ps_, unit_ps_, unit_ms_, units_per_tick_;
};

/// What the connectors need to know of a projection.
struct Plan {
    const Network& network;
    std::uint32_t index;
    const ProjectionSpec& spec;
    std::uint32_t sources, targets;
    bool bar_self; ///< self-connections are possible and not wanted
    double weight; ///< of every synapse; NaN if each draws its own
    Tick delay;    ///< of every synapse; delay_to_draw if each draws its own
    bool listed;   ///< some may have a weight or delay of their own

    Plan(const Network& n, ProjectionId id) : Plan(n, id.index, n.projections().at(id.index)) {}

    [[nodiscard]] RandomStream stream(Purpose purpose, std::uint32_t row) const {
        return row_stream(network.seed(), purpose, index, row);
    }
    /// Choices open to a neuron that picks from a population of n.
    [[nodiscard]] std::uint32_t choices(std::uint32_t n) const { return bar_self ? n - 1 : n; }
    /// Choice number i of neuron `self`: i itself, or the next one from `self` on if it may not choose itself.
    [[nodiscard]] std::uint32_t choice(std::uint32_t i, std::uint32_t self) const {
        return i + static_cast<std::uint32_t>(bar_self && i >= self);
    }

  private:
    Plan(const Network& n, std::uint32_t i, const Projection& p)
        : network(n), index(i), spec(p.spec), sources(n.at(p.source).size), targets(n.at(p.target).size),
          bar_self(p.source == p.target && !p.spec.allow_self), weight(weight_to_draw), delay(delay_to_draw),
          listed(std::holds_alternative<ExplicitList>(spec.connector)) {
        if (const auto* w = std::get_if<Constant>(&spec.weight)) weight = w->value;
        if (const auto* d = std::get_if<Constant>(&spec.delay_ms)) delay = quantised_delay(n.grid(), d->value);
    }
};

/// Draws for synapses of one row, in their order: those of which `open` holds.
template <class Open, class Set>
void fill(RandomStream stream, const Distribution& distribution, std::span<Synapse> row, std::vector<double>& drawn,
          const Open& open, const Set& set) {
    drawn.resize(static_cast<std::size_t>(std::count_if(row.begin(), row.end(), open)));
    RandomBatch batch(stream);
    draw(distribution, batch, drawn);
    const double* next = drawn.data();
    for (Synapse& s : row)
        if (open(s)) set(s, *next++);
}

/// Rows to be filled in, and the memory it takes.
class RowFiller {
  public:
    explicit RowFiller(const Plan& plan) : plan_(plan), quantise_(plan.network.grid()) {}

    void fill_delays(std::span<Synapse> row) {
        if (plan_.delay != delay_to_draw && !plan_.listed) return;
        fill(
            plan_.stream(Purpose::delay, row.front().source), plan_.spec.delay_ms, row, drawn_,
            [](const Synapse& s) { return s.delay == delay_to_draw; },
            [&](Synapse& s, double ms) { s.delay = quantise_(ms); });
    }

    void fill_weights(std::span<Synapse> row) {
        if (!std::isnan(plan_.weight) && !plan_.listed) return;
        fill(
            plan_.stream(Purpose::weight, row.front().source), plan_.spec.weight, row, drawn_,
            [](const Synapse& s) { return std::isnan(s.weight); }, [](Synapse& s, double w) { s.weight = w; });
    }

    /// Stable, and linear where there are few different delays, as there mostly are.
    void sort_by_delay(std::span<Synapse> row) {
        const auto earlier = [](const Synapse& a, const Synapse& b) { return a.delay < b.delay; };
        if (std::is_sorted(row.begin(), row.end(), earlier)) return;
        const auto [least, most] = std::minmax_element(row.begin(), row.end(), earlier);
        const std::uint64_t first = quantise_.units(least->delay);
        const std::uint64_t spread = quantise_.units(most->delay) - first + 1;
        if (spread > 4 * row.size()) return std::stable_sort(row.begin(), row.end(), earlier);
        place_.assign(spread + 1, 0);
        for (const Synapse& s : row) ++place_[quantise_.units(s.delay) - first + 1];
        for (std::size_t d = 1; d < place_.size(); ++d) place_[d] += place_[d - 1];
        sorted_.resize(row.size());
        for (const Synapse& s : row) sorted_[place_[quantise_.units(s.delay) - first]++] = s;
        std::copy(sorted_.begin(), sorted_.end(), row.begin());
    }

  private:
    const Plan& plan_;
    DelayQuantiser quantise_;
    std::vector<double> drawn_;
    std::vector<Synapse> sorted_;
    std::vector<std::uint32_t> place_;
};

/// Takes pairs source by source; hands on each row, complete.
class RowMaker {
  public:
    RowMaker(const Plan& plan, const RowVisit& visit) : plan_(plan), visit_(visit), filler_(plan) {}

    void reserve(std::size_t longest_row) { row_.reserve(longest_row); }
    void push(std::uint32_t source, std::uint32_t target) { push(source, target, plan_.weight, plan_.delay); }
    void push(std::uint32_t source, std::uint32_t target, double weight, Tick delay) {
        row_.push_back({source, target, weight, delay});
    }
    /// The row is whole. Its pairs are sorted by target.
    void finish() {
        if (row_.empty()) return;
        filler_.fill_delays(row_);
        filler_.sort_by_delay(row_);
        filler_.fill_weights(row_);
        visit_(row_);
        row_.clear();
    }

  private:
    const Plan& plan_;
    const RowVisit& visit_;
    RowFiller filler_;
    std::vector<Synapse> row_;
};

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

void make_pairs(const Plan& plan, const AllToAll&, RowMaker& out) {
    for (std::uint32_t i = 0; i < plan.sources; ++i) {
        for (std::uint32_t j = 0; j < plan.targets; ++j)
            if (!(plan.bar_self && i == j)) out.push(i, j);
        out.finish();
    }
}

void make_pairs(const Plan& plan, const OneToOne&, RowMaker& out) {
    for (std::uint32_t i = 0; i < plan.sources && !plan.bar_self; ++i) {
        out.push(i, i);
        out.finish();
    }
}

void make_pairs(const Plan& plan, const FixedOutDegree& connector, RowMaker& out) {
    if (connector.out_degree == 0) return;
    Picker picker(plan.choices(plan.targets), plan.spec.allow_multapses);
    for (std::uint32_t i = 0; i < plan.sources; ++i) {
        picker.pick(plan.stream(Purpose::topology, i), connector.out_degree,
                    [&](std::uint32_t t) { out.push(i, plan.choice(t, i)); });
        out.finish();
    }
}

template <class Word>
void deal_in_degree(const Plan& plan, std::uint32_t in_degree, RowMaker& out) {
    PairsBySource<Word> pairs(plan.sources, plan.targets, std::size_t{plan.targets} * in_degree);
    Picker picker(plan.choices(plan.sources), plan.spec.allow_multapses);
    for (std::uint32_t j = 0; j < plan.targets; ++j)
        picker.pick(plan.stream(Purpose::topology, j), in_degree,
                    [&](std::uint32_t s) { pairs.push(plan.choice(s, j), j); });
    pairs.deal(out);
}

void make_pairs(const Plan& plan, const FixedInDegree& connector, RowMaker& out) {
    if (connector.in_degree == 0) return;
    const bool narrow = PairsBySource<std::uint32_t>::fits(plan.sources, plan.targets);
    narrow ? deal_in_degree<std::uint32_t>(plan, connector.in_degree, out)
           : deal_in_degree<std::uint64_t>(plan, connector.in_degree, out);
}

/// ln(1 - p) without losing a small p to rounding (Kahan's correction).
double log_of_complement(double p) {
    const double complement = 1.0 - p;
    return complement == 1.0 ? -p : stable_log(complement) * (p / (1.0 - complement));
}

/// Jumps from synapse to synapse: the number of pairs left out between two is geometric.
void make_pairs(const Plan& plan, const Bernoulli& connector, RowMaker& out) {
    const double p = connector.probability;
    if (p >= 1.0) return make_pairs(plan, AllToAll{}, out);
    if (!(p > 0.0)) return;
    const std::uint32_t n = plan.choices(plan.targets);
    const double scale = 1.0 / log_of_complement(p);
    std::array<double, 32> jumps; // NOLINT: filled before they are read
    for (std::uint32_t i = 0; i < plan.sources; ++i) {
        RandomBatch batch(plan.stream(Purpose::topology, i));
        for (std::uint32_t j = 0, k = jumps.size();; ++j, ++k) {
            if (k == jumps.size()) {
                batch.exponential(jumps);
                k = 0;
            }
            const double skipped = -jumps[k] * scale;
            if (skipped >= static_cast<double>(n - j)) break;
            j += static_cast<std::uint32_t>(skipped);
            out.push(i, plan.choice(j, i));
        }
        out.finish();
    }
}

void make_pairs(const Plan& plan, const ExplicitList& list, RowMaker& out) {
    std::vector<std::size_t> order(list.pairs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t k) { return std::pair(list.pairs[k].source, list.pairs[k].target); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t k = order[i];
        if (i > 0 && list.pairs[order[i - 1]].source != list.pairs[k].source) out.finish();
        const bool own_weight = !list.weights.empty() && !std::isnan(list.weights[k]);
        const bool own_delay = !list.delays_ms.empty() && !std::isnan(list.delays_ms[k]);
        out.push(list.pairs[k].source, list.pairs[k].target, own_weight ? list.weights[k] : plan.weight,
                 own_delay ? quantised_delay(plan.network.grid(), list.delays_ms[k]) : plan.delay);
    }
    out.finish();
}

} // namespace

void for_each_row(const Network& network, ProjectionId id, const RowVisit& visit) {
    const Plan plan(network, id);
    RowMaker rows(plan, visit);
    std::visit([&](const auto& connector) { make_pairs(plan, connector, rows); }, plan.spec.connector);
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
