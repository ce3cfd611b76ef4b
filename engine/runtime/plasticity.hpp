// SPDX-License-Identifier: BSD-3-Clause
// The state that one learning projection keeps besides its weights. Called per row or per edge, never per synapse.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/hash.hpp"
#include "engine/network/frozen.hpp"
#include "engine/runtime/learner.hpp"
#include "engine/runtime/rewiring.hpp"
#include "engine/runtime/row_optimiser.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// What every plasticity needs to know of its projection.
template <class Real>
struct PlasticContext {
    SynapseRows<Real>* rows;
    Learner<Real>* learner; ///< of the target population
    const LearningClock* clock;
    Counters* counters;
    UpdateRule update;
    std::vector<FeedbackLink<Real>*> mirrors{}; ///< feedback that follows these weights
    bool followed = false;                      ///< others read the weights between intervals: none may be put off
    std::optional<DeepR> rewiring{};
    RewiringDraws draws{};
};

template <class Real>
class Plasticity {
  public:
    explicit Plasticity(PlasticContext<Real> context)
        : c_(std::move(context)), optimiser_(*c_.rows, std::move(c_.update)) {}
    virtual ~Plasticity() = default;
    Plasticity(const Plasticity&) = delete;
    Plasticity& operator=(const Plasticity&) = delete;

    /// Group g of `source` arrives at tick t; called before it is delivered.
    virtual void arrive(std::uint32_t source, std::uint32_t g, Tick t, bool learning) = 0;
    /// Group g is about to arrive: asks for what that will read.
    virtual void fetch(std::uint32_t /*g*/) const {}
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
        std::copy_n(rows.weight.data() + rows.groups[g].first, rows.count(g), weights);
    }
    /// Makes up for updates that were put off: weights and optimiser are as an eager implementation would have them.
    virtual void settle(Tick /*now*/) {}
    /// Rules of spike timing, after everything of tick `now`: a block of their history is over, rows that have long
    /// been silent are carried.
    virtual void sweep(Tick /*now*/) {}
    /// Neurons return to rest after tick `now`: so do traces of spikes that no interval's end has reset.
    virtual void rest(Tick /*now*/) {}
    /// Weights were set from outside.
    virtual void weights_set() {}
    /// Rows whose dormant synapses are to be replaced now.
    [[nodiscard]] virtual const Rewiring<Real>* due_rewiring() const { return nullptr; }
    /// Replaces dormant synapses by new ones, ascending, all onto this slice.
    virtual void replace_dormant(std::span<const NewConnection> /*added*/) {}
    /// What all synapses of group g share, besides their weights.
    virtual void hash_row(std::uint32_t g, Fingerprint& h) const = 0;
    /// What one synapse has of its own, besides its weight.
    virtual void hash_synapse(std::size_t synapse, Fingerprint& h) const { optimiser_.hash_synapse(synapse, h); }
    [[nodiscard]] virtual std::size_t bytes() const = 0;

    /// From now on others read the weights between intervals.
    void set_followed() { c_.followed = true; }
    /// Updates that were put off are made at the old rate first.
    void set_rate(double rate, Tick now) {
        if (rate == optimiser_.base_rate()) return;
        settle(now);
        optimiser_.set_rate(rate);
    }

  protected:
    [[nodiscard]] std::size_t first(std::uint32_t g) const { return c_.rows->groups[g].first; }
    [[nodiscard]] std::size_t longest_group() const {
        std::size_t longest = 1;
        for (std::uint32_t g = 0; g < c_.rows->group_count(); ++g) longest = std::max(longest, c_.rows->count(g));
        return longest;
    }
    /// A barred self-connection is no synapse.
    void clear_barred(std::uint32_t g, Real* row) const {
        if (const std::size_t k = c_.rows->barred(g); k != SynapseRows<Real>::nowhere) row[k] = Real{0};
    }
    /// Tells the feedback that follows these weights how those of group g have changed.
    void notify(std::uint32_t source, std::uint32_t g, const Real* before) {
        const Real* after = c_.rows->weight.data() + first(g);
        for (FeedbackLink<Real>* mirror : c_.mirrors) {
            if (!mirror->owns(source)) continue;
            for (std::size_t k = 0; k < c_.rows->count(g); ++k) {
                if (c_.rows->exists(g, k))
                    mirror->weight_changed(source, c_.rows->target_of(g, k), before[k], after[k]);
            }
        }
    }

    PlasticContext<Real> c_;
    RowOptimiser<Real> optimiser_;
};

/// Makes the plasticity that the schedule and the learner ask for.
template <class Real>
[[nodiscard]] std::unique_ptr<Plasticity<Real>> make_plasticity(PlasticContext<Real> context, UpdateTiming timing);

extern template std::unique_ptr<Plasticity<float>> make_plasticity(PlasticContext<float>, UpdateTiming);
extern template std::unique_ptr<Plasticity<double>> make_plasticity(PlasticContext<double>, UpdateTiming);

} // namespace saltus
