// SPDX-License-Identifier: BSD-3-Clause
// A program of its own: replaces the C library's allocator by one that counts, and checks that decoders allocate
// nothing once they are made. AEDAT 4 is watched from the end of its header on, whose XML is read into memory once.
#include "tests/io/support/samples.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);

namespace {
std::uint64_t allocations = 0;
}

extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
    ++allocations;
    return __libc_realloc(old, size);
}

namespace {

using namespace saltus;
using namespace saltus::test;

struct Count final : io::EventSink {
    std::uint64_t events = 0;
    void take(std::span<const io::SensorEvent> list) override { events += list.size(); }
};

/// Allocations while the sample is decoded in chunks of `chunk` bytes.
std::uint64_t allocations_of(const Sample& sample, std::size_t chunk) {
    Count sink;
    const auto decoder = io::find_format(sample.format)->make_decoder({});
    const io::Bytes bytes = io::as_bytes(sample.bytes);
    const bool has_xml = sample.format == "aedat4" || sample.format == "dv";
    const std::size_t unwatched = has_xml ? sample.data_from : 0;
    decoder->feed(bytes.first(unwatched), sink);
    const std::uint64_t before = allocations;
    for (io::Bytes rest = bytes.subspan(unwatched); !rest.empty();) {
        const std::size_t size = std::min(chunk, rest.size());
        decoder->feed(rest.first(size), sink);
        rest = rest.subspan(size);
    }
    decoder->finish(sink);
    const std::uint64_t during = allocations - before;
    if (sink.events != sample.events.size()) {
        std::printf("%s, %s: events are missing\n", sample.format.c_str(), sample.what.c_str());
        std::exit(1);
    }
    return during;
}

} // namespace

int main() {
    if (allocations == 0) { // the standard library has allocated by now, through this allocator
        delete new int;
        if (allocations == 0) return std::puts("the allocator was not replaced"), 1;
    }
    int status = 0;
    for (const Sample& sample : samples()) {
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
            const std::uint64_t count = allocations_of(sample, chunk);
            if (count == 0) continue;
            std::printf("%s, %s: %llu allocations\n", sample.format.c_str(), sample.what.c_str(),
                        static_cast<unsigned long long>(count));
            status = 1;
        }
    }
    if (status == 0) std::printf("%zu samples decoded without an allocation\n", samples().size());
    return status;
}
