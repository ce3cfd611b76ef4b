// SPDX-License-Identifier: BSD-3-Clause
// A readout's error: where its targets come from and what it is now.
#pragma once

#include "engine/core/time.hpp"
#include "learning/parameters.hpp"

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace saltus {

template <class Real>
struct ReadoutError {
    std::uint32_t population;
    Error kind;
    std::vector<double> target; ///< [outputs] in force
    std::deque<std::pair<Tick, std::vector<double>>> upcoming{};
    std::vector<double> error;    ///< [outputs] of the present edge
    std::vector<Real> error_cast; ///< [outputs] the same, in the precision of the traces
    bool active = false;          ///< the present edge lies in the signal window
    double loss = 0.0;            ///< summed over the present interval
    double last_loss = 0.0;       ///< of the last interval that ended
};

} // namespace saltus
