// SPDX-License-Identifier: BSD-3-Clause
// A sampled signal to events, as a silicon cochlea does it: a bank of band-pass filters (models/band_pass.hpp), each
// followed by send-on-delta (models/delta_encoder.hpp). x: channel, low frequencies first; y: 0; polarity: rising or
// falling.
#pragma once

#include "engine/io/decoder.hpp"
#include "models/band_pass.hpp"
#include "models/delta_encoder.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::io {

struct SignalOptions {
    std::uint32_t channels = 64;    ///< 1 to 65536
    double low_hz = 100.0;          ///< centre of the first channel, above 0
    double high_hz = 8000.0;        ///< centre of the last; lowered to 0.45 of the sampling rate
    double quality = 4.0;           ///< centre divided by width, above 0
    double theta = 0.02;            ///< step of an event; full scale of sound is 1
    double hysteresis = 0.0;        ///< see DeltaEncoderParameters
    std::int64_t refractory_us = 0; ///< of a channel
};

class SignalEncoder {
  public:
    /// Throws ConfigError for a rate that is not within 1 Hz to 1 MHz, and for options that are out of range.
    SignalEncoder(const SignalOptions& options, double rate_hz);

    /// The next samples, in portions of any size; their events have reached `sink` when this returns. The first sample
    /// is that of time 0. Events come in the order of their times. No allocation once warm.
    void feed(std::span<const double> samples, EventSink& sink);

    /// Samples so far.
    [[nodiscard]] std::uint64_t samples() const { return samples_; }
    /// Of them not finite; taken for 0.
    [[nodiscard]] std::uint64_t invalid() const { return invalid_; }
    [[nodiscard]] std::uint64_t events() const { return counters_.events; }
    [[nodiscard]] double centre_hz(std::size_t channel) const { return centres_hz_.at(channel); }

  private:
    struct Channel {
        BandPass filter;
        DeltaEncoder delta;
    };

    void sample(double x);

    double rate_hz_;
    std::vector<double> centres_hz_;
    std::vector<Channel> channels_;
    std::vector<SensorEvent> fresh_; ///< of one sample
    EventBlock out_;
    StreamCounters counters_;
    std::uint64_t samples_ = 0, invalid_ = 0;
};

} // namespace saltus::io
