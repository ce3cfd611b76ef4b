// SPDX-License-Identifier: BSD-3-Clause
// The independent referee of integrated neurons: textbook right-hand sides with libm, integrated as one system by
// Boost.Odeint (Dormand-Prince 5(4), adaptive, tolerance 1e-12 unless told), crossings by bisection on its dense
// output. With a tick of 0 time is continuous; else a spike takes effect at the next tick, as in the engine, with the
// membrane held at its reset value until then: what is compared is then the integration and not the rounding of
// spikes, which neurons close to a bifurcation amplify.
#pragma once

#include "models/adex.hpp"
#include "models/coba_lif.hpp"
#include "models/izhikevich.hpp"

#include <boost/numeric/odeint.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace saltus::test {

/// What a neuron is to the referee: its parameters, and four functions on its variables y (y[0]: the membrane).
struct CobaCell {
    using Parameters = CobaLifParameters;
    static constexpr std::size_t variables = 3;
    Parameters p;
    [[nodiscard]] double peak() const { return p.v_threshold_mV; }
    void start(double* y) const { y[0] = p.e_leak_mV, y[1] = y[2] = 0.0; }
    void slope(const double* y, double* dy) const {
        dy[0] = (p.g_leak_nS * (p.e_leak_mV - y[0]) + y[1] * (p.e_excitatory_mV - y[0]) +
                 y[2] * (p.e_inhibitory_mV - y[0]) + p.current_pA) /
                p.capacitance_pF;
        dy[1] = -y[1] / p.tau_e_ms;
        dy[2] = -y[2] / p.tau_i_ms;
    }
    void arrive(double* y, double w, bool) const { w > 0.0 ? y[1] += w : y[2] -= w; }
    void reset(double* y) const { y[0] = p.v_reset_mV; }
};

struct AdexCell {
    using Parameters = AdexParameters;
    static constexpr std::size_t variables = 4;
    Parameters p;
    [[nodiscard]] double peak() const { return p.v_peak_mV; }
    void start(double* y) const { y[0] = p.e_leak_mV, y[1] = y[2] = y[3] = 0.0; }
    void slope(const double* y, double* dy) const {
        const double v = std::min(y[0], p.v_peak_mV + p.slope_mV); // no trial step may overflow
        const double synaptic = p.input == SynapticInput::conductance
                                    ? y[2] * (p.e_excitatory_mV - v) + y[3] * (p.e_inhibitory_mV - v)
                                    : y[2] - y[3];
        dy[0] = (p.g_leak_nS * (p.e_leak_mV - v) + p.g_leak_nS * p.slope_mV * std::exp((v - p.v_t_mV) / p.slope_mV) -
                 y[1] + p.current_pA + synaptic) /
                p.capacitance_pF;
        dy[1] = (p.a_nS * (v - p.e_leak_mV) - y[1]) / p.tau_w_ms;
        dy[2] = -y[2] / p.tau_e_ms;
        dy[3] = -y[3] / p.tau_i_ms;
    }
    void arrive(double* y, double w, bool) const { w > 0.0 ? y[2] += w : y[3] -= w; }
    void reset(double* y) const { y[0] = p.v_reset_mV, y[1] += p.b_pA; }
};

struct IzhikevichCell {
    using Parameters = IzhikevichParameters;
    static constexpr std::size_t variables = 3;
    Parameters p;
    [[nodiscard]] double peak() const { return p.v_peak_mV; }
    void start(double* y) const { y[0] = p.v_start_mV, y[1] = p.b_per_ms * p.v_start_mV, y[2] = 0.0; }
    void slope(const double* y, double* dy) const {
        const double v = std::min(y[0], p.v_peak_mV + 5.0);
        dy[0] = 0.04 * v * v + 5.0 * v + 140.0 - y[1] + p.current + y[2];
        dy[1] = p.a_per_ms * (p.b_per_ms * v - y[1]);
        dy[2] = -y[2] / p.tau_syn_ms;
    }
    void arrive(double* y, double w, bool held) const {
        if (p.input == IzhikevichInput::current)
            y[2] += w;
        else if (!held)
            y[0] += w;
    }
    void reset(double* y) const { y[0] = p.c_mV, y[1] += p.d; }
};

struct ReferenceArrival {
    double ms;
    std::uint32_t neuron;
    double weight;
};

struct ReferenceSynapse {
    std::uint32_t source, target;
    double weight, delay_ms;
};

struct ReferenceSpike {
    double ms;
    std::uint32_t neuron;
};

/// Neurons of one cell type, their synapses, and what arrives from outside.
template <class Cell>
class OdeReference {
  public:
    OdeReference(Cell cell, std::uint32_t neurons, double tick_ms = 0.0, double tolerance = 1e-12)
        : cell_(cell), neurons_(neurons), tick_ms_(tick_ms), tolerance_(tolerance), y_(neurons * n),
          free_at_(neurons, 0.0), effect_at_(neurons, none) {
        for (std::uint32_t j = 0; j < neurons; ++j) cell_.start(&y_[j * n]);
    }

