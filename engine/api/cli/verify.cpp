// SPDX-License-Identifier: BSD-3-Clause
// saltus verify: whether the journal of a run is whole, and what it holds.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/core/error.hpp"
#include "engine/persist/journal_reader.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace saltus::cli {
namespace {

constexpr const char* examples = R"(Examples:
  saltus verify run.journal     a table: what was recorded, how far, and whether anything is damaged or missing

A journal records all that was done to a simulation; the program that wrote it can do it again, bit for bit
('saltus replay run.journal', or 'nmnist --replay run.journal').

Status: 0 the journal is whole; 1 it is damaged or was cut, the report covers the entries before the fault; 2 it cannot
be read.)";

void line(const char* title, const std::string& text) { std::printf("%-16s%s\n", title, text.c_str()); }

std::string calls_text(const persist::JournalReader& reader) {
    std::string text;
    for (std::size_t kind = 0; kind < persist::call_names.size(); ++kind) {
        const std::uint64_t count = reader.counts()[kind];
        if (count != 0) text += (text.empty() ? "" : ", ") + grouped(count) + " " + persist::call_names[kind];
    }
    return text.empty() ? "none" : text;
}

/// Text of a file on a terminal: no control characters, and the beginning will do.
std::string printable(std::string text) {
    constexpr std::size_t most = 200;
    if (text.size() > most) text = text.substr(0, most) + "...";
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
}

std::string time_text(const persist::JournalReader& reader) {
    char text[120];
    const auto& header = reader.header();
    std::snprintf(text, sizeof text, "ticks %lld to %lld of %lld ps, %.6f s", static_cast<long long>(header.start),
                  static_cast<long long>(reader.now()), static_cast<long long>(header.tick_ps),
                  static_cast<double>(reader.now() - header.start) * static_cast<double>(header.tick_ps) * 1e-12);
    return text;
}

void print_report(const std::string& file, const persist::JournalReader& reader, std::uint64_t spikes) {
    const persist::JournalHeader& header = reader.header();
    line("file", file);
    if (!header.description.empty()) line("network", printable(header.description));
    line("seed", std::to_string(header.seed));
    char fingerprint[20];
    std::snprintf(fingerprint, sizeof fingerprint, "0x%016llx", static_cast<unsigned long long>(header.fingerprint));
    line("begins with", fingerprint);
    line("time", time_text(reader));
    line("calls", calls_text(reader));
    line("events pushed", grouped(spikes));
    line("fingerprints", grouped(reader.counts().back()) + " to compare with");
    line("fault", reader.fault() ? fault_text(reader.fault()) : "none");
    line("verdict", reader.complete() ? "whole: every entry is as it was written"
                                      : "the " + grouped(reader.entries()) +
                                            " entries before the fault are whole and can be replayed");
}

int verify(const std::string& file) {
    if (std::filesystem::is_directory(file)) throw ConfigError(file, "is a folder", "name the journal within it");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw ConfigError(file, std::strerror(errno), "name a journal, as a recording program wrote it");
    persist::JournalReader reader(stream);
    if (reader.fault()) {
        throw ConfigError(file, fault_text(reader.fault()),
                          "'saltus inspect' reads recordings of sensors; a journal is what 'saltus run --journal' or "
                          "an example's --record writes");
    }
    std::uint64_t spikes = 0;
    while (reader.next()) {
        const auto* call = std::get_if<InputCall>(&reader.entry());
        const auto* push = call != nullptr ? std::get_if<PushCall>(call) : nullptr;
        if (push != nullptr) spikes += push->events.size();
    }
    print_report(file, reader, spikes);
    return reader.complete() ? status_ok : status_damaged;
}

} // namespace

void add_verify(CLI::App& program, Action& action) {
    auto file = std::make_shared<std::string>();
    CLI::App* command =
        program.add_subcommand("verify", "Tell whether the journal of a run is whole, and what it holds");
    command->add_option("file", *file, "the journal")->required()->type_name("FILE");
    command->footer(examples);
    command->callback([file, &action] { action = [file] { return verify(*file); }; });
}

} // namespace saltus::cli
