// SPDX-License-Identifier: BSD-3-Clause
// Readouts in the arrival schedule: symmetric and adaptive feedback read these weights at every learning step, so they
// are updated at every edge, with one low-passed spike train z_j per row:
//
//     G = E_o z_j                                     (readout_rule.hpp)
//     G = delta f,  then  f <- discount f + E_o z_j    (reward.hpp)
#pragma once

#include "engine/runtime/plasticity.hpp"

#include <algorithm>

namespace saltus {

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
        z_[g] += this->c_.learner->kernel(this->c_.clock->until_edge(t))[0];
    }

    void end_step(bool learning) override {
        if (learning) ++updates_;
        const SynapseRows<Real>& rows = *this->c_.rows;
        // A row without a trace has no gradient: where that moves nothing, it is left alone.
        const bool all = this->optimiser_.moves_at_zero() || !f_.empty();
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
                if (learning && (all || z_[g] != 0.0)) update(source, g);
                z_[g] *= decay_;
            }
        }
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
        return this->optimiser_.bytes() + z_.size() * sizeof(double) + f_.size() * sizeof(Real);
    }

  private:
    void update(std::uint32_t source, std::uint32_t g) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Learner<Real>& learner = *this->c_.learner;
        const std::size_t n = rows.count(g);
        for (std::size_t k = 0; k < n; ++k) {
            const std::uint32_t o = rows.target_of(g, k);
            const double now = z_[g] * learner.signal[o];
            if (f_.empty()) {
                gradient_[k] = static_cast<Real>(now);
            } else {
                Real& f = f_[this->first(g) + k];
                gradient_[k] = static_cast<Real>(learner.third[o] * static_cast<double>(f));
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
};

} // namespace saltus
