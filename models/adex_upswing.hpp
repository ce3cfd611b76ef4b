// SPDX-License-Identifier: BSD-3-Clause
// The upswing of an AdEx spike. In time it has a singularity: v grows beyond all bounds within finite time, and the
// steps of any integrator shrink with what is left of it. In v it is smooth: with F(v, ...) = dv/dt
//
//     dt/dv = 1 / F,   dw/dv = (a (v - E_L) - w) / (tau_w F),   dg/dv = -g / (tau F)
//
// and F grows exponentially. So once the exponential current outweighs all others, v takes the place of time: some ten
// steps to the cut-off, which is then reached exactly and needs no search.
#pragma once

#include "models/current_crossing.hpp"
#include "models/taylor_series.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace saltus {

/// The right-hand side of models/adex.hpp, in mV, ms, pF, nS, pA.
struct AdexFlow {
    double leak, e_leak, drive, v_t, slope, per_capacitance, a; ///< drive: g_L E_L + I
    double rate_w, rate_e, rate_i;                              ///< per ms
    double couples, e_e, e_i; ///< I_syn = g_e (e_e - couples v) + g_i (e_i - couples v)

    /// g_L D exp((v - V_T) / D)
    [[nodiscard]] double swing(double v) const { return leak * slope * stable_exp((v - v_t) / slope); }
    /// All other currents.
    [[nodiscard]] double rest(const OdeState<4>& y) const {
        return drive - leak * y[0] - y[1] + y[2] * (e_e - couples * y[0]) + y[3] * (e_i - couples * y[0]);
    }
};

struct AdexUpswing {
    /// Four slopes above V_T, and the exponential current three times what may hold it back: v can only rise, and
    /// faster. What is left takes less than a thirtieth of the membrane time constant.
    [[nodiscard]] static bool begins(const AdexFlow& c, const OdeState<4>& y) {
        if (!(y[0] > c.v_t + 4.0 * c.slope)) return false;
        const double swing = c.swing(y[0]);
        return swing >= 3.0 * std::abs(c.rest(y)) && swing < 1e300;
    }

    /// Follows y until v reaches `peak`, or for `limit_ms`, or while the exponential current prevails. @return the time
    /// that took, in ms; y is moved along.
    static double follow(const AdexFlow& c, double peak, double log_tolerance, OdeState<4>& y, double limit_ms) {
        double t = 0.0;
        while (y[0] < peak && begins(c, y)) {
            OdeSeries<4> x; // [0] time since now, [1] w, [2] g_e, [3] g_i, as functions of v - y[0]
            x[0][0] = 0.0;
            for (std::size_t i = 1; i < 4; ++i) x[i][0] = y[i];
            expand(c, y[0], x);
            const double left = peak - y[0];
            const double length = std::min(step_length(x, log_tolerance), left);
            const double taken = evaluate(x[0], length);
            const bool last = !(t + taken < limit_ms);
            const double rise = last ? rise_at(x[0], limit_ms - t, length) : length;
            y[0] = rise == left ? peak : y[0] + rise;
            for (std::size_t i = 1; i < 4; ++i) y[i] = evaluate(x[i], rise);
            if (last) return limit_ms;
            t += taken;
        }
        return t;
    }

  private:
    static void expand(const AdexFlow& c, double v0, OdeSeries<4>& x) {
        Series &t = x[0], &w = x[1], &g_e = x[2], &g_i = x[3];
        Series v{v0, 1.0}, away, pull, flow, slowness; // v; a (v - E_L) - w; g_e + g_i; F; 1 / F
        double swing = c.swing(v0);
        for_each_order([&](auto k) {
            away[k] = c.a * (k == 0 ? v0 - c.e_leak : v[k]) - w[k];
            pull[k] = g_e[k] + g_i[k];
            const double drive = (k == 0 ? c.drive : 0.0) - c.leak * v[k] - w[k] + swing;
            const double pull_v = pull[k] * v0 + (k == 0 ? 0.0 : pull[k - (k > 0)]); // (g_e + g_i) v
            const double synaptic = g_e[k] * c.e_e + g_i[k] * c.e_i - c.couples * pull_v;
            flow[k] = (drive + synaptic) * c.per_capacitance;
            slowness[k] = 0.0; // what the product below must not see
            slowness[k] = k == 0 ? 1.0 / flow[0] : -slowness[0] * product(flow, slowness, k);
            t[k + 1] = slowness[k] * over[k + 1];
            w[k + 1] = c.rate_w * product(away, slowness, k) * over[k + 1];
            g_e[k + 1] = -c.rate_e * product(g_e, slowness, k) * over[k + 1];
            g_i[k + 1] = -c.rate_i * product(g_i, slowness, k) * over[k + 1];
            swing *= over[k + 1] / c.slope;
        });
    }

    /// Where in [0, length] time, which rises with v, is `ms`.
    [[nodiscard]] static double rise_at(const Series& time, double ms, double length) {
        const auto value = [&](double s) { return evaluate(time, s) - ms; };
        const auto slope = [&](double s) {
            double sum = 0.0;
            for (std::size_t k = taylor_order; k > 0; --k) sum = sum * s + static_cast<double>(k) * time[k];
            return sum;
        };
        return ms <= 0.0 ? 0.0 : monotone_root(value, slope, 0.0, length);
    }
};

} // namespace saltus
