// SPDX-License-Identifier: BSD-3-Clause
// Send-on-delta: a sampled signal x becomes ON and OFF events, one whenever it has moved by theta since the last.
//
//     ON  at x >= ref + theta: ref <- ref + theta
//     OFF at x <= ref - theta: ref <- ref - theta
//
// Between samples x is taken to be linear, so events get the time of the crossing, not of the sample. The receiver adds
// up the events to get ref, which is within theta of x. Miskowicz 2006, "Send-on-delta concept"; the pixel of an event
// camera does the same (Lichtsteiner, Posch, Delbruck 2008).
#pragma once

#include "engine/core/time.hpp"

#include <cassert>
#include <cmath>
#include <cstdint>

namespace saltus {

struct DeltaEncoderParameters {
    double theta = 0.1;               ///< step of the reference, in units of the signal, > 0
    double hysteresis = 0.0;          ///< a reversal needs so much more than theta, >= 0: keeps noise quiet
    Tick refractory = 0;              ///< ticks from an event to the next, >= 0; 0: several may share a tick
    std::uint32_t most_events = 1024; ///< per sample, > 0: bounds the time; what is left follows with the next samples
};

/// Resumable sample by sample; copyable. The reference stays within theta + hysteresis of the signal as long as neither
/// the refractory period nor most_events hold events back; afterwards it catches up.
class DeltaEncoder {
  public:
    explicit DeltaEncoder(const DeltaEncoderParameters& p) : p_(p) {
        assert(p.theta > 0.0 && p.hysteresis >= 0.0 && p.refractory >= 0 && p.most_events > 0);
    }

    /// Takes the signal's value x at tick t and calls emit(tick, on) for every event since the sample before, in order,
    /// previous < tick <= t. The first sample sets the reference. Returns false, and changes nothing, if x is not
    /// finite or t is not after the sample before.
    template <class Emit>
    [[nodiscard]] bool sample(Tick t, double x, const Emit& emit) {
        if (!std::isfinite(x) || (started_ && t <= tick_)) return false;
        if (!started_) ref_ = x;
        for (std::uint32_t n = 0; started_ && n < p_.most_events; ++n) {
            Tick at = next_look();
            if (at > t) break;
            int step = direction(value_at(at, t, x));
            if (step == 0) { // not beyond a threshold there: somewhere between there and t?
                step = direction(x);
                if (step == 0) break;
                at = crossing(step, at, t, x);
            }
            emit(at, step > 0);
            ref_ += step * p_.theta;
            last_ = step;
            ready_ = at + p_.refractory;
        }
        started_ = true;
        tick_ = t;
        x_ = x;
        return true;
    }

    /// What the events so far add up to, plus the first sample.
    [[nodiscard]] double reference() const { return ref_; }

  private:
    /// First tick at which the next event may be.
    [[nodiscard]] Tick next_look() const { return ready_ > tick_ ? ready_ : tick_ + 1; }

    /// The signal at a tick between the sample before and the new one (t, x).
    [[nodiscard]] double value_at(Tick at, Tick t, double x) const {
        if (at == t) return x;
        return x_ + (x - x_) * (static_cast<double>(at - tick_) / static_cast<double>(t - tick_));
    }

    /// Distance from the reference to the threshold on the side of `step`.
    [[nodiscard]] double distance(int step) const { return p_.theta + (last_ == -step ? p_.hysteresis : 0.0); }

    /// +1 or -1 if a value is beyond the threshold on that side, else 0.
    [[nodiscard]] int direction(double value) const {
        if (value - ref_ >= distance(+1)) return +1;
        return ref_ - value >= distance(-1) ? -1 : 0;
    }

    /// First tick at or after the crossing, which lies between ticks `after` and t.
    [[nodiscard]] Tick crossing(int step, Tick after, Tick t, double x) const {
        const double part = (ref_ + step * distance(step) - x_) / (x - x_);
        const auto at = tick_ + static_cast<Tick>(std::ceil(part * static_cast<double>(t - tick_)));
        return at < after ? after : (at > t ? t : at);
    }

    DeltaEncoderParameters p_;
    bool started_ = false;
    Tick tick_ = 0;  ///< of the sample before
    Tick ready_ = 0; ///< end of the refractory period
    double x_ = 0.0; ///< the sample before
    double ref_ = 0.0;
    int last_ = 0; ///< direction of the last event
};

} // namespace saltus
