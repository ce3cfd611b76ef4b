// SPDX-License-Identifier: BSD-3-Clause
// How two populations are wired, which weights and delays the synapses start with: descriptions only, in the user's
// units.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

namespace saltus {

/// Every source to every target. With a constant delay stored densely: targets are implicit, weights a matrix.
struct AllToAll {};

/// Source i to target i; the populations have equal size.
struct OneToOne {};

/// Every target draws `in_degree` sources uniformly.
struct FixedInDegree {
    std::uint32_t in_degree;
};

/// Every source draws `out_degree` targets uniformly.
struct FixedOutDegree {
    std::uint32_t out_degree;
};

/// Each pair is connected with the given probability, independently (no multapses by nature).
struct Bernoulli {
    double probability;
};

/// One synapse of an explicit list. A NaN weight or delay is drawn from the projection's own distribution.
struct Pair {
    std::uint32_t source;
    std::uint32_t target;
};

/// Exactly these synapses, in any order. `weights` and `delays_ms` are empty or as long as `pairs`;
/// where empty the projection's distributions are used.
struct ExplicitList {
    std::vector<Pair> pairs;
    std::vector<double> weights{};
    std::vector<double> delays_ms{};

    /// Whether some synapse has a delay of its own.
    [[nodiscard]] bool gives_delays() const {
        return std::any_of(delays_ms.begin(), delays_ms.end(), [](double ms) { return !std::isnan(ms); });
    }
};

using Connector = std::variant<AllToAll, OneToOne, FixedInDegree, FixedOutDegree, Bernoulli, ExplicitList>;

/// Always the same value.
struct Constant {
    double value;
};

/// Normal, optionally truncated: draws outside [low, high] are repeated.
struct Normal {
    double mean;
    double standard_deviation;
    double low = -1e300;
    double high = 1e300;
};

/// Uniform in [low, high).
struct Uniform {
    double low;
    double high;
};

/// An initial weight (dimensionless) or a delay (milliseconds).
using Distribution = std::variant<Constant, Normal, Uniform>;

} // namespace saltus
