// SPDX-License-Identifier: BSD-3-Clause
// From pairs to whole rows: their delays are drawn (which finish the canonical order), then their weights, in that
// order.
#pragma once

#include "engine/network/distributions.hpp"
#include "engine/network/network.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace saltus {

// Marks in a synapse what its projection's distributions have yet to fill in.
inline constexpr double weight_to_draw = std::numeric_limits<double>::quiet_NaN();
inline constexpr Tick delay_to_draw = -1;

[[nodiscard]] inline Tick rounded(double x) { return static_cast<Tick>(x + (x < 0 ? -0.5 : 0.5)); }

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

} // namespace saltus
