// SPDX-License-Identifier: BSD-3-Clause
// Tells how far a long piece of work has come: on a terminal one line, redrawn in place; elsewhere a line every tenth.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace saltus::examples {

class Progress {
  public:
    /// @param total amount of work; @param quiet show nothing at all.
    Progress(std::FILE* out, std::uint64_t total, bool quiet);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Whether it is time to show() anew: at most ten times a second on a terminal. Cheap.
    [[nodiscard]] bool due(std::uint64_t done) const;

    /// Shows a title, a bar, and as many of the fields as fit into the line, the most important first.
    void show(std::uint64_t done, std::string_view title, std::span<const std::string> fields);

    /// Shows a line of text instead, on a terminal only.
    void note(std::string_view line);

    /// Takes the line off the terminal, so that others may print.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;
    void redraw(const std::string& line);
    [[nodiscard]] std::uint64_t tenths(std::uint64_t done) const { return total_ == 0 ? 10 : done * 10 / total_; }

    std::FILE* out_;
    std::uint64_t total_;
    bool quiet_;
    bool terminal_;
    bool drawn_ = false;
    Clock::time_point next_;   ///< earliest moment to draw again
    std::uint64_t tenths_ = 0; ///< told so far, off the terminal
};

} // namespace saltus::examples
