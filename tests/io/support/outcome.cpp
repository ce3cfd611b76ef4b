// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/outcome.hpp"
#include "engine/core/random.hpp"

#include <algorithm>

namespace saltus::test {
namespace {

/// Setting much more aside takes time under the sanitizers.
io::DecodeOptions small_buffers(io::DecodeOptions options = {}) {
    options.packet_bytes = std::size_t{1} << 18;
    options.header_bytes = std::size_t{1} << 15;
    return options;
}

} // namespace

Outcome decode(io::Decoder& decoder, std::string_view bytes, const NextChunk& next_chunk) {
    Collector collector;
    for (io::Bytes rest = io::as_bytes(bytes); !rest.empty();) {
        const std::size_t size = std::min(next_chunk(rest.size()), rest.size());
        // A copy of the exact size, so that the address sanitizer sees any step beyond the chunk.
        const std::vector<std::byte> chunk(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
        decoder.feed(chunk, collector);
        rest = rest.subspan(size);
    }
    decoder.finish(collector);
    return {std::move(collector.events), decoder.counters(), decoder.fault(), decoder.geometry()};
}

Outcome decode(std::string_view format, std::string_view bytes, io::DecodeOptions options) {
    const auto decoder = io::find_format(format)->make_decoder(small_buffers(options));
    return decode(*decoder, bytes, [](std::size_t left) { return left; });
}

Outcome decode_split(std::string_view format, std::string_view bytes, const NextChunk& next_chunk) {
    const auto decoder = io::find_format(format)->make_decoder(small_buffers());
    return decode(*decoder, bytes, next_chunk);
}

bool same(const Outcome& a, const Outcome& b) {
    return a.events == b.events && a.counters == b.counters && a.fault.kind == b.fault.kind &&
           a.fault.offset == b.fault.offset && std::string_view(a.fault.what) == b.fault.what &&
           a.geometry == b.geometry;
}

namespace {

bool inside(const Outcome& outcome) {
    const io::Geometry& size = outcome.geometry;
    return size.width == 0 || std::all_of(outcome.events.begin(), outcome.events.end(), [&](const io::SensorEvent& e) {
               return e.x < size.width && e.y < size.height && e.polarity <= 1;
           });
}

std::uint64_t backward_steps(const Events& events) {
    std::uint64_t steps = 0;
    for (std::size_t i = 1; i < events.size(); ++i) steps += events[i].t_us < events[i - 1].t_us;
    return steps;
}

} // namespace

const char* broken_promise(std::string_view format, std::string_view bytes, std::uint64_t seed) {
    const Outcome whole = decode(format, bytes);
    const io::StreamCounters& counters = whole.counters;
    if (counters.events != whole.events.size()) return "events are not counted";
    if (counters.bytes != bytes.size()) return "bytes are not counted";
    if (counters.truncated_bytes + counters.undecoded_bytes > bytes.size())
        return "more bytes left over than there are";
    if (whole.fault && whole.fault.offset > bytes.size()) return "the fault lies behind the stream";
    if (counters.truncated_bytes != 0 && whole.fault.kind != io::FaultKind::truncated) return "a cut is not named";
    if (counters.backward_steps != backward_steps(whole.events)) return "steps back are not counted";
    if (!inside(whole)) return "an event lies outside the geometry";
    RandomStream random(seed, 1);
    const auto longest = 2 + random.below(40);
    const Outcome split = decode_split(format, bytes, [&](std::size_t) { return random.below(longest); });
    if (!same(whole, split)) return "a split changes what is decoded";
    return nullptr;
}

} // namespace saltus::test
