// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/progress.hpp"

#include "examples/common/text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace saltus::examples {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr std::size_t shortest_bar = 10;
constexpr std::size_t longest_bar = 30;

/// Columns to draw on.
std::size_t terminal_width(std::FILE* out) {
    winsize size{};
    const bool known = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t columns = known ? size.ws_col : 80;
    constexpr std::size_t margin = 3; // for the "^C" of an interrupt: a line that wraps could not be taken back
    return columns > margin ? columns - margin : 1;
}

std::string bar(double fraction, std::size_t width) {
    const auto filled = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(width));
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "]";
}

} // namespace

Progress::Progress(std::FILE* out, std::uint64_t total, bool quiet)
    : out_(out), total_(total), quiet_(quiet), terminal_(isatty(fileno(out)) == 1), next_(Clock::now()) {}

bool Progress::due(std::uint64_t done) const {
    if (quiet_) return false;
    return terminal_ ? Clock::now() >= next_ : tenths(done) > tenths_;
}

void Progress::show(std::uint64_t done, std::string_view title, std::span<const std::string> fields) {
    const double fraction = total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total_);
    const std::string head = std::string(title) + " ";
    const std::string share = text(" %3.0f %%", 100.0 * fraction);
    const std::size_t width = terminal_ ? terminal_width(out_) : ~std::size_t{0};
    const std::size_t fixed = head.size() + share.size() + 2;
    std::string tail;
    for (const std::string& field : fields) {
        if (terminal_ && fixed + shortest_bar + tail.size() + 2 + field.size() > width) break;
        tail += "  " + field;
    }
    if (terminal_) {
        const std::size_t room = width > fixed + tail.size() ? width - fixed - tail.size() : 0;
        redraw((head + bar(fraction, std::min(room, longest_bar)) + share + tail).substr(0, width));
    } else {
        tenths_ = tenths(done);
        std::fprintf(out_, "%s%s%s\n", head.c_str(), share.c_str(), tail.c_str());
        std::fflush(out_);
    }
}

void Progress::note(std::string_view line) {
    if (!quiet_ && terminal_) redraw(std::string(line.substr(0, terminal_width(out_))));
}

void Progress::redraw(const std::string& line) {
    std::fprintf(out_, "\r%s\033[K", line.c_str()); // "\033[K" erases the rest of the line before
    std::fflush(out_);
    drawn_ = true;
    next_ = Clock::now() + redraw_interval;
}

void Progress::clear() {
    if (!drawn_) return;
    std::fprintf(out_, "\r\033[K");
    std::fflush(out_);
    drawn_ = false;
}

} // namespace saltus::examples
