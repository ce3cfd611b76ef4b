// SPDX-License-Identifier: BSD-3-Clause
// saltus replay: does a recorded run again and tells whether every bit came out the same.
#include "engine/persist/replay.hpp"
#include "engine/api/cli/clocks.hpp"
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/interrupt.hpp"
#include "engine/api/cli/network_options.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/run_journal.hpp"
#include "engine/core/error.hpp"
#include "engine/persist/network_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

namespace saltus::cli {
namespace {

using api::text;

constexpr const char* examples =
    R"(A journal is what 'saltus run --journal' and 'saltus stream --journal' write: all that was done to a network. It is done
again; fingerprints over every bit of state, noted down on the way, have to be the same.

Examples:
  saltus run net.json --journal run.journal
  saltus replay run.journal                           the network is in the journal (up to 1 MiB)
  saltus replay run.journal --network net.json        ... or in a file; seed and precision are the journal's
  saltus replay run.journal --threads 2 --partitions 7   on any number of threads and parts

Status: 0 every fingerprint agrees; 1 one differs, or the journal is damaged or was cut; 2 it cannot be read, or is of
another network.)";

struct ReplayCommand {
    std::string journal;
    NetworkOptions network;
    bool precision_given = false;
};

/// The network the journal is of, and the precision it ran in.
Network described(ReplayCommand& o, const persist::JournalHeader& header) {
    const auto own = parse_journal_text(header.description);
    if (own && !o.precision_given) o.network.precision = own->precision;
    if (!o.network.file.empty()) return persist::read_network(o.network.file, header.seed);
    if (own && own->network) return persist::network_from_text(*own->network, o.journal, header.seed);
    throw ConfigError(o.journal, own ? "its network was too large for it" : "was not written by 'saltus run'",
                      "name the description of the network with --network");
}

std::string hexadecimal(std::uint64_t value) { return text("0x%016llx", static_cast<unsigned long long>(value)); }

std::string verdict(const persist::ReplayReport& report) {
    if (report.faithful()) return "every bit is the same";
    if (report.difference)
        return text("at tick %lld the fingerprint was %s and is %s: another build, or another network",
                    static_cast<long long>(report.difference->tick), hexadecimal(report.difference->recorded).c_str(),
                    hexadecimal(report.difference->found).c_str());
    if (!report.refused.empty()) return report.refused;
    if (report.fault) return fault_text(report.fault) + "; everything before it was done again";
    return report.complete ? "there was no fingerprint to compare with" : "interrupted";
}

int replay(ReplayCommand o) {
    if (std::filesystem::is_directory(o.journal)) throw ConfigError(o.journal, "is a folder", "name the journal in it");
    std::ifstream stream(o.journal, std::ios::binary);
    if (!stream) throw ConfigError(o.journal, std::strerror(errno), "name what 'saltus run --journal' wrote");
    persist::JournalReader reader(stream);
    if (reader.fault())
        throw ConfigError(o.journal, fault_text(reader.fault()),
                          "name what 'saltus run --journal' wrote; what is damaged has to be recorded again");
    const Network network = described(o, reader.header());
    const Interrupt interrupt; // before there are threads
    Simulation simulation(network, simulation_options(o.network));
    const double begin = processor_seconds();
    const persist::ReplayReport report = persist::replay(reader, simulation, [&](Tick) { return !interrupt.came(); });
    std::printf("replayed        %s calls, %.6g s of model time in %.3g s of processor time\n",
                grouped(report.calls).c_str(), static_cast<double>(simulation.now()) * network.grid().tick_s(),
                processor_seconds() - begin);
    std::printf("fingerprints    %s of %s agree; the last is %s\n", grouped(report.agreed).c_str(),
                grouped(report.marks).c_str(), hexadecimal(simulation.fingerprint()).c_str());
    std::printf("verdict         %s\n", verdict(report).c_str());
    return report.faithful() ? status_ok : status_damaged;
}

} // namespace

void add_replay(CLI::App& program, Action& action) {
    auto options = std::make_shared<ReplayCommand>();
    CLI::App* command = program.add_subcommand("replay", "Do a recorded run again and compare every bit");
    command->add_option("journal", options->journal, "What 'saltus run --journal' wrote")
        ->required()
        ->type_name("FILE");
    command->add_option("--network", options->network.file, "The network, where the journal does not hold it")
        ->type_name("NET.json");
    add_thread_options(*command, options->network);
    add_precision_option(*command, options->network, "the journal's");
    command->footer(examples);
    command->callback([options, command, &action] {
        options->precision_given = command->count("--precision") > 0;
        action = [options] { return replay(*options); };
    });
}

} // namespace saltus::cli
