// SPDX-License-Identifier: BSD-3-Clause
// A valid network open to mutation, and tables of mutations with what the message must say.
#pragma once

#include "engine/core/error.hpp"
#include "engine/network/network.hpp"
#include "tests/support/catch.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace saltus::test {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinite = std::numeric_limits<double>::infinity();
inline constexpr std::uint32_t input = 0, hidden = 1, adaptive = 2, readout = 3, other_readout = 4; // populations
inline constexpr std::size_t to_hidden = 0, recurrent = 1, to_adaptive = 2, to_readout = 3;         // projections

/// What a Network is made of, open to mutation.
struct Draft {
    TimeGrid grid{};
    std::vector<Population> populations;
    std::vector<Projection> projections;
    std::vector<ErrorSpec> errors;
    std::vector<FeedbackSpec> feedbacks;
    std::optional<RewardSpec> reward{};
    LearningSchedule schedule{};

    Draft() {
        populations = {{"in", 10, InputParameters{}},
                       {"hidden", 20, LifParameters{}},
                       {"adaptive", 20, AdaptiveLifParameters{}},
                       {"out", 2, LeakyReadoutParameters{}},
                       {"aux", 2, LeakyReadoutParameters{}}};
        projections = {{{input}, {hidden}, {.connector = FixedInDegree{5}, .rule = Eprop{}}},
                       {{hidden}, {hidden}, {.connector = FixedOutDegree{5}, .allow_self = false}},
                       {{hidden}, {adaptive}, {.connector = OneToOne{}}},
                       {{hidden}, {readout}, {.delay_ms = Constant{0.0}, .rule = ReadoutRule{}}}};
        errors = {{{readout}, Error::mean_squared}};
        feedbacks = {{{readout}, {hidden}, FeedbackKind::symmetric}};
    }

    ProjectionSpec& spec(std::size_t p) { return projections[p].spec; }
    LifParameters& lif() { return std::get<LifParameters>(populations[hidden].model); }
    AdaptiveLifParameters& alif() { return std::get<AdaptiveLifParameters>(populations[adaptive].model); }
    template <class Change>
    void cuba(const Change& change) {
        change(populations[adaptive].model.emplace<CubaLifParameters>());
    }
    /// Another model in the place of the adaptive neurons.
    template <class Parameters>
    Parameters& replace() {
        return populations[adaptive].model.emplace<Parameters>();
    }
    LeakyReadoutParameters& leaky() { return std::get<LeakyReadoutParameters>(populations[readout].model); }
    Eprop& eprop() { return std::get<Eprop>(spec(to_hidden).rule); }
    FeedbackSpec& feedback() { return feedbacks[0]; }
    void list(ExplicitList l) { spec(to_hidden).connector = std::move(l); }
    /// Neuron 7 of the hidden population has this value, all others `usual`.
    void vary_one(const std::string& parameter, double usual, double value) {
        std::vector<double> values(populations[hidden].size, usual);
        values[7] = value;
        populations[hidden].variations.push_back({parameter, values});
    }
    void adam(Adam a) { spec(to_hidden).optimiser = a; }
    void arrival() { schedule = {.timing = UpdateTiming::arrival, .reset_state = false}; }

    [[nodiscard]] Network network() const {
        Network net(grid);
        for (const Population& p : populations) {
            const PopulationId id = net.add(p.name, p.size, p.model);
            for (const Variation& v : p.variations) net.vary(id, v.parameter, v.values);
            if (p.takes_current) net.accept_current(id);
        }
        for (const Projection& p : projections) net.connect(p.source, p.target, p.spec);
        for (const ErrorSpec& e : errors) net.set_error(e);
        for (const FeedbackSpec& f : feedbacks) net.add_feedback(f);
        if (reward) net.set_reward(*reward);
        net.set_schedule(schedule);
        return net;
    }
};

/// The message, or "" for a valid network.
inline std::string message(const Draft& draft) {
    try {
        validate(draft.network());
    } catch (const ConfigError& e) {
        return e.what();
    }
    return {};
}

struct Fault {
    std::function<void(Draft&)> make;
    std::vector<std::string> said; ///< where it is; the parameter and its value; what is allowed or wrong; the remedy
};

inline void check(const std::vector<Fault>& faults) {
    for (std::size_t i = 0; i < faults.size(); ++i) {
        Draft draft;
        faults[i].make(draft);
        const std::string text = message(draft);
        INFO("fault number " << i << ": " << text);
        CHECK_FALSE(text.empty());
        for (const std::string& part : faults[i].said) CHECK_THAT(text, Catch::Matchers::ContainsSubstring(part));
    }
}

inline void check_valid(const std::vector<std::function<void(Draft&)>>& changes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Draft draft;
        changes[i](draft);
        INFO("change number " << i);
        CHECK(message(draft) == "");
    }
}

} // namespace saltus::test
