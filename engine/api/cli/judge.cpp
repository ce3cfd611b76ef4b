// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/judge.hpp"
#include "engine/core/error.hpp"
#include "engine/io/clock_map.hpp"

#include <algorithm>

namespace saltus::cli {
namespace {

/// First tick within a trial, counted from its beginning, whose outputs count: those in which the error does.
Tick first_counted(const Network& network, Tick trial) {
    const LearningSchedule& schedule = network.schedule();
    const Tick window = schedule.signal_window * network.grid().learning_clock;
    return schedule.timing == UpdateTiming::interval && window > 0 && window < trial ? trial - window : 0;
}

} // namespace

Judge::Judge(const Network& network, PopulationId readout, Tick trial, bool learns)
    : readout_(readout), trial_(trial), counted_from_(first_counted(network, trial)), tick_(network.grid().tick),
      learns_(learns), sums_(network.at(readout).size), values_(network.at(readout).size) {}

void Judge::announce(Simulation& simulation, const LabelAt& label) {
    if (label.label != no_label && static_cast<std::size_t>(label.label) >= sums_.size()) {
        throw ConfigError("label " + std::to_string(label.label),
                          "the readout has " + std::to_string(sums_.size()) + " outputs, numbered from 0",
                          "correct the labels, or give the readout as many neurons as there are classes");
    }
    label_ = label.label;
    std::fill(sums_.begin(), sums_.end(), 0.0);
    if (label_ == no_label) return;
    std::fill(values_.begin(), values_.end(), 0.0);
    values_[static_cast<std::size_t>(label_)] = 1.0;
    (void)simulation.set_target(readout_, simulation.now() + 1, values_);
}

void Judge::before(Simulation& simulation, Tick until, std::deque<LabelAt>& labels) {
    while (!labels.empty()) {
        const auto tick = io::ClockMap({.origin = io::ClockOrigin::sensor}, tick_).at(labels.front().t_us, 0);
        if (tick && *tick >= until) break;
        announce(simulation, labels.front());
        labels.pop_front();
    }
    const bool learn = learns_ && label_ != no_label;
    if (learn != learning_) simulation.set_learning(learn);
    learning_ = learn;
}

void Judge::after(const Simulation& simulation) {
    const Tick within = simulation.now() % trial_;
    if (within == 0) return answer(); // the state may have been reset: what counts came before
    if (within < counted_from_ || label_ == no_label) return;
    simulation.read_outputs(readout_, values_);
    for (std::size_t o = 0; o < sums_.size(); ++o) sums_[o] += values_[o];
}

void Judge::answer() {
    if (label_ == no_label) return;
    const auto best = std::max_element(sums_.begin(), sums_.end()) - sums_.begin();
    const bool right = best == label_;
    ++answers_;
    right_ += right ? 1 : 0;
    last_.push_back(right);
    if (last_.size() > window) last_.pop_front();
    std::fill(sums_.begin(), sums_.end(), 0.0);
}

double Judge::recent() const {
    if (last_.empty()) return 0.0;
    return static_cast<double>(std::count(last_.begin(), last_.end(), true)) / static_cast<double>(last_.size());
}

} // namespace saltus::cli
