// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule, for rules whose maps have a constant diagonal: a synapse holds its traces in coordinates that move
// along with its target's maps (learning/comoving_products.hpp). An arrival reads the gradient off them, applies it,
// and adds itself. z and the block that the coordinates belong to are the row's. Cost O(1) per synaptic event, however
// long the silence.
#pragma once

#include "engine/core/huge_pages.hpp"
#include "engine/runtime/plasticity.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace saltus {

/// What all synapses of a row share at one arrival.
template <class Real>
struct RowArrival {
    Real z;        ///< coordinate of z before the arrival
    Real arrival;  ///< what the arrival adds to it
    Real gradient; ///< D^k of the gradient's trace
    Real rate;     ///< 0: no update
    Real low, high;
    bool update; ///< the gradient is used up
    bool move;   ///< ... by plain gradient descent, here
};

/// Gradients of n synapses as an arrival finds them.
template <class Rule, class Real>
SALTUS_SIMD void comoving_gradient(double z, double power, std::size_t n, const std::uint32_t* __restrict target,
                                   const Real* __restrict unit, std::size_t stride,
                                   const std::array<Real*, Rule::traces - 1>& trace_in, Real* __restrict gradient) {
    const std::array<Real*, Rule::traces - 1> trace = trace_in;
#pragma GCC ivdep
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t j = target[k];
        const auto u = [&](std::size_t e) {
            return static_cast<double>(unit[packed_strictly(Rule::g, e) * stride + j]);
        };
        double g = static_cast<double>(trace[Rule::g - 1][k]) + u(0) * z;
#pragma GCC unroll 8
        for (std::size_t e = 1; e < Rule::g; ++e) g += u(e) * static_cast<double>(trace[e - 1][k]);
        gradient[k] = static_cast<Real>(power * g);
    }
}

/// One arrival at n synapses. unit: [entries][stride], by target; trace: kept[e][n]: coordinates of trace e + 1.
template <class Rule, class Real>
SALTUS_SIMD void comoving_arrival(const RowArrival<Real>& row_in, std::size_t n, const std::uint32_t* __restrict target,
                                  const Real* __restrict unit, std::size_t stride,
                                  const std::array<Real*, Rule::traces - 1>& trace_in, Real* __restrict w) {
    constexpr std::size_t traces = Rule::traces;
    const RowArrival<Real> row = row_in;
    const std::array<Real*, traces - 1> trace = trace_in;
#pragma GCC ivdep
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t j = target[k];
        const auto u = [&](std::size_t r, std::size_t e) { return unit[packed_strictly(r, e) * stride + j]; };
        std::array<Real, traces> c;
        c[Rule::z] = row.z;
#pragma GCC unroll 8
        for (std::size_t e = 1; e < traces; ++e) c[e] = trace[e - 1][k];
        Real g = c[Rule::g];
#pragma GCC unroll 8
        for (std::size_t e = 0; e < Rule::g; ++e) g += u(Rule::g, e) * c[e];
        const Real moved = w[k] - row.rate * (row.gradient * g);
        const Real clipped = moved < row.low ? row.low : (moved > row.high ? row.high : moved);
        w[k] = row.move ? clipped : w[k];
        // Coordinates of the change: z grows, the gradient starts anew.
        std::array<Real, traces> d{};
        d[Rule::z] = row.arrival;
#pragma GCC unroll 8
        for (std::size_t r = 1; r < traces; ++r) {
            Real sum = r == Rule::g && row.update ? -g : Real{0};
#pragma GCC unroll 8
            for (std::size_t e = 0; e < r; ++e) sum -= u(r, e) * d[e];
            d[r] = sum;
            trace[r - 1][k] = c[r] + sum;
        }
    }
}

