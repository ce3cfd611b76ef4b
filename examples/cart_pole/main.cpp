// SPDX-License-Identifier: BSD-3-Clause
// Balancing a pole, learned from falls alone by reward-based e-prop: see cart_pole.hpp for the cart, agent.hpp for who
// drives it.
#include "examples/cart_pole/practice.hpp"
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/recurrent_network.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::cart_pole;

constexpr const char* program = "cart_pole";
constexpr double goal = 475.0; ///< CartPole-v1 counts as solved there
constexpr std::size_t window = 100;

struct Options : RunOptions {
    AgentOptions agent;
    std::uint64_t episodes = 4000, test_episodes = 100;
};

struct Record {
    std::vector<std::uint32_t> steps; ///< [episodes]
    std::uint64_t spikes = 0;         ///< of hidden neurons, while learning
    Cost cost;

    [[nodiscard]] std::uint64_t all_steps() const { return std::accumulate(steps.begin(), steps.end(), 0ULL); }
    /// Mean of the `window` episodes up to number n.
    [[nodiscard]] double mean(std::size_t n) const {
        const std::size_t count = std::min(n, window);
        const auto end = steps.begin() + static_cast<std::ptrdiff_t>(n);
        const double sum = std::accumulate(end - static_cast<std::ptrdiff_t>(count), end, 0.0);
        return ratio(sum, static_cast<double>(count));
    }
};

