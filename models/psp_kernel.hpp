// SPDX-License-Identifier: BSD-3-Clause
// How far a synaptic current that decays with tau_s has moved a membrane with time constant tau_m after a time t:
//
//     P(t) = tau_s/(tau_s - tau_m) (e^(-t/tau_s) - e^(-t/tau_m))  =  (t/tau_m) e^(-t/tau_m) phi(a),
//     phi(a) = (e^a - 1)/a,   a = t (1/tau_m - 1/tau_s)
//
// the solution of tau_m v' = -v + e^(-t/tau_s), v(0) = 0 (Rotter and Diesmann 1999). The second form holds for
// tau_s = tau_m too, and keeps all digits near it; tau_s -> 0 with tau_s i = const is the delta synapse.
//
// And how far an alpha-shaped current has:
//
//     Q(t) = ((a - 1) e^(-t/tau_s) + e^(-t/tau_m)) / (tau_m tau_s (1/tau_m - 1/tau_s)^2)
//          = t^2/(tau_m tau_s) e^(-t/tau_m) psi(a),   psi(a) = ((a - 1) e^a + 1)/a^2
//
// the solution of tau_m v' = -v + (t/tau_s) e^(-t/tau_s), v(0) = 0.
#pragma once

#include "engine/core/stable_math.hpp"

namespace saltus {

/// (e^a - 1)/a for |a| <= 0.5, by its Taylor series to a^14 (relative error below 1e-17).
[[nodiscard]] constexpr double phi(double a) {
    double p = 1.0;
    for (int k = 15; k >= 2; --k) p = 1.0 + p * a / k;
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

/// ((a - 1) e^a + 1)/a^2, the integral of u e^(a u) over u from 0 to 1, for |a| <= 1: its Taylor series to a^18.
[[nodiscard]] constexpr double psi_series(double a) {
    double p = 1.0;
    for (int k = 18; k >= 1; --k) p = 1.0 + p * a * ((k + 1.0) / (k * (k + 2.0)));
    return 0.5 * p;
}

class AlphaKernel {
  public:
    /// Time constants in units of the argument of operator() (ticks): both positive.
    constexpr AlphaKernel(double tau_m, double tau_s)
        : tau_m_(tau_m), tau_s_(tau_s), difference_(1.0 / tau_m - 1.0 / tau_s),
          scale_(tau_s == tau_m ? 0.0 : 1.0 / (tau_m * tau_s * difference_ * difference_)) {}

    /// Q(t); decay_m and decay_s are e^(-t/tau_m) and e^(-t/tau_s), which the caller has at hand.
    [[nodiscard]] constexpr double operator()(double t, double decay_m, double decay_s) const {
        const double a = t * difference_;
        if (a > 1.0 || a < -1.0) return scale_ * ((a - 1.0) * decay_s + decay_m);
        return (t / tau_m_) * (t / tau_s_) * decay_m * psi_series(a);
    }

    /// An upper bound, tight to 1e-6, of Q over all times. Q rises, then falls: the end of the rise is bisected.
    [[nodiscard]] constexpr double peak() const {
        double low = 0.0;
        double high = tau_s_;
        for (; rises(high); high *= 2.0) low = high;
        for (int i = 0; i < 40; ++i) (rises(0.5 * (low + high)) ? low : high) = 0.5 * (low + high);
        return at(high) * (1.0 + 1e-6);
    }

  private:
    [[nodiscard]] constexpr double at(double t) const {
        return (*this)(t, stable_exp(-t / tau_m_), stable_exp(-t / tau_s_));
    }
    [[nodiscard]] constexpr bool rises(double t) const { return t / tau_s_ * stable_exp(-t / tau_s_) > at(t); }

    double tau_m_, tau_s_, difference_, scale_;
};

/// How far a current that decays with tau has moved a membrane without leak: tau (1 - e^(-t/tau)), all digits kept at
/// small t.
class RampKernel {
  public:
    /// @param tau_ticks in units of the argument of operator(); @param tau in units of its result.
    constexpr RampKernel(double tau_ticks, double tau) : rate_(-1.0 / tau_ticks), tau_(tau) {}
    [[nodiscard]] constexpr double operator()(double t, double decay) const {
        const double a = t * rate_;
        return a < -0.5 ? tau_ * (1.0 - decay) : -tau_ * a * phi(a);
    }
    /// What it comes to in the end.
    [[nodiscard]] constexpr double limit() const { return tau_; }

  private:
    double rate_, tau_;
};

} // namespace saltus
