// SPDX-License-Identifier: BSD-3-Clause
// Readouts in the arrival schedule: symmetric and adaptive feedback read these weights at every learning step, so they
// are updated at every edge, with one low-passed spike train z_j per row:
//
//     G = E_o z_j                                     (readout_rule.hpp)
//     G = delta f,  then  f <- discount f + E_o z_j    (reward.hpp)
#pragma once

#include "engine/core/denormals.hpp"
#include "engine/runtime/plasticity.hpp"

#include <algorithm>

namespace saltus {

/// w <- clip(w - rate z E) of all-to-all rows. z: [rows], error: [n], w: [rows][stride].
template <class Real>
SALTUS_SIMD void descend_rows(const double* __restrict z, std::size_t rows, const Real* __restrict error, std::size_t n,
                              Real rate, const Bounds<Real>& bounds_in, Real* __restrict w, std::size_t stride) {
    const Bounds<Real> bounds = bounds_in;
    for (std::size_t r = 0; r < rows; ++r, w += stride) {
        const double trace = z[r];
        if (trace == 0.0) continue;
#pragma GCC ivdep
        for (std::size_t k = 0; k < n; ++k)
            w[k] = bounds.template clip<false>(w[k] - rate * static_cast<Real>(trace * static_cast<double>(error[k])),
                                               w[k]);
    }
}

/// w moved down the gradient; as it was, if the row has no trace.
template <class Real>
[[nodiscard]] SALTUS_INLINE Real descended(double trace, double error, Real rate, const Bounds<Real>& bounds, Real w) {
    const Real moved = bounds.template clip<false>(w - rate * static_cast<Real>(trace * error), w);
    return trace == 0.0 ? w : moved;
}

/// The same of rows that lie side by side, n of them to a line or more: z: [rows], error: [n], w: [rows][n]. A block of
/// weights at a time, with the trace and the error of each side by side: then no lane has to look for its own.
template <std::size_t n, class Real>
SALTUS_SIMD void descend_short_rows(const double* __restrict z, std::size_t rows, const Real* __restrict error,
                                    Real rate, const Bounds<Real>& bounds_in, Real* __restrict w) {
    constexpr std::size_t block = 16, rows_of_block = block / n;
    static_assert(block % n == 0);
    const Bounds<Real> bounds = bounds_in;
    double e[block], trace[block];
    for (std::size_t i = 0; i < block; ++i) e[i] = static_cast<double>(error[i % n]);
    std::size_t r = 0;
    for (; r + rows_of_block <= rows; r += rows_of_block) {
#pragma GCC unroll 16
        for (std::size_t i = 0; i < block; ++i) trace[i] = z[r + i / n];
#pragma GCC unroll 1
#pragma GCC ivdep
        for (std::size_t i = 0; i < block; ++i) w[r * n + i] = descended(trace[i], e[i], rate, bounds, w[r * n + i]);
    }
    for (; r < rows; ++r)
        for (std::size_t k = 0; k < n; ++k) w[r * n + k] = descended(z[r], e[k], rate, bounds, w[r * n + k]);
}

/// z <- decay z, next to nothing becomes nothing. @return how many are not 0.
SALTUS_SIMD inline std::size_t decay_traces(double* __restrict z, std::size_t n, double decay) {
    std::size_t awake = 0;
#pragma GCC ivdep
    for (std::size_t r = 0; r < n; ++r) {
        z[r] = settled(z[r] * decay);
        awake += z[r] != 0.0 ? 1 : 0;
    }
    return awake;
}

template <class Real>
class StepPlasticity final : public Plasticity<Real> {
  public:
    explicit StepPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), z_(this->c_.rows->group_count(), 0.0), gradient_(this->longest_group()),
          before_(this->longest_group()) {
        if (const auto* reward = std::get_if<RewardReadoutMap>(&this->c_.learner->rule)) {
            decay_ = reward->membrane.decay;
            discount_ = reward->head.discount;
            f_.resize(this->c_.rows->weight.size());
        } else {
            decay_ = std::get<ReadoutMap>(this->c_.learner->rule).membrane.decay;
        }
    }

    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool /*learning*/) override {
        awake_ += z_[g] == 0.0 ? 1 : 0;
        z_[g] += this->c_.learner->kernel(this->c_.clock->until_edge(t))[0];
    }

    void end_step(bool learning) override {
        if (learning) {
            ++updates_;
            learn();
        } else if (!faded_) {
            fade();
        }
        if (awake_ != 0) awake_ = decay_traces(z_.data(), z_.size(), decay_);
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, updates_, h);
        h.add(updates_);
        h.add(z_[g]);
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        Plasticity<Real>::hash_synapse(synapse, h);
        if (!f_.empty()) h.add(f_[synapse]);
    }
    [[nodiscard]] std::size_t bytes() const override {
        return this->optimiser_.bytes() + z_.size() * sizeof(double) +
               (f_.size() + gradient_.size() + before_.size()) * sizeof(Real);
    }

  private:
    template <class Visit>
    void for_each_group(const Visit& visit) const {
        const SynapseRows<Real>& rows = *this->c_.rows;
        for (std::uint32_t source = 0; source < rows.sources; ++source)
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) visit(source, g);
    }

    void learn() {
        // A row without a trace has no gradient: where that moves nothing, it is left alone.
        const bool all = this->optimiser_.moves_at_zero() || !f_.empty();
        if (awake_ == 0 && !all) return;
        if (this->optimiser_.plain() && f_.empty()) {
            if (!this->c_.learner->signal_zero) descend();
            return;
        }
        faded_ = f_.empty();
        for_each_group([&](std::uint32_t source, std::uint32_t g) {
            if (all || z_[g] != 0.0) update(source, g);
        });
    }

    /// A step without learning has no error: f <- discount f.
    void fade() {
        faded_ = true;
        for (Real& f : f_) {
            f = static_cast<Real>(discount_ * static_cast<double>(f));
            faded_ = faded_ && f == Real{0};
        }
    }

    /// Plain gradient descent in place: what update() does, without its detours.
    void descend() {
        SynapseRows<Real>& rows = *this->c_.rows;
        const bool followed = !this->c_.mirrors.empty();
        if (rows.dense && !followed && !rows.skip_diagonal) return descend_dense();
        const Real* error = this->c_.learner->signal.data();
        const Real rate = this->optimiser_.rate_own(updates_);
        const Bounds<Real> bounds = this->optimiser_.bounds();
        const auto descend_row = [&](std::uint32_t g) {
            Real* w = &rows.weight[this->first(g)];
            const std::size_t n = rows.count(g);
            for (std::size_t k = 0; k < n; ++k) {
                const Real moved =
                    w[k] - rate * static_cast<Real>(z_[g] * static_cast<double>(error[rows.target_of(g, k)]));
                w[k] = bounds.template clip<false>(moved, w[k]);
            }
            this->clear_barred(g, w);
            this->c_.counters->plastic_updates += n;
        };
        if (!followed) {
            for (std::uint32_t g = 0; g < z_.size(); ++g)
                if (z_[g] != 0.0) descend_row(g);
            return;
        }
        for_each_group([&](std::uint32_t source, std::uint32_t g) {
            if (z_[g] == 0.0) return;
            std::copy_n(&rows.weight[this->first(g)], rows.count(g), before_.data());
            descend_row(g);
            this->notify(source, g, before_.data());
        });
    }

    void descend_dense() {
        SynapseRows<Real>& rows = *this->c_.rows;
        const Real* error = this->c_.learner->signal.data();
        const Real rate = this->optimiser_.rate_own(updates_);
        const Bounds<Real> bounds = this->optimiser_.bounds();
        const std::size_t n = rows.targets;
        if (n == rows.stride && n == 1)
            descend_short_rows<1>(z_.data(), z_.size(), error, rate, bounds, rows.weight.data());
        else if (n == rows.stride && n == 2)
            descend_short_rows<2>(z_.data(), z_.size(), error, rate, bounds, rows.weight.data());
        else if (n == rows.stride && n == 4)
            descend_short_rows<4>(z_.data(), z_.size(), error, rate, bounds, rows.weight.data());
        else
            descend_rows(z_.data(), z_.size(), error, n, rate, bounds, rows.weight.data(), rows.stride);
        this->c_.counters->plastic_updates += n * awake_;
    }

    void update(std::uint32_t source, std::uint32_t g) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Learner<Real>& learner = *this->c_.learner;
        const std::size_t n = rows.count(g);
        for (std::size_t k = 0; k < n; ++k) {
            const std::uint32_t o = rows.target_of(g, k);
            const double now = z_[g] * static_cast<double>(learner.signal[o]);
            if (f_.empty()) {
                gradient_[k] = static_cast<Real>(now);
            } else {
                Real& f = f_[this->first(g) + k];
                gradient_[k] = static_cast<Real>(static_cast<double>(learner.third[o]) * static_cast<double>(f));
                f = static_cast<Real>(discount_ * static_cast<double>(f) + now);
            }
        }
        std::copy_n(&rows.weight[this->first(g)], n, before_.data());
        this->optimiser_.update(g, gradient_.data(), updates_);
        this->notify(source, g, before_.data());
        this->c_.counters->plastic_updates += n;
    }

    std::vector<double> z_;               // [group]
    std::vector<Real> f_;                 // [synapse], reward-based only
    std::vector<Real> gradient_, before_; // [longest group]
    double decay_ = 0.0, discount_ = 0.0;
    std::int64_t updates_ = 0; // edges learned from
    std::size_t awake_ = 0;    // rows that have a trace
    bool faded_ = true;        // all f_ are 0
};

} // namespace saltus
