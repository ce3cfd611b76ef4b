// SPDX-License-Identifier: BSD-3-Clause
// The error of spiking neurons whose spikes are to follow target trains: the difference of the two trains, filtered by
// the kernel of the van Rossum distance, a double exponential (Zenke and Ganguli 2018). d_o = spikes of o minus target
// spikes in this learning step:
//
//     E1 <- E1 + d,    E2 <- keep E2 + rise E1,    error = E2,    E1 <- decay E1
//
// keep = exp(-step/tau_decay), rise = 1 - keep, decay = exp(-step/tau_rise): the filter of superspike.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace saltus {

class SpikeError {
  public:
    SpikeError() = default;
    SpikeError(std::size_t neurons, double decay, double keep)
        : decay_(decay), keep_(keep), difference_(neurons, 0.0), first_(neurons, 0.0), second_(neurons, 0.0) {}

    /// A spike (+1) or a target spike (-1) of the present step.
    void count(std::size_t neuron, double sign) { difference_[neuron] += sign; }
    /// Ends the step. error: [neurons], overwritten.
    void step(std::span<double> error) {
        for (std::size_t o = 0; o < error.size(); ++o) {
            first_[o] += difference_[o];
            difference_[o] = 0.0;
            second_[o] = keep_ * second_[o] + (1.0 - keep_) * first_[o];
            first_[o] *= decay_;
            error[o] = second_[o];
        }
    }
    /// Forgets everything.
    void clear() {
        for (auto* values : {&difference_, &first_, &second_}) values->assign(values->size(), 0.0);
    }
    template <class Hash>
    void hash(Hash& h) const {
        for (const auto* values : {&difference_, &first_, &second_}) {
            for (const double x : *values) h.add(x);
        }
    }

  private:
    double decay_ = 0.0, keep_ = 0.0;
    std::vector<double> difference_, first_, second_; // [neurons]
};

} // namespace saltus
