// SPDX-License-Identifier: BSD-3-Clause
// saltus run: a network from a file, for some model time, with recordings as input; what it did and what it cost.
#include "engine/api/cli/activity.hpp"
#include "engine/api/cli/clocks.hpp"
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/existing_files.hpp"
#include "engine/api/cli/interrupt.hpp"
#include "engine/api/cli/learn_choice.hpp"
#include "engine/api/cli/network_options.hpp"
#include "engine/api/cli/pictures.hpp"
#include "engine/api/cli/read_options.hpp"
#include "engine/api/cli/recorded_input.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/run_journal.hpp"
#include "engine/api/cli/spike_file.hpp"
#include "engine/core/error.hpp"
#include "engine/persist/network_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace saltus::cli {
namespace {

using api::text;

constexpr const char* examples = R"(NET.json describes the network; examples/networks/ has some to begin with.

Examples:
  saltus run examples/networks/balanced.json                    a second of model time: rates, cost, memory, fingerprint
  saltus run examples/networks/balanced.json --plot out/run     ... and a picture: rasters and rates
  saltus run net.json --seconds 10 --threads 2                  the same fingerprint, whatever the threads
  saltus run net.json --record spikes.csv --record-population hidden
  saltus run net.json --input pixels=digit.bin --geometry 34x34 a recording as input; ends with it
  saltus run net.json --learn off                               as it is, whatever its rules
  saltus run net.json --journal run.journal                     for 'saltus replay run.journal'
  saltus run net.json --describe                                the network in full, every default stated

Status: 0; 1 if an input is damaged; 2 if something cannot be read or does not fit.)";

struct RunCommand {
    NetworkOptions network;
    InputOptions input;
    GateChoice gate;
    std::vector<std::string> inputs; ///< POPULATION=FILE
    double seconds = 0.0;            ///< 0: as long as the inputs last, 1 without any
    std::string record, journal, plot, learn;
    std::vector<std::string> recorded;
    bool describe = false, force = false;
};

using Inputs = std::vector<std::unique_ptr<RecordedInput>>;

Inputs open_inputs(const RunCommand& o, const Network& network) {
    Inputs inputs;
    for (const std::string& pair : o.inputs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos)
            throw ConfigError("--input", "'" + pair + "' names no population", "write POPULATION=FILE");
        const PopulationId population = persist::population_named(network, pair.substr(0, equals));
        inputs.push_back(
            std::make_unique<RecordedInput>(pair.substr(equals + 1), input_of(o.input), o.gate, network, population));
    }
    return inputs;
}

/// Populations whose spikes are counted: those asked for, else all that have neurons.
std::vector<PopulationId> watched(const RunCommand& o, const Network& network) {
    std::vector<PopulationId> list;
    for (const std::string& name : o.recorded) {
        list.push_back(persist::population_named(network, name));
        if (!has_spikes(network.at(list.back()), true))
            throw ConfigError("--record-population", "'" + name + "' has no neurons that spike", "name another");
    }
    if (!list.empty()) return list;
    for (std::uint32_t p = 0; p < network.populations().size(); ++p)
        if (has_spikes(network.populations()[p])) list.push_back({p});
    return list;
}

/// A run: pieces of model time, spikes handed on after each.
class Run {
  public:
    explicit Run(const RunCommand& o)
        : o_(o), network_(with_rule(persist::read_network(o.network.file, o.network.seed), o.learn)),
          simulation_(network_, simulation_options(o.network)), inputs_(open_inputs(o, network_)),
          piece_(std::max<Tick>(1, network_.grid().ticks(10.0))), end_(end_tick()),
          activity_(network_, watched(o, network_), shown_from(), o.plot.empty() ? shown_from() : end_),
          journal_(o.journal, simulation_, network_, o.network.precision) {
        if (!o.record.empty()) spikes_ = open_spike_file(o.record, network_);
        for (const PopulationId id : activity_.watched()) simulation_.record_spikes(id);
        if (o.learn == "off") simulation_.set_learning(false);
    }

