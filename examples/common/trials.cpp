// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/trials.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace saltus::examples {

TrialClassifier::TrialClassifier(const TrialNetwork& described, Precision precision)
    : grid_(described.network.grid()), schedule_(described.network.schedule()), input_(described.input),
      readout_(described.readout), hidden_(described.hidden), learning_rates_(described.learning_rates),
      decision_(described.decision), duration_(schedule_.interval_steps * grid_.learning_clock),
      simulation_(described.network, {.precision = precision}), target_(described.network.at(readout_).size),
      score_(target_.size()) {
    const Tick period = schedule_.signal_period * grid_.learning_clock;
    probe_ = simulation_.probe(readout_, outputs(), period, period);
    std::uint32_t neurons = 0;
    for (const PopulationId population : hidden_) {
        first_neuron_.push_back(neurons);
        neurons += described.network.at(population).size;
    }
}

std::uint32_t TrialClassifier::learn(const Trial& trial) {
    begin(trial);
    return finish();
}

std::uint32_t TrialClassifier::classify(const Trial& trial) {
    simulation_.set_learning(false);
    show(trial);
    const std::uint32_t chosen = finish();
    simulation_.set_learning(true);
    return chosen;
}

TrialObservation TrialClassifier::observe(const Trial& trial) {
    const Tick onset = simulation_.now();
    const ProbeId fine = simulation_.probe(readout_, outputs(), onset + grid_.learning_clock, grid_.learning_clock);
    for (const PopulationId population : hidden_) simulation_.record_spikes(population);
    simulation_.clear_spikes();
    TrialObservation seen;
    seen.chosen = classify(trial);
    seen.hidden = simulation_.spikes();
    for (Spike& spike : seen.hidden) {
        spike.tick -= onset;
        const auto population = std::find(hidden_.begin(), hidden_.end(), PopulationId{spike.population});
        spike.neuron += first_neuron_[static_cast<std::size_t>(population - hidden_.begin())];
    }
    seen.readout = simulation_.read(fine).values;
    return seen;
}

void TrialClassifier::begin(const Trial& trial) {
    std::fill(target_.begin(), target_.end(), 0.0);
    target_[trial.label] = 1.0;
    (void)simulation_.set_target(readout_, simulation_.now() + 1, target_);
    show(trial);
}

void TrialClassifier::show(const Trial& trial) {
    events_ = trial.input;
    for (InputEvent& event : events_) event.tick += simulation_.now();
    (void)simulation_.push(input_, events_);
}

std::uint32_t TrialClassifier::finish() {
    const Tick shown = simulation_.now() % duration_;
    simulation_.advance_until(simulation_.now() - shown + duration_);
    return decide();
}

std::uint32_t TrialClassifier::decide() {
    const std::vector<double>& readout = simulation_.read(probe_).values; // [moments][classes]
    const std::size_t classes = score_.size();
    const std::size_t moments = readout.size() / classes;
    const std::int64_t window = schedule_.signal_window == 0 ? schedule_.interval_steps : schedule_.signal_window;
    const bool sum = decision_ == Decision::sum;
    std::fill(score_.begin(), score_.end(), sum ? 0.0 : -std::numeric_limits<double>::infinity());
    for (std::size_t n = 0; n < moments; ++n) {
        const auto step = static_cast<std::int64_t>(n + 1) * schedule_.signal_period;
        const bool counts = decision_ == Decision::last ? n + 1 == moments : step > schedule_.interval_steps - window;
        if (!counts) continue;
        for (std::size_t o = 0; o < classes; ++o) {
            const double y = readout[n * classes + o];
            score_[o] = sum ? score_[o] + y : std::max(score_[o], y);
        }
    }
    simulation_.clear(probe_);
    return static_cast<std::uint32_t>(std::max_element(score_.begin(), score_.end()) - score_.begin());
}

void TrialClassifier::anneal(double progress) {
    for (const auto& [projection, rate] : learning_rates_) {
        simulation_.set_learning_rate(projection, rate * (1.0 - progress));
    }
}

std::vector<std::uint32_t> TrialClassifier::outputs() const {
    std::vector<std::uint32_t> all(score_.size());
    std::iota(all.begin(), all.end(), 0u);
    return all;
}

} // namespace saltus::examples
