// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/sound_samples.hpp"
#include "tests/io/support/put.hpp"

namespace saltus::test {

std::string wav(const std::vector<double>& samples, std::uint32_t rate_hz, std::uint32_t tracks) {
    std::string out = "RIFF";
    const std::size_t bytes = 2 * samples.size() * tracks;
    put_little(out, 36 + bytes, 4);
    out += "WAVEfmt ";
    put_little(out, 16, 4);
    put_little(out, 1, 2); // integers
    put_little(out, tracks, 2);
    put_little(out, rate_hz, 4);
    put_little(out, std::uint64_t{2} * rate_hz * tracks, 4);
    put_little(out, std::uint64_t{2} * tracks, 2);
    put_little(out, 16, 2);
    out += "data";
    put_little(out, bytes, 4);
    for (const double x : samples) {
        // The first track holds twice the signal, the others (as a whole) take that back: their average is the signal.
        const auto value = static_cast<std::int16_t>(x * 16384.0);
        for (std::uint32_t k = 0; k < tracks; ++k)
            put_little(out, static_cast<std::uint16_t>(tracks == 1 ? value : k == 0 ? 2 * value : 0), 2);
    }
    return out;
}

} // namespace saltus::test
