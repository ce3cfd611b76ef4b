// SPDX-License-Identifier: BSD-3-Clause
// Readouts in the arrival schedule: symmetric and adaptive feedback read these weights at every learning step, so they
// are updated at every edge (and so are those that deferred_readout.hpp does not do), with one low-passed spike train
// z_j per row (readout_traces.hpp):
//
//     G = E_o z_j                                     (readout_rule.hpp)
//     G = delta f,  then  f <- discount f + E_o z_j    (reward.hpp)
#pragma once

#include "engine/runtime/plasticity.hpp"
#include "engine/runtime/readout_traces.hpp"

#include <algorithm>
#include <cassert>

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

template <class Real>
class StepPlasticity final : public Plasticity<Real> {
  public:
    explicit StepPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), gradient_(this->longest_group()), before_(this->longest_group()) {
        std::visit([this](const auto& rule) { use(rule); }, this->c_.learner->rule);
    }

    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool /*learning*/) override {
        traces_.arrive(g, this->c_.learner->kernel(this->c_.clock->until_edge(t)));
    }

    void end_step(bool learning) override {
        if (learning) {
            ++updates_;
            learn();
        } else if (!faded_) {
            fade();
        }
        traces_.end_step();
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, updates_, h);
        h.add(updates_);
        traces_.hash_row(g, h);
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        Plasticity<Real>::hash_synapse(synapse, h);
        if (!f_.empty()) h.add(f_[synapse]);
    }
    [[nodiscard]] std::size_t bytes() const override {
        return this->optimiser_.bytes() + traces_.bytes() +
               (f_.size() + gradient_.size() + before_.size()) * sizeof(Real);
    }

  private:
    template <bool currents, class Head>
    void use(const RuleMap<LeakMembrane<currents>, Head>& rule) {
        traces_ = ReadoutTraces(rule.membrane, this->c_.rows->group_count());
        if constexpr (Head::has_third) {
            discount_ = rule.head.discount;
            f_.resize(this->c_.rows->weight.size());
        }
    }
    template <class Other>
    void use(const Other& /*rule*/) {
        assert(false); // only readouts learn so
    }

    template <class Visit>
    void for_each_group(const Visit& visit) const {
        const SynapseRows<Real>& rows = *this->c_.rows;
        for (std::uint32_t source = 0; source < rows.sources; ++source)
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) visit(source, g);
    }

    void learn() {
        // A row without a trace has no gradient: where that moves nothing, it is left alone.
        const bool all = this->optimiser_.moves_at_zero() || !f_.empty();
        if (traces_.traced() == 0 && !all) return;
        if (this->optimiser_.plain() && f_.empty()) {
            if (!this->c_.learner->signal_zero) descend();
            return;
        }
        faded_ = f_.empty();
        for_each_group([&](std::uint32_t source, std::uint32_t g) {
            if (all || traces_[g] != 0.0) update(source, g);
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
                    w[k] - rate * static_cast<Real>(traces_[g] * static_cast<double>(error[rows.target_of(g, k)]));
                w[k] = bounds.template clip<false>(moved, w[k]);
            }
            this->clear_barred(g, w);
            this->c_.counters->plastic_updates += n;
        };
        if (!followed) {
            for (std::uint32_t g = 0; g < traces_.rows(); ++g)
                if (traces_[g] != 0.0) descend_row(g);
            return;
        }
        for_each_group([&](std::uint32_t source, std::uint32_t g) {
            if (traces_[g] == 0.0) return;
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
        const double* z = traces_.data();
        if (n == rows.stride && n == 1)
            descend_short_rows<1>(z, traces_.rows(), error, rate, bounds, rows.weight.data());
        else if (n == rows.stride && n == 2)
            descend_short_rows<2>(z, traces_.rows(), error, rate, bounds, rows.weight.data());
        else if (n == rows.stride && n == 4)
            descend_short_rows<4>(z, traces_.rows(), error, rate, bounds, rows.weight.data());
        else
            descend_rows(z, traces_.rows(), error, n, rate, bounds, rows.weight.data(), rows.stride);
        this->c_.counters->plastic_updates += n * traces_.traced();
    }

    void update(std::uint32_t source, std::uint32_t g) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Learner<Real>& learner = *this->c_.learner;
        const std::size_t n = rows.count(g);
        for (std::size_t k = 0; k < n; ++k) {
            const std::uint32_t o = rows.target_of(g, k);
            const double now = traces_[g] * static_cast<double>(learner.signal[o]);
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

    ReadoutTraces traces_;                // a row for each group
    std::vector<Real> f_;                 // [synapse], reward-based only
    std::vector<Real> gradient_, before_; // [longest group]
    double discount_ = 0.0;
    std::int64_t updates_ = 0; // edges learned from
    bool faded_ = true;        // all f_ are 0
};

} // namespace saltus
