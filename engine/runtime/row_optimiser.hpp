// SPDX-License-Identifier: BSD-3-Clause
// The optimiser of one projection: its memories, parallel to the weights, and how far each row has come.
//
// Two ways to count updates. *Common*: all rows take part in every update; a row whose gradient is zero may be left
// alone and is caught up later, by repeating what it missed with a gradient of zero: equal, bit for bit, to the eager
// form. *Own*: a row counts its own updates only ("sparse": what an optimiser does at G = 0 does not happen to a silent
// row).
#pragma once

#include "engine/core/hash.hpp"
#include "engine/core/huge_pages.hpp"
#include "engine/network/frozen.hpp"
#include "learning/optimisers.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

template <class Real>
class RowOptimiser {
  public:
    RowOptimiser(SynapseRows<Real>& rows, UpdateRule rule)
        : rows_(&rows), rule_(std::move(rule)), bounds_(rule_.limits), done_(rows.group_count(), 0) {
        const std::size_t memories = std::visit([](const auto& o) { return o.memories; }, rule_.optimiser);
        if (memories > 0) first_.resize(rows.weight.size());
        if (memories > 1) second_.resize(rows.weight.size());
        fit_longest();
    }

    [[nodiscard]] const UpdateRule& rule() const { return rule_; }
    [[nodiscard]] Bounds<Real> bounds() const { return bounds_; }
    /// Whether an update with a gradient of zero moves a weight.
    [[nodiscard]] bool moves_at_zero() const {
        return rule_.weight_decay > 0.0 || std::visit([](const auto& o) { return o.moves_at_zero; }, rule_.optimiser);
    }
    /// Whether an update with a gradient of zero changes anything at all.
    [[nodiscard]] bool idles() const {
        return moves_at_zero() || std::visit([](const auto& o) { return o.fades_at_zero; }, rule_.optimiser);
    }
    [[nodiscard]] double base_rate() const {
        return std::visit([](const auto& o) { return o.rate; }, rule_.optimiser);
    }
    /// Whether an update is no more than w <- clip(w - rate G).
    [[nodiscard]] bool plain() const {
        return std::holds_alternative<Sgd>(rule_.optimiser) && rule_.weight_decay == 0.0 && !rule_.limits.keep_sign;
    }
    void set_rate(double rate) {
        std::visit([rate](auto& o) { o.rate = rate; }, rule_.optimiser);
    }

    /// Rows were rearranged: synapse k was number from[k], or is new. All rows have come equally far.
    void rearrange(std::span<const std::size_t> from) {
        for (HugeVector<Real>* memory : {&first_, &second_}) {
            if (memory->empty()) continue;
            HugeVector<Real> moved(from.size(), Real{0});
            for (std::size_t k = 0; k < from.size(); ++k)
                if (from[k] != SynapseRows<Real>::nowhere) moved[k] = (*memory)[from[k]];
            *memory = std::move(moved);
        }
        fit_longest();
    }

    // --- common count -------------------------------------------------------------------------------------------

    /// Update `number` of group g, which is caught up to the one before it. gradient: [count].
    void update(std::uint32_t g, const Real* gradient, std::int64_t number) {
        catch_up(g, number - 1);
        step(g, weights(g), memory(first_, g), memory(second_, g), gradient, number, number);
        done_[g] = number;
    }
    /// Whether group g has missed updates, up to number `upto`, that change anything.
    [[nodiscard]] bool behind(std::uint32_t g, std::int64_t upto) const { return idles() && done_[g] < upto; }
    void catch_up(std::uint32_t g, std::int64_t upto) {
        if (!behind(g, upto)) return;
        repeat(g, upto, weights(g), memory(first_, g), memory(second_, g));
        done_[g] = upto;
    }
    /// The weights of group g as catch_up would leave them: [count].
    void current(std::uint32_t g, std::int64_t upto, Real* w) const {
        const std::size_t n = rows_->count(g), first = rows_->groups[g].first;
        std::copy_n(rows_->weight.data() + first, n, w);
        if (!moves_at_zero() || !behind(g, upto)) return;
        const auto copy = [&](const HugeVector<Real>& all) {
            return all.empty() ? std::vector<Real>{} : std::vector<Real>(all.data() + first, all.data() + first + n);
        };
        std::vector<Real> a = copy(first_), b = copy(second_);
        repeat(g, upto, w, a.empty() ? nullptr : a.data(), b.empty() ? nullptr : b.data());
    }