    void go() {
        const double begin = processor_seconds();
        while (simulation_.now() < end_ && !interrupt_.came()) {
            const Tick until = std::min(end_, simulation_.now() + piece_);
            for (const auto& input : inputs_) input->feed(simulation_, until);
            if (o_.seconds == 0.0 && !inputs_.empty() && all_ended()) end_ = std::min(end_, until + piece_);
            simulation_.advance_until(until);
            activity_.take(simulation_.spikes());
            if (spikes_) spikes_->take(simulation_.spikes());
            simulation_.clear_spikes();
        }
        processor_s_ = processor_seconds() - begin;
        journal_.finish();
        if (spikes_) spikes_->finish();
    }

    void report() const {
        network_lines();
        cost_lines();
        for (const auto& input : inputs_) input_line(*input);
        const auto faults = simulation_.counters().neuron_faults;
        if (faults > 0) line("faults", grouped(faults) + " neurons were stopped: their state was not finite");
        if (spikes_) line("recorded", o_.record + ": " + grouped(spikes_->spikes()) + " spikes");
        if (!o_.journal.empty()) line("journal", journal_.text());
        line("fingerprint", text("0x%016llx", static_cast<unsigned long long>(simulation_.fingerprint())));
        if (!o_.plot.empty()) line("picture", draw(o_.plot, "run", activity_.picture("run", title())));
    }

    [[nodiscard]] int status() const {
        for (const auto& input : inputs_) {
            if (!input->source().fault()) continue;
            std::fprintf(stderr, "saltus: %s: %s\n", input->file().c_str(),
                         fault_text(input->source().fault()).c_str());
            return status_damaged;
        }
        return status_ok;
    }

  private:
    static void line(const char* name, const std::string& words) { std::printf("%-16s%s\n", name, words.c_str()); }

    [[nodiscard]] Tick end_tick() const {
        constexpr double longest_s = 1e6;
        const double seconds = o_.seconds > 0.0 ? o_.seconds : o_.inputs.empty() ? 1.0 : longest_s;
        return std::max<Tick>(1, static_cast<Tick>(std::llround(seconds / network_.grid().tick_s())));
    }
    /// The picture shows two seconds at the most.
    [[nodiscard]] Tick shown_from() const {
        if (o_.seconds == 0.0 && !o_.inputs.empty()) return 0;
        return std::max<Tick>(0, end_ - network_.grid().ticks(2000.0));
    }
    [[nodiscard]] bool all_ended() const {
        return std::all_of(inputs_.begin(), inputs_.end(), [](const auto& input) { return input->ended(); });
    }
    [[nodiscard]] double model_s() const { return static_cast<double>(simulation_.now()) * network_.grid().tick_s(); }
    [[nodiscard]] std::string title() const {
        return text("%s: up to %.6g s of model time", o_.network.file.c_str(), model_s());
    }

    void network_lines() const {
        std::uint64_t neurons = 0;
        for (const Population& p : network_.populations()) neurons += p.size;
        double synapses = 0.0;
        for (const Projection& p : network_.projections()) synapses += expected_synapses(network_, p);
        line("network",
             text("%s: %zu populations of %s neurons, %zu projections of %s synapses", o_.network.file.c_str(),
                  network_.populations().size(), grouped(neurons).c_str(), network_.projections().size(),
                  grouped(static_cast<std::uint64_t>(std::llround(synapses))).c_str()));
        for (const PopulationId id : activity_.watched()) {
            const Population& p = network_.at(id);
            line("", text("%s: %s spikes, %.3g Hz", p.name.c_str(), grouped(activity_.spikes(id)).c_str(),
                          static_cast<double>(activity_.spikes(id)) / (model_s() * p.size)));
        }
    }

