// SPDX-License-Identifier: BSD-3-Clause
// Readouts in the arrival schedule whose weights nobody reads between arrivals (StepPlasticity has those that feedback
// follows): the updates of all the learning steps since a row's last arrival are made at once at the next,
//
//     w <- w - rate sum_n E_n z_n
//
// the sum being the gradient's trace of the delta rule (readout_rule.hpp), in co-moving coordinates. So a silent row
// costs nothing, where an update at every step touches every weight. It is the same sum: only its rounding differs.
#pragma once

#include "engine/runtime/comoving_plasticity.hpp"
#include "learning/readout_rule.hpp"

#include <vector>

namespace saltus {

template <class Real>
class DeferredReadout final : public CoMovingPlasticity<ReadoutMap<>, Real> {
  public:
    using CoMovingPlasticity<ReadoutMap<>, Real>::CoMovingPlasticity;

    /// Steps without learning have no error: what has gathered is of the steps before, and due in any case.
    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool learning) override {
        if (this->take_arrival(g, t, true) && learning)
            this->c_.counters->plastic_updates += this->c_.rows->synapses(g);
    }

    void current_weights(std::uint32_t g, Real* weights) const override {
        Plasticity<Real>::current_weights(g, weights);
        std::vector<Real> gradient(this->c_.rows->count(g));
        if (!this->pending(g, gradient.data())) return;
        const Real rate = this->optimiser_.rate_own(1); // the same for all steps: may_defer() in make_learner.hpp
        for (std::size_t k = 0; k < gradient.size(); ++k) weights[k] -= rate * gradient[k];
    }

    void settle(Tick /*now*/) override {
        for (std::uint32_t g = 0; g < this->c_.rows->group_count(); ++g) this->use_up(g);
    }
};

} // namespace saltus
