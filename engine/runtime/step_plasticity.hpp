// SPDX-License-Identifier: BSD-3-Clause
// Readouts in the arrival schedule: symmetric and adaptive feedback read these weights at every learning step, so they
// are updated at every edge, w <- clip(w - rate E_o z_j), with one low-passed spike train z_j per row.
#pragma once

#include "engine/runtime/plasticity.hpp"

namespace saltus {

template <class Real>
class StepPlasticity final : public Plasticity<Real> {
  public:
    explicit StepPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), z_(this->c_.rows->group_count(), 0.0) {}

    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool /*learning*/) override {
        z_[g] += this->c_.gain * this->c_.membrane(this->c_.clock->until_edge(t));
    }

    void end_step(bool learning) override {
        SynapseRows<Real>& rows = *this->c_.rows;
        const double kappa = this->c_.membrane(this->c_.clock->period);
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
                if (z_[g] == 0.0) continue;
                if (learning) update(source, g);
                z_[g] *= kappa;
            }
        }
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        Plasticity<Real>::hash_row(g, h);
        h.add(z_[g]);
    }
    [[nodiscard]] std::size_t bytes() const override { return z_.size() * sizeof(double); }

  private:
    void update(std::uint32_t source, std::uint32_t g) {
        SynapseRows<Real>& rows = *this->c_.rows;
        const double step = std::get<Sgd>(this->c_.optimiser).rate * z_[g];
        const std::size_t n = rows.count(g);
        for (std::size_t k = 0; k < n; ++k) {
            const std::uint32_t o = rows.target_of(g, k);
            Real& w = rows.weight[rows.groups[g].first + k];
            const Real before = w;
            const Real moved = w - static_cast<Real>(step * this->c_.learner->signal[o]);
            w = moved < this->low() ? this->low() : (moved > this->high() ? this->high() : moved);
            for (FeedbackLink<Real>* mirror : this->c_.mirrors) {
                if (mirror->owns(source)) mirror->weight_changed(source, o, before, w);
            }
        }
        this->c_.counters->plastic_updates += n;
    }

    std::vector<double> z_; // [group]
};

} // namespace saltus
