// SPDX-License-Identifier: BSD-3-Clause
// Prophesee RAW, encoded word by word.
#include "tests/io/support/put.hpp"
#include "tests/io/support/samples.hpp"

namespace saltus::test {
namespace {

std::string header(const std::string& format) {
    return "% date 2026-01-01 00:00:00\n% format " + format + ";height=480;width=640\n% end\n";
}

std::uint32_t evt2_word(const io::SensorEvent& e, std::uint32_t type) {
    return type << 28 | static_cast<std::uint32_t>(e.t_us & 63) << 22 | std::uint32_t{e.x} << 11 | e.y;
}

std::string evt2(const Events& events) {
    std::string out;
    std::int64_t high = -1;
    for (const io::SensorEvent& e : events) {
        if (e.t_us >> 6 != high) put_little(out, 8u << 28 | static_cast<std::uint64_t>(high = e.t_us >> 6), 4);
        put_little(out, evt2_word(e, e.polarity), 4);
    }
    return out;
}

/// Events of one time, row and polarity within 32 columns share a word; `legacy`: its halves exchanged.
std::string evt21(const Events& events, bool legacy) {
    std::string out;
    std::int64_t high = -1;
    const auto put = [&](std::uint64_t w) { put_little(out, legacy ? w << 32 | w >> 32 : w, 8); };
    for (std::size_t i = 0; i < events.size();) {
        const io::SensorEvent e = events[i];
        if (e.t_us >> 6 != high) put(8ull << 60 | static_cast<std::uint64_t>(high = e.t_us >> 6) << 32);
        const int base = e.x & ~31;
        std::uint32_t mask = 0;
        for (int last = -1; i < events.size(); ++i) {
            const io::SensorEvent& next = events[i];
            const int bit = next.x - base;
            if (next.t_us != e.t_us || next.y != e.y || next.polarity != e.polarity || bit <= last || bit > 31) break;
            mask |= 1u << (last = bit);
        }
        put(std::uint64_t{e.polarity} << 60 | static_cast<std::uint64_t>(e.t_us & 63) << 54 |
            static_cast<std::uint64_t>(base) << 43 | std::uint64_t{e.y} << 32 | mask);
    }
    return out;
}

/// Every third event as a vector with a mask of one bit that looks like another word.
std::string evt4(const Events& events) {
    std::string out;
    std::int64_t high = -1;
    int number = 0;
    for (io::SensorEvent e : events) {
        if (e.t_us >> 6 != high) put_little(out, 14u << 28 | static_cast<std::uint64_t>(high = e.t_us >> 6), 4);
        const bool vector = ++number % 3 == 0 && e.x >= 31;
        if (vector) e.x = static_cast<std::uint16_t>(e.x - 31);
        put_little(out, evt2_word(e, (vector ? 12u : 10u) + e.polarity), 4);
        if (vector) put_little(out, 1u << 31, 4);
        if (number % 10 == 0) put_little(out, 0xffffffff, 4); // padding
    }
    return out;
}

std::string evt3(const Events& events) {
    std::string out;
    std::int64_t high = -1, low = -1, row = -1;
    for (const io::SensorEvent& e : events) {
        // Across a silence the camera goes on sending the upper part: one word per step of at most 2^22 us.
        for (std::int64_t t = high < 0 ? e.t_us : high << 12; high != e.t_us >> 12;) {
            t = std::min(e.t_us, t + (std::int64_t{1} << 22));
            high = t >> 12;
            low = -1;
            put_little(out, 0x8000u | static_cast<std::uint64_t>(high & 0xfff), 2);
        }
        if ((e.t_us & 0xfff) != low) put_little(out, 0x6000u | static_cast<std::uint64_t>(low = e.t_us & 0xfff), 2);
        if (e.y != row) put_little(out, static_cast<std::uint64_t>(row = e.y), 2);
        put_little(out, 0x2000u | std::uint64_t{e.polarity} << 11 | e.x, 2);
    }
    return out;
}

/// Runs of one row, time and polarity as vector words of 12, 12 and 8 columns.
std::string evt3_vectors(const Events& events) {
    std::string out;
    for (std::size_t i = 0; i < events.size();) {
        const io::SensorEvent& e = events[i];
        put_little(out, 0x8000u | static_cast<std::uint64_t>((e.t_us >> 12) & 0xfff), 2);
        put_little(out, 0x6000u | static_cast<std::uint64_t>(e.t_us & 0xfff), 2);
        put_little(out, e.y, 2);
        put_little(out, 0x3000u | std::uint64_t{e.polarity} << 11 | e.x, 2);
        std::uint32_t mask = 0;
        int last = -1;
        for (; i < events.size(); ++i) {
            const io::SensorEvent& next = events[i];
            const int offset = next.x - e.x;
            if (next.t_us != e.t_us || next.y != e.y || next.polarity != e.polarity || offset <= last || offset > 31)
                break;
            mask |= 1u << offset;
            last = offset;
        }
        put_little(out, 0x4000u | (mask & 0xfff), 2);
        put_little(out, 0x4000u | ((mask >> 12) & 0xfff), 2);
        put_little(out, 0x5000u | (mask >> 24), 2);
    }
    return out;
}

void add(std::vector<Sample>& list, const std::string& format, const std::string& what, const std::string& head,
         const std::string& words) {
    list.push_back({format, what, head + words, scene(), head.size()});
}

} // namespace

void add_raw_samples(std::vector<Sample>& list) {
    add(list, "evt2", "header", header("EVT2"), evt2(scene()));
    add(list, "evt2", "old header without end", "% Date x\n% evt 2.0\n", evt2(scene()));
    add(list, "evt21", "little-endian", header("EVT21;endianness=little"), evt21(scene(), false));
    add(list, "evt21", "legacy", header("EVT21;endianness=legacy"), evt21(scene(), true));
    add(list, "evt21", "order found, little-endian", "% evt 2.1\n", evt21(scene(), false));
    add(list, "evt21", "order found, legacy", "% evt 2.1\n", evt21(scene(), true));
    add(list, "evt4", "with vectors", header("EVT4"), evt4(scene()));
    add(list, "evt3", "single", header("EVT3"), evt3(scene()));
    add(list, "evt3", "vectors", header("EVT3"), evt3_vectors(scene()));
}

} // namespace saltus::test
