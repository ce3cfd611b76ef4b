// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/encoder.hpp"

namespace saltus::io {

namespace {
constexpr std::size_t flush_bytes = std::size_t{64} << 10;
}

void Encoder::take(std::span<const SensorEvent> events) {
    for (const SensorEvent& event : events) {
        if (encode(event)) ++events_;
        if (buffer_.size() >= flush_bytes) flush();
    }
}

void Encoder::hand_on() {
    complete();
    flush();
}

void Encoder::finish() {
    end();
    flush();
}

void Encoder::flush() {
    sink_.write(as_bytes(buffer_));
    flushed_ += buffer_.size();
    buffer_.clear();
}

void Encoder::overwrite(std::uint64_t offset, std::string_view bytes) {
    flush();
    sink_.overwrite(offset, as_bytes(bytes));
}

} // namespace saltus::io
