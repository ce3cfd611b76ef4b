// SPDX-License-Identifier: BSD-3-Clause
// Learns the same images with every shape and every scale of the surrogate derivative: see sweep.hpp.
#include "examples/common/command_line.hpp"
#include "examples/common/gnuplot.hpp"
#include "examples/common/image_source.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/surrogate_sweep/sweep.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::surrogates;

constexpr const char* program = "surrogate_sweep";
constexpr Varied both[] = {Varied::width, Varied::height};

struct Options : RunOptions, ImageSource {
    std::uint32_t hidden = 100;

    Options() : ImageSource{.train_samples = 2000, .test_samples = 500} {}
};

struct Row {
    Varied varied;
    std::size_t shape; ///< index in shapes()
    double value;
    Outcome outcome;
};

struct Record {
    std::vector<Row> rows;
    double seconds = 0.0;
};

constexpr const char* examples_of_use = R"(Examples:
  surrogate_sweep                                6 shapes, 6 widths, 7 heights: 78 networks
  surrogate_sweep --train-samples 20000          learn more of each
  surrogate_sweep --seed 2                       other initial weights

The images are those of the Debian package dataset-fashion-mnist. Ctrl-C ends the run and keeps what is known so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "Which shape, and which scale, of the surrogate derivative lets a network learn?",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--hidden", o.hidden, 1, 20'000, "neurons of each of the two hidden layers");
    add_image_options(app, o);
    line.add_run_options(o);
    return line.parse(argc, argv);
}

const char* name_of(Varied varied) { return varied == Varied::width ? "width" : "height"; }

Record sweep(const ImageTask& task, const Options& o) {
    using Clock = std::chrono::steady_clock;
    Record record;
    const SweepOptions options{o.hidden, o.seed, o.precision};
    std::vector<Row> plan;
    for (const Varied varied : both) {
        for (std::size_t s = 0; s < shapes().size(); ++s) {
            for (const double value : values(varied)) plan.push_back({varied, s, value, {}});
        }
    }
    Progress progress(stdout, plan.size(), o.quiet);
    const auto start = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    for (Row& row : plan) {
        if (interrupted()) break;
        const Shape& shape = shapes()[row.shape];
        row.outcome = learn_and_test(layers(psi(shape, row.varied, row.value), options), task, options);
        record.rows.push_back(row);
        const std::size_t done = record.rows.size();
        if (!progress.due(done)) continue;
        const double left = static_cast<double>(plan.size() - done) / static_cast<double>(done);
        const std::string fields[] = {text("%s, %s %g: %s", shape.name.c_str(), name_of(row.varied), row.value,
                                           percent(row.outcome.accuracy).c_str()),
                                      "ETA " + clock_time(left * seconds())};
        progress.show(done, "learning", fields);
    }
    record.seconds = seconds();
    return record;
}

/// The accuracy of a shape, if it is known.
std::optional<double> find(const Record& record, Varied varied, std::size_t shape, double value) {
    for (const Row& row : record.rows) {
        if (row.varied == varied && row.shape == shape && row.value == value) return row.outcome.accuracy;
    }
    return std::nullopt;
}

void print(const Record& record) {
    if (interrupted()) std::printf("interrupted after %zu networks\n", record.rows.size());
    for (const Varied varied : both) {
        std::printf("\n%-20s", name_of(varied));
        for (const double value : values(varied)) std::printf(" %8g", value);
        std::printf("\n");
        for (std::size_t s = 0; s < shapes().size(); ++s) {
            std::printf("%-20s", shapes()[s].name.c_str());
            for (const double value : values(varied)) {
                const auto right = find(record, varied, s, value);
                std::printf(" %8s", right ? percent(*right).c_str() : "-");
            }
            std::printf("\n");
        }
    }
    std::printf("\nlearning time   %.1f s\npeak memory     %.0f MB\n", record.seconds, peak_memory_mb());
}

Json as_json(const Record& record, const Options& o) {
    Json json = {{"task", "surrogate derivatives, shape and scale"},
                 {"train_samples", o.train_samples},
                 {"test_samples", o.test_samples},
                 {"hidden", o.hidden},
                 {"seed", o.seed},
                 {"precision", saltus::examples::name_of(o.precision)},
                 {"interrupted", interrupted()},
                 {"learning_seconds", record.seconds},
                 {"peak_memory_mb", peak_memory_mb()},
                 {"rows", Json::array()}};
    for (const Row& row : record.rows) {
        json["rows"].push_back({{"shape", shapes()[row.shape].name},
                                {"varied", name_of(row.varied)},
                                {"value", row.value},
                                {"test_accuracy", row.outcome.accuracy},
                                {"hidden_spikes", row.outcome.hidden_spikes},
                                {"plastic_synaptic_events", row.outcome.plastic_events}});
    }
    return json;
}

std::string csv(const Record& record) {
    std::string lines = "shape,varied,value,test_accuracy\n";
    for (const Row& row : record.rows) {
        lines += text("%s,%s,%g,%.6g\n", shapes()[row.shape].name.c_str(), name_of(row.varied), row.value,
                      row.outcome.accuracy);
    }
    return lines;
}

/// One panel: a line a shape.
std::string panel(const Record& record, Varied varied) {
    std::string plot = "plot ", data;
    for (std::size_t s = 0; s < shapes().size(); ++s) {
        std::string rows;
        for (const double value : values(varied)) {
            if (const auto right = find(record, varied, s, value)) rows += text("%g %.5g\n", value, 100.0 * *right);
        }
        const std::string block = text("%s%zu", name_of(varied), s);
        data += data_block(block, rows);
        plot += text("%s$%s using 1:2 with linespoints linewidth 2 pointtype 7 linecolor '%s' title '%s'",
                     s == 0 ? "" : ", \\\n     ", block.c_str(), shapes()[s].colour.c_str(), shapes()[s].name.c_str());
    }
    return data + text("set xlabel '%s'\n", varied == Varied::width ? "width (thresholds)" : "height, the scale") +
           plot + "\n";
}

std::string script(const Record& record) {
    return gnuplot_preamble("surrogates.png", 1300, 560) +
           "set multiplot layout 1,2 title \"Surrogate derivatives: which shape, which scale?\" font ',15'\n"
           "set logscale x\nset yrange [0:100]\nset ylabel 'test images right (%)'\n"
           "set key bottom center Left reverse\n" +
           panel(record, Varied::width) + panel(record, Varied::height) + "unset multiplot\n";
}

int run(const Options& o) {
    const ImageTask task = read_images(o);
    Results results(program, o);
    catch_interrupt();
    const Record record = sweep(task, o);
    print(record);
    results.write("sweep.csv", csv(record));
    results.write_json("result.json", as_json(record, o));
    results.picture("surrogates", script(record));
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
