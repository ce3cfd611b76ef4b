// SPDX-License-Identifier: BSD-3-Clause
// How far spike trains are from their targets, in the measure of Zenke and Ganguli 2018 (their published code): the
// difference of the trains filtered by Euler steps of 0.1 ms,
//
//     E1 <- E1 + dt/tau_rise (d - E1),   E2 <- E2 + dt/tau_decay (E1 - E2)       d = target spikes minus spikes
//     Q  <- exp(-dt/tau_avg) Q + dt E2^2                                            tau_avg = 10 s
//     error = c mean_o Q_o / (1 - exp(-t/tau_avg)),   c = 1/(tau_avg (ab/(a-b))^2 (a/2 + b/2 - 2ab/(a+b)))
//
// with a = tau_decay = 10 ms and b = tau_rise = 5 ms. It only measures; learning has its own filters.
#pragma once

#include <cstdint>
#include <vector>

namespace saltus::examples::superspike {

class TrainDistance {
  public:
    explicit TrainDistance(std::size_t trains) : difference_(trains), first_(trains), second_(trains), power_(trains) {}

    /// A spike (-1) or a target spike (+1) of the present step.
    void count(std::size_t train, double sign) { difference_[train] += sign; }
    /// Ends a step of 0.1 ms.
    void step();
    [[nodiscard]] double error() const;

  private:
    std::vector<double> difference_, first_, second_, power_; ///< [trains]
    std::int64_t steps_ = 0;
};

} // namespace saltus::examples::superspike
