// SPDX-License-Identifier: BSD-3-Clause
// Whether a neuron with a recovery variable has come to rest: the state lies within the tolerance of a stable fixed
// point. Near one the distance is a Newton step, d = -J^-1 f, and the point is stable where the Jacobian J has a
// negative trace and a positive determinant. A slope that is merely small proves nothing: close to a saddle-node
// bifurcation it is small for long before a spike.
#pragma once

#include <cmath>

namespace saltus {

/// v' = f_v and w' = f_w at (v, w), and their derivatives.
struct PlanarFlow {
    double f_v, f_w;
    double vv, vw; ///< df_v/dv, df_v/dw
    double wv, ww; ///< df_w/dv, df_w/dw
};

/// Moves (v, w) onto the stable fixed point if it is that near. @return whether it was.
[[nodiscard]] inline bool settle_planar(const PlanarFlow& j, double tolerance, double& v, double& w) {
    const double trace = j.vv + j.ww;
    const double determinant = j.vv * j.ww - j.vw * j.wv;
    if (!(trace < 0.0) || !(determinant > 0.0)) return false;
    const double dv = (j.vw * j.f_w - j.ww * j.f_v) / determinant;
    const double dw = (j.wv * j.f_v - j.vv * j.f_w) / determinant;
    if (!(std::abs(dv) <= tolerance * (1.0 + std::abs(v))) || !(std::abs(dw) <= tolerance * (1.0 + std::abs(w))))
        return false;
    v += dv;
    w += dw;
    return true;
}

} // namespace saltus
