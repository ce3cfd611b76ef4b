// SPDX-License-Identifier: BSD-3-Clause
// Interval schedule: no synapse holds any trace. A row notes its arrivals; at the interval's end its gradient is the
// sum of the learner's unit gradients at those steps, and the optimiser updates the rows that spiked, contiguously.
// A projection that rewires, or has an activity penalty, updates all rows.
#pragma once

#include "engine/runtime/plasticity.hpp"

#include <algorithm>
#include <array>

namespace saltus {

/// gradient[k] (=, += if `add`) amplitude unit[k].
template <class Real>
SALTUS_SIMD void gather_dense(Real* __restrict gradient, const Real* __restrict unit, std::size_t n, Real amplitude,
                              bool add) {
    if (add) {
        for (std::size_t k = 0; k < n; ++k) gradient[k] += amplitude * unit[k];
    } else {
        for (std::size_t k = 0; k < n; ++k) gradient[k] = amplitude * unit[k];
    }
}

/// The common case in one pass: w <- clip(w - rate (amplitude unit)); same bits as gather_dense, then update_row.
template <class Real>
SALTUS_SIMD void sgd_single_arrival(Real* __restrict w, const Real* __restrict unit, std::size_t n, Real amplitude,
                                    Real rate, const Bounds<Real>& bounds_in) {
    const Bounds<Real> bounds = bounds_in;
    for (std::size_t k = 0; k < n; ++k) w[k] = bounds.template clip<false>(w[k] - rate * (amplitude * unit[k]), w[k]);
}

template <class Real>
class IntervalPlasticity final : public Plasticity<Real> {
  public:
    explicit IntervalPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), head_(this->c_.rows->group_count(), none),
          gradient_(this->longest_group()), before_(this->longest_group()) {
        plain_ = this->optimiser_.plain() && this->c_.rows->dense;
        if (this->c_.rewiring) rewiring_.emplace(*this->c_.rows, *this->c_.rewiring, this->c_.draws);
    }

    void arrive(std::uint32_t source, std::uint32_t g, Tick t, bool learning) override {
        if (this->optimiser_.moves_at_zero()) this->optimiser_.catch_up(g, updates_);
        if (!learning) return;
        const LearningClock& clock = *this->c_.clock;
        const auto amplitude = this->c_.learner->kernel(clock.until_edge(t));
        const auto step = static_cast<std::int32_t>(clock.position(clock.step_of(t)));
        note(g, source, {step, none, {static_cast<Real>(amplitude[0]), static_cast<Real>(amplitude[1])}});
    }

    void end_interval() override {
        ++updates_;
        if (rewiring_ || this->c_.learner->pull.on()) {
            update_all();
        } else {
            for (const Touched& row : touched_) update(row); // rows share nothing: their order does not show
        }
        // Weights that feedback reads at every step cannot wait for their next arrival.
        if (!this->c_.mirrors.empty() || this->c_.followed) settle(0);
        discard_interval();
    }

    /// Hits that the next interval remembers stay, under the numbers that their steps have in it.
    void discard_interval() override {
        std::swap(touched_, old_touched_);
        std::swap(hits_, old_hits_);
        touched_.clear();
        hits_.clear();
        const auto interval = static_cast<std::int32_t>(this->c_.clock->interval);
        const auto memory = static_cast<std::int32_t>(this->c_.clock->memory);
        for (const Touched& row : old_touched_) {
            std::uint32_t h = head_[row.group];
            head_[row.group] = none;
            if (memory == 0) continue;
            kept_.clear();
            for (; h != none && old_hits_[h].step >= interval - memory; h = old_hits_[h].previous) kept_.push_back(h);
            for (std::size_t k = kept_.size(); k-- > 0;) {
                Hit hit = old_hits_[kept_[k]];
                hit.step -= interval;
                note(row.group, row.source, hit);
            }
        }
    }

    void current_weights(std::uint32_t g, Real* weights) const override {
        this->optimiser_.current(g, updates_, weights);
    }

