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

void DenseRun::compute_errors() {
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        if (scenario_.populations[p].kind != PopulationKind::readout) continue;
        Neurons& n = neurons_[p];
        std::fill(n.error.begin(), n.error.end(), 0.0);
        if (!signal_counts()) continue;
        const bool cross_entropy = learning_.error == ErrorKind::cross_entropy;
        const std::vector<double> output = cross_entropy ? softmax(n.v) : n.v;
        for (std::size_t o = 0; o < output.size(); ++o) {
            n.error[o] = output[o] - n.target[o];
            const double window = static_cast<double>(learning_.signal_window_steps);
            if (!cross_entropy)
                loss_ += 0.5 * n.error[o] * n.error[o];
            else if (n.target[o] != 0.0)
                loss_ -= n.target[o] * std::log(output[o]) / window;
        }
    }
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

void DenseRun::compute_signals() {
    read_symmetric_feedback();
    for (Neurons& n : neurons_) std::fill(n.signal.begin(), n.signal.end(), 0.0);
    for (std::size_t f = 0; f < learning_.feedback.size(); ++f) {
        std::vector<double>& signal = neurons_[learning_.feedback[f].population].signal;
        const std::vector<double>& error = neurons_[learning_.feedback[f].readout].error;
        for (std::size_t j = 0; j < signal.size(); ++j) {
            for (std::size_t o = 0; o < error.size(); ++o) {
                signal[j] += result_.feedback[f][j * error.size() + o] * error[o];
            }
        }
    }
}

void DenseRun::update_rates() {
    for (std::size_t p = 0; p < synapses_.size(); ++p) {
        const Neurons& n = neurons_[scenario_.projections[p].target];
        Synapses& s = synapses_[p];
        for (std::size_t j = 0; j < s.rate.size(); ++j) {
            s.rate[j] = s.rate_decay * s.rate[j] + (1.0 - s.rate_decay) * n.step_spikes[j];
        }
    }
    for (Neurons& n : neurons_) std::fill(n.step_spikes.begin(), n.step_spikes.end(), 0.0);
}

void DenseRun::extend_eprop(std::size_t p) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    Synapses& x = synapses_[p];
    const double f_target = projection.plasticity.f_target_hz * 1e-3 * step_ms();
    for (std::size_t s = 0; s < projection.synapses.size(); ++s) {
        const std::size_t j = projection.synapses[s].target;
        double signal = n.signal[j];
        if (learning_.schedule == ScheduleKind::arrival) {
            signal += projection.plasticity.c_reg * (x.rate[j] - f_target);
        }
        const double e = n.psi[j] * (x.z[s] - n.beta * x.eps[s]);
        x.eps[s] = n.psi[j] * x.z[s] + (n.rho_step - n.beta * n.psi[j]) * x.eps[s];
        x.eb[s] = x.kappa * x.eb[s] + x.filter_gain * e;
        x.es[s] += e;
        x.g[s] += signal * x.eb[s];
        x.z[s] *= n.alpha_step;
    }
}

void DenseRun::extend_readout(std::size_t p) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    Synapses& x = synapses_[p];
    for (std::size_t s = 0; s < projection.synapses.size(); ++s) {
        const double gradient = n.error[projection.synapses[s].target] * x.z[s];
        if (learning_.schedule == ScheduleKind::arrival)
            optimise(p, s, gradient);
        else
            x.g[s] += gradient;
        x.z[s] *= n.alpha_step;
    }
}

void DenseRun::update_interval() {
    for (std::size_t p = 0; p < synapses_.size(); ++p) {
        if (!scenario_.projections[p].plastic) continue;
        Synapses& x = synapses_[p];
        ++x.updates;
        for (std::size_t s = 0; s < x.g.size(); ++s) optimise(p, s, interval_gradient(p, s));
        for (auto* trace : {&x.z, &x.eps, &x.eb, &x.es, &x.g}) {
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
        const double f = neurons_[projection.target].interval_spikes[j] / steps;
        const double f_target = plasticity.f_target_hz * 1e-3 * step_ms();
        gradient += plasticity.c_reg * (f - f_target) / steps * synapses_[p].es[s];
    }
    const double window = static_cast<double>(learning_.signal_window_steps);
    return learning_.average_gradient ? gradient / window : gradient;
}

void DenseRun::reset_state() {
    for (Neurons& n : neurons_) {
        std::fill(n.v.begin(), n.v.end(), 0.0);
        std::fill(n.a.begin(), n.a.end(), 0.0);
        std::fill(n.release.begin(), n.release.end(), now_);
        std::fill(n.pending.begin(), n.pending.end(), 0);
    }
    last_reset_ = now_;
}

void DenseRun::optimise(std::size_t p, std::size_t s, double gradient) {
    const Optimiser& o = scenario_.projections[p].plasticity.optimiser;
    result_.last_gradient[p][s] = gradient;
    result_.gradient_sum[p][s] += std::abs(gradient);
    double weight = result_.weights[p][s];
    if (o.kind == OptimiserKind::sgd) {
        weight -= o.eta * gradient;
    } else {
        double& m = synapses_[p].first_moment[s];
        double& v = synapses_[p].second_moment[s];
        m = o.beta_1 * m + (1.0 - o.beta_1) * gradient;
        v = o.beta_2 * v + (1.0 - o.beta_2) * gradient * gradient;
        const double unbias = std::sqrt(1.0 - std::pow(o.beta_2, synapses_[p].updates)) /
                              (1.0 - std::pow(o.beta_1, synapses_[p].updates));
        weight -= o.eta * unbias * m / (std::sqrt(v) + o.epsilon);
    }
    change_weight(p, s, std::clamp(weight, o.w_min, o.w_max));
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
