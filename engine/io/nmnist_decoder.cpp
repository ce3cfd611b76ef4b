// SPDX-License-Identifier: BSD-3-Clause
// N-MNIST (and N-Caltech101) recordings, .bin and .bs2: 5 bytes per event, no header.
//   x, y, polarity 1 bit and time 23 bits (us, most significant byte first); y = 240: the time goes on by 2^13 us.
// Orchard, Jayawant, Cohen, Thakor 2015, "Converting static image datasets to spiking neuromorphic datasets using
// saccades".
#include "engine/io/decoders.hpp"

namespace saltus::io {
namespace {

constexpr std::size_t record_bytes = 5;
constexpr std::uint32_t overflow_row = 240;

class NmnistDecoder final : public Decoder {
  public:
    explicit NmnistDecoder(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    void decode(Bytes& chunk) override {
        for_records(carry_, chunk, [this](const std::byte* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) record(first + record_bytes * i);
        });
    }

    void record(const std::byte* from) {
        const auto x = std::to_integer<std::uint32_t>(from[0]);
        const auto y = std::to_integer<std::uint32_t>(from[1]);
        if (y == overflow_row) {
            overflow_us_ += std::int64_t{1} << 13;
            ++counters_.clock_wraps;
            return;
        }
        if (geometry_.width != 0 && (x >= geometry_.width || y >= geometry_.height)) {
            ++counters_.outside;
            return;
        }
        const std::uint32_t last = load_big<std::uint32_t>(from + 1) & 0x7f'ffff;
        out_.add({overflow_us_ + last, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                  static_cast<std::uint8_t>(std::to_integer<std::uint32_t>(from[2]) >> 7)});
    }

    void end() override {
        if (carry_.size() != 0) cut("the last event is not whole", carry_.size());
    }

    Carry<record_bytes> carry_;
    std::int64_t overflow_us_ = 0;
};

} // namespace

std::unique_ptr<Decoder> make_nmnist_decoder(const DecodeOptions& options) {
    return std::make_unique<NmnistDecoder>(options);
}

} // namespace saltus::io
