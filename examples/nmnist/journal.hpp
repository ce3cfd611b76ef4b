// SPDX-License-Identifier: BSD-3-Clause
// A run recorded, and done again.
#pragma once

#include "engine/persist/journal_file.hpp"
#include "engine/persist/run_recorder.hpp"
#include "examples/nmnist/network.hpp"

#include <optional>
#include <string>

namespace saltus::examples::nmnist {

/// The journal of a run, if one was asked for.
class RunJournal {
  public:
    /// @param path where it goes; empty: nothing is recorded
    RunJournal(const std::string& path, TrialClassifier& classifier, const TrialNetwork& network,
               const std::string& description) {
        if (path.empty()) return;
        file_.emplace(path);
        recorder_.emplace(classifier.simulation(), network.network, *file_, description);
    }
    /// A fingerprint to compare with.
    void mark() {
        if (recorder_) recorder_->mark();
    }
    void finish() {
        if (!recorder_) return;
        recorder_->finish();
        file_->close();
    }

  private:
    std::optional<persist::JournalFile> file_;
    std::optional<persist::RunRecorder> recorder_;
};

/// Replays a journal, tells how it went, and returns what the program exits with: 0 if every bit was the same, else 1.
int replay_journal(const std::string& path, bool quiet);

} // namespace saltus::examples::nmnist
