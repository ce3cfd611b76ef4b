// SPDX-License-Identifier: BSD-3-Clause
// The fuzzer of one kind of datagram, the one named SALTUS_FUZZ_FORMAT: whatever they hold, every byte and event is
// counted, records are decoded or named as malformed, and a datagram does not depend on where it lies in memory.
#include "engine/io/payload_decoder.hpp"
#include "tests/io/support/payload_samples.hpp"

#include <cstdio>
#include <cstdlib>

namespace {

using namespace saltus;
using namespace saltus::test;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s: %s\n", SALTUS_FUZZ_FORMAT, what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto datagrams = unframed({reinterpret_cast<const char*>(data), size});
    const auto make = [] { return io::make_payload_decoder(io::payload_named(SALTUS_FUZZ_FORMAT)); };
    const auto one = make(), other = make();
    Collector collector, again;
    std::uint64_t bytes = 0;
    for (const std::string& datagram : datagrams) {
        // A copy of the exact size, so that the address sanitizer sees any step beyond it; and one that lies askew.
        const std::vector<std::byte> exact(io::as_bytes(datagram).begin(), io::as_bytes(datagram).end());
        const std::string askew = "x" + datagram;
        one->decode(exact, 7, collector);
        other->decode(io::as_bytes(askew).subspan(1), 7, again);
        bytes += datagram.size();
    }
    const io::StreamCounters& c = one->counters();
    require(collector.events == again.events && c == other->counters(), "the same datagrams decode otherwise");
    require(one->datagrams() == datagrams.size() && c.bytes == bytes, "datagrams or bytes are not counted");
    require(c.events == collector.events.size(), "events are not counted");
    require(c.truncated_bytes <= bytes && (c.truncated_bytes == 0 || c.malformed > 0), "a cut is not counted");
    const std::uint64_t records = c.events + c.malformed + c.other + c.outside;
    require(13 * records + 4 * datagrams.size() + c.truncated_bytes >= bytes, "records are missing");
    return 0;
}