    std::vector<ReferenceSpike> run(std::vector<ReferenceArrival> arrivals, const std::vector<ReferenceSynapse>& net,
                                    double end_ms) {
        pending_ = std::move(arrivals);
        while (t_ < end_ms) {
            double stop = end_ms;
            for (const ReferenceArrival& a : pending_) stop = std::min(stop, a.ms);
            for (const double free : free_at_) stop = free > t_ ? std::min(stop, free) : stop;
            for (const double effect : effect_at_) stop = std::min(stop, effect);
            const std::uint32_t who = integrate(stop);
            if (who < neurons_) effect_at_[who] = tick_ms_ > 0.0 ? std::ceil(t_ / tick_ms_) * tick_ms_ : t_;
            deliver();
            for (std::uint32_t j = 0; j < neurons_; ++j)
                if (effect_at_[j] <= t_ || (!held(j) && y_[j * n] >= cell_.peak())) spike(j, net);
            if (who < neurons_ && effect_at_[who] > t_) hold_at_reset(who);
        }
        return spikes_;
    }

    [[nodiscard]] const double* state(std::uint32_t j) const { return &y_[j * n]; }

  private:
    static constexpr std::size_t n = Cell::variables;
    static constexpr double none = std::numeric_limits<double>::infinity();
    using State = std::vector<double>;

    [[nodiscard]] bool held(std::uint32_t j) const { return free_at_[j] > t_ || effect_at_[j] < none; }

    void hold_at_reset(std::uint32_t j) {
        std::vector<double> after(&y_[j * n], &y_[j * n] + n);
        cell_.reset(after.data());
        y_[j * n] = after[0];
    }

    void spike(std::uint32_t j, const std::vector<ReferenceSynapse>& net) {
        effect_at_[j] = none;
        cell_.reset(&y_[j * n]);
        free_at_[j] = t_ + cell_.p.refractory_ms;
        spikes_.push_back({t_, j});
        for (const ReferenceSynapse& s : net)
            if (s.source == j) pending_.push_back({t_ + s.delay_ms, s.target, s.weight});
    }

    void deliver() {
        for (std::size_t k = 0; k < pending_.size();) {
            if (pending_[k].ms > t_) {
                ++k;
                continue;
            }
            const ReferenceArrival a = pending_[k];
            cell_.arrive(&y_[a.neuron * n], a.weight, held(a.neuron));
            pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(k));
        }
    }

    void slopes(const State& y, State& dy) const {
        for (std::uint32_t j = 0; j < neurons_; ++j) {
            State copy(y.begin() + static_cast<std::ptrdiff_t>(j * n),
                       y.begin() + static_cast<std::ptrdiff_t>((j + 1) * n));
            cell_.slope(copy.data(), &dy[j * n]);
            if (held_[j]) dy[j * n] = 0.0;
        }
    }

    /// The neuron furthest above its peak, or neurons_.
    [[nodiscard]] std::uint32_t above(const State& y) const {
        for (std::uint32_t j = 0; j < neurons_; ++j)
            if (!held_[j] && y[j * n] >= cell_.peak()) return j;
        return neurons_;
    }

    /// To `stop`, or to the first crossing: who crosses, or neurons_.
    std::uint32_t integrate(double stop) {
        held_.assign(neurons_, 0);
        for (std::uint32_t j = 0; j < neurons_; ++j) held_[j] = held(j);
        if (!(stop > t_)) return neurons_;
        auto stepper = boost::numeric::odeint::make_dense_output(tolerance_, tolerance_,
                                                                 boost::numeric::odeint::runge_kutta_dopri5<State>());
        const auto system = [this](const State& y, State& dy, double) { slopes(y, dy); };
        stepper.initialize(y_, 0.0, std::min(1e-3, stop - t_)); // time from here: no digits are lost late in a run
        const double length = stop - t_;
        State y = y_;
        for (;;) {
            const auto [from, to] = stepper.do_step(system);
            const double end = std::min(to, length);
            for (int k = 1; k <= 4; ++k) { // peaks within a step
                double high = k == 4 ? end : from + 0.25 * k * (end - from);
                stepper.calc_state(high, y);
                if (above(y) == neurons_) continue;
                double low = from;
                while (0.5 * (low + high) > low && 0.5 * (low + high) < high && high - low > 1e-13 * high) {
                    const double middle = 0.5 * (low + high);
                    stepper.calc_state(middle, y);
                    (above(y) < neurons_ ? high : low) = middle;
                }
                stepper.calc_state(high, y);
                const std::uint32_t who = above(y);
                y_ = y;
                t_ += high;
                return who;
            }
            if (to < length) continue;
            stepper.calc_state(length, y_);
            t_ = stop;
            return neurons_;
        }
    }

    Cell cell_;
    std::uint32_t neurons_;
    double tick_ms_;
    double tolerance_;
    double t_ = 0.0;
    State y_;
    std::vector<double> free_at_;   ///< [neuron] end of its refractory period
    std::vector<double> effect_at_; ///< [neuron] when its crossing takes effect, or none
    std::vector<std::uint8_t> held_;
    std::vector<ReferenceArrival> pending_;
    std::vector<ReferenceSpike> spikes_;
};

} // namespace saltus::test
