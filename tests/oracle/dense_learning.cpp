// SPDX-License-Identifier: BSD-3-Clause
// Stages 6 to 8 of a tick: errors, learning signals, trace maps, updates.
#include "tests/oracle/dense_run.hpp"

#include <algorithm>
#include <cmath>

namespace saltus_oracle {
namespace {

std::vector<double> softmax(const std::vector<double>& y) {
    const double highest = *std::max_element(y.begin(), y.end());
    std::vector<double> p;
    double sum = 0.0;
    for (const double value : y) sum += p.emplace_back(std::exp(value - highest));
    for (double& value : p) value /= sum;
    return p;
}

bool mirrors(const Feedback& feedback, const Projection& projection) {
    return feedback.population == projection.source && feedback.readout == projection.target;
}

} // namespace

Tick DenseRun::step_in_interval() const { return (now_ / scenario_.clock_ticks - 1) % learning_.interval_steps + 1; }

bool DenseRun::signal_counts() const {
    if (learning_.schedule != ScheduleKind::interval) return true;
    return step_in_interval() > learning_.interval_steps - learning_.signal_window_steps;
}

PopulationError DenseRun::error_of(std::size_t p) const {
    for (const PopulationError& error : learning_.errors) {
        if (error.population == p) return error;
    }
    return {.population = p, .kind = learning_.error};
}

void DenseRun::compute_errors() {
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        const PopulationError error = error_of(p);
        const bool readout = scenario_.populations[p].kind == PopulationKind::readout;
        Neurons& n = neurons_[p];
        std::fill(n.error.begin(), n.error.end(), 0.0);
        const bool event = n.event;
        n.event = false;
        if (!follows()) continue;
        if (error.kind == ErrorKind::spike_train) {
            if (!readout && is_spiking(scenario_.populations[p])) read_spike_train(p, error);
        } else if (!readout) {
            continue;
        }
        if (!signal_counts() || !on_ || (error.at_events && !event)) {
            std::fill(n.error.begin(), n.error.end(), 0.0);
            continue;
        }
        const bool cross_entropy = error.kind == ErrorKind::cross_entropy;
        const std::vector<double> output = cross_entropy ? softmax(n.v) : n.v;
        for (std::size_t o = 0; o < output.size(); ++o) {
            const double window = static_cast<double>(learning_.signal_window_steps);
            switch (error.kind) {
                case ErrorKind::label: n.error[o] = -n.target[o]; break;
                case ErrorKind::value: n.error[o] = -1.0; break;
                case ErrorKind::spike_train: loss_ += 0.5 * n.error[o] * n.error[o]; break;
                case ErrorKind::mean_squared:
                    n.error[o] = output[o] - n.target[o];
                    loss_ += 0.5 * n.error[o] * n.error[o];
                    break;
                case ErrorKind::cross_entropy:
                    n.error[o] = output[o] - n.target[o];
                    if (n.target[o] != 0.0) loss_ -= n.target[o] * std::log(output[o]) / window;
                    break;
            }
            n.error[o] *= error.weight;
        }
    }
}

/// The difference of the two trains in this step, filtered twice; from nothing after steps that were not followed.
void DenseRun::read_spike_train(std::size_t p, const PopulationError& error) {
    Neurons& n = neurons_[p];
    if (resumed_) {
        for (auto* values : {&n.rise, &n.decayed}) std::fill(values->begin(), values->end(), 0.0);
        return;
    }
    std::vector<double> difference = n.step_spikes;
    for (const InputEvent& spike : scenario_.target_spikes) {
        const bool now = spike.tick > now_ - scenario_.clock_ticks && spike.tick <= now_;
        if (now && spike.population == p) difference[spike.neuron] -= 1.0;
    }
    const double keep = step_decay(error.tau_decay_ms);
    for (std::size_t o = 0; o < difference.size(); ++o) {
        n.rise[o] += difference[o];
        n.decayed[o] = keep * n.decayed[o] + (1.0 - keep) * n.rise[o];
        n.rise[o] *= step_decay(error.tau_rise_ms);
        n.error[o] = n.decayed[o];
    }
}

/// Temporal-difference error of this step.
void DenseRun::compute_delta() {
    if (!learning_.rewarded) return;
    double reward = 0.0;
    bool terminal = false;
    for (; next_reward_ < learning_.rewards.size() && learning_.rewards[next_reward_].tick <= now_; ++next_reward_) {
        reward += learning_.rewards[next_reward_].value;
        terminal = terminal || learning_.rewards[next_reward_].terminal;
    }
    const double value = learning_.critic == Learning::no_critic ? 0.0 : neurons_[learning_.critic].v[0];
    delta_ = reward + (terminal ? 0.0 : step_decay(learning_.discount_tau_ms) * value) - last_value_;
    if (resumed_) delta_ = 0.0; // the last value is not known
    last_value_ = value;
}

