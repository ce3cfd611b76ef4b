// SPDX-License-Identifier: BSD-3-Clause
// saltus stream: events from a sensor, a pipe or a recording to a file, to a socket or to nowhere, with a line that
// tells rate and losses while they pass.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/existing_files.hpp"
#include "engine/api/cli/interrupt.hpp"
#include "engine/api/cli/pictures.hpp"
#include "engine/api/cli/read_options.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/stream_input.hpp"
#include "engine/api/cli/stream_options.hpp"
#include "engine/api/cli/stream_output.hpp"
#include "engine/core/error.hpp"
#include "engine/io/paced_sink.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>

namespace saltus::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* examples = R"(The input is a recording, which is played at its pace, or - for standard input, or
  udp://[HOST]:PORT   datagrams of the --payload that come to this address
  dv://HOST:PORT      a DV server

Examples:
  saltus stream udp://:3333 --payload spif --output recording.raw --geometry 640x480
  saltus stream recording.raw --output udp://192.168.0.7:3333 --speed 0.5
  saltus stream dv://camera:7777 --output recording.aedat4
  saltus stream recording.es --output dv://:7777             be a DV server
  saltus stream - < recording.raw                            tell the rate

With a network between input and output, that learns while events come:
  saltus stream --input udp://:3333 --geometry 34x34 --network examples/networks/event_digits.json \
                --labels labels.txt --output spikes.csv      lines "seconds label" say from when on which class is right
  saltus stream --labelled train.txt --format nmnist --geometry 34x34 --network examples/networks/event_digits.json \
                --pause-us 3000 --plot out/stream            recordings one after the other, "recording label" a line
  ... --learn off                                            only answer
  ... --learn instantaneous                                  by another rule than the description says
  ... --journal run.journal                                  for 'saltus replay run.journal'

Ends with the input, after --seconds, or at Ctrl-C. Status: 0; 1 if the input is damaged; 2 if it cannot be read.)";

/// Thrown to end a recording in its midst.
struct Stopped {};

/// Counts what passes, shows it, and ends when it is time.
class Monitor final : public io::EventSink {
  public:
    Monitor(io::EventSink& next, const StreamInput& input, const StreamOptions& options)
        : next_(next), input_(input), seconds_(options.seconds), shows_(isatty(STDERR_FILENO) == 1) {}
    ~Monitor() override {
        if (shown_) std::fputc('\n', stderr);
    }
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    void take(std::span<const io::SensorEvent> events) override {
        next_.take(events);
        events_ += events.size();
        look();
    }
    /// Now and then, also while nothing comes.
    void look() {
        const auto now = Clock::now();
        if (interrupt_.came() || (seconds_ > 0.0 && seconds_since(start_, now) >= seconds_)) throw Stopped{};
        if (!shows_ || now - shown_at_ < milliseconds(250)) return;
        const double rate = static_cast<double>(events_ - shown_events_) / seconds_since(shown_at_, now);
        std::fprintf(stderr, "\r%s\033[K", line(rate).c_str());
        std::fflush(stderr);
        shown_ = true;
        shown_at_ = now;
        shown_events_ = events_;
    }
    [[nodiscard]] std::string summary() const {
        const double s = seconds_since(start_, Clock::now());
        return line(s > 0.0 ? static_cast<double>(events_) / s : 0.0);
    }

  private:
    static double seconds_since(Clock::time_point from, Clock::time_point to) {
        return std::chrono::duration<double>(to - from).count();
    }
    [[nodiscard]] std::string line(double rate) const {
        const io::TransportCounters t = input_.transport();
        const io::StreamCounters& c = input_.counters();
        return grouped(events_) + " events, " + grouped(static_cast<std::uint64_t>(rate)) + " per second; " +
               grouped(c.malformed) + " malformed, " + grouped(c.outside) + " outside, " + grouped(t.kernel_drops) +
               " datagrams dropped by the kernel, " + grouped(t.lost) + " lost, " + grouped(t.broken) +
               " connections broken";
    }

    io::EventSink& next_;
    const StreamInput& input_;
    double seconds_;
    bool shows_;
    bool shown_ = false;
    Interrupt interrupt_;
    Clock::time_point start_ = Clock::now(), shown_at_ = start_;
    std::uint64_t events_ = 0, shown_events_ = 0;
};

/// Events, group by group at the pace of their times.
void pass_on(const StreamInput& input, const StreamOptions& options, Monitor& monitor) {
    std::unique_ptr<io::PacedSink> paced;
    const double speed = options.speed < 0.0 ? 1.0 : options.speed;
    if (input.recording && speed > 0.0)
        paced = std::make_unique<io::PacedSink>(monitor, io::PaceOptions{.speed = speed});
    io::EventSink& sink = paced ? static_cast<io::EventSink&>(*paced) : monitor;
    try {
        while (input.poll(sink)) monitor.look();
    } catch (const Stopped&) {
        // asked to: what came is kept
    }
}

