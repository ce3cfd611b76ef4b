// SPDX-License-Identifier: BSD-3-Clause
// Does again what a journal says was done, and compares fingerprints on the way.
#pragma once

#include "engine/persist/journal_reader.hpp"
#include "engine/runtime/simulation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace saltus::persist {

struct ReplayReport {
    std::uint64_t calls = 0;  ///< done again
    std::uint64_t marks = 0;  ///< fingerprints compared ...
    std::uint64_t agreed = 0; ///< ... and found the same, bit for bit
    /// The first mark at which the fingerprints differed: replay ended there.
    struct Difference {
        Tick tick;
        std::uint64_t recorded, found;
    };
    std::optional<Difference> difference{};
    /// A call that this simulation does not take (it names a population that is not there, say); replay ended there.
    std::string refused{};
    io::Fault fault{};     ///< what is wrong with the journal
    bool complete = false; ///< the journal's end was reached

    /// All was done again, to the same bits.
    [[nodiscard]] bool faithful() const { return complete && agreed == marks && marks > 0; }
};

/// Makes one recorded call, at `now`: advances there first. Throws what the call throws.
void repeat(Simulation& simulation, Tick now, const InputCall& call);

/// Replays a journal from where the reader stands, its beginning. Throws ConfigError unless the simulation's present
/// and fingerprint are those that the recording began with: a network described otherwise, or with another seed or
/// precision.
/// @param watch called after every entry, with the tick; may read the simulation. Return false to stop
ReplayReport replay(JournalReader& reader, Simulation& simulation, const std::function<bool(Tick)>& watch = {});

} // namespace saltus::persist
