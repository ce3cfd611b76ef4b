// SPDX-License-Identifier: BSD-3-Clause
// What a stream through a network shows while it runs: a few lines that stay in place on a terminal, plain lines
// elsewhere; and afterwards pictures.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/latency_histogram.hpp"
#include "engine/io/live_input.hpp"
#include "engine/io/live_source.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace saltus::cli {

/// How things stand at a moment.
struct StreamState {
    double model_s = 0.0;
    io::LiveCounters events{};
    io::TransportCounters transport{};
    io::StreamCounters decoded{};
    Counters engine{};
    std::uint64_t output_spikes = 0;
    std::uint64_t answers = 0, right = 0;
    double recent = 0.0; ///< share of right answers among the last ones
    bool judged = false; ///< there are labels
    std::uint64_t late_steps = 0;
    double drift_ppm = 0.0; ///< how fast the sensor's clock is, by what was done to follow it
};

class StreamView {
  public:
    explicit StreamView(bool terminal) : terminal_(terminal) {}

    /// To be called after every step; whether it is time to tell how things stand.
    [[nodiscard]] bool due();
    /// Remembers it for the pictures, and shows it if enough time has passed.
    void tell(const StreamState& state, const LatencyHistogram& step);
    /// The last word, on standard output.
    void finish(const StreamState& state, const LatencyHistogram& step);

    /// Draws rates, accuracy (if there was any) and latency into a folder; returns the names of the pictures.
    [[nodiscard]] std::string draw_pictures(const std::string& folder, const LatencyHistogram& step) const;

  private:
    using Clock = std::chrono::steady_clock;

    void remember(const StreamState& state);
    void show(const StreamState& state, const LatencyHistogram& step);
    [[nodiscard]] std::string course_script() const;

    bool terminal_;
    int lines_up_ = 0; ///< lines on the terminal that are ours
    Clock::time_point begin_ = Clock::now(), shown_at_ = begin_;
    StreamState before_{};
    std::vector<StreamState> course_; ///< one for every `every_` steps
    std::uint64_t steps_ = 0, every_ = 16;
};

} // namespace saltus::cli
