// SPDX-License-Identifier: BSD-3-Clause
#include "examples/superspike_pictures/train_distance.hpp"

#include <cmath>

namespace saltus::examples::superspike {
namespace {

constexpr double dt = 1e-4, tau_rise = 5e-3, tau_decay = 10e-3, tau_average = 10.0; // s

} // namespace

void TrainDistance::step() {
    const double fade = std::exp(-dt / tau_average);
    for (std::size_t o = 0; o < power_.size(); ++o) {
        first_[o] += dt / tau_rise * (difference_[o] - first_[o]);
        difference_[o] = 0.0;
        second_[o] += dt / tau_decay * (first_[o] - second_[o]);
        power_[o] = fade * power_[o] + dt * second_[o] * second_[o];
    }
    ++steps_;
}

double TrainDistance::error() const {
    constexpr double a = tau_decay, b = tau_rise, product = a * b / (a - b);
    const double scale = 1.0 / (tau_average * product * product * (a / 2 + b / 2 - 2 * a * b / (a + b)));
    double sum = 0.0;
    for (const double power : power_) sum += power;
    const double seen = 1.0 - std::exp(-dt * static_cast<double>(steps_) / tau_average);
    return steps_ == 0 ? 0.0 : scale * sum / static_cast<double>(power_.size()) / seen;
}

} // namespace saltus::examples::superspike
