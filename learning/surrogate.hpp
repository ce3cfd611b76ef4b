// SPDX-License-Identifier: BSD-3-Clause
// Surrogate derivatives: what stands in for the derivative of the spike, which is zero almost everywhere. Each is a
// function of the distance to threshold d = v - A, in the precision of d where it is plain arithmetic. Neftci, Mostafa,
// Zenke 2019, section "Surrogate gradients". A new shape is one struct and one line in the `Surrogate` list; one of the
// user's own is a single line (see CustomSurrogate).
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <cmath>
#include <concepts>
#include <type_traits>
#include <variant>

namespace saltus {

/// h max(0, 1 - |d|/w): compact support, exactly zero far from threshold (Bellec et al. 2020: h = 0.3/threshold, w =
/// threshold).
struct PiecewiseLinear {
    double height = 0.3; ///< peak, > 0
    double width = 1.0;  ///< half width of the support, in units of voltage, > 0
    template <std::floating_point Real>
    [[nodiscard]] Real operator()(Real d) const {
        const Real x = Real{1} - std::abs(d) * static_cast<Real>(1.0 / width); // 1/width leaves the loops over neurons
        return static_cast<Real>(height) * (x > Real{0} ? x : Real{0});
    }
    friend bool operator==(const PiecewiseLinear&, const PiecewiseLinear&) = default;
};

/// h exp(-|d|/w) (Shrestha and Orchard 2018).
struct ExponentialSurrogate {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const { return height * stable_exp(-std::abs(d) * (1.0 / width)); }
    friend bool operator==(const ExponentialSurrogate&, const ExponentialSurrogate&) = default;
};

/// h / (1 + |d|/w)^2, the derivative of a fast sigmoid (Zenke and Ganguli 2018, SuperSpike).
struct FastSigmoid {
    double height = 0.3;
    double width = 1.0;
    template <std::floating_point Real>
    [[nodiscard]] Real operator()(Real d) const {
        const Real x = Real{1} + std::abs(d) * static_cast<Real>(1.0 / width);
        return static_cast<Real>(height) / (x * x);
    }
    friend bool operator==(const FastSigmoid&, const FastSigmoid&) = default;
};

/// h / (1 + (d/w)^2), the derivative of the arctangent (Fang et al. 2021).
struct Arctan {
    double height = 0.3;
    double width = 1.0;
    template <std::floating_point Real>
    [[nodiscard]] Real operator()(Real d) const {
        const Real x = d * static_cast<Real>(1.0 / width);
        return static_cast<Real>(height) / (Real{1} + x * x);
    }
    friend bool operator==(const Arctan&, const Arctan&) = default;
};

/// h for |d| <= w, else 0.
struct Boxcar {
    double height = 0.3;
    double width = 1.0;
    template <std::floating_point Real>
    [[nodiscard]] Real operator()(Real d) const {
        return std::abs(d) <= static_cast<Real>(width) ? static_cast<Real>(height) : Real{0};
    }
    friend bool operator==(const Boxcar&, const Boxcar&) = default;
};

/// h max(0, 1 - |d|/w) with h = damping/threshold and w = width * threshold, the threshold being the target's base one:
/// the form of Bellec et al. 2020 (damping 0.3, width 1), the same for neurons of any scale of voltage.
struct RelativePiecewiseLinear {
    double damping = 0.3; ///< > 0
    double width = 1.0;   ///< half width of the support in thresholds, > 0
    [[nodiscard]] PiecewiseLinear at(double threshold) const { return {damping / threshold, width * threshold}; }
    friend bool operator==(const RelativePiecewiseLinear&, const RelativePiecewiseLinear&) = default;
};

/// 4 h s (1 - s), s = 1 / (1 + exp(-d/w)): the derivative of a sigmoid.
struct SigmoidDerivative {
    double height = 0.3;
    double width = 1.0;
    [[nodiscard]] double operator()(double d) const {
        const double e = stable_exp(-std::abs(d) * (1.0 / width)); // symmetric, and never infinite
        return 4.0 * height * e / ((1.0 + e) * (1.0 + e));
    }
    friend bool operator==(const SigmoidDerivative&, const SigmoidDerivative&) = default;
};

/// h exp(-(d/w)^2 / 2).
struct GaussianSurrogate {
    double height = 0.3;
    double width = 1.0; ///< standard deviation
    [[nodiscard]] double operator()(double d) const {
        const double x = d * (1.0 / width);
        return height * stable_exp(-0.5 * (x * x));
    }
    friend bool operator==(const GaussianSurrogate&, const GaussianSurrogate&) = default;
};

/// A Gaussian with two broad negative ones beside it, negative far from threshold (Yin, Corradi, Bohte 2021):
///     h ((1 + p) G(d; 0, w) - p G(d; w, s w) - p G(d; -w, s w)) / (its value at 0),   G the normal density.
/// The paper's gamma is h w sqrt(2 pi) / (1 + p - 2 (p/s) exp(-1/(2 s^2))).
struct MultiGaussian {
    double height = 0.3; ///< value at threshold
    double width = 0.5;  ///< standard deviation of the central part
    double share = 0.15; ///< p of the negative parts, 0 to 1
    double spread = 6.0; ///< s, their standard deviation in widths, > 0
    [[nodiscard]] double shape(double d) const {
        const double x = d * (1.0 / width);
        const auto bell = [](double y) { return stable_exp(-0.5 * (y * y)); };
        const double narrow = 1.0 / spread;
        return (1.0 + share) * bell(x) - share * narrow * (bell((x - 1.0) * narrow) + bell((x + 1.0) * narrow));
    }
    [[nodiscard]] double operator()(double d) const { return height * (shape(d) / shape(0.0)); }
    friend bool operator==(const MultiGaussian&, const MultiGaussian&) = default;
};

/// The derivative by d of the probability that a neuron with escape noise (models/escape.hpp), whose membrane stays at
/// d for one learning step, spikes in it: sigma(d) = 1 - exp(-r e^(d/w)), psi = (r/w) e^(d/w) exp(-r e^(d/w)), with r
/// the mean number of spikes per step at threshold. What a surrogate stands in for is then no fiction (Gygax, Zenke
/// 2025).
struct EscapeSurrogate {
    double rate_hz = 100.0; ///< the population's escape_rate_hz, > 0 (all three: matching_surrogate)
    double width = 0.1;     ///< the population's escape_width, > 0
    double step_ms = 1.0;   ///< length of a learning step, > 0
    [[nodiscard]] double operator()(double d) const {
        const double x = d * (1.0 / width);
        if (x > 100.0) return 0.0; // it spikes for certain
        const double expected = 1e-3 * rate_hz * step_ms * stable_exp(x);
        return expected * stable_exp(-expected) / width;
    }
    friend bool operator==(const EscapeSurrogate&, const EscapeSurrogate&) = default;
};

/// The EscapeSurrogate of a population with escape noise: nothing to copy by hand, and nothing to forget when one of
/// the two changes. @param neurons its parameters, of any model that has escape noise; escape_rate_hz > 0 (else
/// freezing refuses the surrogate) @param grid the network's (Network::grid)
template <class Parameters>
requires requires(const Parameters& p) { p.escape_rate_hz, p.escape_width; }
[[nodiscard]] EscapeSurrogate matching_surrogate(const Parameters& neurons, const TimeGrid& grid) {
    return {neurons.escape_rate_hz, neurons.escape_width, grid.milliseconds(grid.learning_clock)};
}

/// One of the user's own, in one line:
///     Eprop{.surrogate = CustomSurrogate{[](double d) { return d * d < 1.0 ? 0.5 * (1.0 - d * d) : 0.0; }}}
/// psi from d = v - A; must be a pure function. For the same bits on every machine, use nothing but + - * /, sqrt and
/// stable_math.hpp. Called once per neuron and learning step through a pointer, so not vectorised as the others are.
struct CustomSurrogate {
    double (*psi)(double d) = nullptr;
    [[nodiscard]] double operator()(double d) const { return psi(d); }
    friend bool operator==(const CustomSurrogate&, const CustomSurrogate&) = default;
};

/// What a user may choose.
using Surrogate =
    std::variant<PiecewiseLinear, ExponentialSurrogate, FastSigmoid, Arctan, Boxcar, RelativePiecewiseLinear,
                 SigmoidDerivative, GaussianSurrogate, MultiGaussian, EscapeSurrogate, CustomSurrogate>;

/// What runs: shapes that need nothing but the distance.
using FrozenSurrogate =
    std::variant<PiecewiseLinear, ExponentialSurrogate, FastSigmoid, Arctan, Boxcar, SigmoidDerivative,
                 GaussianSurrogate, MultiGaussian, EscapeSurrogate, CustomSurrogate>;

/// The shape for neurons of a base threshold.
[[nodiscard]] inline FrozenSurrogate frozen(const Surrogate& surrogate, double threshold) {
    return std::visit(
        [threshold]<class Shape>(const Shape& shape) -> FrozenSurrogate {
            if constexpr (std::is_same_v<Shape, RelativePiecewiseLinear>)
                return shape.at(threshold);
            else
                return shape;
        },
        surrogate);
}

} // namespace saltus
