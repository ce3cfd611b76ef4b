// SPDX-License-Identifier: BSD-3-Clause
#include "examples/rules_side_by_side/rules.hpp"

namespace saltus::examples::side_by_side {
namespace {

constexpr PiecewiseLinear surrogate{.height = 0.3, .width = 1.0};

/// Errors of rules that remember nothing behind the eligibility count in every millisecond.
ImageLayers instant(std::uint32_t hidden, const Rule& rule) {
    return {.hidden = {hidden}, .rule = rule, .learning_rate = 1e-2, .readout_rate = 1.2e-4, .signal_period = 1};
}

} // namespace

std::vector<Contender> contenders(std::uint32_t hidden) {
    const ImageLayers eprop{.hidden = {hidden},
                            .rule = Eprop{.surrogate = surrogate,
                                          .filter_tau_ms = 50.0,
                                          .normalised_filter = false,
                                          .rate = {.strength = 10.0, .target_hz = 0.0}}};
    ImageLayers random = eprop;
    random.feedback = FeedbackKind::random;
    random.rule = Eprop{.surrogate = surrogate,
                        .filter_tau_ms = 50.0,
                        .normalised_filter = false,
                        .rate = {.strength = 300.0, .target_hz = 10.0}};
    random.learning_rate = 3e-3;
    random.readout_rate = 1.8e-3;
    const ImageLayers ottt = instant(hidden, Ottt{.surrogate = surrogate});
    ImageLayers decolle = instant(hidden, Decolle{.surrogate = surrogate});
    decolle.readout_learns = false;
    decolle.readout_deviation = 0.05;
    const ImageLayers stllr = instant(hidden, Stllr{.surrogate = surrogate, .tau_pre_ms = 15.0, .tau_post_ms = 15.0});
    ImageLayers fixed = eprop;
    fixed.rule = Static{};
    return {{"e-prop", "#d62728", "low-passed eligibility, errors through the readout's weights", eprop},
            {"e-prop, random feedback", "#ff7f0e", "errors through fixed random weights", random},
            {"OTTT", "#1f77b4", "this step's eligibility, this step's error", ottt},
            {"DECOLLE", "#2ca02c", "the same; the readout is random and never learns", decolle},
            {"S-TLLR", "#9467bd", "pairs of arrivals and near-spikes, in either order", stllr},
            {"readout only", "#7f7f7f", "the hidden weights stay as they were drawn", fixed}};
}

} // namespace saltus::examples::side_by_side