/// Without a network: events only pass.
int pass(const StreamOptions& options) {
    const StreamInput input = open_input(options.input, options.payload);
    const auto output = open_output(options.output, options.output_payload, input.geometry);
    std::string summary;
    {
        Monitor monitor(*output, input, options);
        pass_on(input, options, monitor);
        summary = monitor.summary();
    }
    std::printf("%s\n%s\n", summary.c_str(), output->finish().c_str());
    if (!input.fault()) return status_ok;
    std::fprintf(stderr, "saltus: %s: %s\n", options.input.file.c_str(), fault_text(input.fault()).c_str());
    return status_damaged;
}

/// Options that ask something of a network.
void require_network(const StreamOptions& o) {
    const std::pair<const char*, bool> given[] = {{"--labelled", !o.labelled.empty()},
                                                  {"--labels", !o.labels.empty()},
                                                  {"--learn", !o.learn.empty()},
                                                  {"--readout", !o.readout.empty()},
                                                  {"--input-population", !o.input_population.empty()},
                                                  {"--output-population", !o.output_population.empty()},
                                                  {"--trial-ms", o.trial_ms != 0.0},
                                                  {"--journal", !o.journal.empty()},
                                                  {"--plot", !o.plot.empty()}};
    for (const auto& [option, asked] : given)
        if (asked) throw ConfigError(option, "asks something of a network", "name a network with --network");
}

int stream(const StreamOptions& options) {
    const bool network = !options.network.file.empty();
    if (!network) require_network(options);
    if (options.input.file.empty() == options.labelled.empty())
        throw ConfigError("--input", options.labelled.empty() ? "is missing" : "and --labelled are both given",
                          "name one: a file, -, udp://[HOST]:PORT, dv://HOST:PORT, or --labelled LIST");
    if (!options.plot.empty()) make_picture_folder(options.plot); // not to be told so after the run
    // What came from a sensor cannot be had again.
    keep_existing(std::array{options.output, options.journal}, options.force);
    return network ? stream_through_network(options) : pass(options);
}

void add_network_options(CLI::App& command, StreamOptions& o) {
    command.add_option("--network", o.network.file, "A network for the events to run through")->type_name("NET.json");
    command.add_option("--seed", o.network.seed, "In the place of the network's own")->type_name("N");
    add_thread_options(command, o.network);
    add_precision_option(command, o.network);
    command.add_option("--input-population", o.input_population, "Where events enter (the only input)")
        ->type_name("NAME");
    command
        .add_option("--output-population", o.output_population, "Whose spikes are the output (the last that spikes)")
        ->type_name("NAME");
    add_gate_options(command, o.gate);
    command.add_option("--learn", o.learn, "on, off, or a rule in the place of the network's: eprop, superspike, ...")
        ->type_name("RULE");
    command.add_option("--labels", o.labels, "Lines 'seconds label': from when on which class is right")
        ->type_name("FILE");
    command
        .add_option("--labelled", o.labelled,
                    "In the place of an input: lines 'recording label', or a folder of folders 0, 1, ...")
        ->type_name("LIST");
    command.add_option("--passes", o.passes, "Times these are gone through (1)")->check(CLI::Range(1, 1'000'000));
    command.add_flag("--in-order", o.in_order, "Do not shuffle them");
    command.add_option("--readout", o.readout, "Who answers (the only one with an error)")->type_name("NAME");
    command.add_option("--trial-ms", o.trial_ms, "From answer to answer (the interval that the network learns after)")
        ->check(CLI::Range(1e-6, 1e9));
    command.add_option("--period-us", o.period_us, "Model time is caught up with the clock so often (1000)")
        ->check(CLI::Range(100, 1'000'000));
    command.add_option("--journal", o.journal, "Write down all that is done, for 'saltus replay'")->type_name("FILE");
    command.add_option("--plot", o.plot, "Draw rates, accuracy and latency into a folder")->type_name("FOLDER");
}

} // namespace

void add_stream(CLI::App& program, Action& action) {
    auto options = std::make_shared<StreamOptions>();
    CLI::App* command = program.add_subcommand(
        "stream", "Pass events on as they come, or let a network learn from them: sensors, sockets, pipes, recordings");
    command->add_option("file,--input", options->input.file, "Where events come from")->type_name("INPUT");
    add_recording_options(*command, options->input, "--format");
    command->add_option("--output", options->output, "A file, udp://HOST:PORT or dv://[HOST]:PORT; nothing: only count")
        ->type_name("TARGET");
    command->add_option("--payload", options->payload, "Datagrams that come: spif, faery_t64, faery_t32, jaer (spif)")
        ->type_name("NAME");
    command->add_option("--output-payload", options->output_payload, "Datagrams that are sent (spif)")
        ->type_name("NAME");
    command
        ->add_option("--speed", options->speed,
                     "Pace of a recording; 0: as fast as it goes (1; of labelled recordings through a network 0)")
        ->check(CLI::Range(0.0, 1e9));
    command->add_option("--seconds", options->seconds, "End after so long; 0: with the input (0)")
        ->check(CLI::Range(0.0, 1e9));
    command->add_flag("--force", options->force, "Replace an output file or a journal that exists");
    add_network_options(*command, *options);
    command->footer(examples);
    command->callback([options, &action] { action = [options] { return stream(*options); }; });
}

} // namespace saltus::cli
