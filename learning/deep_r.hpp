// SPDX-License-Identifier: BSD-3-Clause
// DEEP R: rewiring at constant connectivity (Bellec, Kappel, Maass, Legenstein 2018, "Deep rewiring: training very
// sparse deep networks", algorithm 1). A connection has a sign s, which stays, and a size theta >= 0: w = s theta. With
// every update
//
//     theta <- theta - eta dE/dtheta - eta l1 + sqrt(2 eta temperature) nu,    nu standard normal,
//
// and a connection whose theta is then below 0 becomes dormant: w = 0. As many dormant ones of all that are possible
// are activated, each with the same probability, at theta = 0. The first difference is any optimiser's step.
#pragma once

#include <cmath>
#include <cstdint>

namespace saltus {

/// Rewires a projection while it learns; the number of its synapses stays. Those that it starts with are active, with
/// the signs of their weights.
struct DeepR {
    double l1 = 0.0;          ///< >= 0; pull towards zero, in units of a gradient
    double temperature = 0.0; ///< >= 0; of the random walk
    std::int64_t every = 1;   ///< dormant synapses are replaced at the end of every so many intervals learned from
    double excitatory = 0.5;  ///< share of the possible synapses whose sign is positive; each has its sign for ever
    friend bool operator==(const DeepR&, const DeepR&) = default;
};

/// What a place of a projection that rewires holds.
enum class Connection : std::uint8_t { excitatory, inhibitory, dormant };

/// What an update does to every connection, after the optimiser's step.
struct DeepRStep {
    double pull, spread; ///< eta l1, sqrt(2 eta temperature)

    DeepRStep(const DeepR& rule, double eta) : pull(eta * rule.l1), spread(std::sqrt(2.0 * eta * rule.temperature)) {}

    /// @param moved the weight after the optimiser's step @return the weight; `connection` may have become dormant
    [[nodiscard]] double operator()(double moved, double nu, Connection& connection) const {
        if (connection == Connection::dormant) return 0.0;
        const bool inhibitory = connection == Connection::inhibitory;
        const double theta = (inhibitory ? -moved : moved) - pull + spread * nu;
        if (!(theta >= 0.0)) {
            connection = Connection::dormant;
            return 0.0;
        }
        return inhibitory ? -theta : theta;
    }
};

} // namespace saltus
