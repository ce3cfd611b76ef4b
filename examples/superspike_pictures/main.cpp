// SPDX-License-Identifier: BSD-3-Clause
// Paints a picture of spikes, learned with SuperSpike: see painter.hpp.
#include "examples/common/command_line.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/superspike_pictures/painter.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::superspike;

constexpr const char* program = "superspike_pictures";
constexpr double goal = 39.0; ///< after 100 s; the published dense program reaches 38.3, and 57.7 after 40 s
constexpr double blocks_per_second = 2.0;
constexpr std::uint64_t settling_s = 20; ///< without learning, until the error is a mean of its own

const Words<Feedback> feedbacks = {
    {"symmetric", Feedback::symmetric}, {"random", Feedback::random}, {"uniform", Feedback::uniform}};

struct Options : RunOptions {
    PainterOptions painter;
    std::uint64_t seconds = 100;
    std::string data = default_folder().string();
};

struct Record {
    std::vector<double> errors; ///< [half seconds]; the first before anything was learned
    double cpu_seconds = 0.0;
    Cost cost;

    [[nodiscard]] double seconds() const { return static_cast<double>(errors.size() - 1) / blocks_per_second; }
    /// After so many seconds of learning, if the run came so far.
    [[nodiscard]] std::optional<double> after(double learned_s) const {
        const auto n = static_cast<std::size_t>(learned_s * blocks_per_second);
        return n < errors.size() ? std::optional(errors[n]) : std::nullopt;
    }
};

constexpr const char* examples_of_use = R"(Examples:
  superspike_pictures                            100 s of model time
  superspike_pictures --feedback random          errors come back through fixed random weights
  superspike_pictures --feedback uniform --penalty 10000
                                                 every hidden neuron hears of every error alike
  superspike_pictures --seconds 400              a better picture
  superspike_pictures --step-us 100              learning steps as short as the published ones

The rasters are not part of Saltus: --data names their folder, or the environment variable SALTUS_DATA one in which they
are superspike/oxford-input.ras and superspike/oxford-target.ras. Ctrl-C ends the run and keeps what was learned so far.)";

std::string divides_half_a_second(const std::string& text) {
    std::int64_t us = 0;
    if (parse_number(text, us) && us >= 100 && us % 100 == 0 && 500'000 % us == 0 && us <= 10'000) return {};
    return "must be a multiple of 100 from 100 to 10000 that divides 500000, not '" + text + "'";
}

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "Spiking neurons learn by SuperSpike to paint a picture with their spikes.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--seconds", o.seconds, 1, 100'000, "model time to learn for");
    add_number(app, "--hidden", o.painter.hidden, 1, 10'000, "hidden neurons");
    add_choice(app, "--feedback", o.painter.feedback, feedbacks, "how errors come back");
    add_number(app, "--learning-rate", o.painter.learning_rate_mv, 0.0, 100.0, "largest change of a weight, in mV");
    add_number(app, "--penalty", o.painter.penalty, 0.0, 1e6,
               "holds busy hidden neurons back, in published units; not with symmetric feedback");
    app.add_option("--step-us", o.painter.step_us,
                   text("learning step in us (%d)", static_cast<int>(o.painter.step_us)))
        ->check(CLI::Validator(divides_half_a_second, ""))
        ->type_name("N");
    add_folder(app, "--data", o.data, "where the two rasters are");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Raster read_data(const Options& o, const char* name, std::uint32_t first) {
    try {
        return read_raster(std::filesystem::path(o.data) / name, first);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) +
                        "; name the folder with --data, or with SALTUS_DATA the one that holds superspike");
    }
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Record learn(Painter& painter, const Options& o) {
    using Clock = std::chrono::steady_clock;
    Record record;
    painter.set_learning(false);
    for (std::uint64_t n = 0; n < 2 * settling_s; ++n) painter.advance_block();
    painter.set_learning(true);
    record.errors.push_back(painter.error());
    const auto blocks = static_cast<std::uint64_t>(blocks_per_second * static_cast<double>(o.seconds));
    Progress progress(stdout, blocks, o.quiet);
    const auto start = Clock::now();
    const double cpu_before = cpu_seconds();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    for (std::uint64_t n = 1; n <= blocks && !interrupted(); ++n) {
        painter.advance_block();
        record.errors.push_back(painter.error());
        if (!progress.due(n)) continue;
        const double left = static_cast<double>(blocks - n) / static_cast<double>(n);
        const std::string fields[] = {
            text("error %.1f", painter.error()), "ETA " + clock_time(left * seconds()),
            text("%.1f of %llu s of model time", record.seconds(), static_cast<unsigned long long>(o.seconds))};
        progress.show(n, "learning", fields);
    }
    record.cpu_seconds = cpu_seconds() - cpu_before;
    record.cost = {seconds(), painter.simulation().counters(), painter.simulation().fingerprint()};
    return record;
}

