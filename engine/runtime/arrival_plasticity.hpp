// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule: a synapse holds its traces (such as eps, eb, g) as they were at its row's last arrival; an arrival
// carries them to now with the products of the target's trace maps, applies the gradient, and delivers the new weight.
// Traces that are the same for all targets, and the last step, belong to the row. Cost O(1) per synaptic event, however
// long the silence. Each arrival is one update of the row's optimiser ("own" count of RowOptimiser).
#pragma once

#include "engine/core/huge_pages.hpp"
#include "engine/runtime/plasticity.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace saltus {

template <class Rule, class Real>
class ArrivalPlasticity final : public Plasticity<Real> {
  public:
    using Products = BlockProducts<Rule>;

    explicit ArrivalPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), next_(this->c_.rows->group_count(), never_arrived),
          in_block_(this->c_.rows->group_count(), -1), gradient_(this->longest_group()) {
        for (auto& trace : shared_) trace.assign(this->c_.rows->group_count(), 0.0);
        for (auto& trace : trace_) trace.assign(this->c_.rows->weight.size(), Real{0});
    }

    void arrive(std::uint32_t source, std::uint32_t g, Tick t, bool learning) override {
        (void)source;
        const Products& products = this->products();
        const std::int64_t step = this->c_.clock->step_of(t) - 1; // the products count steps from 0
        assert(products.steps() == step);
        if (next_[g] != never_arrived) carry_row(g, learning);
        next_[g] = step;
        note(g, products.block_of(step));
        const auto amplitude = this->c_.learner->kernel(this->c_.clock->until_edge(t));
        for (std::size_t e = 0; e < Rule::shared; ++e) shared_[e][g] += amplitude[e];
        for (std::size_t e = Rule::shared; e < Rule::entries; ++e) {
            Real* own = &trace_[e - Rule::shared][this->first(g)];
            for (std::size_t k = 0; k < this->c_.rows->count(g); ++k) own[k] += static_cast<Real>(amplitude[e]);
        }
    }

    void before_block_closes() override {
        // Rows last carried in the block that is about to be forgotten.
        const Products& products = this->products();
        const std::int64_t oldest = products.oldest();
        if (oldest < 0) return;
        sweep_.swap(waiting_[slot(oldest)]);
        waiting_[slot(oldest)].clear();
        for (const std::uint32_t g : sweep_) {
            if (in_block_[g] != oldest) continue; // carried since
            carry_row(g, false);
            next_[g] = products.steps();
            note(g, products.block_of(products.steps()));
        }
        sweep_.clear();
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, 0, h);
        for (const auto& trace : shared_) h.add(trace[g]);
        h.add(next_[g]);
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        Plasticity<Real>::hash_synapse(synapse, h);
        for (const auto& trace : trace_) h.add(trace[synapse]);
    }

    [[nodiscard]] std::size_t bytes() const override {
        std::size_t listed = sweep_.capacity();
        for (const auto& groups : waiting_) listed += groups.capacity();
        return this->optimiser_.bytes() +
               (trace_.size() * this->c_.rows->weight.size() + gradient_.size()) * sizeof(Real) +
               next_.size() * (Rule::shared * sizeof(double) + 2 * sizeof(std::int64_t)) +
               listed * sizeof(std::uint32_t);
    }

  private:
    static constexpr std::int64_t never_arrived = -1;
    static constexpr std::size_t kept = Rule::traces - Rule::shared;
    static constexpr std::size_t gradient = Rule::g - Rule::shared; ///< its place among the kept traces

    [[nodiscard]] const Products& products() const { return std::get<Products>(this->c_.learner->products); }
    [[nodiscard]] std::size_t slot(std::int64_t block) {
        const auto blocks = static_cast<std::size_t>(products().blocks()) + 1;
        if (waiting_.size() < blocks) waiting_.resize(blocks);
        return static_cast<std::size_t>(block) % blocks;
    }

    /// Lists group g under the block that holds its last step.
    void note(std::uint32_t g, std::int64_t block) {
        if (in_block_[g] == block) return;
        in_block_[g] = block;
        waiting_[slot(block)].push_back(g);
    }

    /// Carries all synapses of group g to the newest step; with `update` applies their gradients.
    void carry_row(std::uint32_t g, bool update) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const auto path = products().path(next_[g]);
        const std::size_t n = rows.count(g);
        typename Products::Traces x{}, start{};
        for (std::size_t e = 0; e < Rule::shared; ++e) start[e] = shared_[e][g];
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t synapse = this->first(g) + k;
            x = start;
            for (std::size_t e = 0; e < kept; ++e) x[e + Rule::shared] = static_cast<double>(trace_[e][synapse]);
            products().carry(path, rows.target_of(g, k), x);
            for (std::size_t e = 0; e < kept; ++e) trace_[e][synapse] = static_cast<Real>(x[e + Rule::shared]);
        }
        for (std::size_t e = 0; e < Rule::shared; ++e) shared_[e][g] = x[e]; // the same for all targets
        if (update) apply_gradient(g, n);
    }

    void apply_gradient(std::uint32_t g, std::size_t n) {
        Real* collected = &trace_[gradient][this->first(g)];
        std::copy_n(collected, n, gradient_.data());
        std::fill_n(collected, n, Real{0});
        this->clear_barred(g, gradient_.data());
        this->optimiser_.update_own(g, gradient_.data(), products().steps());
        this->c_.counters->plastic_updates += this->c_.rows->synapses(g);
    }

    std::array<std::vector<double>, Rule::shared> shared_; // [trace][group]
    std::array<HugeVector<Real>, kept> trace_;             // [trace][synapse]
    std::vector<std::int64_t> next_;                       // [group] first step not yet applied, or never_arrived
    std::vector<std::int64_t> in_block_;                   // [group] block of next_
    std::vector<std::vector<std::uint32_t>> waiting_;      // [slot] groups by block, some carried since
    std::vector<std::uint32_t> sweep_;
    std::vector<Real> gradient_; // [longest group]
};

} // namespace saltus
