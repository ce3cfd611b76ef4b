// SPDX-License-Identifier: BSD-3-Clause
// The fuzzer of the reader of journals. Checksums keep damage from what is behind them, so each input is also read with
// its checksums put right: in any case the promises of engine/persist hold.
#include "engine/persist/crc.hpp"
#include "tests/persist/support/journal_bytes.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace saltus;

void put(std::string& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>((value >> (8 * i)) & 0xff);
}

std::uint32_t length_at(const std::string& bytes, std::size_t at) {
    return io::load_little<std::uint32_t>(io::as_bytes(bytes).data() + at);
}

/// As far as lengths lead, every checksum is made that of its bytes.
std::string with_checksums(std::string bytes) {
    std::size_t begin = 0, head = 48;
    std::size_t length_place = 44;
    while (bytes.size() - begin >= head + 4) {
        const std::size_t length = length_at(bytes, begin + length_place);
        if (length > bytes.size() - begin - head - 4) break;
        put(bytes, begin + head + length, persist::crc32(io::as_bytes(bytes).subspan(begin, head + length)));
        begin += head + length + 4;
        head = 5;
        length_place = 1;
    }
    return bytes;
}

void check(const std::string& bytes) {
    const char* const broken = test::broken_journal_promise(bytes);
    if (broken == nullptr) return;
    std::fprintf(stderr, "journal: %s\n", broken);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check(with_checksums(bytes));
    return 0;
}
