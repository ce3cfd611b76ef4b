// SPDX-License-Identifier: BSD-3-Clause
// How far a synaptic current that decays with tau_s has moved a membrane with time constant tau_m after a time t:
//
//     P(t) = tau_s/(tau_s - tau_m) (e^(-t/tau_s) - e^(-t/tau_m))  =  (t/tau_m) e^(-t/tau_m) phi(a),
//     phi(a) = (e^a - 1)/a,   a = t (1/tau_m - 1/tau_s)
//
// the solution of tau_m v' = -v + e^(-t/tau_s), v(0) = 0 (Rotter and Diesmann 1999). The second form holds for
// tau_s = tau_m too, and keeps all digits near it; tau_s -> 0 with tau_s i = const is the delta synapse.
#pragma once

#include "engine/core/stable_math.hpp"

namespace saltus {

/// (e^a - 1)/a for |a| <= 0.5, by its Taylor series to a^14 (relative error below 1e-17).
[[nodiscard]] constexpr double phi(double a) {
    double p = 1.0;
    for (double k = 15.0; k >= 2.0; k -= 1.0) p = 1.0 + p * a / k;
    return p;
}

class PspKernel {
  public:
    /// Time constants in units of the argument of operator() (ticks): both positive.
    constexpr PspKernel(double tau_m, double tau_s)
        : rate_m_(-1.0 / tau_m), rate_s_(-1.0 / tau_s), difference_(1.0 / tau_m - 1.0 / tau_s),
          scale_(tau_s == tau_m ? 0.0 : tau_s / (tau_s - tau_m)) {}

    /// P(t); decay_m and decay_s are e^(-t/tau_m) and e^(-t/tau_s), which the caller has at hand.
    [[nodiscard]] constexpr double operator()(double t, double decay_m, double decay_s) const {
        const double a = t * difference_;
        if (a > 0.5 || a < -0.5) return scale_ * (decay_s - decay_m);
        return -(t * rate_m_) * decay_m * phi(a);
    }

    /// An upper bound, tight to 1e-9, of P over all times: its value at t = ln(tau_s/tau_m) / (1/tau_m - 1/tau_s).
    [[nodiscard]] constexpr double peak() const {
        const double a = stable_log(rate_m_ / rate_s_); // ln(tau_s/tau_m)
        const double t = difference_ == 0.0 || (a < 1e-9 && a > -1e-9) ? -1.0 / rate_m_ : a / difference_;
        return (*this)(t, stable_exp(t * rate_m_), stable_exp(t * rate_s_)) * (1.0 + 1e-9);
    }

  private:
    double rate_m_, rate_s_, difference_, scale_;
};

} // namespace saltus
