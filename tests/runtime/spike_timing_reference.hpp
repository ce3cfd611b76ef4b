// SPDX-License-Identifier: BSD-3-Clause
// A referee for synapse types: LIF neurons stepped tick by tick; every synapse has traces, u and x of its own, decayed
// at every tick; every postsynaptic spike changes every synapse onto the neuron at once. Double precision, libm, and
// nothing of the engine's code. Also the Saltus network of the same description.
#pragma once

#include "engine/core/random.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace saltus::test {

constexpr double reference_tick_ms = 0.1;

struct TimedSynapse {
    std::uint32_t source, target;
    double weight;
    Tick delay;
};

struct TimedProjection {
    bool from_input;
    std::vector<TimedSynapse> synapses;
    Rule rule = Static{};
    std::optional<ShortTerm> short_term{};
};

/// Inputs -> LIF neurons, recurrent; threshold 1, reset to 0.
struct TimedNetwork {
    std::uint32_t inputs = 0, neurons = 0;
    double tau_m_ms = 10.0;
    Tick refractory = 0;
    bool clamp = false;
    std::vector<TimedProjection> projections{};
    std::vector<InputEvent> events{}; ///< by tick
};

/// By (source, delay, target), ties as made: the order of Simulation::weights.
inline void sort_synapses(TimedProjection& p) {
    std::stable_sort(p.synapses.begin(), p.synapses.end(), [](const TimedSynapse& a, const TimedSynapse& b) {
        return std::tie(a.source, a.delay, a.target) < std::tie(b.source, b.delay, b.target);
    });
}

class DenseReference {
  public:
    explicit DenseReference(const TimedNetwork& network)
        : net_(network), neurons_(network.neurons), triplet_rate_(network.projections.size(), 1.0) {
        for (const TimedProjection& p : net_.projections) {
            auto& list = synapses_.emplace_back();
            for (const TimedSynapse& s : p.synapses) list.push_back({s.weight});
        }
    }

    /// As if trials ended every so many ticks.
    void reset_every(Tick ticks) { reset_ = ticks; }
    void set_learning(bool on) { learning_ = on; }
    void set_rate(std::size_t p, double rate) {
        if (auto* pair = std::get_if<PairStdp>(&net_.projections[p].rule)) pair->lambda = rate;
        if (std::holds_alternative<TripletStdp>(net_.projections[p].rule)) triplet_rate_[p] = rate;
    }
    void set_weights(std::size_t p, const std::vector<double>& w) {
        for (std::size_t k = 0; k < w.size(); ++k) synapses_[p][k].w = w[k];
    }
    [[nodiscard]] std::vector<double> weights(std::size_t p) const {
        std::vector<double> list;
        for (const State& s : synapses_[p]) list.push_back(s.w);
        return list;
    }
    [[nodiscard]] const std::vector<std::pair<Tick, std::uint32_t>>& spikes() const { return spikes_; }
    [[nodiscard]] double potential(std::uint32_t j) const { return neurons_[j].v; }

    void advance_until(Tick until) {
        while (now_ < until) {
            for (; next_event_ < net_.events.size() && net_.events[next_event_].tick == now_; ++next_event_)
                emit(true, net_.events[next_event_].neuron, now_);
            step(++now_);
        }
    }

  private:
    struct State {
        double w, r1 = 0.0, r2 = 0.0, u = 0.0, x = 1.0;
    };
    struct Neuron {
        double v = 0.0;
        Tick spiked = -1'000'000;
        std::map<std::size_t, double> o1{}, o2{}; ///< by projection
    };
    struct Due {
        std::size_t projection, synapse;
        double factor;
    };
    [[nodiscard]] static double decay(double tau_ms) { return std::exp(-reference_tick_ms / tau_ms); }
    static void bump(double& trace, Pairing pairing) { trace = pairing == Pairing::nearest ? 1.0 : trace + 1.0; }

    void step(Tick t) {
        for (std::size_t p = 0; p < synapses_.size(); ++p) decay_synapses(p);
        for (Neuron& n : neurons_) {
            const bool held = net_.clamp && t < n.spiked + net_.refractory;
            if (!held) n.v *= decay(net_.tau_m_ms);
        }
        for (const Due& due : due_[t]) arrive(due, t);
        due_.erase(t);
        std::vector<std::uint32_t> fired;
        for (std::uint32_t j = 0; j < net_.neurons; ++j) {
            if (t < neurons_[j].spiked + net_.refractory || neurons_[j].v < 1.0) continue;
            neurons_[j].v = 0.0;
            neurons_[j].spiked = t;
            fired.push_back(j);
            spikes_.emplace_back(t, j);
            for (std::size_t p = 0; p < synapses_.size(); ++p) post_spike(p, j);
        }
        for (const std::uint32_t j : fired) emit(false, j, t);
        if (reset_ > 0 && t % reset_ == 0) rest();
    }

    void decay_synapses(std::size_t p) {
        const TimedProjection& projection = net_.projections[p];
        double d1 = 0.0, d2 = 0.0, e1 = 0.0, e2 = 0.0, du = 0.0, dx = 0.0;
        if (const auto* rule = std::get_if<PairStdp>(&projection.rule)) {
            d1 = decay(rule->tau_plus_ms), e1 = decay(rule->tau_minus_ms);
        } else if (const auto* triplet = std::get_if<TripletStdp>(&projection.rule)) {
            d1 = decay(triplet->tau_plus_ms), e1 = decay(triplet->tau_minus_ms);
            d2 = decay(triplet->tau_x_ms), e2 = decay(triplet->tau_y_ms);
        }
        if (projection.short_term) {
            if (projection.short_term->tau_fac_ms > 0.0) du = decay(projection.short_term->tau_fac_ms);
            if (projection.short_term->tau_rec_ms > 0.0) dx = decay(projection.short_term->tau_rec_ms);
        }
        for (State& s : synapses_[p]) s = {s.w, s.r1 * d1, s.r2 * d2, s.u * du, 1.0 - (1.0 - s.x) * dx};
        for (Neuron& n : neurons_) n.o1[p] *= e1, n.o2[p] *= e2;
    }