/// Coordinates of n synapses from one block to the open one. total: [neurons][width], by target. A few synapses at a
/// time: their targets' totals are laid side by side first, each in one piece, which is cheaper than to gather numbers.
template <class Rule, class Real>
SALTUS_SIMD void comoving_catch_up(double z, std::size_t n, const std::uint32_t* __restrict target,
                                   const Real* __restrict total, const std::array<double, Rule::traces>& diagonal_in,
                                   const std::array<Real*, Rule::traces - 1>& trace_in) {
    constexpr std::size_t traces = Rule::traces, width = total_width<traces>, few = 32;
    const std::array<double, traces> diagonal = diagonal_in;
    const std::array<Real*, traces - 1> trace = trace_in;
    alignas(64) Real own[few * width];
    for (std::size_t first = 0; first < n; first += few) {
        const std::size_t count = std::min(few, n - first);
        for (std::size_t k = 0; k < count; ++k)
            std::memcpy(&own[k * width], &total[target[first + k] * width], width * sizeof(Real));
#pragma GCC ivdep
        for (std::size_t k = 0; k < count; ++k) {
            std::array<double, width> t;
#pragma GCC unroll 16
            for (std::size_t e = 0; e < width; ++e) t[e] = static_cast<double>(own[k * width + e]);
            std::array<double, traces> c;
            c[Rule::z] = z;
#pragma GCC unroll 8
            for (std::size_t e = 1; e < traces; ++e) c[e] = static_cast<double>(trace[e - 1][first + k]);
#pragma GCC unroll 8
            for (std::size_t r = 1; r < traces; ++r) {
                double sum = diagonal[r] * c[r];
#pragma GCC unroll 8
                for (std::size_t e = 0; e < r; ++e) sum += t[packed_strictly(r, e)] * c[e];
                trace[r - 1][first + k] = static_cast<Real>(sum);
            }
        }
    }
}

template <class Rule, class Real>
class CoMovingPlasticity : public Plasticity<Real> {
  public:
    using Products = CoMovingProducts<Rule, Real>;
    static_assert(Rule::z == 0);

