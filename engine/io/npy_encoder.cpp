// SPDX-License-Identifier: BSD-3-Clause
// NumPy .npy with faery's packed type of 13 bytes: t u8, x u2, y u2, on bool. The header is written twice, of equal
// length: at first without, at the end with the number of events.
#include "engine/io/encoders.hpp"

namespace saltus::io {
namespace {

constexpr std::size_t header_bytes = 192;

std::string header(std::uint64_t events) {
    std::string text =
        "{'descr': [('t', '<u8'), ('x', '<u2'), ('y', '<u2'), ('on', '|b1')], 'fortran_order': False, "
        "'shape': (" +
        std::to_string(events) + ",), }";
    std::string out("\x93NUMPY\x01\x00", 8);
    append_little(out, header_bytes - 10, 2);
    text.resize(header_bytes - 11, ' ');
    return out + text + "\n";
}

class NpyEncoder final : public Encoder {
  public:
    explicit NpyEncoder(ByteSink& sink) : Encoder(sink) { buffer() += header(0); }

  private:
    bool encode(const SensorEvent& e) override {
        if (e.t_us < 0) return refuse("times below 0 do not fit into the type u8: let the time begin at 0");
        append_little(buffer(), static_cast<std::uint64_t>(e.t_us), 8);
        append_little(buffer(), e.x, 2);
        append_little(buffer(), e.y, 2);
        append_little(buffer(), e.polarity, 1);
        return true;
    }
    void end() override { overwrite(0, header(events())); }
};

} // namespace

std::unique_ptr<Encoder> make_npy_encoder(ByteSink& sink, const EncodeOptions&) {
    return std::make_unique<NpyEncoder>(sink);
}

} // namespace saltus::io
