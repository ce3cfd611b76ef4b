// SPDX-License-Identifier: BSD-3-Clause
// Text: a row of names, t,x,y,p, then one event per line, times in microseconds.
#include "engine/io/encoders.hpp"

#include <charconv>

namespace saltus::io {
namespace {

class TextEncoder final : public Encoder {
  public:
    explicit TextEncoder(ByteSink& sink) : Encoder(sink) { buffer() += "t,x,y,p\n"; }

  private:
    bool encode(const SensorEvent& e) override {
        number(e.t_us, ',');
        number(e.x, ',');
        number(e.y, ',');
        number(e.polarity, '\n');
        return true;
    }

    void number(std::int64_t value, char behind) {
        char text[24];
        const auto end = std::to_chars(text, text + sizeof text, value).ptr;
        buffer().append(text, end);
        buffer() += behind;
    }
};

} // namespace

std::unique_ptr<Encoder> make_text_encoder(ByteSink& sink, const EncodeOptions&) {
    return std::make_unique<TextEncoder>(sink);
}

} // namespace saltus::io
