// SPDX-License-Identifier: BSD-3-Clause
// Interval schedule: no synapse holds any trace. A row notes its arrivals; at the interval's end its gradient is the
// sum of the learner's unit gradients at those steps, and the optimiser updates the rows that spiked, contiguously.
#pragma once

#include "engine/runtime/plasticity.hpp"
#include "learning/optimisers.hpp"

#include <algorithm>

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

/// The common case in one pass: w <- clip(w - rate (amplitude unit)); same bits as gather_dense, then sgd_row.
template <class Real>
SALTUS_SIMD void sgd_single_arrival(Real* __restrict w, const Real* __restrict unit, std::size_t n, Real amplitude,
                                    Real rate, Real low, Real high) {
    for (std::size_t k = 0; k < n; ++k) {
        const Real moved = w[k] - rate * (amplitude * unit[k]);
        w[k] = moved < low ? low : (moved > high ? high : moved);
    }
}

template <class Real>
class IntervalPlasticity final : public Plasticity<Real> {
  public:
    explicit IntervalPlasticity(PlasticContext<Real> context) : Plasticity<Real>(std::move(context)) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        head_.assign(rows.group_count(), none);
        const std::size_t longest = std::max<std::size_t>(rows.dense ? rows.targets : longest_group(), 1);
        gradient_.resize(longest);
        before_.resize(longest);
        if (std::holds_alternative<Adam>(this->c_.optimiser)) {
            first_moment_.resize(rows.weight.size());
            second_moment_.resize(rows.weight.size());
            last_update_.assign(rows.group_count(), 0);
            zero_.resize(longest);
        }
    }

    void arrive(std::uint32_t source, std::uint32_t g, Tick t, bool learning) override {
        if (adam())
            catch_up(g, updates_, &this->c_.rows->weight[first(g)], &first_moment_[first(g)], &second_moment_[first(g)],
                     last_update_[g]);
        if (!learning) return;
        const LearningClock& clock = *this->c_.clock;
        const double amplitude = this->c_.gain * this->c_.membrane(clock.until_edge(t));
        if (head_[g] == none) touched_.push_back({g, source});
        hits_.push_back(
            {static_cast<std::uint32_t>(clock.position(clock.step_of(t))), head_[g], static_cast<Real>(amplitude)});
        head_[g] = static_cast<std::uint32_t>(hits_.size() - 1);
    }

    void end_interval() override {
        ++updates_;
        for (const Touched& row : touched_) update(row); // rows share nothing: their order does not show
        // Weights that feedback reads at every step cannot wait for their next arrival.
        if (adam() && !this->c_.mirrors.empty()) catch_up_all();
        discard_interval();
    }

    void discard_interval() override {
        for (const Touched& row : touched_) head_[row.group] = none;
        touched_.clear();
        hits_.clear();
    }

    void current_weights(std::uint32_t g, Real* weights) const override {
        Plasticity<Real>::current_weights(g, weights);
        if (!adam() || last_update_[g] == updates_) return;
        const std::size_t n = this->c_.rows->count(g);
        std::vector<Real> m(&first_moment_[first(g)], &first_moment_[first(g)] + n);
        std::vector<Real> v(&second_moment_[first(g)], &second_moment_[first(g)] + n);
        std::int64_t last = last_update_[g];
        catch_up(g, updates_, weights, m.data(), v.data(), last);
    }

    void settle(Tick /*now*/) override {
        if (adam()) catch_up_all();
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        Plasticity<Real>::hash_row(g, h);
        h.add(updates_);
        if (adam()) h.add(updates_ - last_update_[g]);
        for (std::uint32_t hit = head_[g]; hit != none; hit = hits_[hit].previous) {
            h.add(hits_[hit].step);
            h.add(hits_[hit].amplitude);
        }
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        if (!adam()) return;
        h.add(first_moment_[synapse]);
        h.add(second_moment_[synapse]);
    }

    [[nodiscard]] std::size_t bytes() const override {
        return (first_moment_.size() + second_moment_.size()) * sizeof(Real) + hits_.capacity() * sizeof(Hit) +
               head_.size() * sizeof(head_[0]) + last_update_.size() * sizeof(last_update_[0]);
    }

  private:
    static constexpr std::uint32_t none = ~0u;
    struct Hit {
        std::uint32_t step;
        std::uint32_t previous; ///< earlier arrival of the same group, or none
        Real amplitude;
    };
    struct Touched {
        std::uint32_t group, source;
    };

    [[nodiscard]] bool adam() const { return !first_moment_.empty(); }
    [[nodiscard]] std::size_t first(std::uint32_t g) const { return this->c_.rows->groups[g].first; }
    [[nodiscard]] std::size_t longest_group() const {
        std::size_t longest = 0;
        for (std::uint32_t g = 0; g < this->c_.rows->group_count(); ++g)
            longest = std::max(longest, this->c_.rows->count(g));
        return longest;
    }

    /// A barred self-connection is no synapse.
    void clear_barred(std::uint32_t g, Real* row) const {
        if (const std::size_t k = this->c_.rows->barred(g); k != SynapseRows<Real>::nowhere) row[k] = Real{0};
    }

    void update(const Touched& row) {
        const std::size_t n = this->c_.rows->count(row.group);
        Real* w = &this->c_.rows->weight[first(row.group)];
        if (!this->c_.mirrors.empty()) std::copy_n(w, n, before_.data());
        const Hit& newest = hits_[head_[row.group]];
        if (!adam() && this->c_.rows->dense && newest.previous == none) {
            sgd_single_arrival(w, this->c_.learner->history->unit_gradient(newest.step), n, newest.amplitude,
                               static_cast<Real>(std::get<Sgd>(this->c_.optimiser).rate), this->low(), this->high());
        } else {
            collect_gradient(row.group, n);
            apply(row.group, w, n);
        }
        clear_barred(row.group, w);
        this->c_.counters->plastic_updates += this->c_.rows->synapses(row.group);
        notify(row.source, row.group, before_.data(), w, n);
    }

    void collect_gradient(std::uint32_t g, std::size_t n) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        bool add = false;
        for (std::uint32_t h = head_[g]; h != none; h = hits_[h].previous, add = true) {
            const Real* unit = this->c_.learner->history->unit_gradient(hits_[h].step);
            if (rows.dense) {
                gather_dense(gradient_.data(), unit, n, hits_[h].amplitude, add);
                continue;
            }
            const std::uint32_t* target = &rows.target[first(g)];
            for (std::size_t k = 0; k < n; ++k) {
                const Real part = hits_[h].amplitude * unit[target[k]];
                gradient_[k] = add ? gradient_[k] + part : part;
            }
        }
        clear_barred(g, gradient_.data());
    }

    void apply(std::uint32_t g, Real* w, std::size_t n) {
        if (const auto* sgd = std::get_if<Sgd>(&this->c_.optimiser)) {
            sgd_row(w, gradient_.data(), n, static_cast<Real>(sgd->rate), this->low(), this->high());
            return;
        }
        Real* m = &first_moment_[first(g)];
        Real* v = &second_moment_[first(g)];
        catch_up(g, updates_ - 1, w, m, v, last_update_[g]);
        adam_update(updates_, w, m, v, gradient_.data(), n);
        last_update_[g] = updates_;
    }

    void adam_update(std::int64_t number, Real* w, Real* m, Real* v, const Real* gradient, std::size_t n) const {
        const Adam& p = std::get<Adam>(this->c_.optimiser);
        adam_row(w, m, v, gradient, n, static_cast<Real>(p.rate * adam_correction(p, number)),
                 static_cast<Real>(p.beta1), static_cast<Real>(p.beta2), static_cast<Real>(p.epsilon), this->low(),
                 this->high());
    }

    /// Repeats, with a gradient of zero, the updates of group g after `last` up to `upto`.
    void catch_up(std::uint32_t g, std::int64_t upto, Real* w, Real* m, Real* v, std::int64_t& last) const {
        if (last >= upto) return;
        const std::size_t n = this->c_.rows->count(g);
        for (; last < upto; ++last) adam_update(last + 1, w, m, v, zero_.data(), n);
        clear_barred(g, w);
    }

    void catch_up_all() {
        const SynapseRows<Real>& rows = *this->c_.rows;
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
                if (last_update_[g] == updates_) continue;
                const std::size_t n = rows.count(g);
                Real* w = &this->c_.rows->weight[first(g)];
                std::copy_n(w, n, before_.data());
                catch_up(g, updates_, w, &first_moment_[first(g)], &second_moment_[first(g)], last_update_[g]);
                notify(source, g, before_.data(), w, n);
            }
        }
    }

    void notify(std::uint32_t source, std::uint32_t g, const Real* before, const Real* after, std::size_t n) {
        for (FeedbackLink<Real>* mirror : this->c_.mirrors) {
            if (!mirror->owns(source)) continue;
            for (std::size_t k = 0; k < n; ++k) {
                if (this->c_.rows->exists(g, k))
                    mirror->weight_changed(source, this->c_.rows->target_of(g, k), before[k], after[k]);
            }
        }
    }

    std::vector<Hit> hits_;
    std::vector<std::uint32_t> head_; // [group] newest hit of this interval, or none
    std::vector<Touched> touched_;
    std::vector<Real> gradient_, before_;            // [longest group]
    std::vector<Real> first_moment_, second_moment_; // Adam: parallel to the weights
    std::vector<std::int64_t> last_update_;          // Adam: [group]
    std::int64_t updates_ = 0;                       // intervals ended
    std::vector<Real> zero_;                         // Adam: a gradient of zeros
};

} // namespace saltus