void DenseRun::read_symmetric_feedback() {
    for (std::size_t f = 0; f < learning_.feedback.size(); ++f) {
        const Feedback& feedback = learning_.feedback[f];
        if (feedback.kind != FeedbackKind::symmetric) continue;
        std::vector<double>& b = result_.feedback[f];
        std::fill(b.begin(), b.end(), 0.0);
        const std::size_t n_outputs = scenario_.populations[feedback.readout].size;
        for (std::size_t p = 0; p < scenario_.projections.size(); ++p) {
            const Projection& projection = scenario_.projections[p];
            if (!mirrors(feedback, projection)) continue;
            for (std::size_t s = 0; s < projection.synapses.size(); ++s) {
                const Synapse& synapse = projection.synapses[s];
                b[synapse.source * n_outputs + synapse.target] += result_.weights[p][s];
            }
        }
    }
}

/// Signals that are handed down need those above first: as many passes as there are populations reach the last.
void DenseRun::compute_signals() {
    read_symmetric_feedback();
    const auto handed_down = [](const Feedback& f) { return f.backpropagated; };
    const bool deep = std::any_of(learning_.feedback.begin(), learning_.feedback.end(), handed_down);
    for (std::size_t pass = 0; pass < (deep ? neurons_.size() : 1); ++pass) {
        std::vector<std::vector<double>> above;
        for (const Neurons& n : neurons_) above.push_back(n.signal);
        for (Neurons& n : neurons_) n.signal = n.error;
        for (std::size_t f = 0; f < learning_.feedback.size(); ++f) {
            const Feedback& feedback = learning_.feedback[f];
            const Neurons& source = neurons_[feedback.readout];
            std::vector<double>& signal = neurons_[feedback.population].signal;
            for (std::size_t j = 0; j < signal.size(); ++j) {
                for (std::size_t o = 0; o < source.error.size(); ++o) {
                    const double handed = source.psi[o] * above[feedback.readout][o];
                    const double e = feedback.backpropagated ? handed : source.error[o];
                    signal[j] += result_.feedback[f][j * source.error.size() + o] * e;
                }
            }
        }
    }
}

void DenseRun::update_rates() {
    for (std::size_t p = 0; p < synapses_.size(); ++p) {
        const Neurons& n = neurons_[scenario_.projections[p].target];
        double mean = 0.0;
        for (const double spikes : n.step_spikes) mean += spikes;
        mean /= static_cast<double>(n.step_spikes.size());
        Synapses& s = synapses_[p];
        for (std::size_t j = 0; j < s.rate.size() && !resumed_; ++j) {
            const double now = scenario_.projections[p].plasticity.population_rate ? mean : n.step_spikes[j];
            s.rate[j] = s.rate_decay * s.rate[j] + (1.0 - s.rate_decay) * now;
        }
        for (std::size_t j = 0; j < s.busy.size(); ++j) {
            if (resumed_) {
                s.busy[j] = 0.0;
                continue;
            }
            s.busy[j] = s.busy[j] * step_decay(scenario_.projections[p].plasticity.tau_penalty_ms) + n.step_spikes[j];
            s.fourth[j] += std::pow(s.busy[j], 4);
        }
    }
}

void DenseRun::update_interval() {
    for (std::size_t p = 0; p < synapses_.size(); ++p) {
        if (!scenario_.projections[p].plastic) continue;
        Synapses& x = synapses_[p];
        if (on_) ++x.updates;
        for (std::size_t s = 0; on_ && s < x.g.size(); ++s) optimise(p, s, interval_gradient(p, s));
        if (on_ && scenario_.projections[p].rewiring && x.updates % scenario_.projections[p].rewiring->every == 0)
            replace_dormant(p);
        for (auto* trace : {&x.es, &x.g, &x.fourth}) std::fill(trace->begin(), trace->end(), 0.0);
        if (learning_.traces_persist) continue;
        for (auto* trace : {&x.z, &x.eps, &x.eb, &x.i, &x.s, &x.x, &x.el, &x.elf, &x.f}) {
            std::fill(trace->begin(), trace->end(), 0.0);
        }
    }
    for (Neurons& n : neurons_) std::fill(n.interval_spikes.begin(), n.interval_spikes.end(), 0.0);
    result_.losses.push_back(loss_);
    loss_ = 0.0;
    if (recording_.weights_per_interval) result_.weights_per_interval.push_back(result_.weights);
    if (learning_.reset_state) reset_state();
}

