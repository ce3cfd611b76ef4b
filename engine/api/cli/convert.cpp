// SPDX-License-Identifier: BSD-3-Clause
// saltus convert: one format to another. The target appears whole or not at all.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/read_options.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/core/error.hpp"
#include "engine/io/encoders.hpp"
#include "engine/io/event_collector.hpp"
#include "engine/io/file_sink.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

namespace saltus::cli {
namespace {

namespace fs = std::filesystem;

struct ConvertOptions {
    InputOptions input;
    std::string target;
    std::string format;
    std::string packing = "lz4";
    bool rebase = false;
    bool sort = false;
    bool partial = false;
    bool force = false;
};

constexpr const char* examples = R"(Examples:
  saltus convert camera.raw camera.csv                     to text: t,x,y,p, one event per line
  saltus convert old.dat new.raw --rebase                  to RAW EVT3, time beginning at 0
  saltus convert list.txt out.aedat4 --geometry 640x480 --columns t_s,x,y,p
  saltus convert shd_test.h5 word.npy --recording 7        one recording of a file of many

Status: 0 written; 2 not written, the message tells why and what helps.)";

std::string writable_formats() {
    std::string list;
    for (const io::WriteFormat& format : io::write_formats()) {
        list += (list.empty() ? "" : ", ") + std::string(format.name) + " (" + std::string(format.extension) + ")";
    }
    return list;
}

const io::WriteFormat& target_format(const ConvertOptions& options) {
    const std::string extension = fs::path(options.target).extension().string();
    const io::WriteFormat* format =
        options.format.empty() ? io::write_format_for(extension) : io::find_write_format(options.format);
    if (format != nullptr) return *format;
    throw ConfigError(options.target,
                      options.format.empty() ? "its extension '" + extension + "' names no format that can be written"
                                             : "there is no format '" + options.format + "' to write",
                      "use --format with one of " + writable_formats());
}

io::Packing packing_of(const std::string& name) {
    if (name == "none") return io::Packing::none;
    return name == "zstd" ? io::Packing::zstd : io::Packing::lz4;
}

/// Lets the time of the first event be 0.
class Rebase final : public io::EventSink {
  public:
    explicit Rebase(io::EventSink& next) : next_(next) {}
    void take(std::span<const io::SensorEvent> events) override {
        shifted_.assign(events.begin(), events.end());
        if (!begun_ && !events.empty()) first_us_ = events.front().t_us;
        begun_ = begun_ || !events.empty();
        for (io::SensorEvent& event : shifted_) event.t_us -= first_us_;
        next_.take(shifted_);
    }

  private:
    io::EventSink& next_;
    std::vector<io::SensorEvent> shifted_;
    std::int64_t first_us_ = 0;
    bool begun_ = false;
};

/// @param held events that were read already. If so asked in the order of their times, equal times staying in theirs.
void transfer(io::Source& source, std::vector<io::SensorEvent> held, io::Encoder& encoder,
              const ConvertOptions& options) {
    Rebase rebase(encoder);
    io::EventSink& sink = options.rebase ? static_cast<io::EventSink&>(rebase) : encoder;
    if (options.sort) {
        io::EventCollector all(held);
        while (source.read(all)) {
        }
        std::stable_sort(held.begin(), held.end(), [](const auto& a, const auto& b) { return a.t_us < b.t_us; });
    }
    sink.take(held);
    while (source.read(sink)) {
    }
    encoder.finish();
}

void check_target(const ConvertOptions& options) {
    std::error_code error;
    if (!fs::exists(options.target, error)) return;
    if (fs::equivalent(options.input.file, options.target, error)) {
        throw ConfigError(options.target, "is the file to read", "name another target");
    }
    // Unlike keep_existing: whatever is there, a device as well, would be replaced by the new file.
    if (!options.force) throw ConfigError(options.target, "exists already", "name another target, or use --force");
}

io::EncodeOptions encode_options(const io::Source& source, const io::WriteFormat& format,
                                 const ConvertOptions& options) {
    if (format.needs_geometry && source.geometry().width == 0) {
        throw ConfigError(options.input.file,
                          "does not state its geometry, which " + std::string(format.title) + " needs",
                          "use --geometry, like --geometry 640x480");
    }
    return {source.geometry(), packing_of(options.packing)};
}

void check_outcome(const io::Source& source, const io::Encoder& encoder, const ConvertOptions& options) {
    if (source.fault() && !options.partial) {
        throw ConfigError(
            options.input.file, fault_text(source.fault()),
            "nothing was written; --partial keeps the " + grouped(encoder.events()) + " events before it");
    }
    if (encoder.refused() != 0) {
        throw ConfigError(options.target,
                          grouped(encoder.refused()) + " events cannot be written: " + std::string(encoder.reason()),
                          "nothing was written; --sort orders the events by time, --rebase lets it begin at 0");
    }
}

int convert(const ConvertOptions& options) {
    const io::WriteFormat& format = target_format(options);
    check_target(options);
    const auto source = io::open_source(options.input.file, input_of(options.input));
    if (source->recordings() > 1 && options.input.recording < 0) {
        throw ConfigError(options.input.file, "holds " + grouped(source->recordings()) + " recordings",
                          "name one with --recording, from 0");
    }
    std::vector<io::SensorEvent> beginning = io::read_to_geometry(*source);
    io::FileSink file(options.target);
    const auto encoder = format.make(file, encode_options(*source, format, options));
    transfer(*source, std::move(beginning), *encoder, options);
    check_outcome(*source, *encoder, options);
    file.commit();
    std::printf("%s: %s events, %s\n", options.target.c_str(), grouped(encoder->events()).c_str(),
                std::string(format.title).c_str());
    return status_ok;
}

} // namespace

void add_convert(CLI::App& program, Action& action) {
    auto options = std::make_shared<ConvertOptions>();
    CLI::App* command = program.add_subcommand("convert", "Write a recording in another format");
    add_input_options(*command, options->input, "--from");
    command->add_option("target", options->target, "The file to write; its extension names the format")
        ->required()
        ->type_name("TARGET");
    command->add_option("--format", options->format, "Format to write: " + writable_formats())->type_name("NAME");
    command->add_option("--packing", options->packing, "Of AEDAT 4: none, lz4, zstd (lz4)")
        ->check(CLI::IsMember({"none", "lz4", "zstd"}))
        ->type_name("NAME");
    command->add_flag("--rebase", options->rebase, "Let the time of the first event be 0");
    command->add_flag("--sort", options->sort, "Order the events by time (holds them all in memory)");
    command->add_flag("--partial", options->partial, "Of a damaged file, write the events before the fault");
    command->add_flag("--force", options->force, "Replace the target if it exists");
    command->footer(examples);
    command->callback([options, &action] { action = [options] { return convert(*options); }; });
}

} // namespace saltus::cli
