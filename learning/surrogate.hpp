// SPDX-License-Identifier: BSD-3-Clause
// Surrogate derivatives: what stands in for the derivative of the spike, which is zero almost everywhere. Each is a
// function of the distance to threshold d = v - A. Neftci, Mostafa, Zenke 2019, section "Surrogate gradients".
// A new shape is one struct and one line in the `Surrogate` list.
#pragma once

#include "engine/core/stable_math.hpp"

#include <variant>

namespace saltus {

/// h max(0, 1 - |d|/w): compact support, exactly zero far from threshold (Bellec et al. 2020: h = 0.3/threshold, w =
/// threshold).
struct PiecewiseLinear {
    double height = 0.3; ///< peak, > 0
    double width = 1.0;  ///< half width of the support, in units of voltage, > 0
    [[nodiscard]] double operator()(double d) const {
        const double x = 1.0 - (d < 0 ? -d : d) * (1.0 / width); // 1/width leaves the loops over neurons
        return x > 0.0 ? height * x : 0.0;
    }
    friend bool operator==(const PiecewiseLinear&, const PiecewiseLinear&) = default;
};

/// h exp(-|d|/w) (Shrestha and Orchard 2018).
struct ExponentialSurrogate {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const { return height * stable_exp(-(d < 0 ? -d : d) * (1.0 / width)); }
    friend bool operator==(const ExponentialSurrogate&, const ExponentialSurrogate&) = default;
};

/// h / (1 + |d|/w)^2, the derivative of a fast sigmoid (Zenke and Ganguli 2018, SuperSpike).
struct FastSigmoid {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const {
        const double x = 1.0 + (d < 0 ? -d : d) * (1.0 / width);
        return height / (x * x);
    }
    friend bool operator==(const FastSigmoid&, const FastSigmoid&) = default;
};

/// h / (1 + (d/w)^2), the derivative of the arctangent (Fang et al. 2021).
struct Arctan {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const {
        const double x = d * (1.0 / width);
        return height / (1.0 + x * x);
    }
    friend bool operator==(const Arctan&, const Arctan&) = default;
};

/// h for |d| <= w, else 0.
struct Boxcar {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const { return (d < 0 ? -d : d) <= width ? height : 0.0; }
    friend bool operator==(const Boxcar&, const Boxcar&) = default;
};

using Surrogate = std::variant<PiecewiseLinear, ExponentialSurrogate, FastSigmoid, Arctan, Boxcar>;

} // namespace saltus
