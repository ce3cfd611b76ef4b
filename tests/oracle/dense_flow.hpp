// SPDX-License-Identifier: BSD-3-Clause
// Neurons whose state between events is linear, by brute force: x' = A x with x = (v, i_e, x_e, i_i, x_i, 1), moved in
// small steps by the Taylor series of e^(A h). No closed form, no bound, no prediction; it shares no code with the
// engine or its models. Used as a dense scan of one neuron, and as a whole network stepped tick by tick.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace saltus_oracle::flow {

using Tick = std::int64_t;
inline constexpr std::size_t dimensions = 6;
using Vector = std::array<double, dimensions>;
using Matrix = std::array<Vector, dimensions>; ///< [row][column]

enum class Kind { lif, cuba_lif, alpha_lif, integrate_fire, cuba_integrate_fire };

/// Times in milliseconds, voltages relative to rest. tau_m and v_inf are not used by the neurons without leak, which
/// have a drive (per millisecond) instead.
struct Neuron {
    Kind kind = Kind::cuba_lif;
    double tau_m = 20.0, v_inf = 0.0, drive = 0.0, tau_e = 5.0, tau_i = 5.0;
    double threshold = 1.0;
    bool to_value = false, clamp = false;
    double v_reset = 0.0;
    Tick refractory = 0;

    /// Arrivals move currents, and a crossing between two ticks counts.
    [[nodiscard]] bool continuous() const { return kind != Kind::lif && kind != Kind::integrate_fire; }
    void arrive(Vector& x, double w) const;
};

/// e^(A h), e^(A h/2), e^(A h/4), ... of one neuron.
class Flow {
  public:
    Flow(const Neuron& neuron, double step_ms);
    [[nodiscard]] double step_ms() const { return step_ms_; }
    [[nodiscard]] Vector step(const Vector& x) const { return moved(ladder_[0], x); }
    [[nodiscard]] double slope(const Vector& x) const; ///< dv/dt
    /// From x, how long until v first reaches `level`, which is below at x and not below one step later, or at the top
    /// in between (`before_top`).
    [[nodiscard]] double time_to(double level, Vector x, bool before_top) const;
    /// The state at the top of the membrane inside the step that begins at x; there v' changes from + to -.
    [[nodiscard]] Vector top(Vector x) const;

  private:
    static Vector moved(const Matrix& m, const Vector& x);
    Matrix a_;
    std::vector<Matrix> ladder_;
    double step_ms_;
};

/// What a scan of one neuron's future without further arrivals sees.
struct Scan {
    double crossing_ms = -1.0;                                 ///< first upward crossing; negative: none
    double above_ms = std::numeric_limits<double>::infinity(); ///< for how long it then stays above
    int extrema = 0;
    double highest = -std::numeric_limits<double>::infinity(); ///< highest v seen, tops between the steps included
};

/// Scans (0, end_ms]; v is below threshold at the start.
Scan scan(const Neuron& neuron, const Flow& flow, Vector x, double end_ms);

struct Synapse {
    std::size_t source, target;
    double weight;
    Tick delay;
};

struct Event {
    Tick tick;
    std::size_t neuron;
    friend bool operator==(const Event&, const Event&) = default;
    friend auto operator<=>(const Event&, const Event&) = default;
};

/// One population and its inputs.
struct World {
    double tick_ms = 1.0;
    int steps_per_tick = 8; ///< of the scan between two ticks
    Tick last_tick = 0;
    std::vector<Neuron> neurons;
    std::vector<Synapse> from_inputs, recurrent;
    std::vector<Event> input; ///< leaves at the end of its tick
};

struct Outcome {
    std::vector<Event> spikes;                               ///< by tick, then neuron
    std::vector<double> v;                                   ///< [neuron] at the end
    double margin = std::numeric_limits<double>::infinity(); ///< smallest |v - threshold| that decided anything
    int between_ticks = 0; ///< spikes whose membrane was below threshold at the tick itself
};

Outcome run(const World& world);

} // namespace saltus_oracle::flow
