// SPDX-License-Identifier: BSD-3-Clause
#include "bench/scenes/eprop_recurrent.hpp"

#include "bench/scenes/input.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace saltus::bench {

namespace {

LearningSchedule schedule(const ForcedNetwork& p) {
    if (p.learns != Learns::at_intervals) return LearningSchedule::at_arrivals();
    return {.interval_steps = std::lround(1e3 * p.piece_s), .reset_state = false};
}

/// What the cost of learning depends on besides rates: how many membranes are within reach of the surrogate.
Figures awake(const Simulation& simulation, PopulationId hidden, const ForcedNetwork& p) {
    double mean = 0.0, awake = 0.0;
    for (std::uint32_t j = 0; j < p.neurons; ++j) {
        const double v = simulation.state(hidden, j);
        mean += v;
        awake += std::abs(v - 1.0) < p.width ? 1.0 : 0.0;
    }
    return {{"mean_membrane", mean / p.neurons}, {"share_awake", awake / p.neurons}};
}

} // namespace

double forced_deviation(const ForcedNetwork& p) { return 0.02 * std::sqrt(100.0 / p.fan_in); }

ForcedDescription describe(const ForcedNetwork& p) {
    const Picoseconds ms(1'000'000'000);
    ForcedDescription d{Network({.tick = p.tick, .delay_resolution = ms, .learning_clock = ms / p.tick}, 4)};
    d.force = d.network.add("force", p.neurons, InputParameters{});
    d.hidden = d.network.add("hidden", p.neurons, LifParameters{.tau_m_ms = forced_tau_ms, .reset = Reset::to_value});
    d.readout = d.network.add("readout", forced_readouts, LeakyReadoutParameters{.tau_ms = forced_tau_ms});
    d.network.connect(d.force, d.hidden,
                      {.connector = OneToOne{}, .weight = Constant{forcing_weight}, .delay_ms = Constant{1.0}});
    ProjectionSpec recurrent{.weight = Normal{0.0, forced_deviation(p)}, .delay_ms = Constant{1.0}};
    if (p.fan_in < p.neurons) recurrent.connector = FixedInDegree{p.fan_in};
    ProjectionSpec output{.weight = Normal{0.0, 0.02}, .delay_ms = Constant{1.0}};
    if (p.learns != Learns::no) {
        recurrent.rule = Eprop{.surrogate = PiecewiseLinear{.width = p.width}, .filter_tau_ms = forced_tau_ms};
        recurrent.optimiser = Sgd{p.eta_factor * forced_eta};
        output.rule = ReadoutRule{};
        output.optimiser = Sgd{p.eta_factor * readout_eta};
    }
    d.recurrent = d.network.connect(d.hidden, d.hidden, recurrent);
    d.output = d.network.connect(d.hidden, d.readout, output);
    if (p.learns == Learns::no) return d;
    d.network.set_error(d.readout, Error::mean_squared);
    d.network.add_feedback({d.readout, d.hidden, FeedbackKind::random, Normal{0.0, 0.1}});
    d.network.set_schedule(schedule(p));
    return d;
}

std::vector<InputEvent> forced_spikes(const ForcedNetwork& p) {
    const auto forced = static_cast<std::uint32_t>(std::lround(p.active * p.neurons));
    std::vector<InputEvent> events = poisson(forced, p.rate_hz, std::lround(1e3 * p.piece_s), 1e-3, 5);
    const Tick per_ms = Picoseconds(1'000'000'000) / p.tick;
    for (InputEvent& e : events) e.tick *= per_ms;
    return events;
}

SceneRun forced_run(const ForcedNetwork& p, const SimulationOptions& options) {
    const ForcedDescription d = describe(p);
    SceneRun run{.simulation = std::make_shared<Simulation>(d.network, options),
                 .advance = {},
                 .piece_s = p.piece_s,
                 .synapses = static_cast<double>(p.neurons) * p.fan_in,
                 .neurons = {{d.hidden, p.neurons}}};
    if (p.learns != Learns::no) {
        run.learning = {d.recurrent, d.output};
        const std::array target{forced_target, forced_target};
        if (p.taught && run.simulation->set_target(d.readout, 1, target) != Status::ok)
            throw std::runtime_error("a target was refused");
    }
    const auto piece = Tick{std::lround(p.piece_s * 1e12 / static_cast<double>(p.tick.count()))};
    run.advance = [s = run.simulation.get(), force = d.force, events = forced_spikes(p), piece,
                   scratch = std::vector<InputEvent>()]() mutable {
        push_from_now(*s, force, scratch, events);
        s->advance_until(s->now() + piece);
    };
    run.figures = [s = run.simulation.get(), hidden = d.hidden, p] { return awake(*s, hidden, p); };
    return run;
}

std::vector<Scene> eprop_recurrent_scenes() {
    const auto scene = [](const std::string& name, const ForcedNetwork& p, int settling, int measured,
                          std::uint64_t expected, bool brief = false) {
        return Scene{"eprop_recurrent/" + name,
                     [p](const SimulationOptions& o) { return forced_run(p, o); },
                     settling,
                     measured,
                     expected,
                     brief};
    };
    std::vector<Scene> scenes;
    struct Row {
        double hz;
        int pieces_small, pieces_large;
        std::uint64_t full_small, half_small, interval_small, full_large, half_large, interval_large;
    };
    constexpr std::array<Row, 3> rows{{{50.0, 6, 1, 0x7ac30360a4422ded, 0x838b965e487ab43f, 0xaa12727693c128b4,
                                        0xb7f2662b8424c860, 0x69e101b15c7b4d6d, 0x82aacbbba52a225f},
                                       {10.0, 10, 2, 0x3e6bf678653435ea, 0xcbbefc3b11a1f85f, 0xbc33f4910bc41317,
                                        0xe34e899b66a8164e, 0xe305b917aa250ec9, 0xb5367cb4083f35f6},
                                       {1.0, 20, 4, 0xd562d73b32260490, 0xeff0b715abddff87, 0xc58493f4faff2a5d,
                                        0xc1885f6aa2c10d34, 0x606aaf4dc5ffebd7, 0x07441940f6850695}}};
    for (const Row& r : rows) {
        const std::string hz = "/" + std::to_string(static_cast<int>(r.hz)) + "Hz";
        for (const bool large : {false, true}) {
            ForcedNetwork p{.neurons = large ? 10'000u : 1000u, .rate_hz = r.hz};
            const std::string size = std::to_string(p.neurons) + hz;
            const int pieces = large ? r.pieces_large : r.pieces_small;
            scenes.push_back(scene(size, p, 2, pieces, large ? r.full_large : r.full_small));
            p.width = 0.5;
            scenes.push_back(scene(size + "/half_width", p, 2, pieces, large ? r.half_large : r.half_small));
            p.width = 1.0;
            p.learns = Learns::at_intervals;
            scenes.push_back(scene(size + "/intervals", p, 2, pieces, large ? r.interval_large : r.interval_small));
        }
    }
    const ForcedNetwork small{.neurons = 200, .fan_in = 50, .rate_hz = 20.0};
    scenes.push_back(scene("200/20Hz", small, 1, 1, 0xfc9d022a91434110, true));
    return scenes;
}

} // namespace saltus::bench
