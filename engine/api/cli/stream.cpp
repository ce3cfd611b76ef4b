// SPDX-License-Identifier: BSD-3-Clause
// saltus stream: events from a sensor, a pipe or a recording to a file, to a socket or to nowhere, with a line that
// tells rate and losses while they pass.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/read_options.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/stream_output.hpp"
#include "engine/core/error.hpp"
#include "engine/io/dv_source.hpp"
#include "engine/io/paced_sink.hpp"
#include "engine/io/pipe_source.hpp"
#include "engine/io/udp.hpp"

#include <signal.h> // NOLINT(modernize-deprecated-headers): sigprocmask is POSIX's
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

namespace saltus::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* examples = R"(FILE is a recording, which is played at its pace, or - for standard input, or
  udp://[HOST]:PORT   datagrams of the --payload that come to this address
  dv://HOST:PORT      a DV server

Examples:
  saltus stream udp://:3333 --payload spif --output recording.raw --geometry 640x480
  saltus stream recording.raw --output udp://192.168.0.7:3333 --speed 0.5
  saltus stream dv://camera:7777 --output recording.aedat4
  saltus stream recording.es --output dv://:7777             be a DV server
  saltus stream - < recording.raw                            tell the rate

Ends with the input, after --seconds, or at Ctrl-C. Status: 0; 1 if the input is damaged; 2 if it cannot be read.)";

struct StreamOptions {
    InputOptions input;
    std::string output;
    std::string payload = "spif";
    std::string output_payload = "spif";
    double speed = 1.0;
    double seconds = 0.0;
};

/// Ctrl-C, looked at when it suits: no handler, no global.
class Interrupt {
  public:
    Interrupt() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        signals_ = io::Descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    }
    [[nodiscard]] bool came() const {
        signalfd_siginfo info{};
        return read(signals_.get(), &info, sizeof info) == sizeof info;
    }

  private:
    io::Descriptor signals_;
};

/// The input, whichever it is, and what is known of it.
struct Input {
    std::unique_ptr<io::LiveSource> live; ///< or
    std::unique_ptr<io::Source> recording;
    std::function<io::Geometry()> geometry;
    std::function<io::Fault()> fault = [] { return io::Fault{}; };

    /// False at the end.
    bool poll(io::EventSink& sink) const { return live ? live->poll(sink, milliseconds(50)) : recording->read(sink); }
    [[nodiscard]] const io::StreamCounters& counters() const { return live ? live->counters() : recording->counters(); }
    [[nodiscard]] io::TransportCounters transport() const { return live ? live->transport() : io::TransportCounters{}; }
};

Input open_input(const StreamOptions& options) {
    const std::string& name = options.input.file;
    const io::ReadOptions read = input_of(options.input);
    const auto known = [given = read.decode.geometry](io::Geometry told) { return told.width != 0 ? told : given; };
    Input input;
    if (name.starts_with("udp://")) {
        io::UdpOptions udp;
        udp.payload = io::payload_named(options.payload);
        udp.decode = read.decode;
        input.live = std::make_unique<io::UdpSource>(io::parse_endpoint(name.substr(6), "0.0.0.0"), udp);
        input.geometry = [known] { return known({}); };
    } else if (name.starts_with("dv://")) {
        io::DvOptions dv;
        dv.decode = read.decode;
        auto source = std::make_unique<io::DvSource>(io::parse_endpoint(name.substr(5), "127.0.0.1"), dv);
        input.geometry = [known, from = source.get()] { return known(from->geometry()); };
        input.live = std::move(source);
    } else if (name == "-") {
        auto source = std::make_unique<io::PipeSource>(io::Descriptor(dup(STDIN_FILENO)), read.format, read.decode);
        input.geometry = [known, from = source.get()] { return known(from->geometry()); };
        input.fault = [from = source.get()] { return from->fault(); };
        input.live = std::move(source);
    } else {
        input.recording = io::open_source(name, read);
        input.geometry = [known, from = input.recording.get()] { return known(from->geometry()); };
        input.fault = [from = input.recording.get()] { return from->fault(); };
    }
    return input;
}

/// Thrown to end a recording in its midst.
struct Stopped {};

/// Counts what passes, shows it, and ends when it is time.
class Monitor final : public io::EventSink {
  public:
    Monitor(io::EventSink& next, const Input& input, const StreamOptions& options)
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
    const Input& input_;
    double seconds_;
    bool shows_;
    bool shown_ = false;
    Interrupt interrupt_;
    Clock::time_point start_ = Clock::now(), shown_at_ = start_;
    std::uint64_t events_ = 0, shown_events_ = 0;
};

/// Events, group by group at the pace of their times.
void pass_on(const Input& input, const StreamOptions& options, Monitor& monitor) {
    std::unique_ptr<io::PacedSink> paced;
    if (input.recording && options.speed > 0.0)
        paced = std::make_unique<io::PacedSink>(monitor, io::PaceOptions{.speed = options.speed});
    io::EventSink& sink = paced ? static_cast<io::EventSink&>(*paced) : monitor;
    try {
        while (input.poll(sink)) monitor.look();
    } catch (const Stopped&) {
        // asked to: what came is kept
    }
}

int stream(const StreamOptions& options) {
    const Input input = open_input(options);
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

} // namespace

void add_stream(CLI::App& program, Action& action) {
    auto options = std::make_shared<StreamOptions>();
    CLI::App* command =
        program.add_subcommand("stream", "Pass events on as they come: sensors, sockets, pipes, recordings");
    add_input_options(*command, options->input, "--format");
    command->add_option("--output", options->output, "A file, udp://HOST:PORT or dv://[HOST]:PORT; nothing: only count")
        ->type_name("TARGET");
    command->add_option("--payload", options->payload, "Datagrams that come: spif, faery_t64, faery_t32, jaer (spif)")
        ->type_name("NAME");
    command->add_option("--output-payload", options->output_payload, "Datagrams that are sent (spif)")
        ->type_name("NAME");
    command->add_option("--speed", options->speed, "Pace of a recording; 0: as fast as it goes (1)")
        ->check(CLI::Range(0.0, 1e9));
    command->add_option("--seconds", options->seconds, "End after so long; 0: with the input (0)")
        ->check(CLI::Range(0.0, 1e9));
    command->footer(examples);
    command->callback([options, &action] { action = [options] { return stream(*options); }; });
}

} // namespace saltus::cli