    void cost_lines() const {
        const Counters c = simulation_.counters();
        line("time", text("%.6g s of model time in %.3g s of processor time", model_s(), processor_s_));
        std::string events = grouped(c.synaptic_events) + " synaptic events";
        if (c.synaptic_events > 0)
            events += text(", %.3g ns each, all in", 1e9 * processor_s_ / static_cast<double>(c.synaptic_events));
        line("events", events);
        if (c.plastic_updates > 0)
            line("learning", grouped(c.plastic_updates) + " updates of synapses, " + grouped(c.intervals_learned) +
                                 " intervals learned from");
        line("memory", text("%.3g MiB of synapses, the process %.3g MiB at most",
                            static_cast<double>(simulation_.bytes()) / 1048576.0,
                            static_cast<double>(peak_memory()) / 1048576.0));
    }

    void input_line(const RecordedInput& input) const {
        const Counters c = simulation_.counters();
        line("input", input.file() + ": " + grouped(input.events()) + " events, " + grouped(input.filtered()) +
                          " filtered, " + grouped(input.outside()) + " outside the sensor");
        if (input.malformed() > 0)
            line("", grouped(input.malformed()) + " words, records or rows mean nothing and were left out");
        if (c.events_late > 0)
            line("", grouped(c.events_late) + " events came late and were left out: their times step back");
    }

    const RunCommand& o_;
    Interrupt interrupt_;
    Network network_;
    Simulation simulation_;
    Inputs inputs_;
    Tick piece_, end_;
    Activity activity_;
    RunJournal journal_;
    std::unique_ptr<SpikeFile> spikes_;
    double processor_s_ = 0.0;
};

int run(const RunCommand& o) {
    if (o.describe) {
        const Network network = persist::read_network(o.network.file, o.network.seed);
        std::fputs(persist::network_to_text(with_rule(network, o.learn)).c_str(), stdout);
        return status_ok;
    }
    if (!o.plot.empty()) make_picture_folder(o.plot); // not to be told so after the run
    keep_existing(std::array{o.record, o.journal}, o.force);
    Run job(o);
    job.go();
    job.report();
    return job.status();
}

void add_options(CLI::App& command, RunCommand& o) {
    command.add_option("network", o.network.file, "The network to run")->required()->type_name("NET.json");
    command
        .add_option("--seconds", o.seconds,
                    "Model time to run; without it as long as the inputs last, or 1 second without inputs")
        ->check(CLI::Range(1e-9, 1e6));
    command.add_option("--seed", o.network.seed, "In the place of the network's own")->type_name("N");
    add_thread_options(command, o.network);
    add_precision_option(command, o.network);
    command.add_option("--input", o.inputs, "A recording for an input population; may be given several times")
        ->type_name("POPULATION=FILE");
    add_recording_options(command, o.input, "--format");
    add_gate_options(command, o.gate);
    command.add_option("--learn", o.learn, "on, off, or a rule in the place of the network's: eprop, superspike, ...")
        ->type_name("WHAT");
    command.add_option("--record", o.record, "Write spikes to a .csv or .npy")->type_name("FILE");
    command
        .add_option("--record-population", o.recorded,
                    "Count and record this population; may be given several times (all but sources)")
        ->type_name("NAME");
    command.add_option("--journal", o.journal, "Write down all that is done, for 'saltus replay'")->type_name("FILE");
    command.add_option("--plot", o.plot, "Draw rasters and rates of the last two seconds into a folder")
        ->type_name("FOLDER");
    command.add_flag("--force", o.force, "Replace a file of spikes or a journal that exists");
    command.add_flag("--describe", o.describe, "Only print the network in full, every default stated");
    command.footer(examples);
}

} // namespace

void add_run(CLI::App& program, Action& action) {
    auto options = std::make_shared<RunCommand>();
    add_options(*program.add_subcommand("run", "Run a network described in a file"), *options);
    program.get_subcommand("run")->callback([options, &action] { action = [options] { return run(*options); }; });
}

} // namespace saltus::cli
