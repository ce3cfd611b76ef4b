// SPDX-License-Identifier: BSD-3-Clause
// XOR of spike times, learned by exact gradients of spike times: see xor.hpp for the task and the network.
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/temporal_xor/xor.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::temporal_xor;

constexpr const char* program = "temporal_xor";

struct Options : RunOptions {
    XorOptions task;
    std::uint64_t trials = 2000;
};

struct Record {
    std::vector<double> losses; ///< of each trial, before it was learned from
    std::vector<bool> right;
    std::vector<Outcome> final; ///< [questions], after learning
    std::uint32_t solved = 0;   ///< questions answered rightly after learning
    Cost cost;
};

constexpr const char* examples_of_use = R"(Examples:
  temporal_xor                       tau_m = 2 tau_s
  temporal_xor --tau-m 5             tau_m = tau_s
  temporal_xor --hidden 4            as few neurons as in the paper

Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program,
                     "A network learns XOR from the times of single spikes, by exact gradients of these times.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--trials", o.trials, 1, 10'000'000, "questions to learn from");
    add_number(app, "--hidden", o.task.hidden, 1, 1000, "hidden neurons");
    add_number(app, "--tau-m", o.task.tau_m_ms, 0.5, 20.0, "membrane time constant, ms");
    add_number(app, "--tau-s", o.task.tau_s_ms, 0.5, 20.0, "synaptic time constant, ms");
    add_number(app, "--late-ms", o.task.late_ms, 0.1, 50.0, "how late a late input is");
    add_number(app, "--learning-rate", o.task.learning_rate, 0.0, 100.0, "of gradient descent");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Record practise(TemporalXor& network, const Options& o) {
    using Clock = std::chrono::steady_clock;
    Record record;
    Progress progress(stdout, o.trials, o.quiet);
    const auto start = Clock::now();
    RandomStream order(o.seed, 77);
    for (std::uint64_t n = 0; n < o.trials && !interrupted(); ++n) {
        const std::uint32_t question = order.below(questions);
        const Outcome outcome = network.learn(question);
        record.losses.push_back(outcome.loss);
        record.right.push_back(outcome.chosen == answer_to(question));
        if (!progress.due(n + 1)) continue;
        const std::string fields[] = {text("loss %.4f", outcome.loss)};
        progress.show(n + 1, "practising", fields);
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    record.cost = {seconds, network.simulation().counters(), network.simulation().fingerprint()};
    for (std::uint32_t question = 0; question < questions; ++question) {
        record.final.push_back(network.ask(question));
        record.solved += record.final.back().chosen == answer_to(question) ? 1 : 0;
    }
    return record;
}

/// Shares of right answers over the last 100 trials.
std::string csv(const Record& record) {
    std::string lines = "trials,right,loss\n";
    std::size_t right = 0;
    for (std::size_t n = 0; n < record.right.size(); ++n) {
        right += record.right[n] ? 1u : 0u;
        if (n >= 100) right -= record.right[n - 100] ? 1u : 0u;
        const auto window = static_cast<double>(std::min<std::size_t>(n + 1, 100));
        lines += text("%zu,%.4f,%.6g\n", n + 1, static_cast<double>(right) / window, record.losses[n]);
    }
    return lines;
}

std::string rows(const std::vector<double>& times) {
    std::string lines;
    for (std::size_t j = 0; j < times.size(); ++j)
        if (times[j] != no_spike) lines += text("%.6f %zu\n", times[j], j);
    return lines;
}

void draw(Results& results, const Record& record, const Options& o) {
    results.picture("learning_curve", learning_curve_script({.title = "XOR of spike times",
                                                             .x_axis = "trials learned",
                                                             .y_axis = "right answers (%), last 100",
                                                             .curves = {{"before each trial is learned", "#4c9bd6"}},
                                                             .percent = true}));
    Panels panels("XOR of spike times: the two inputs differ in the second and the third question", 40.0);
    for (std::uint32_t question = 0; question < questions; ++question) {
        const Outcome& seen = record.final[question];
        std::vector<double> all(seen.output_ms.begin(), seen.output_ms.end()); // 0 and 1: the answers
        all.insert(all.end(), seen.hidden_ms.begin(), seen.hidden_ms.end());
        all.insert(all.end(), seen.input_ms.begin(), seen.input_ms.end());
        panels.raster(text("%u: output %u is to be first", question, answer_to(question)), "output, hidden, input",
                      rows(all), 5u + o.task.hidden, answer_to(question) == 0 ? "#1f77b4" : "#d62728");
    }
    results.picture("trial", panels.script("trial"));
}

void print(const Record& record) {
    if (interrupted()) std::printf("interrupted after %s trials\n", grouped(record.losses.size()).c_str());
    std::printf("\n%10s %10s %12s %12s %12s\n", "question", "answer", "output 0 ms", "output 1 ms", "loss");
    for (std::uint32_t question = 0; question < questions; ++question) {
        const Outcome& seen = record.final[question];
        const auto shown = [](double t) { return t == no_spike ? std::string("never") : text("%.4f", t); };
        std::printf("%10u %10u %12s %12s %12.5f\n", question, answer_to(question), shown(seen.output_ms[0]).c_str(),
                    shown(seen.output_ms[1]).c_str(), seen.loss);
    }
    std::printf("%u of %u questions answered rightly\n\n", record.solved, questions);
}

Json as_json(const Record& record, const Options& o) {
    double loss = 0.0, margin = 1e300;
    for (const Outcome& seen : record.final) {
        loss += seen.loss / questions;
        margin = std::min(margin, seen.margin_ms());
    }
    Json json = {{"task", "XOR of spike times"},
                 {"solved", record.solved},
                 {"questions", questions},
                 {"loss", loss},
                 {"smallest_margin_ms", margin},
                 {"trials", record.losses.size()},
                 {"hidden", o.task.hidden},
                 {"tau_m_ms", o.task.tau_m_ms},
                 {"tau_s_ms", o.task.tau_s_ms},
                 {"learning_rate", o.task.learning_rate},
                 {"seed", o.seed},
                 {"precision", name_of(o.precision)}};
    record.cost.add_to(json);
    return json;
}

int run(const Options& o) {
    TemporalXor network(o.task, o.seed, o.precision);
    Results results(program, o);
    catch_interrupt();
    const Record record = practise(network, o);
    print(record);
    results.write("learning_curve.csv", csv(record));
    results.write_json("result.json", as_json(record, o));
    draw(results, record, o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