double DenseRun::interval_gradient(std::size_t p, std::size_t s) const {
    const Projection& projection = scenario_.projections[p];
    const Plasticity& plasticity = projection.plasticity;
    double gradient = synapses_[p].g[s];
    if (plasticity.rule == RuleKind::eprop) {
        const double steps = static_cast<double>(learning_.interval_steps);
        const std::size_t j = projection.synapses[s].target;
        const std::vector<double>& spikes = neurons_[projection.target].interval_spikes;
        double f = spikes[j];
        if (plasticity.population_rate) {
            f = 0.0;
            for (const double count : spikes) f += count;
            f /= static_cast<double>(spikes.size());
        }
        gradient += rate_pull(plasticity, f / steps) / steps * synapses_[p].es[s];
    }
    if (plasticity.rule == RuleKind::superspike)
        gradient += plasticity.c_penalty * result_.weights[p][s] * synapses_[p].fourth[projection.synapses[s].target];
    const double window = static_cast<double>(learning_.signal_window_steps);
    return learning_.average_gradient ? gradient / window : gradient;
}

void DenseRun::reset_state() {
    for (Neurons& n : neurons_) {
        std::fill(n.v.begin(), n.v.end(), 0.0);
        std::fill(n.a.begin(), n.a.end(), 0.0);
        std::fill(n.release.begin(), n.release.end(), now_);
        std::fill(n.pending.begin(), n.pending.end(), 0);
        for (auto* values : {&n.current, &n.rise, &n.decayed}) std::fill(values->begin(), values->end(), 0.0);
    }
    for (Synapses& x : synapses_) {
        std::fill(x.trail.begin(), x.trail.end(), 0.0);
        std::fill(x.busy.begin(), x.busy.end(), 0.0);
    }
    last_value_ = 0.0;
    last_reset_ = now_;
}

void DenseRun::optimise(std::size_t p, std::size_t s, double gradient) {
    const Optimiser& o = scenario_.projections[p].plasticity.optimiser;
    Synapses& x = synapses_[p];
    result_.last_gradient[p][s] = gradient;
    result_.gradient_sum[p][s] += std::abs(gradient);
    const bool onto_readout = scenario_.populations[scenario_.projections[p].target].kind == PopulationKind::readout;
    const bool own = learning_.schedule == ScheduleKind::arrival && !onto_readout;
    const Tick clock = scenario_.clock_ticks;
    // How many updates this is the last of; and what the schedule of the rate goes by.
    const double count =
        own ? ++x.own_updates[s]
            : (onto_readout && learning_.schedule == ScheduleKind::arrival ? edges_learned_ : x.updates);
    const double when = own ? std::max(1.0, static_cast<double>((now_ + clock - 1) / clock - 1)) : count;
    double eta = o.eta;
    if (o.period > 0) eta *= std::pow(o.factor, std::floor((when - 1.0) / static_cast<double>(o.period)));
    double weight = result_.weights[p][s] * (1.0 - eta * o.weight_decay);
    double& m = x.first_moment[s];
    double& v = x.second_moment[s];
    switch (o.kind) {
        case OptimiserKind::sgd: weight -= eta * gradient; break;
        case OptimiserKind::momentum:
            m = o.decay * m + gradient;
            weight -= eta * (o.nesterov ? gradient + o.decay * m : m);
            break;
        case OptimiserKind::adam: {
            m = o.beta_1 * m + (1.0 - o.beta_1) * gradient;
            v = o.beta_2 * v + (1.0 - o.beta_2) * gradient * gradient;
            const double unbias = std::sqrt(1.0 - std::pow(o.beta_2, count)) / (1.0 - std::pow(o.beta_1, count));
            weight -= eta * unbias * m / (std::sqrt(v) + o.epsilon);
            break;
        }
        case OptimiserKind::rmsprop:
            v = o.decay * v + (1.0 - o.decay) * gradient * gradient;
            weight -= eta * gradient / (std::sqrt(v) + o.epsilon);
            break;
        case OptimiserKind::rmaxprop:
            v = std::max(o.decay * v, gradient * gradient);
            weight -= eta * gradient / (std::sqrt(v) + o.epsilon);
            break;
    }
    weight = std::clamp(weight, o.w_min, o.w_max);
    if (o.keep_sign) weight = x.sign[s] > 0.0 ? std::max(weight, 0.0) : std::min(weight, 0.0);
    if (scenario_.projections[p].rewiring) weight = std::clamp(shrink(p, s, weight, eta), o.w_min, o.w_max);
    change_weight(p, s, weight);
}

void DenseRun::change_weight(std::size_t p, std::size_t s, double weight) {
    const Projection& projection = scenario_.projections[p];
    const double change = weight - result_.weights[p][s];
    if (change != 0.0) ++result_.counters.weight_changes;
    result_.weights[p][s] = weight;
    for (std::size_t f = 0; f < learning_.feedback.size(); ++f) {
        const Feedback& feedback = learning_.feedback[f];
        if (feedback.kind != FeedbackKind::adaptive || !mirrors(feedback, projection)) continue;
        const std::size_t n_outputs = scenario_.populations[feedback.readout].size;
        const Synapse& synapse = projection.synapses[s];
        result_.feedback[f][synapse.source * n_outputs + synapse.target] += change;
    }
}

} // namespace saltus_oracle
