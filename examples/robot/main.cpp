// SPDX-License-Identifier: BSD-3-Clause
// An arm follows a path with a load that its controller knows nothing of; spiking neurons learn, as it moves, the
// torques that are missing. Physics by MuJoCo (arm.hpp), neurons in adaptive_control.hpp, the loop in trial.hpp.
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/robot/arm.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::robot;

constexpr const char* program = "robot";
constexpr double goal = 5.0; ///< times lower error

const Words<ControlRule> rules = {{"pes", ControlRule::pes}, {"eprop", ControlRule::eprop}};

struct Options : RunOptions {
    AdaptiveControl control;
    Load load;
    Pd pd;
    double seconds = 40.0;
};

constexpr const char* examples_of_use = R"(Examples:
  robot                                     a load of 1.5 kg, 500 neurons, PES, 40 s
  robot --payload-kg 3 --friction-nm 1      a heavier load and stiffer joints
  robot --rule eprop                        a hidden layer that learns as well, by e-prop
  robot --learning-rate 0                   neurons that do not learn: nothing changes

Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "Spiking neurons learn, online and at 1 kHz, what an arm's controller does not know.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--seconds", o.seconds, 1.0, 3600.0, "model time");
    add_choice(app, "--rule", o.control.rule, rules, "what learns: output weights (pes), or a hidden layer too");
    add_number(app, "--neurons", o.control.neurons, 1, 20'000, "neurons that are told the posture");
    add_number(app, "--hidden", o.control.hidden, 1, 5000, "neurons of the hidden layer (eprop)");
    add_number(app, "--learning-rate", o.control.learning_rate, 0.0, 1.0, "of the output weights");
    add_number(app, "--hidden-rate", o.control.hidden_rate, 0.0, 1.0, "of the hidden layer's weights (eprop)");
    add_number(app, "--payload-kg", o.load.payload_kg, 0.01, 10.0, "what the hand holds");
    add_number(app, "--friction-nm", o.load.friction_nm, 0.0, 10.0, "dry friction of the joints");
    add_number(app, "--stiffness", o.pd.stiffness, 1.0, 1000.0, "of the PD controller, N m/rad");
    add_number(app, "--damping", o.pd.damping, 0.0, 100.0, "of the PD controller, N m s/rad");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Track run_arm(const Options& o, AdaptiveController* neurons, const char* title) {
    Arm arm(o.load);
    const auto steps = static_cast<std::uint64_t>(o.seconds * 1e3);
    Progress progress(stdout, steps, o.quiet);
    return follow(arm, Path{}, o.pd, neurons, o.seconds, [&](std::int64_t n) {
        const auto done = static_cast<std::uint64_t>(n);
        const std::string fields[] = {text("%.1f s", static_cast<double>(n) * 1e-3)};
        if (progress.due(done)) progress.show(done, title, fields);
        return interrupted();
    });
}

double quantile(const std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 0.0;
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

/// How long the neurons' steps took: a line for every doubling.
void print_latencies(const std::vector<double>& sorted) {
    std::printf("\nstep of the neurons, wall clock (the arm moves every 1000 us)\n");
    double low = 0.0;
    for (double high = 16.0; low < (sorted.empty() ? 0.0 : sorted.back()); low = high, high *= 2.0) {
        const auto count =
            std::lower_bound(sorted.begin(), sorted.end(), high) - std::lower_bound(sorted.begin(), sorted.end(), low);
        const double share = static_cast<double>(count) / static_cast<double>(sorted.size());
        if (count == 0) continue;
        std::printf("%7.0f to %6.0f us %8s  %s\n", low, high, grouped(static_cast<std::uint64_t>(count)).c_str(),
                    std::string(static_cast<std::size_t>(share * 50.0 + 0.999), '#').c_str());
    }
    std::printf("median %.0f us, p99 %.0f us, p99.9 %.0f us, longest %.0f us\n", quantile(sorted, 0.5),
                quantile(sorted, 0.99), quantile(sorted, 0.999), sorted.empty() ? 0.0 : sorted.back());
}

std::string rows(const Track& plain, const Track& learned) {
    std::string lines = "seconds,pd_rms,learning_rms,torque_asked,torque_added\n";
    const double window = 0.5;
    for (double t = 0.0; t < static_cast<double>(learned.error.size()) * 1e-3; t += window) {
        const auto k = static_cast<std::size_t>(t * 1e3);
        lines += text("%g,%.6g,%.6g,%.6g,%.6g\n", t, plain.rms(t, t + window), learned.rms(t, t + window),
                      learned.asked[k][0], learned.added[k][0]);
    }
    return lines;
}

/// What came of both runs: errors in radians, over the last 8 s.
struct Comparison {
    double from_s, to_s, before, after;
    [[nodiscard]] double factor() const { return ratio(before, after); }
};

Comparison compare(const Track& plain, const Track& learned) {
    const double end = static_cast<double>(learned.error.size()) * 1e-3, from = std::max(0.0, end - 8.0);
    return {from, end, plain.rms(from, end), learned.rms(from, end)};
}

void print_table(const Track& plain, const Track& learned, const Comparison& c) {
    std::printf("\n%28s %14s %14s\n", "tracking error (RMS), rad", "first 2 s", "last 8 s");
    std::printf("%28s %14.4f %14.4f\n", "PD alone", plain.rms(0.0, 2.0), c.before);
    std::printf("%28s %14.4f %14.4f\n", "PD and learning neurons", learned.rms(0.0, 2.0), c.after);
    std::printf("%28s %.1f times lower (goal %.0f: %s)\n", "", c.factor(), goal,
                c.factor() >= goal ? "reached" : "not reached");
}

Json described(const Options& o) {
    return {{"task", "arm with an unknown load"},
            {"rule", word_for(o.control.rule, rules)},
            {"neurons", o.control.neurons},
            {"hidden", o.control.rule == ControlRule::eprop ? o.control.hidden : 0},
            {"learning_rate", o.control.learning_rate},
            {"payload_kg", o.load.payload_kg},
            {"friction_nm", o.load.friction_nm},
            {"stiffness", o.pd.stiffness},
            {"damping", o.pd.damping},
            {"seed", o.seed}};
}

void add_outcome(Json& json, const Comparison& c, const std::vector<double>& sorted, const Simulation& simulation) {
    json["seconds"] = c.to_s;
    json["pd_rms_rad"] = c.before;
    json["learning_rms_rad"] = c.after;
    json["times_lower"] = c.factor();
    json["step_us_median"] = quantile(sorted, 0.5);
    json["step_us_p99"] = quantile(sorted, 0.99);
    json["step_us_p999"] = quantile(sorted, 0.999);
    json["step_us_longest"] = sorted.empty() ? 0.0 : sorted.back();
    json["spikes"] = simulation.counters().spikes;
    json["interrupted"] = interrupted();
    json["fingerprint"] = text("0x%016llx", static_cast<unsigned long long>(simulation.fingerprint()));
}

int run(const Options& o) {
    Results results(program, o);
    catch_interrupt();
    const Track plain = run_arm(o, nullptr, "PD alone");
    AdaptiveController neurons(o.control, o.seed);
    const std::clock_t start = std::clock();
    const Track learned = run_arm(o, &neurons, "learning");
    const double cpu_us = ratio(1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC,
                                static_cast<double>(learned.error.size()));
    const Comparison compared = compare(plain, learned);
    print_table(plain, learned, compared);
    std::vector<double> sorted = learned.step_us;
    std::sort(sorted.begin(), sorted.end());
    print_latencies(sorted);
    std::printf("CPU time        %.0f us a step, arm included; %s spikes in %.0f s\n", cpu_us,
                grouped(neurons.simulation().counters().spikes).c_str(), compared.to_s);

    Json json = described(o);
    add_outcome(json, compared, sorted, neurons.simulation());
    json["cpu_us_per_step"] = cpu_us;
    results.write("learning_curve.csv", rows(plain, learned));
    results.write_json("result.json", json);
    results.picture("learning_curve",
                    learning_curve_script({.title = text("Arm with %g kg in its hand", o.load.payload_kg),
                                           .x_axis = "seconds",
                                           .y_axis = "tracking error (RMS over 0.5 s), rad",
                                           .curves = {{"PD alone", "#c0392b"}, {"PD and learning neurons", "#1a7f5a"}},
                                           .logarithmic = true}));
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