    explicit CoMovingPlasticity(PlasticContext<Real> context)
        : Plasticity<Real>(std::move(context)), gradient_(this->longest_group()), z_(this->c_.rows->group_count(), 0.0),
          block_(this->c_.rows->group_count(), never_arrived), waiting_(products().blocks() + 1) {
        for (auto& trace : trace_) trace.assign(this->c_.rows->weight.size(), Real{0});
        plain_ = this->optimiser_.plain();
        if (!this->c_.rows->dense) return;
        targets_.resize(this->c_.rows->targets);
        for (std::uint32_t k = 0; k < this->c_.rows->targets; ++k) targets_[k] = k;
    }

    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool learning) override {
        if (take_arrival(g, t, learning)) this->c_.counters->plastic_updates += this->c_.rows->synapses(g);
    }

    void fetch(std::uint32_t g) const override {
        __builtin_prefetch(&z_[g]);
        __builtin_prefetch(&block_[g]);
        for (const auto& trace : trace_)
            saltus::fetch(&trace[this->c_.rows->groups[g].first], this->c_.rows->count(g), 8);
    }

    void before_block_closes() override {
        const std::int64_t oldest = products().oldest();
        if (oldest < 0) return;
        sweep_.swap(waiting_[slot(oldest)]); // rows last brought up to date in the block that is to be forgotten
        for (const std::uint32_t g : sweep_) {
            if (block_[g] == oldest) anchor(g);
        }
        sweep_.clear();
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, 0, h);
        h.add(z_[g]);
        h.add(block_[g]);
    }
    void hash_synapse(std::size_t synapse, Fingerprint& h) const override {
        Plasticity<Real>::hash_synapse(synapse, h);
        for (const auto& trace : trace_) h.add(trace[synapse]);
    }
    [[nodiscard]] std::size_t bytes() const override {
        std::size_t listed = targets_.size() + sweep_.capacity();
        for (const auto& groups : waiting_) listed += groups.capacity();
        return this->optimiser_.bytes() +
               (trace_.size() * this->c_.rows->weight.size() + gradient_.size()) * sizeof(Real) +
               z_.size() * (sizeof(double) + sizeof(std::int64_t)) + listed * sizeof(std::uint32_t);
    }

  protected:
    /// Row g arrives at tick t. @param learning the gradient that has gathered is used up
    /// @return whether it was: not at a row's first arrival.
    bool take_arrival(std::uint32_t g, Tick t, bool learning) {
        const bool first_time = block_[g] == never_arrived;
        if (block_[g] != products().open_block()) anchor(g);
        const bool update = learning && !first_time;
        take(g, this->c_.learner->kernel(this->c_.clock->until_edge(t))[0] * products().inverse(0), update);
        return update;
    }

    /// The gradient that has gathered at row g is used up now.
    void use_up(std::uint32_t g) {
        if (block_[g] == never_arrived) return;
        if (block_[g] != products().open_block()) anchor(g);
        take(g, 0.0, true);
    }

    /// The gradient of row g's synapses as an arrival would find it now: [count]. @return false if it has none.
    [[nodiscard]] bool pending(std::uint32_t g, Real* gradient) const {
        if (block_[g] == never_arrived) return false;
        const std::size_t n = this->c_.rows->count(g);
        std::array<std::vector<Real>, Rule::traces - 1> copy;
        std::array<Real*, Rule::traces - 1> first;
        for (std::size_t e = 0; e < copy.size(); ++e) {
            const Real* own = trace_[e].data() + this->first(g);
            copy[e].assign(own, own + n);
            first[e] = copy[e].data();
        }
        const double z = block_[g] == products().open_block() ? z_[g] : catch_up(g, first);
        comoving_gradient<Rule, Real>(z, products().power(Rule::g), n, targets(g), products().unit(),
                                      products().stride(), first, gradient);
        return true;
    }

  private:
    static constexpr std::int64_t never_arrived = -1;

    /// Row g, which is in the open block, uses its gradient up, if so, and z grows. @param arrival coordinate
    void take(std::uint32_t g, double arrival, bool update) {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Bounds<Real> bounds = this->optimiser_.bounds();
        if (update && !plain_) {
            comoving_gradient<Rule, Real>(z_[g], products().power(Rule::g), rows.count(g), targets(g),
                                          products().unit(), products().stride(), traces(g), gradient_.data());
            this->clear_barred(g, gradient_.data());
            this->optimiser_.update_own(g, gradient_.data(), products().steps());
        }
        comoving_arrival<Rule, Real>({.z = static_cast<Real>(z_[g]),
                                      .arrival = static_cast<Real>(arrival),
                                      .gradient = static_cast<Real>(products().power(Rule::g)),
                                      .rate = plain_ ? this->optimiser_.rate_own(products().steps()) : Real{0},
                                      .low = bounds.low,
                                      .high = bounds.high,
                                      .update = update,
                                      .move = update && plain_},
                                     rows.count(g), targets(g), products().unit(), products().stride(), traces(g),
                                     &this->c_.rows->weight[rows.groups[g].first]);
        this->clear_barred(g, &this->c_.rows->weight[rows.groups[g].first]);
        z_[g] += arrival;
    }

    [[nodiscard]] const Products& products() const { return std::get<Products>(this->c_.learner->products); }
    [[nodiscard]] std::size_t slot(std::int64_t block) const {
        return static_cast<std::size_t>(block) % waiting_.size();
    }
    [[nodiscard]] const std::uint32_t* targets(std::uint32_t g) const {
        return this->c_.rows->dense ? targets_.data() : &this->c_.rows->target[this->c_.rows->groups[g].first];
    }
    [[nodiscard]] std::array<Real*, Rule::traces - 1> traces(std::uint32_t g) {
        std::array<Real*, Rule::traces - 1> first;
        for (std::size_t e = 0; e < first.size(); ++e) first[e] = &trace_[e][this->c_.rows->groups[g].first];
        return first;
    }

    /// Brings these traces, as they were in row g's block, into the open one. @return the coordinate of z there
    [[nodiscard]] double catch_up(std::uint32_t g, const std::array<Real*, Rule::traces - 1>& trace) const {
        const auto& diagonal = products().total_diagonal(block_[g]);
        comoving_catch_up<Rule, Real>(z_[g], this->c_.rows->count(g), targets(g), products().total(block_[g]), diagonal,
                                      trace);
        return z_[g] * diagonal[0];
    }

    /// Brings row g into the open block.
    void anchor(std::uint32_t g) {
        const std::int64_t open = products().open_block();
        if (block_[g] != never_arrived) z_[g] = catch_up(g, traces(g));
        block_[g] = open;
        waiting_[slot(open)].push_back(g);
    }

    bool plain_ = true;                                    // the kernel does the update itself
    std::vector<Real> gradient_;                           // [longest group], of other optimisers
    std::array<HugeVector<Real>, Rule::traces - 1> trace_; // [trace][synapse] coordinates
    std::vector<double> z_;                                // [group] coordinate of z
    std::vector<std::int64_t> block_;                      // [group] block of the coordinates, or never_arrived
    std::vector<std::vector<std::uint32_t>> waiting_;      // [slot] groups by block, some moved on since
    std::vector<std::uint32_t> sweep_;
    std::vector<std::uint32_t> targets_; // dense rows: 0, 1, 2, ...
};

} // namespace saltus
