// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/mutate.hpp"

#include <algorithm>
#include <array>

namespace saltus::test {
namespace {

void set_number(std::string& bytes, std::size_t at, RandomStream& random) {
    constexpr std::array<std::uint32_t, 8> limits{0, 1, 0x7f, 0xff, 0xffff, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
    const std::uint32_t value = limits[random.below(limits.size())];
    const std::size_t size = random.below(2) == 0 ? 1 : 4;
    for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

void mutate(std::string& bytes, RandomStream& random) {
    if (bytes.empty()) return;
    // Headers break in more interesting ways than data: half of the damage falls on the first 64 bytes.
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const std::size_t at = random.below(random.below(2) == 0 ? size : std::min(size, 64u));
    const std::size_t length = 1 + random.below(16);
    switch (random.below(7)) {
        case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8))); break;
        case 1:
        case 2: set_number(bytes, at, random); break;
        case 3: bytes.erase(at, length); break;
        case 4: bytes.insert(at, bytes.substr(at, length)); break;
        case 5:
            for (std::size_t i = 0; i < length && at + i < bytes.size(); ++i)
                bytes[at + i] = static_cast<char>(random.below(256));
            break;
        default: bytes.resize(random.below(8) == 0 ? at : bytes.size());
    }
}

} // namespace

std::string mutated(std::string bytes, RandomStream& random) {
    for (std::uint32_t n = 1 + random.below(4); n > 0; --n) mutate(bytes, random);
    return bytes;
}

} // namespace saltus::test
