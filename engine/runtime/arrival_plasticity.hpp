// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule: a synapse holds its traces (eps, eb, g) as they were at its row's last arrival; an arrival carries
// them to now with the products of the target's trace maps, applies the gradient, and delivers the new weight. z and
// the last step belong to the row. Cost O(1) per synaptic event, however long the silence.
#pragma once

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
        : Plasticity<Real>(std::move(context)), z_(this->c_.rows->group_count(), 0.0),
          next_(this->c_.rows->group_count(), never_arrived), in_block_(this->c_.rows->group_count(), -1) {
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
        z_[g] += this->c_.gain * this->c_.membrane(this->c_.clock->until_edge(t));
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
        Plasticity<Real>::hash_row(g, h);
        h.add(z_[g]);
        h.add(next_[g]);
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        for (const auto& trace : trace_) h.add(trace[synapse]);
    }

    [[nodiscard]] std::size_t bytes() const override {
        return trace_.size() * this->c_.rows->weight.size() * sizeof(Real) +
               z_.size() * (sizeof(double) + 2 * sizeof(std::int64_t));
    }

  private:
    static constexpr std::int64_t never_arrived = -1;
    static constexpr std::size_t kept = Rule::traces - 1; // all but z, which belongs to the row

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
        double z_after = z_[g];
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t synapse = rows.groups[g].first + k;
            typename Products::Traces x;
            x[Rule::z] = z_[g];
            for (std::size_t e = 0; e < kept; ++e) x[e + 1] = static_cast<double>(trace_[e][synapse]);
            products().carry(path, rows.target_of(g, k), x);
            z_after = x[Rule::z]; // the same for all: it does not depend on the target
            if (update && rows.exists(g, k)) apply_gradient(synapse, x);
            for (std::size_t e = 0; e < kept; ++e) trace_[e][synapse] = static_cast<Real>(x[e + 1]);
        }
        z_[g] = z_after;
        if (update) this->c_.counters->plastic_updates += rows.synapses(g);
    }

    void apply_gradient(std::size_t synapse, typename Products::Traces& x) {
        Real& w = this->c_.rows->weight[synapse];
        const Real moved = w - static_cast<Real>(std::get<Sgd>(this->c_.optimiser).rate * x[Rule::g]);
        w = moved < this->low() ? this->low() : (moved > this->high() ? this->high() : moved);
        x[Rule::g] = 0.0;
    }

    std::array<std::vector<Real>, kept> trace_;       // [trace][synapse]
    std::vector<double> z_;                           // [group]
    std::vector<std::int64_t> next_;                  // [group] first step not yet applied, or never_arrived
    std::vector<std::int64_t> in_block_;              // [group] block of next_
    std::vector<std::vector<std::uint32_t>> waiting_; // [slot] groups by block, some carried since
    std::vector<std::uint32_t> sweep_;
};

} // namespace saltus
