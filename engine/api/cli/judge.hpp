// SPDX-License-Identifier: BSD-3-Clause
// Tells a readout which class is right, and how often it knew by itself. The network learns from a trial only at its
// end, so what it answers before is prequential: on data it has not learned from.
#pragma once

#include "engine/api/cli/labelled.hpp"
#include "engine/runtime/simulation.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace saltus::cli {

class Judge {
  public:
    static constexpr std::size_t window = 200; ///< answers that recent() goes by

    /// @param trial length in ticks, a multiple of the learning step @param learns whether learning is on where there
    /// are labels
    Judge(const Network& network, PopulationId readout, Tick trial, bool learns);

    /// Before the step to `until`: labels that begin before then come into force. Without a label nothing is learned.
    void before(Simulation& simulation, Tick until, std::deque<LabelAt>& labels);
    /// After it: reads the outputs; at the end of a trial the largest sum is the answer.
    void after(const Simulation& simulation);

    [[nodiscard]] std::uint64_t answers() const { return answers_; }
    [[nodiscard]] std::uint64_t right() const { return right_; }
    /// Share of right answers among the last 200.
    [[nodiscard]] double recent() const;
    [[nodiscard]] std::int32_t label() const { return label_; }

  private:
    void announce(Simulation& simulation, const LabelAt& label);
    void answer();

    PopulationId readout_;
    Tick trial_, counted_from_;
    Picoseconds tick_;
    bool learns_, learning_ = true;
    std::int32_t label_ = no_label;
    std::vector<double> sums_, values_; ///< [outputs]
    std::deque<bool> last_;
    std::uint64_t answers_ = 0, right_ = 0;
};

} // namespace saltus::cli
