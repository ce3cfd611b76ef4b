// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/signal_encoder.hpp"
#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace saltus::io {
namespace {

constexpr const char* where = "SignalOptions";

void require(bool holds, const std::string& what, const char* remedy) {
    if (!holds) throw ConfigError(where, what, remedy);
}

void check(const SignalOptions& o, double rate_hz) {
    require(rate_hz >= 1.0 && rate_hz <= 1e6, "the sampling rate is " + std::to_string(rate_hz) + " Hz",
            "use a signal of 1 Hz to 1 MHz");
    require(o.channels >= 1 && o.channels <= 65536, "channels is " + std::to_string(o.channels), "use 1 to 65536");
    require(o.low_hz > 0.0 && o.low_hz <= 0.45 * rate_hz, "low_hz is " + std::to_string(o.low_hz),
            "use a frequency above 0 and up to 0.45 of the sampling rate");
    require(o.high_hz >= o.low_hz && std::isfinite(o.high_hz), "high_hz is " + std::to_string(o.high_hz),
            "use low_hz or more");
    require(o.quality > 0.0 && std::isfinite(o.quality), "quality is " + std::to_string(o.quality), "use 1 to 20");
    require(o.theta > 0.0 && std::isfinite(o.theta), "theta is " + std::to_string(o.theta), "use a number above 0");
    require(o.hysteresis >= 0.0 && std::isfinite(o.hysteresis), "hysteresis is " + std::to_string(o.hysteresis),
            "use 0 or more");
    require(o.refractory_us >= 0, "refractory_us is negative", "use 0 or more");
}

} // namespace

SignalEncoder::SignalEncoder(const SignalOptions& options, double rate_hz) : rate_hz_(rate_hz) {
    check(options, rate_hz);
    const double high = std::max(options.low_hz, std::min(options.high_hz, 0.45 * rate_hz));
    const DeltaEncoderParameters delta{
        .theta = options.theta, .hysteresis = options.hysteresis, .refractory = options.refractory_us};
    for (std::uint32_t k = 0; k < options.channels; ++k) {
        centres_hz_.push_back(centre_frequency(k, options.channels, options.low_hz, high));
        channels_.push_back({BandPass(centres_hz_.back() / rate_hz, options.quality), DeltaEncoder(delta)});
    }
}

void SignalEncoder::feed(std::span<const double> samples, EventSink& sink) {
    out_.open(sink);
    for (const double x : samples) {
        if (!std::isfinite(x)) ++invalid_;
        sample(std::isfinite(x) ? x : 0.0);
    }
    out_.flush();
    out_.account(counters_);
}

void SignalEncoder::sample(double x) {
    const auto t_us = static_cast<Tick>(1e6 * static_cast<double>(samples_++) / rate_hz_);
    fresh_.clear();
    for (std::size_t k = 0; k < channels_.size(); ++k) {
        const auto emit = [&](Tick at, bool on) {
            fresh_.push_back({at, static_cast<std::uint16_t>(k), 0, static_cast<std::uint8_t>(on)});
        };
        (void)channels_[k].delta.sample(t_us, channels_[k].filter(x), emit); // times ascend, values are finite
    }
    std::stable_sort(fresh_.begin(), fresh_.end(),
                     [](const SensorEvent& a, const SensorEvent& b) { return a.t_us < b.t_us; });
    for (const SensorEvent& event : fresh_) out_.add(event);
}

} // namespace saltus::io
