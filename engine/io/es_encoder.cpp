// SPDX-License-Identifier: BSD-3-Clause
// Event Stream 2, type DVS (es_decoder.cpp tells the bytes). Silence costs a byte per 127 us.
#include "engine/io/encoders.hpp"

namespace saltus::io {
namespace {

constexpr std::int64_t longest_silence_us = std::int64_t{3600} * 1'000'000; // 28 MB of silence

class EsEncoder final : public Encoder {
  public:
    EsEncoder(ByteSink& sink, const EncodeOptions& options) : Encoder(sink), geometry_(options.geometry) {
        std::string& head = buffer();
        head += "Event Stream";
        head += {2, 0, 0, 1};
        append_little(head, geometry_.width, 2);
        append_little(head, geometry_.height, 2);
    }

  private:
    bool encode(const SensorEvent& e) override {
        if (geometry_.width > 65535 || geometry_.height > 65535) return refuse("ES holds sizes up to 65535");
        if (e.x >= geometry_.width || e.y >= geometry_.height) return refuse("an event lies outside the geometry");
        if (e.t_us < t_us_) return refuse("ES holds no time that steps back (or is below 0): sort the events");
        std::int64_t step = e.t_us - t_us_;
        if (step > longest_silence_us) {
            return refuse("a first time or silence beyond an hour would fill an ES file: let the time begin at 0");
        }
        for (; step >= 127; step -= 127) buffer() += '\xff';
        append_little(buffer(), static_cast<std::uint64_t>(step) << 1 | e.polarity, 1);
        append_little(buffer(), e.x, 2);
        append_little(buffer(), geometry_.height - 1 - e.y, 2);
        t_us_ = e.t_us;
        return true;
    }

    Geometry geometry_;
    std::int64_t t_us_ = 0;
};

} // namespace

std::unique_ptr<Encoder> make_es_encoder(ByteSink& sink, const EncodeOptions& options) {
    return std::make_unique<EsEncoder>(sink, options);
}

} // namespace saltus::io
