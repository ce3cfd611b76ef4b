// SPDX-License-Identifier: BSD-3-Clause
// Rules without a trace behind the eligibility: the gradient of this step's loss by this step's spikes,
//
//     g <- g + L_j e
//
// with e of membrane.hpp. What makes them different rules is L:
//   DECOLLE (Kaiser, Mostafa, Neftci 2020): L_j from a fixed random readout of j's own layer, symmetric to it;
//   OTTT (Xiao et al. 2022): e = psi_j z with z the low-passed input; L_j from the layer above at the same instant,
//       L_j = sum_k w_kj psi_k L_k, back to the readout's error;
//   ETLP (Quintana et al. 2024): L_j a random projection of the label, only in steps with a label event; e with
//   adaptation.
// Also the head of S-TLLR (pairing.hpp), of PES and of readouts (readout_rule.hpp).
#pragma once

#include "learning/membrane.hpp"
#include "learning/rule_map.hpp"

namespace saltus {

struct InstantHead {
    static constexpr std::size_t g = 0, es = 0;
    static constexpr std::size_t traces = 1;
    static constexpr bool has_rate_sum = false;
    static constexpr bool has_third = false;

    [[nodiscard]] std::array<double, traces> diagonal() const { return {1.0}; }

    template <class Real, class Rows>
    SALTUS_INLINE void fill(const Rows& rows, Real signal, Real /*third*/) const {
        rows.take(g, signal);
        rows.keep(g, g, Real{1});
    }
};

template <bool adaptive, bool currents = false>
using InstantMap = RuleMap<LifMembrane<adaptive, currents>, InstantHead>;

} // namespace saltus