    void arrive(const Due& due, Tick t) {
        State& s = synapses_[due.projection][due.synapse];
        Neuron& n = neurons_[net_.projections[due.projection].synapses[due.synapse].target];
        const Rule& rule = net_.projections[due.projection].rule;
        if (const auto* pair = std::get_if<PairStdp>(&rule)) {
            const double fraction = s.w / pair->w_max;
            const double down = pair->lambda * pair->alpha * std::pow(fraction, pair->mu_minus) * n.o1[due.projection];
            if (learning_) s.w = std::max(0.0, fraction - down) * pair->w_max;
            bump(s.r1, pair->pairing);
        } else if (const auto* triplet = std::get_if<TripletStdp>(&rule)) {
            const double down =
                triplet_rate_[due.projection] * n.o1[due.projection] * (triplet->a2_minus + triplet->a3_minus * s.r2);
            if (learning_) s.w = std::max(0.0, s.w / triplet->w_max - down) * triplet->w_max;
            bump(s.r1, triplet->pairing);
            bump(s.r2, triplet->pairing);
        }
        const bool held = net_.clamp && t < n.spiked + net_.refractory;
        if (!held) n.v += s.w * due.factor;
    }

    void post_spike(std::size_t p, std::uint32_t j) {
        const TimedProjection& projection = net_.projections[p];
        Neuron& n = neurons_[j];
        for (std::size_t k = 0; k < synapses_[p].size(); ++k) {
            State& s = synapses_[p][k];
            if (projection.synapses[k].target != j || !learning_) continue;
            if (const auto* pair = std::get_if<PairStdp>(&projection.rule)) {
                const double fraction = s.w / pair->w_max;
                const double up = pair->lambda * std::pow(1.0 - fraction, pair->mu_plus) * s.r1;
                s.w = std::min(1.0, fraction + up) * pair->w_max;
            } else if (const auto* triplet = std::get_if<TripletStdp>(&projection.rule)) {
                const double up = triplet_rate_[p] * s.r1 * (triplet->a2_plus + triplet->a3_plus * n.o2[p]);
                s.w = std::min(1.0, s.w / triplet->w_max + up) * triplet->w_max;
            }
        }
        Pairing pairing = Pairing::all_to_all;
        if (const auto* pair = std::get_if<PairStdp>(&projection.rule)) pairing = pair->pairing;
        if (const auto* triplet = std::get_if<TripletStdp>(&projection.rule)) pairing = triplet->pairing;
        bump(n.o1[p], pairing);
        bump(n.o2[p], pairing);
    }

    void emit(bool input, std::uint32_t source, Tick t) {
        for (std::size_t p = 0; p < synapses_.size(); ++p) {
            const TimedProjection& projection = net_.projections[p];
            for (std::size_t k = 0; k < synapses_[p].size(); ++k) {
                if (projection.from_input != input || projection.synapses[k].source != source) continue;
                double factor = 1.0;
                if (projection.short_term) {
                    State& s = synapses_[p][k];
                    s.u += projection.short_term->utilisation * (1.0 - s.u);
                    if (projection.short_term->tau_fac_ms == 0.0) s.u = projection.short_term->utilisation;
                    factor = s.u * (projection.short_term->tau_rec_ms == 0.0 ? 1.0 : s.x);
                    s.x -= s.u * s.x;
                }
                due_[t + projection.synapses[k].delay].push_back({p, k, factor});
            }
        }
    }

    void rest() {
        due_.clear();
        for (auto& list : synapses_)
            for (State& s : list) s = {s.w};
        for (Neuron& n : neurons_) n = {};
    }

    TimedNetwork net_;
    std::vector<std::vector<State>> synapses_; // [projection][synapse]
    std::vector<Neuron> neurons_;
    std::map<Tick, std::vector<Due>> due_;
    std::vector<std::pair<Tick, std::uint32_t>> spikes_;
    std::size_t next_event_ = 0;
    Tick now_ = 0, reset_ = 0;
    bool learning_ = true;
    std::vector<double> triplet_rate_; // [projection]
};

/// The same for Saltus.
struct TimedSimulation {
    Network network;
    PopulationId input, neurons;
    std::vector<ProjectionId> projections;

    explicit TimedSimulation(const TimedNetwork& net)
        : network({.tick = std::chrono::microseconds(100),
                   .delay_resolution = std::chrono::microseconds(100),
                   .learning_clock = 10}) {
        input = network.add("input", net.inputs, InputParameters{});
        neurons = network.add("neurons", net.neurons,
                              LifParameters{.tau_m_ms = net.tau_m_ms,
                                            .reset = Reset::to_value,
                                            .refractory_ms = static_cast<double>(net.refractory) * reference_tick_ms,
                                            .refractory = net.clamp ? Refractory::clamp : Refractory::integrate});
        for (const TimedProjection& p : net.projections) {
            ExplicitList list;
            for (const TimedSynapse& s : p.synapses) {
                list.pairs.push_back({s.source, s.target});
                list.weights.push_back(s.weight);
                list.delays_ms.push_back(static_cast<double>(s.delay) * reference_tick_ms);
            }
            projections.push_back(network.connect(
                p.from_input ? input : neurons, neurons,
                {.connector = list, .allow_multapses = true, .rule = p.rule, .short_term = p.short_term}));
        }
    }
};

} // namespace saltus::test
