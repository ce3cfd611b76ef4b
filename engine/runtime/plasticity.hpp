// SPDX-License-Identifier: BSD-3-Clause
// The state that one learning projection keeps besides its weights. Called per row or per edge, never per synapse.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/hash.hpp"
#include "engine/network/frozen.hpp"
#include "engine/runtime/learner.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace saltus {

/// What every plasticity needs to know of its projection.
template <class Real>
struct PlasticContext {
    SynapseRows<Real>* rows;
    Learner<Real>* learner; ///< of the target population
    const LearningClock* clock;
    Counters* counters;
    DecayTable membrane; ///< of the target population, per tick
    double gain;         ///< of the target population
    Optimiser optimiser;
    WeightLimits limits;
    std::vector<FeedbackLink<Real>*> mirrors{}; ///< feedback that follows these weights
};

template <class Real>
class Plasticity {
  public:
    explicit Plasticity(PlasticContext<Real> context) : c_(std::move(context)) {}
    virtual ~Plasticity() = default;
    Plasticity(const Plasticity&) = delete;
    Plasticity& operator=(const Plasticity&) = delete;

    /// Group g of `source` arrives at tick t; called before it is delivered.
    virtual void arrive(std::uint32_t source, std::uint32_t g, Tick t, bool learning) = 0;
    /// A learning edge was processed: the learner holds its psi and L.
    virtual void end_step(bool /*learning*/) {}
    /// The learner's open block is full: fetch what its oldest block will forget.
    virtual void before_block_closes() {}
    /// The learner holds the interval's unit gradients.
    virtual void end_interval() {}
    /// The interval is not learned from.
    virtual void discard_interval() {}
    /// The weights of group g as an eager implementation would hold them now: [count].
    virtual void current_weights(std::uint32_t g, Real* weights) const {
        const auto& rows = *c_.rows;
        std::copy_n(&rows.weight[rows.groups[g].first], rows.count(g), weights);
    }
    /// Makes up for updates that were put off: weights and optimiser are as an eager implementation would have them.
    virtual void settle(Tick /*now*/) {}
    /// Rules of spike timing, after everything of tick `now`: a block of their history is over, rows that have long
    /// been silent are carried.
    virtual void sweep(Tick /*now*/) {}
    /// Neurons return to rest after tick `now`: so do traces of spikes that no interval's end has reset.
    virtual void rest(Tick /*now*/) {}
    /// What all synapses of group g share, besides their weights.
    virtual void hash_row(std::uint32_t /*g*/, Fingerprint& h) const {
        std::visit([&](const auto& optimiser) { h.add(optimiser.rate); }, c_.optimiser);
    }
    /// What one synapse has of its own, besides its weight.
    virtual void hash_synapse(std::size_t /*synapse*/, Fingerprint& /*h*/) const {}
    [[nodiscard]] virtual std::size_t bytes() const = 0;

    /// Updates that were put off are made at the old rate first.
    void set_rate(double rate, Tick now) {
        if (rate == std::visit([](const auto& optimiser) { return optimiser.rate; }, c_.optimiser)) return;
        settle(now);
        std::visit([rate](auto& optimiser) { optimiser.rate = rate; }, c_.optimiser);
    }

  protected:
    [[nodiscard]] Real low() const { return static_cast<Real>(c_.limits.low); }
    [[nodiscard]] Real high() const { return static_cast<Real>(c_.limits.high); }

    PlasticContext<Real> c_;
};

/// Makes the plasticity that the schedule and the learner ask for.
template <class Real>
[[nodiscard]] std::unique_ptr<Plasticity<Real>> make_plasticity(PlasticContext<Real> context, UpdateTiming timing);

extern template std::unique_ptr<Plasticity<float>> make_plasticity(PlasticContext<float>, UpdateTiming);
extern template std::unique_ptr<Plasticity<double>> make_plasticity(PlasticContext<double>, UpdateTiming);

} // namespace saltus
