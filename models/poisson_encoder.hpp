// SPDX-License-Identifier: BSD-3-Clause
// Poisson spike train of one neuron with a piecewise constant rate r(t), in continuous time:
//
//     the integral of r from one spike to the next is exponentially distributed with mean 1
//
// (the time-rescaling theorem; Brown et al. 2002). Costs one draw for each spike, nothing for each tick.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/time.hpp"

#include <cassert>

namespace saltus {

/// Copyable; the copy goes on exactly as the original would. How the time is cut into calls does not change the train.
/// A spike at the time t of real ticks is put at tick floor(t), so a short tick may hold none, a long one several.
class PoissonEncoder {
  public:
    /// @param stream randomness of this neuron; @param rate_hz >= 0, in force from tick `start` on.
    PoissonEncoder(const TimeGrid& grid, RandomStream stream, double rate_hz = 0.0, Tick start = 0)
        : stream_(stream), tick_s_(grid.tick_s()), rate_(rate_hz * tick_s_), since_(start) {
        assert(rate_hz >= 0.0);
        left_ = stream_.exponential();
        schedule();
    }

    /// Changes the rate from tick `from` on. Spikes before must have been taken: advance_until(from, ...) comes first.
    void set_rate(double rate_hz, Tick from) {
        assert(rate_hz >= 0.0 && from >= since_ && from <= next_);
        const double rate = rate_hz * tick_s_;
        if (rate == rate_) return;
        left_ -= rate_ * (static_cast<double>(from - since_) - since_fraction_);
        if (left_ < 0.0) left_ = 0.0; // by rounding only
        rate_ = rate;
        since_ = from;
        since_fraction_ = 0.0;
        schedule();
    }

    /// Tick of the next spike, `never` at rate 0.
    [[nodiscard]] Tick next() const { return next_; }

    /// Calls emit(tick) for every spike before tick `end`, in order, each once.
    template <class Emit>
    void advance_until(Tick end, const Emit& emit) {
        while (next_ < end) {
            emit(next_);
            since_ = next_;
            since_fraction_ = next_fraction_;
            left_ = stream_.exponential();
            schedule();
        }
    }

  private:
    void schedule() {
        const double wait = since_fraction_ + left_ / rate_; // infinite at rate 0
        const bool reachable = wait < static_cast<double>(never / 2 - since_ / 2);
        next_ = reachable ? since_ + static_cast<Tick>(wait) : never;
        next_fraction_ = reachable ? wait - static_cast<double>(static_cast<Tick>(wait)) : 0.0;
    }

    RandomStream stream_;
    double tick_s_;
    double rate_;                 ///< spikes per tick
    double left_ = 0.0;           ///< what the integral of the rate has yet to cover until the next spike
    Tick since_;                  ///< ... counted from here,
    double since_fraction_ = 0.0; ///< plus this part of a tick: whole and part apart, or long runs lose precision
    Tick next_ = never;
    double next_fraction_ = 0.0;
};

} // namespace saltus
