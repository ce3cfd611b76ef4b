// SPDX-License-Identifier: BSD-3-Clause
// What `saltus run` and `saltus stream` write into a journal to say which network it was, for `saltus replay`.
#pragma once

#include "engine/persist/journal_file.hpp"
#include "engine/persist/run_recorder.hpp"

#include <memory>
#include <optional>
#include <string>

namespace saltus::cli {

/// The network in full and the precision, as JSON. Of a network too large for a journal (1 MiB) the precision alone.
[[nodiscard]] std::string journal_text(const Network& network, Precision precision);

struct JournalText {
    std::optional<std::string> network; ///< nothing: the file of the network is needed
    Precision precision = Precision::single_precision;
};
/// The reverse; nothing where the journal is of another program.
[[nodiscard]] std::optional<JournalText> parse_journal_text(const std::string& text);

/// Records a run to a file. Without a file it does nothing.
class RunJournal {
  public:
    RunJournal(const std::string& file, Simulation& simulation, const Network& network, Precision precision);
    void mark() {
        if (recorder_) recorder_->mark();
    }
    /// Ends the journal. Throws ConfigError if it could not be written.
    void finish();
    [[nodiscard]] std::string text() const; ///< what was written

  private:
    std::string path_;
    std::unique_ptr<persist::JournalFile> file_;
    std::unique_ptr<persist::RunRecorder> recorder_;
};

} // namespace saltus::cli
