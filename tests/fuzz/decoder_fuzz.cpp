// SPDX-License-Identifier: BSD-3-Clause
// The fuzzer of one decoder, the one named SALTUS_FUZZ_FORMAT: whatever the bytes, the promises of engine/io hold.
#include "tests/io/support/outcome.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::uint64_t seed = size == 0 ? 0 : data[size - 1];
    const char* const broken = saltus::test::broken_promise(SALTUS_FUZZ_FORMAT, bytes, seed);
    if (broken != nullptr) {
        std::fprintf(stderr, "%s: %s\n", SALTUS_FUZZ_FORMAT, broken);
        std::abort();
    }
    return 0;
}
