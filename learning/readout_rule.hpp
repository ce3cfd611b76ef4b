// SPDX-License-Identifier: BSD-3-Clause
// Delta rule of a readout (Bellec et al. 2020, eq. 29): the exact gradient of the readout's weights. One learning
// step of a synapse j -> o, z_j holding this step's arrivals, E_o the error:
//
//     g <- g + E_o z,    z <- kappa z
//
// Onto a current-based readout (Neftci, Mostafa, Zenke 2019) arrivals are added to the current's derivative i, and
// z <- kappa z + feed i, i <- sigma i: as exact.
//
// The prescribed error sensitivity rule (PES; MacNeil and Eliasmith 2011) is the same with L_j in the place of E_o and
// a filter of its own: Delta w_ij = -rate z_i sum_o B_jo E_o, B being the encoders; psi plays no part.
#pragma once

#include "learning/instant.hpp"

namespace saltus {

template <bool currents = false>
using ReadoutMap = RuleMap<LeakMembrane<currents>, InstantHead>;

} // namespace saltus
