// SPDX-License-Identifier: BSD-3-Clause
// A pole hinged on a cart, to be kept upright by pushes of 10 N from the left or the right (Barto, Sutton, Anderson
// 1983; the numbers, and Euler's method with steps of 20 ms, are those of Gym's CartPole-v1):
//
//     m = m_cart + m_pole,   h = half the pole,   q = (F + m_pole h theta'^2 sin theta) / m
//     theta'' = (g sin theta - q cos theta) / (h (4/3 - m_pole cos^2 theta / m))
//     x''     = q - m_pole h theta'' cos theta / m
//
// An episode ends when |x| > 2.4 m, |theta| > 12 degrees, or after 500 steps.
#pragma once

#include "engine/core/random.hpp"

#include <array>
#include <cstdint>

namespace saltus::examples::cart_pole {

constexpr std::int64_t step_ms = 20;
constexpr std::uint32_t longest_episode = 500; ///< steps

enum Push : std::uint32_t { left, right, pushes };

struct CartPole {
    static constexpr double x_limit = 2.4, theta_limit = 12.0 * 3.14159265358979323846 / 180.0;

    double x = 0.0;         ///< m
    double x_dot = 0.0;     ///< m/s
    double theta = 0.0;     ///< rad from upright
    double theta_dot = 0.0; ///< rad/s

    /// Every variable uniform within +-0.05.
    [[nodiscard]] static CartPole start(RandomStream& random);

    /// Pushes for one step.
    void step(Push push);
    [[nodiscard]] bool fallen() const;
    [[nodiscard]] std::array<double, 4> variables() const { return {x, x_dot, theta, theta_dot}; }
};

} // namespace saltus::examples::cart_pole
