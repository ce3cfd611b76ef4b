// SPDX-License-Identifier: BSD-3-Clause
// Short-term plasticity: a release uses up resources, which recover; every spike facilitates the releases that follow.
// At a spike of the source, dt after its last one:
//
//     x <- 1 + (x (1 - u) - 1) exp(-dt / tau_rec)      resources at hand (with u from before this spike)
//     u <- U + u (1 - U) exp(-dt / tau_fac)            the share of them that this spike releases
//
// and the synapse delivers w u x. At a first spike u = U, x = 1. Tsodyks, Pawelzik, Markram 1998, eqs. 2-3, in the
// closed form of Maass, Markram 2002, eq. 1. u and x belong to the source, not to the synapse: all synapses with the
// same parameters share them.
#pragma once

#include "engine/core/decay_table.hpp"

namespace saltus {

/// Parameters of short-term plasticity, as a user states them.
struct ShortTerm {
    double utilisation = 0.5;  ///< U: share of the resources that a spike after long silence releases, 0 < U <= 1
    double tau_rec_ms = 800.0; ///< recovery of resources; 0: at once, no depression
    double tau_fac_ms = 0.0;   ///< decay of facilitation; 0: none, u = U always
};

/// u and x of one source as its last spike found them.
struct ShortTermState {
    double u = 0.0;
    double x = 1.0;
    Tick last = -1; ///< tick of that spike; -1: none yet
};

/// The equations, frozen for a length of tick.
class ShortTermModel {
  public:
    ShortTermModel(const ShortTerm& p, double tick_ms)
        : utilisation_(p.utilisation), recovers_at_once_(p.tau_rec_ms == 0.0), no_facilitation_(p.tau_fac_ms == 0.0),
          recovery_(tick_ms, recovers_at_once_ ? 1.0 : p.tau_rec_ms),
          facilitation_(tick_ms, no_facilitation_ ? 1.0 : p.tau_fac_ms) {}

    /// A spike at tick t >= the last one. @return u x, the factor on the weights.
    [[nodiscard]] double spike(ShortTermState& s, Tick t) const {
        if (s.last < 0) {
            s = {utilisation_, 1.0, t};
            return utilisation_;
        }
        const Tick gap = t - s.last;
        s.x = recovers_at_once_ ? 1.0 : 1.0 + (s.x * (1.0 - s.u) - 1.0) * recovery_(gap);
        s.u = no_facilitation_ ? utilisation_ : utilisation_ + s.u * (1.0 - utilisation_) * facilitation_(gap);
        s.last = t;
        return s.u * s.x;
    }

  private:
    double utilisation_;
    bool recovers_at_once_, no_facilitation_;
    DecayTable recovery_, facilitation_;
};

} // namespace saltus
