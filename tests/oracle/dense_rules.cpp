// SPDX-License-Identifier: BSD-3-Clause
// Stage 7: the traces of every rule, synapse by synapse, as the papers state them. References: e-prop, Bellec et al.
// 2020; SuperSpike, Zenke and Ganguli 2018 (order of the published code, exact decays); DECOLLE, Kaiser et al. 2020;
// OTTT, Xiao et al. 2022; S-TLLR, Apolinario and Roy 2025; reward-modulated STDP, Fremaux and Gerstner 2016; PES,
// MacNeil and Eliasmith 2011.
#include "tests/oracle/dense_run.hpp"

#include <algorithm>
#include <cmath>

namespace saltus_oracle {

double DenseRun::step_decay(double tau_ms) const { return std::exp(-step_ms() / tau_ms); }

/// What the firing-rate regulariser asks of a rate (spikes per learning step), times its strength.
double DenseRun::rate_pull(const Plasticity& plasticity, double rate) const {
    const double per_step = 1e-3 * step_ms();
    const double high = (plasticity.f_target_hz + plasticity.tolerance_hz) * per_step;
    const double low = (plasticity.f_target_hz - plasticity.tolerance_hz) * per_step;
    double deviation = 0.0;
    if (rate > high && plasticity.bound != RateBound::lower) deviation = rate - high;
    if (rate < low && plasticity.bound != RateBound::upper) deviation = rate - low;
    return plasticity.c_reg * deviation;
}

/// One learning step of every synapse of a projection onto spiking neurons.
void DenseRun::extend(std::size_t p) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    const Plasticity& rule = projection.plasticity;
    Synapses& x = synapses_[p];
    for (std::size_t s = 0; s < projection.synapses.size(); ++s) {
        const double z = x.z[s];
        const double e = eligibility(p, s);
        take_in(p, s, e, z);
        leave_step(p, s, e);
    }
    for (std::size_t j = 0; j < x.trail.size(); ++j) {
        const double spikes = on_ && !resumed_ ? n.step_spikes[j] : 0.0;
        const double factor = rule.rule == RuleKind::reward_stdp ? spikes : n.psi[j];
        x.trail[j] = step_decay(rule.tau_post_ms) * (x.trail[j] + factor);
    }
}

/// What a small change of the weight is worth to the target's spiking in this step; adaptation takes it in.
double DenseRun::eligibility(std::size_t p, std::size_t s) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    const Plasticity& rule = projection.plasticity;
    const std::size_t j = projection.synapses[s].target;
    Synapses& x = synapses_[p];
    if (!on_) {
        x.eps[s] *= n.rho_step;
        return 0.0;
    }
    switch (rule.rule) {
        case RuleKind::pes: return x.z[s];
        case RuleKind::stllr: return rule.after * n.psi[j] * x.x[s] + rule.before * x.trail[j] * x.s[s];
        case RuleKind::reward_stdp:
            return rule.after * (resumed_ ? 0.0 : n.step_spikes[j]) * x.x[s] + rule.before * x.trail[j] * x.s[s];
        case RuleKind::superspike: return (rule.psi_while_refractory ? n.open_psi : n.psi)[j] * x.z[s];
        default: break;
    }
    const double e = n.psi[j] * (x.z[s] - n.beta * x.eps[s]);
    x.eps[s] = n.psi[j] * x.z[s] + (n.rho_step - n.beta * n.psi[j]) * x.eps[s];
    return e;
}

/// The eligibility, by way of the rule's filters, into the gradient.
void DenseRun::take_in(std::size_t p, std::size_t s, double e, double z) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    const Plasticity& rule = projection.plasticity;
    const std::size_t j = projection.synapses[s].target;
    Synapses& x = synapses_[p];
    double signal = n.signal[j];
    const bool by_step = rule.rule == RuleKind::instantaneous || rule.rule == RuleKind::superspike ||
                         (rule.rule == RuleKind::eprop && learning_.schedule == ScheduleKind::arrival);
    if (on_ && by_step) signal += rate_pull(rule, x.rate[j]);
    switch (rule.rule) {
        case RuleKind::eprop: {
            x.eb[s] = x.kappa * x.eb[s] + x.filter_gain * e;
            x.es[s] += e;
            x.g[s] += signal * x.eb[s];
            const double v = n.voltage[j];
            const double beyond = std::max(0.0, v - rule.v_high) - std::max(0.0, rule.v_low - v);
            if (on_ && !refractory_at_edge(projection.target, j)) x.g[s] += rule.c_voltage * beyond * z;
            break;
        }
        case RuleKind::superspike:
            x.el[s] += e;
            x.elf[s] = step_decay(rule.tau_decay_ms) * x.elf[s] + (1.0 - step_decay(rule.tau_decay_ms)) * x.el[s];
            x.g[s] += signal * x.elf[s];
            x.el[s] *= step_decay(rule.tau_rise_ms);
            break;
        case RuleKind::reward_eprop:
            x.g[s] += delta_ * x.f[s];
            x.eb[s] = x.kappa * x.eb[s] + x.filter_gain * e;
            x.f[s] = step_decay(learning_.discount_tau_ms) * x.f[s] + signal * x.eb[s];
            break;
        case RuleKind::reward_stdp:
            x.eb[s] = step_decay(rule.tau_eligibility_ms) * x.eb[s] + e;
            x.g[s] -= delta_ * x.eb[s];
            break;
        default: x.g[s] += signal * e; // instantaneous, S-TLLR, PES
    }
}

/// Traces of arrivals go on to the next step.
void DenseRun::leave_step(std::size_t p, std::size_t s, double e) {
    const Projection& projection = scenario_.projections[p];
    const Population& target = scenario_.populations[projection.target];
    const Neurons& n = neurons_[projection.target];
    const Plasticity& rule = projection.plasticity;
    Synapses& x = synapses_[p];
    x.z[s] = (rule.rule == RuleKind::pes ? step_decay(rule.filter_tau_ms) : n.alpha_step) * x.z[s];
    x.z[s] += n.feed_step * x.i[s];
    x.i[s] *= n.sigma_step;
    if (rule.reset_in_gradient) {
        // A spike takes a threshold off the membrane: at once, or undecayed a tick later.
        const Tick rest =
            target.spike_effect == SpikeEffect::next_tick ? scenario_.clock_ticks - 1 : scenario_.clock_ticks;
        x.z[s] -= target.threshold * std::exp(-static_cast<double>(rest) * scenario_.tick_ms / target.tau_m_ms) * e;
    }
    x.s[s] = 0.0;
    x.x[s] *= step_decay(rule.tau_pre_ms);
}

void DenseRun::extend_readout(std::size_t p) {
    const Projection& projection = scenario_.projections[p];
    const Neurons& n = neurons_[projection.target];
    const bool rewarded = projection.plasticity.rule == RuleKind::reward_readout;
    Synapses& x = synapses_[p];
    for (std::size_t s = 0; s < projection.synapses.size(); ++s) {
        const double product = n.error[projection.synapses[s].target] * x.z[s];
        const double gradient = rewarded ? delta_ * x.f[s] : product;
        x.f[s] = step_decay(learning_.discount_tau_ms) * x.f[s] + product;
        if (by_interval())
            x.g[s] += gradient;
        else if (on_)
            optimise(p, s, gradient);
        x.z[s] = n.alpha_step * x.z[s] + n.feed_step * x.i[s];
        x.i[s] *= n.sigma_step;
    }
}

} // namespace saltus_oracle
