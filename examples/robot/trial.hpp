// SPDX-License-Identifier: BSD-3-Clause
// A robot follows a path under a PD controller at 1 kHz, with or without neurons that add to its torques, whatever the
// robot is.
#pragma once

#include "examples/robot/adaptive_control.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace saltus::examples::robot {

inline constexpr std::size_t joints = 2;
using Joints = std::array<double, joints>;

struct Posture {
    Joints angle, speed;
};

/// The path: an ellipse in the angles of the joints, again and again.
struct Path {
    double period_s = 4.0;
    Joints middle{-0.6, 0.8}, reach{0.6, 0.7};

    [[nodiscard]] Posture at(double t) const {
        const double w = 2.0 * std::numbers::pi / period_s;
        const Joints turn{std::sin(w * t), std::cos(w * t)}, change{std::cos(w * t), -std::sin(w * t)};
        Posture p;
        for (std::size_t k = 0; k < joints; ++k) {
            p.angle[k] = middle[k] + reach[k] * turn[k];
            p.speed[k] = w * reach[k] * change[k];
        }
        return p;
    }
    /// A posture as the neurons see it: about -1 to 1 along the path.
    [[nodiscard]] std::array<double, 2 * joints> scaled(const Posture& p) const {
        const double w = 2.0 * std::numbers::pi / period_s, room = 1.3;
        std::array<double, 2 * joints> x{};
        for (std::size_t k = 0; k < joints; ++k) {
            x[k] = (p.angle[k] - middle[k]) / (room * reach[k]);
            x[joints + k] = p.speed[k] / (room * w * reach[k]);
        }
        return x;
    }
};

struct Pd {
    double stiffness = 150.0; ///< N m/rad
    double damping = 15.0;    ///< N m s/rad

    [[nodiscard]] Joints torques(const Posture& wanted, const Posture& is) const {
        Joints u{};
        for (std::size_t k = 0; k < joints; ++k) {
            u[k] = stiffness * (wanted.angle[k] - is.angle[k]) + damping * (wanted.speed[k] - is.speed[k]);
        }
        return u;
    }
};

/// What a run left, a value for every millisecond.
struct Track {
    std::vector<double> error;        ///< rad, root of the mean square over the joints
    std::vector<double> step_us;      ///< what the neurons took, wall clock
    std::vector<Joints> asked, added; ///< torques

    /// RMS of the error in [from_s, to_s).
    [[nodiscard]] double rms(double from_s, double to_s) const {
        double sum = 0.0;
        std::size_t count = 0;
        for (auto k = static_cast<std::size_t>(from_s * 1e3);
             k < error.size() && k < static_cast<std::size_t>(to_s * 1e3); ++k, ++count) {
            sum += error[k] * error[k];
        }
        return count == 0 ? 0.0 : std::sqrt(sum / static_cast<double>(count));
    }
};

/// 1 kHz for `seconds`, or until `stop` says so. @param neurons null: the PD controller alone
template <class Robot, class Stop>
Track follow(Robot& robot, const Path& path, const Pd& pd, AdaptiveController* neurons, double seconds, Stop&& stop) {
    Track track;
    robot.place(path.at(0.0).angle);
    Joints added{};
    const auto steps = static_cast<std::int64_t>(seconds * 1e3 + 0.5);
    for (std::int64_t n = 0; n < steps && !stop(n); ++n) {
        const Posture wanted = path.at(static_cast<double>(n) * 1e-3), is{robot.angles(), robot.speeds()};
        const Joints asked = pd.torques(wanted, is);
        if (neurons != nullptr) {
            const auto begin = std::chrono::steady_clock::now();
            neurons->step(path.scaled(is), asked, added);
            const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
            track.step_us.push_back(took.count());
        }
        double square = 0.0;
        Joints torques{};
        for (std::size_t k = 0; k < joints; ++k) {
            torques[k] = asked[k] + added[k];
            square += (wanted.angle[k] - is.angle[k]) * (wanted.angle[k] - is.angle[k]);
        }
        track.error.push_back(std::sqrt(square / static_cast<double>(joints)));
        track.asked.push_back(asked);
        track.added.push_back(added);
        robot.step(torques);
    }
    return track;
}

} // namespace saltus::examples::robot