    void settle(Tick /*now*/) override {
        const SynapseRows<Real>& rows = *this->c_.rows;
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
                if (!this->optimiser_.behind(g, updates_)) continue;
                std::copy_n(rows.weight.data() + this->first(g), rows.count(g), before_.data());
                this->optimiser_.catch_up(g, updates_);
                this->notify(source, g, before_.data());
            }
        }
    }

    void weights_set() override {
        if (rewiring_) rewiring_->take_signs();
    }
    [[nodiscard]] const Rewiring<Real>* due_rewiring() const override {
        return rewiring_ && rewiring_->due() ? &*rewiring_ : nullptr;
    }
    void replace_dormant(std::span<const NewConnection> added) override {
        this->optimiser_.rearrange(rewiring_->replace_dormant(added));
        const std::size_t longest = this->longest_group();
        gradient_.resize(std::max(gradient_.size(), longest));
        before_.resize(std::max(before_.size(), longest));
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, updates_, h);
        h.add(updates_);
        for (std::uint32_t hit = head_[g]; hit != none; hit = hits_[hit].previous) {
            h.add(hits_[hit].step);
            for (const Real a : hits_[hit].amplitude) h.add(a);
        }
    }

    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        Plasticity<Real>::hash_synapse(synapse, h);
        if (rewiring_) h.add(rewiring_->state(synapse));
    }

    [[nodiscard]] std::size_t bytes() const override {
        const std::size_t hits = hits_.capacity() + old_hits_.capacity();
        const std::size_t touched = touched_.capacity() + old_touched_.capacity();
        return this->optimiser_.bytes() + (rewiring_ ? rewiring_->bytes() : 0) + hits * sizeof(Hit) +
               touched * sizeof(Touched) + (head_.size() + kept_.capacity()) * sizeof(head_[0]) +
               (gradient_.size() + before_.size()) * sizeof(Real);
    }

  private:
    static constexpr std::uint32_t none = ~0u;
    struct Hit {
        std::int32_t step;             ///< of the interval; negative: before it
        std::uint32_t previous;        ///< earlier arrival of the same group, or none
        std::array<Real, 2> amplitude; ///< at the entry traces
    };
    struct Touched {
        std::uint32_t group, source;
    };

    void note(std::uint32_t g, std::uint32_t source, Hit hit) {
        if (head_[g] == none) touched_.push_back({g, source});
        hit.previous = head_[g];
        hits_.push_back(hit);
        head_[g] = static_cast<std::uint32_t>(hits_.size() - 1);
    }

    [[nodiscard]] const Real* unit(const Hit& hit, std::size_t entry) const {
        return this->c_.learner->history->unit_gradient(hit.step, entry);
    }

    /// Synapses of silent rows shrink (and stray, where they are rewired), too.
    void update_all() {
        const SynapseRows<Real>& rows = *this->c_.rows;
        if (rewiring_) rewiring_->begin_update(updates_, this->optimiser_.rule().rate(updates_));
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g)
                update_whole(source, g);
        }
    }

    void update_whole(std::uint32_t source, std::uint32_t g) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const std::size_t n = rows.count(g);
        std::copy_n(rows.weight.data() + this->first(g), n, before_.data());
        if (head_[g] == none) {
            std::fill_n(gradient_.begin(), n, Real{0});
        } else {
            collect_gradient(g, n);
        }
        if (this->c_.learner->pull.on()) add_pull(g, n);
        this->optimiser_.update(g, gradient_.data(), updates_);
        if (rewiring_) rewiring_->step(source, this->optimiser_.bounds()); // one group for each source
        this->c_.counters->plastic_updates += rows.synapses(g);
        this->notify(source, g, before_.data());
    }

    /// ActivityPenalty: weights of group g onto busy neurons are drawn to zero.
    void add_pull(std::uint32_t g, std::size_t n) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Learner<Real>& learner = *this->c_.learner;
        const Real* w = rows.weight.data() + this->first(g);
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t j = rows.dense ? k : rows.target[this->first(g) + k];
            gradient_[k] += learner.scale * static_cast<Real>(learner.pull.sum[j]) * w[k];
        }
        this->clear_barred(g, gradient_.data());
    }

    void update(const Touched& row) {
        const std::size_t n = this->c_.rows->count(row.group);
        Real* w = &this->c_.rows->weight[this->first(row.group)];
        if (!this->c_.mirrors.empty()) std::copy_n(w, n, before_.data());
        const Hit& newest = hits_[head_[row.group]];
        if (plain_ && newest.previous == none && newest.amplitude[1] == Real{0}) {
            sgd_single_arrival(w, unit(newest, 0), n, newest.amplitude[0],
                               static_cast<Real>(this->optimiser_.rule().rate(updates_)), this->optimiser_.bounds());
            this->clear_barred(row.group, w);
        } else {
            collect_gradient(row.group, n);
            this->optimiser_.update(row.group, gradient_.data(), updates_);
        }
        this->c_.counters->plastic_updates += this->c_.rows->synapses(row.group);
        this->notify(row.source, row.group, before_.data());
    }

    void collect_gradient(std::uint32_t g, std::size_t n) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        bool add = false;
        for (std::uint32_t h = head_[g]; h != none; h = hits_[h].previous) {
            for (std::size_t entry = 0; entry < this->c_.learner->kernel.entries(); ++entry) {
                const Real amplitude = hits_[h].amplitude[entry];
                if (entry > 0 && amplitude == Real{0}) continue;
                const Real* row = unit(hits_[h], entry);
                if (rows.dense) {
                    gather_dense(gradient_.data(), row, n, amplitude, add);
                } else {
                    gather_sparse(rows.target.data() + this->first(g), row, n, amplitude, add);
                }
                add = true;
            }
        }
        this->clear_barred(g, gradient_.data());
    }

    void gather_sparse(const std::uint32_t* target, const Real* row, std::size_t n, Real amplitude, bool add) {
        for (std::size_t k = 0; k < n; ++k) {
            const Real part = amplitude * row[target[k]];
            gradient_[k] = add ? gradient_[k] + part : part;
        }
    }

    std::vector<Hit> hits_;
    std::vector<std::uint32_t> head_; // [group] newest hit of this interval, or none
    std::vector<Touched> touched_;
    std::vector<Real> gradient_, before_; // [longest group]
    std::int64_t updates_ = 0;            // intervals learned from
    bool plain_ = false;                  // the optimiser and the rows allow sgd_single_arrival
    std::optional<Rewiring<Real>> rewiring_;
    std::vector<Hit> old_hits_;        // scratch
    std::vector<Touched> old_touched_; // scratch
    std::vector<std::uint32_t> kept_;  // scratch
};

} // namespace saltus
