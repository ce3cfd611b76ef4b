// SPDX-License-Identifier: BSD-3-Clause
// Exact gradients of spike times, for codes in which a neuron speaks by when it spikes first (Bohte et al. 2002;
// Mostafa 2018: no leak; Goltz et al. 2021: tau_m = tau_s and tau_m = 2 tau_s). Until its first spike the membrane is
// v(t) = sum_i w_i e(t - t_i), so T with v(T) = threshold moves with what it depends on as (implicit function theorem)
//
//     dT/dw_i = -e(T - t_i) / v'(T),    dT/dt_i = w_i e'(T - t_i) / v'(T),    v'(T) = sum_i w_i e'(T - t_i) > 0
//
// over all inputs that arrive before T; others move nothing. This holds for every pair of time constants, and is
// exact where T is: the engine's spikes of neurons with synaptic currents are within a tick of T. A neuron that does
// not spike has no gradient: give its weights a push (Mostafa 2018, section III).
// Needs: one time constant for excitation and inhibition and no drive (else ConfigError), a membrane at rest when the
// first input arrives.
#pragma once

#include "engine/core/error.hpp"
#include "engine/core/stable_math.hpp"
#include "models/alpha_lif.hpp"
#include "models/cuba_integrate_fire.hpp"
#include "models/cuba_lif.hpp"
#include "models/psp_kernel.hpp"

#include <cassert>
#include <cstddef>
#include <span>
#include <string>

namespace saltus {

/// The synaptic time constant, if the response to an input is its weight times one function of time.
[[nodiscard]] inline double common_tau(double tau_e_ms, double tau_i_ms, double drive) {
    if (tau_e_ms != tau_i_ms)
        throw ConfigError("spike-time gradient",
                          "tau_e_ms and tau_i_ms differ, so a response depends on a weight's sign", "make them equal");
    if (drive != 0.0)
        throw ConfigError("spike-time gradient", "the neuron has a constant drive (v_inf or drive_per_ms)",
                          "set it to 0, or let an input stand for it");
    return tau_e_ms;
}

/// e(t) of CuBa LIF neurons, and its slope. t in ms, > 0.
class LeakyResponse {
  public:
    explicit LeakyResponse(const CubaLifParameters& p)
        : tau_m_(p.tau_m_ms), tau_s_(common_tau(p.tau_e_ms, p.tau_i_ms, p.v_inf)), kernel_(p.tau_m_ms, p.tau_e_ms) {}
    explicit LeakyResponse(const AlphaLifParameters&) = delete; ///< these have other currents: AlphaResponse
    [[nodiscard]] double operator()(double t) const {
        return kernel_(t, stable_exp(-t / tau_m_), stable_exp(-t / tau_s_));
    }
    [[nodiscard]] double slope(double t) const { return (stable_exp(-t / tau_s_) - (*this)(t)) / tau_m_; }

  private:
    double tau_m_, tau_s_;
    PspKernel kernel_;
};

/// The same of neurons with alpha-shaped currents: an input of weight w is a current with a peak of w.
class AlphaResponse {
  public:
    explicit AlphaResponse(const AlphaLifParameters& p)
        : tau_m_(p.tau_m_ms), tau_s_(common_tau(p.tau_e_ms, p.tau_i_ms, p.v_inf)), kernel_(p.tau_m_ms, p.tau_e_ms) {}
    [[nodiscard]] double operator()(double t) const {
        return e * kernel_(t, stable_exp(-t / tau_m_), stable_exp(-t / tau_s_));
    }
    [[nodiscard]] double slope(double t) const {
        return (e * (t / tau_s_) * stable_exp(-t / tau_s_) - (*this)(t)) / tau_m_;
    }

  private:
    static constexpr double e = 2.718281828459045;
    double tau_m_, tau_s_;
    AlphaKernel kernel_;
};

/// The same of neurons without leak: e(t) = tau_s (1 - exp(-t/tau_s)).
class RampResponse {
  public:
    explicit RampResponse(const CubaIntegrateFireParameters& p)
        : tau_s_(common_tau(p.tau_e_ms, p.tau_i_ms, p.drive_per_ms)) {}
    [[nodiscard]] double operator()(double t) const { return tau_s_ * (1.0 - slope(t)); }
    [[nodiscard]] double slope(double t) const { return stable_exp(-t / tau_s_); }

  private:
    double tau_s_;
};

/// How the first spike of one neuron, at `spike_ms`, moves with its inputs. All spans: [inputs].
/// @param arrival_ms when each input arrives, delay included; one that never does: infinity
/// @param by_weight dT/dw_i in ms per unit of weight @param by_time dT/dt_i; both overwritten
/// @param least_slope v'(T) counts as at least this (1/ms): bounds the gradients of grazing spikes; 0: exact
/// @throws ConfigError if v'(T) is not above 0 and least_slope is not either: these inputs bring about no spike then
/// (the spans are of no use after that)
template <class Response>
void spike_time_gradient(const Response& response, double spike_ms, std::span<const double> arrival_ms,
                         std::span<const double> weight, std::span<double> by_weight, std::span<double> by_time,
                         double least_slope = 0.0) {
    assert(weight.size() == arrival_ms.size() && by_weight.size() == arrival_ms.size() &&
           by_time.size() == arrival_ms.size());
    double slope = 0.0;
    for (std::size_t i = 0; i < arrival_ms.size(); ++i) {
        const bool before = arrival_ms[i] < spike_ms;
        by_weight[i] = before ? response(spike_ms - arrival_ms[i]) : 0.0;
        by_time[i] = before ? weight[i] * response.slope(spike_ms - arrival_ms[i]) : 0.0;
        slope += by_time[i];
    }
    const double divisor = slope > least_slope ? slope : least_slope;
    if (!(divisor > 0.0))
        throw ConfigError("spike-time gradient",
                          "the membrane does not rise at " + std::to_string(spike_ms) +
                              " ms: the inputs before that bring about no spike then",
                          "give all inputs of a spike that there was, or a least_slope above 0");
    for (std::size_t i = 0; i < arrival_ms.size(); ++i) {
        by_weight[i] = -by_weight[i] / divisor;
        by_time[i] = by_time[i] / divisor;
    }
}

} // namespace saltus
