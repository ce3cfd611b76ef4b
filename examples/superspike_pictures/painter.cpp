// SPDX-License-Identifier: BSD-3-Clause
#include "examples/superspike_pictures/painter.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace saltus::examples::superspike {
namespace {

constexpr double delay_ms = 0.8;      // of all connections
constexpr double threshold_mv = 10.0; // from rest
constexpr std::int64_t memory_ms = 150;

bool earlier(const InputEvent& a, const InputEvent& b) {
    return a.tick != b.tick ? a.tick < b.tick : a.neuron < b.neuron;
}

/// 1/(1 + |v - threshold| / 1 mV)^2. The published code reads the membrane after the reset: at threshold and above
/// there is nothing but rest to be seen.
double psi(double from_threshold) {
    if (from_threshold < -30.0) return 0.0; // below -80 mV
    const double x = 1.0 + (from_threshold < 0.0 ? -from_threshold : threshold_mv);
    return 1.0 / (x * x);
}

CubaLifParameters neuron() {
    CubaLifParameters p;
    p.tau_m_ms = 10.0;
    p.tau_e_ms = p.tau_i_ms = 5.0;
    p.threshold = threshold_mv;
    p.reset = Reset::to_value;
    p.refractory = Refractory::clamp;
    p.refractory_ms = 5.0;
    return p;
}

/// The published code adds penalty w R^4 in steps of 0.1 ms, w in volts, to a gradient whose psi is per volt and whose
/// error takes (0.1 ms/tau_rise) of each spike. Here steps are longer, psi is per mV, and an error takes all of a
/// spike.
ActivityPenalty penalty(const PainterOptions& o) {
    constexpr double tau_rise_ms = 5.0;
    if (o.feedback == Feedback::symmetric) return {};
    return {.strength = 1e-6 * o.penalty * tau_rise_ms / (1e-3 * static_cast<double>(o.step_us)), .tau_ms = 100.0};
}

FeedbackSpec feedback_of(Feedback feedback, PopulationId output, PopulationId hidden) {
    switch (feedback) {
        case Feedback::random: return {output, hidden, FeedbackKind::random, Normal{0.0, 1.0}};
        case Feedback::uniform: return {output, hidden, FeedbackKind::random, Constant{1.0}};
        default: return {output, hidden, FeedbackKind::symmetric};
    }
}

InputEvent read_line(const std::string& line, const std::string& place, std::uint32_t first) {
    std::istringstream fields(line);
    std::string time, neuron, more;
    double seconds = 0.0;
    std::uint32_t channel = 0;
    const bool two = static_cast<bool>(fields >> time >> neuron) && !(fields >> more);
    if (!two || !parse_number(time, seconds) || !parse_number(neuron, channel))
        throw DataError(place + "'" + line + "' is not a time and a neuron");
    const double tick = seconds * 1e3 * static_cast<double>(ticks_per_ms);
    if (!(tick >= 0.0) || !(tick < static_cast<double>(period)) || channel < first || channel - first >= channels)
        throw DataError(place + "'" + line + "' is not a time below 1.89 s and a neuron from " + std::to_string(first) +
                        " to " + std::to_string(first + channels - 1));
    return {static_cast<Tick>(std::llround(tick)) % period, channel - first};
}

} // namespace

Raster read_raster(const std::filesystem::path& file, std::uint32_t first) {
    std::ifstream in(file);
    if (!in) throw DataError(file.string() + " cannot be read");
    Raster raster;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        raster.push_back(read_line(line, file.string() + ", line " + std::to_string(number) + ": ", first));
    }
    if (raster.empty()) throw DataError(file.string() + ": there are no spikes in the file");
    std::sort(raster.begin(), raster.end(), earlier);
    return raster;
}

std::filesystem::path default_folder() {
    const char* chosen = std::getenv("SALTUS_DATA");
    const bool named = chosen != nullptr && *chosen != '\0';
    const std::filesystem::path folder = named ? chosen : SALTUS_SOURCE_DIR "/../shared/data";
    return (folder / "superspike").lexically_normal();
}

