// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/sha256.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace saltus::test {
namespace {

/// The first 32 bits of the fractional part of a root of the n-th prime.
std::uint32_t root_bits(int prime, bool cube) {
    const long double root =
        cube ? std::cbrt(static_cast<long double>(prime)) : std::sqrt(static_cast<long double>(prime));
    return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
}

struct Constants {
    std::array<std::uint32_t, 64> k{};
    std::array<std::uint32_t, 8> h{};
    Constants() {
        std::size_t n = 0;
        for (int candidate = 2; n < 64; ++candidate) {
            bool prime = true;
            for (int d = 2; d * d <= candidate; ++d) prime = prime && candidate % d != 0;
            if (!prime) continue;
            if (n < 8) h[n] = root_bits(candidate, false);
            k[n++] = root_bits(candidate, true);
        }
    }
};

void add_block(std::array<std::uint32_t, 8>& h, const unsigned char* block, const std::array<std::uint32_t, 64>& k) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        for (std::size_t b = 0; b < 4; ++b) w[i] = (w[i] << 8) | block[4 * i + b];
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    std::array<std::uint32_t, 8> v = h;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t s1 = std::rotr(v[4], 6) ^ std::rotr(v[4], 11) ^ std::rotr(v[4], 25);
        const std::uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
        const std::uint32_t s0 = std::rotr(v[0], 2) ^ std::rotr(v[0], 13) ^ std::rotr(v[0], 22);
        const std::uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        v = {t1 + t2, v[0], v[1], v[2], v[3] + t1, v[4], v[5], v[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) h[i] += v[i];
}

} // namespace

std::string sha256(std::string_view bytes) {
    static const Constants constants;
    std::array<std::uint32_t, 8> h = constants.h;
    std::string padded(bytes);
    padded += '\x80';
    padded.append((120 - padded.size() % 64) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>((bytes.size() * 8) >> shift);
    for (std::size_t i = 0; i < padded.size(); i += 64) {
        add_block(h, reinterpret_cast<const unsigned char*>(padded.data()) + i, constants.k);
    }
    std::string hex;
    for (const std::uint32_t word : h) {
        for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[(word >> shift) & 15];
    }
    return hex;
}

} // namespace saltus::test