constexpr const char* examples_of_use = R"(Examples:
  cart_pole                                      4000 episodes, then 100 without chance and without learning
  cart_pole --hidden 200 --cells 14              more neurons
  cart_pole --feedback random                    errors come back through fixed random weights
  cart_pole --horizon-ms 1000                    looks further ahead

Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program,
                     "Spiking neurons learn to balance a pole on a cart; all that they are told is that it fell.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--episodes", o.episodes, 1, 1'000'000, "episodes to learn from");
    add_number(app, "--test-episodes", o.test_episodes, 0, 1'000'000, "fresh episodes to test with");
    add_number(app, "--hidden", o.agent.hidden, 1, 10'000, "hidden LIF neurons");
    add_number(app, "--cells", o.agent.cells, 2, 100, "place cells for each of the four variables");
    add_choice(app, "--feedback", o.agent.feedback, feedback_words(), "how the errors come back");
    add_number(app, "--learning-rate", o.agent.learning_rate, 0.0, 1.0, "the actor's, falling linearly to 0");
    add_number(app, "--horizon-ms", o.agent.horizon_ms, 20.0, 1e5, "how far ahead rewards are looked for");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Record practise(Agent& agent, const Options& o) {
    using Clock = std::chrono::steady_clock;
    Record record;
    Progress progress(stdout, o.episodes, o.quiet);
    const auto start = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    while (record.steps.size() < o.episodes && !interrupted()) {
        const std::uint64_t n = record.steps.size();
        agent.anneal(static_cast<double>(n) / static_cast<double>(o.episodes));
        record.steps.push_back(play(agent, o.seed, n, Choice::softmax).steps);
        if (!progress.due(n + 1)) continue;
        const double left = static_cast<double>(o.episodes - n - 1) / static_cast<double>(n + 1);
        const std::string fields[] = {
            text("upright for %.0f of %u steps (mean of %zu)", record.mean(n + 1), longest_episode, window),
            "ETA " + clock_time(left * seconds()),
            text("%s steps/s",
                 grouped(static_cast<std::uint64_t>(ratio(static_cast<double>(record.all_steps()), seconds())))
                     .c_str())};
        progress.show(n + 1, "practising", fields);
    }
    record.cost = {seconds(), agent.simulation().counters(), agent.simulation().fingerprint()};
    record.spikes = record.cost.counters.spikes;
    return record;
}

std::string csv(const Record& record) {
    std::string lines = "episodes,steps,mean_of_last_100\n";
    for (std::size_t n = 1; n <= record.steps.size(); ++n) {
        lines += text("%zu,%u,%.6g\n", n, record.steps[n - 1], record.mean(n));
    }
    return lines;
}

/// One greedy episode, its cart and its spikes.
void draw_episode(Results& results, Agent& agent, const Options& o) {
    Simulation& simulation = agent.simulation();
    const Tick onset = simulation.now();
    std::vector<InputEvent> seen;
    std::string angle, position, value;
    agent.set_learning(false);
    simulation.record_spikes(agent.hidden());
    const Episode episode =
        play(agent, o.seed, o.episodes + o.test_episodes, Choice::greedy, [&](const CartPole& cart) {
            const double ms = static_cast<double>(simulation.now() - onset) * agent.tick_ms();
            constexpr double degrees = 180.0 / 3.14159265358979323846;
            angle += text("%g %.5g\n", ms, cart.theta * degrees);
            position += text("%g %.5g\n", ms, cart.x);
            value += text("%g %.5g\n", ms, agent.value());
            seen.insert(seen.end(), agent.input().begin(), agent.input().end());
        });
    agent.set_learning(true);
    std::vector<Spike> spikes = simulation.spikes();
    for (InputEvent& e : seen) e.tick -= onset;
    for (Spike& s : spikes) s.tick -= onset;
    Panels panels(text("Cart and pole after learning: upright for %u steps", episode.steps),
                  static_cast<double>(episode.steps * step_ms));
    panels.lines("pole", "degrees", angle, {{"", "#d62728"}});
    panels.lines("cart", "metres", position, {{"", "#1f77b4"}});
    panels.raster("place cells: x, speed, angle, its speed", "neuron", event_rows(seen, agent.tick_ms()),
                  agent.inputs(), "#34495e");
    panels.raster("hidden neurons", "neuron", event_rows(spikes, agent.tick_ms()), o.agent.hidden, "#1a7f5a");
    panels.lines("critic", "expected reward", value, {{"", "#9467bd"}});
    results.picture("episode", panels.script("episode"));
}

void print(const Record& record, const Test& tested) {
    if (interrupted()) std::printf("interrupted after %s episodes\n", grouped(record.steps.size()).c_str());
    std::printf("\n%10s %16s %16s %14s %10s %18s\n", "episodes", "last 100, steps", "greedy, steps", "to the end",
                "goal", "hidden spikes/step");
    std::printf("%10s %16.1f %16s %14s %10.0f %18.1f\n\n", grouped(record.steps.size()).c_str(),
                record.mean(record.steps.size()), tested.episodes == 0 ? "-" : text("%.1f", tested.mean_steps).c_str(),
                text("%llu of %llu", static_cast<unsigned long long>(tested.full),
                     static_cast<unsigned long long>(tested.episodes))
                    .c_str(),
                goal, ratio(static_cast<double>(record.spikes), static_cast<double>(record.all_steps())));
    record.cost.print();
}

Json as_json(const Record& record, const Test& tested, const Options& o) {
    Json json = {{"task", "cart and pole"},
                 {"mean_steps", tested.episodes == 0 ? Json(nullptr) : Json(tested.mean_steps)},
                 {"test_episodes", tested.episodes},
                 {"test_episodes_to_the_end", tested.full},
                 {"mean_steps_last_100", record.mean(record.steps.size())},
                 {"episodes", record.steps.size()},
                 {"steps", record.all_steps()},
                 {"hidden", o.agent.hidden},
                 {"cells", o.agent.cells},
                 {"feedback", word_for(o.agent.feedback, feedback_words())},
                 {"learning_rate", o.agent.learning_rate},
                 {"horizon_ms", o.agent.horizon_ms},
                 {"seed", o.seed},
                 {"precision", name_of(o.precision)}};
    record.cost.add_to(json);
    return json;
}

int run(const Options& o) {
    Agent agent(o.agent, o.seed, o.precision);
    Results results(program, o);
    catch_interrupt();
    const Record record = practise(agent, o);
    const Test tested = judge(agent, o.seed, o.episodes, o.test_episodes);
    print(record, tested);
    results.write("learning_curve.csv", csv(record));
    results.write_json("result.json", as_json(record, tested, o));
    results.picture("learning_curve",
                    learning_curve_script({.title = "Balancing a pole, reward-based e-prop",
                                           .x_axis = "episodes",
                                           .y_axis = "steps upright",
                                           .curves = {{"each episode", "#c6dbef"}, {"mean of 100", "#1f77b4"}},
                                           .goal = goal}));
    draw_episode(results, agent, o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