    // --- own count ----------------------------------------------------------------------------------------------

    /// The rate of such an update.
    [[nodiscard]] Real rate_own(std::int64_t n) const {
        return static_cast<Real>(rule_.rate(std::max<std::int64_t>(n, 1)));
    }
    /// The next update of group g, at the rate of learning step `n` (at that of the first in its course). gradient:
    /// [count].
    void update_own(std::uint32_t g, const Real* gradient, std::int64_t n) {
        step(g, weights(g), memory(first_, g), memory(second_, g), gradient, ++done_[g], std::max<std::int64_t>(n, 1));
    }

    /// What the synapses of group g share. @param upto the common count, or 0
    void hash_row(std::uint32_t g, std::int64_t upto, Fingerprint& h) const {
        h.add(base_rate());
        h.add(idles() ? upto - done_[g] : std::int64_t{0});
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const {
        if (!first_.empty()) h.add(first_[synapse]);
        if (!second_.empty()) h.add(second_[synapse]);
    }
    [[nodiscard]] std::size_t bytes() const {
        return (first_.size() + second_.size() + zero_.size()) * sizeof(Real) + done_.size() * sizeof(done_[0]);
    }

  private:
    [[nodiscard]] Real* weights(std::uint32_t g) { return rows_->weight.data() + rows_->groups[g].first; }
    [[nodiscard]] Real* memory(HugeVector<Real>& all, std::uint32_t g) {
        return all.empty() ? nullptr : all.data() + rows_->groups[g].first;
    }
    void fit_longest() {
        std::size_t longest = 1;
        for (std::uint32_t g = 0; g < rows_->group_count(); ++g) longest = std::max(longest, rows_->count(g));
        if (longest > zero_.size()) zero_.resize(longest);
    }

    void repeat(std::uint32_t g, std::int64_t upto, Real* w, Real* a, Real* b) const {
        for (std::int64_t number = done_[g] + 1; number <= upto; ++number)
            step(g, w, a, b, zero_.data(), number, number);
    }

    /// @param number of the update, for the optimiser; @param when for the schedule of the rate
    void step(std::uint32_t g, Real* w, Real* a, Real* b, const Real* gradient, std::int64_t number,
              std::int64_t when) const {
        const double rate = rule_.rate(when);
        const Real kept = static_cast<Real>(1.0 - rate * rule_.weight_decay);
        const std::size_t n = rows_->count(g);
        std::visit(
            [&]<class Chosen>(const Chosen& chosen) {
                const auto ready = chosen.template step<Real>(rate, number);
                if (rule_.limits.keep_sign) {
                    update_row<Chosen, true, Real>(ready, bounds_, kept, w, a, b, gradient, n);
                } else {
                    update_row<Chosen, false, Real>(ready, bounds_, kept, w, a, b, gradient, n);
                }
            },
            rule_.optimiser);
        if (const std::size_t k = rows_->barred(g); k != SynapseRows<Real>::nowhere) w[k] = Real{0};
    }

    SynapseRows<Real>* rows_;
    UpdateRule rule_;
    Bounds<Real> bounds_;
    std::vector<std::int64_t> done_;  // [group] updates it has taken part in
    HugeVector<Real> first_, second_; // memories, parallel to the weights, or empty
    std::vector<Real> zero_;          // a gradient of zeros
};

} // namespace saltus
