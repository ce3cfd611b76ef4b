// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/collect.hpp"

#include <fstream>
#include <iterator>

namespace saltus::test {
namespace {

constexpr std::size_t small_packets = std::size_t{1} << 20; // setting much more aside takes time under the sanitizers

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
    options.packet_bytes = small_packets;
    const auto decoder = io::find_format(format)->make_decoder(options);
    return decode(*decoder, bytes, [](std::size_t left) { return left; });
}

Outcome decode_split(std::string_view format, std::string_view bytes, const NextChunk& next_chunk) {
    io::DecodeOptions options;
    options.packet_bytes = small_packets;
    const auto decoder = io::find_format(format)->make_decoder(options);
    return decode(*decoder, bytes, next_chunk);
}

bool same(const Outcome& a, const Outcome& b) {
    return a.events == b.events && a.counters == b.counters && a.fault.kind == b.fault.kind &&
           a.fault.offset == b.fault.offset && std::string_view(a.fault.what) == b.fault.what &&
           a.geometry == b.geometry;
}

void require_same(const Outcome& a, const Outcome& b) {
    REQUIRE(a.events == b.events);
    REQUIRE(a.fault.kind == b.fault.kind);
    REQUIRE(a.fault.offset == b.fault.offset);
    REQUIRE(same(a, b));
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Outcome read_source(const std::filesystem::path& path, const io::ReadOptions& options) {
    const auto source = io::open_source(path, options);
    Collector collector;
    while (source->read(collector)) {
    }
    return {std::move(collector.events), source->counters(), source->fault(), source->geometry()};
}

} // namespace saltus::test
