// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/samples.hpp"

namespace saltus::test {

Events scene(std::int64_t silence_us) {
    Events events;
    const auto add = [&](std::int64_t t_us, int x, int y, int p) {
        events.push_back(
            {t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), static_cast<std::uint8_t>(p)});
    };
    for (const int x : {0, 1, 2, 3, 31, 32, 63, 639}) add(100, x, 0, 1);
    for (const int x : {5, 6, 8, 40}) add(100, x, 479, 0);
    std::int64_t t = 101;
    for (int i = 0; i < 40; ++i) {
        add(t, (i * 37) % 640, (i * 91) % 480, i % 3 == 0);
        t += (i % 4) * (i % 5) * 61;
    }
    for (const int x : {100, 101, 103, 112, 131}) add(silence_us, x, 7, 1);
    add(silence_us + 1, 639, 479, 0);
    return events;
}

const std::vector<Sample>& samples() {
    static const std::vector<Sample> list = [] {
        std::vector<Sample> all;
        add_raw_samples(all);
        add_file_samples(all);
        add_aedat4_samples(all);
        return all;
    }();
    return list;
}

} // namespace saltus::test
