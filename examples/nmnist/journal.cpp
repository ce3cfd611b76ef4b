// SPDX-License-Identifier: BSD-3-Clause
#include "examples/nmnist/journal.hpp"

#include "engine/persist/replay.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/text.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace saltus::examples::nmnist {
namespace {

std::string hexadecimal(std::uint64_t value) { return text("0x%016llx", static_cast<unsigned long long>(value)); }

std::string verdict(const persist::ReplayReport& report) {
    if (report.faithful()) return "every bit is the same";
    if (report.difference) {
        return text("at tick %lld the fingerprint was %s and is %s: another build, or another network",
                    static_cast<long long>(report.difference->tick), hexadecimal(report.difference->recorded).c_str(),
                    hexadecimal(report.difference->found).c_str());
    }
    if (!report.refused.empty()) return report.refused;
    if (report.fault) {
        return text("the journal is damaged at byte %s: %s; everything before it was done again",
                    grouped(report.fault.offset).c_str(), report.fault.what);
    }
    return interrupted() ? "interrupted" : "there was no fingerprint to compare with";
}

} // namespace

int replay_journal(const std::string& path, bool quiet) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw DataError(path + ": cannot be read");
    persist::JournalReader reader(file);
    if (reader.fault()) throw DataError(path + ": " + reader.fault().what);
    RunOptions options;
    const TrialNetwork network = describe(from_text(reader.header().description, options), options.seed);
    Simulation simulation(network.network, {.precision = options.precision});

    catch_interrupt();
    const std::uint64_t bytes = std::filesystem::file_size(path);
    persist::ReplayReport report;
    {
        Progress progress(stdout, bytes, quiet);
        report = persist::replay(reader, simulation, [&](Tick now) {
            const std::string fields[] = {
                text("%.1f s of model time", static_cast<double>(now) * network.network.grid().tick_s())};
            if (progress.due(reader.offset())) progress.show(reader.offset(), "replaying", fields);
            return !interrupted();
        });
    }
    std::printf("replayed        %s calls, up to tick %s; %llu of %llu fingerprints agree\n",
                grouped(report.calls).c_str(), grouped(static_cast<std::uint64_t>(simulation.now())).c_str(),
                static_cast<unsigned long long>(report.agreed), static_cast<unsigned long long>(report.marks));
    std::printf("fingerprint     %s\n", hexadecimal(simulation.fingerprint()).c_str());
    std::printf("verdict         %s\n", verdict(report).c_str());
    if (interrupted()) return interrupt_status();
    return report.faithful() ? 0 : 1;
}

} // namespace saltus::examples::nmnist