Painter::Described Painter::describe(const PainterOptions& o, std::uint64_t seed) {
    const std::int64_t clock = o.step_us * ticks_per_ms / 1000;
    Described d{.network = Network({.tick = std::chrono::microseconds(1000 / ticks_per_ms),
                                    .delay_resolution = std::chrono::microseconds(1000 / ticks_per_ms),
                                    .learning_clock = clock},
                                   seed)};
    Network& network = d.network;
    d.input = network.add("input", channels, InputParameters{});
    d.hidden = network.add("hidden", o.hidden, neuron());
    d.output = network.add("output", channels, neuron());
    const double seconds = static_cast<double>(block) / static_cast<double>(ticks_per_ms) * 1e-3;
    const auto connect = [&](PopulationId source, PopulationId target, double fan_in, const ActivityPenalty& held) {
        network.connect(
            source, target,
            {.weight = Normal{0.0, 50.0 / std::sqrt(fan_in)},
             .delay_ms = Constant{delay_ms},
             .rule = SuperSpike{.surrogate = CustomSurrogate{psi}, .psi_while_refractory = true, .penalty = held},
             .optimiser = RMaxProp{.rate = o.learning_rate_mv, .decay = stable_exp(-seconds / 30.0), .epsilon = 1e-30},
             .limits = {.low = -100.0, .high = 100.0}});
    };
    connect(d.input, d.hidden, channels, penalty(o));
    connect(d.hidden, d.output, o.hidden, {});
    network.set_error({.readout = d.output, .error = Error::spike_train});
    network.add_feedback(feedback_of(o.feedback, d.output, d.hidden));
    network.set_schedule(
        {.interval_steps = block / clock, .memory_steps = memory_ms * 1000 / o.step_us, .reset_state = false});
    return d;
}

Painter::Painter(const PainterOptions& options, const Raster& input, const Raster& target, std::uint64_t seed,
                 Precision precision)
    : Painter(describe(options, seed), input, target, precision) {}

Painter::Painter(const Described& d, const Raster& input, const Raster& target, Precision precision)
    : input_id_(d.input), hidden_(d.hidden), output_(d.output), input_(input), target_(target),
      simulation_(d.network, {.precision = precision}) {
    simulation_.record_spikes(hidden_);
    simulation_.record_spikes(output_);
}

/// Pushes all periods that begin before `until`. A target spike at tick 0 of the run comes too early to be one.
void Painter::offer(Tick until) {
    for (; offered_ < until; offered_ += period) {
        Raster spikes = input_, wanted = target_;
        for (InputEvent& e : spikes) e.tick += offered_;
        for (InputEvent& e : wanted) e.tick += offered_;
        (void)simulation_.push(input_id_, spikes);
        (void)simulation_.push_targets(output_, wanted);
    }
}

/// Compares what was emitted with what was wanted, up to and including tick `until`.
void Painter::measure(Tick until) {
    const std::vector<Spike>& spikes = simulation_.spikes();
    std::size_t next = 0;
    for (Tick t = until - block + 1; t <= until; ++t) {
        for (; next < spikes.size() && spikes[next].tick <= t; ++next) {
            if (spikes[next].population == output_.index) distance_.count(spikes[next].neuron, -1.0);
        }
        for (;; ++next_target_) {
            const auto turn = static_cast<Tick>(next_target_ / target_.size());
            const InputEvent& wanted = target_[next_target_ % target_.size()];
            if (turn * period + wanted.tick > t) break;
            distance_.count(wanted.neuron, 1.0);
        }
        distance_.step();
    }
}

void Painter::advance_block() {
    const Tick until = simulation_.now() + block;
    offer(until);
    simulation_.advance_until(until);
    measure(until);
    simulation_.clear_spikes();
}

Painter::Picture Painter::paint() {
    set_learning(false);
    const Tick begin = (simulation_.now() / period + 1) * period; // the next period's
    const Tick end = begin + period;
    while (simulation_.now() + block <= begin) advance_block();
    Picture picture;
    offer(end);
    simulation_.advance_until(end);
    for (const Spike& s : simulation_.spikes()) {
        if (s.tick <= begin) continue;
        (s.population == output_.index ? picture.output : picture.hidden).push_back({s.tick - begin, s.neuron});
    }
    simulation_.clear_spikes();
    return picture;
}

} // namespace saltus::examples::superspike