std::string csv(const Record& record) {
    std::string lines = "seconds,error\n";
    for (std::size_t n = 0; n < record.errors.size(); ++n) {
        lines += text("%g,%.6g\n", static_cast<double>(n) / blocks_per_second, record.errors[n]);
    }
    return lines;
}

void draw(Results& results, Painter& painter, const Raster& input, const Raster& target, const Options& o) {
    results.picture("learning_curve", learning_curve_script({.title = "SuperSpike: distance from the picture",
                                                             .x_axis = "model time (s)",
                                                             .y_axis = "error, mean of 10 s",
                                                             .curves = {{"error", "#1f77b4"}},
                                                             .logarithmic = true,
                                                             .goal = goal}));
    const Painter::Picture picture = painter.paint();
    constexpr double tick_ms = 1.0 / ticks_per_ms;
    Panels panels("SuperSpike: what was to be painted, and what is painted", period * tick_ms);
    panels.raster("target", "neuron", event_rows(target, tick_ms), channels, "#7f7f7f");
    panels.raster("output", "neuron", event_rows(picture.output, tick_ms), channels, "#d62728");
    panels.raster("hidden neurons", "neuron", event_rows(picture.hidden, tick_ms), o.painter.hidden, "#1a7f5a");
    panels.raster("input", "neuron", event_rows(input, tick_ms), channels, "#34495e");
    results.picture("picture", panels.script("picture"));
}

std::string shown(const std::optional<double>& value) { return value ? text("%.1f", *value) : "-"; }

void print(const Record& record) {
    if (interrupted()) std::printf("interrupted after %.1f s\n", record.seconds());
    std::printf("\n%16s %12s %12s %12s %12s %22s\n", "model time", "error before", "after 40 s", "after 100 s",
                "at the end", "CPU s per model s");
    std::printf("%14.1f s %12.1f %12s %12s %12.1f %22.3f\n\n", record.seconds(), record.errors.front(),
                shown(record.after(40.0)).c_str(), shown(record.after(100.0)).c_str(), record.errors.back(),
                ratio(record.cpu_seconds, record.seconds()));
    record.cost.print();
}

Json as_json(const Record& record, const Options& o) {
    const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
    Json json = {{"task", "SuperSpike picture"},
                 {"error_before", record.errors.front()},
                 {"error_after_40_s", number(record.after(40.0))},
                 {"error_after_100_s", number(record.after(100.0))},
                 {"error", record.errors.back()},
                 {"model_seconds", record.seconds()},
                 {"cpu_seconds_per_model_second", ratio(record.cpu_seconds, record.seconds())},
                 {"hidden", o.painter.hidden},
                 {"feedback", word_for(o.painter.feedback, feedbacks)},
                 {"learning_rate_mv", o.painter.learning_rate_mv},
                 {"step_us", o.painter.step_us},
                 {"penalty", o.painter.penalty},
                 {"seed", o.seed},
                 {"precision", name_of(o.precision)}};
    record.cost.add_to(json);
    return json;
}

int run(const Options& o) {
    const Raster input = read_data(o, "oxford-input.ras", 0), target = read_data(o, "oxford-target.ras", 1);
    Painter painter(o.painter, input, target, o.seed, o.precision);
    Results results(program, o);
    catch_interrupt();
    const Record record = learn(painter, o);
    print(record);
    results.write("learning_curve.csv", csv(record));
    results.write_json("result.json", as_json(record, o));
    draw(results, painter, input, target, o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) {
    return run_program(program, [&] {
        Options options;
        const auto ended = read_options(argc, argv, options);
        return ended ? *ended : run(options);
    });
}
