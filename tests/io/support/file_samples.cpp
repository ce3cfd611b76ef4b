// SPDX-License-Identifier: BSD-3-Clause
// DAT, AEDAT 2 and 3.1, ES, N-MNIST, npy and text, encoded from their descriptions.
#include "tests/io/support/put.hpp"
#include "tests/io/support/samples.hpp"

#include <algorithm>
#include <cstdio>

namespace saltus::test {
namespace {

/// The scene with addresses that fit into `width` x `height`.
Events folded(int width, int height) {
    Events events = scene();
    for (io::SensorEvent& e : events) {
        e.x = static_cast<std::uint16_t>(e.x % width);
        e.y = static_cast<std::uint16_t>(e.y % height);
    }
    return events;
}

void add(std::vector<Sample>& list, const std::string& format, const std::string& what, const std::string& head,
         const std::string& body, const Events& events) {
    list.push_back({format, what, head + body, events, head.size()});
}

std::string dat(const Events& events, bool old) {
    std::string out;
    for (const io::SensorEvent& e : events) {
        put_little(out, static_cast<std::uint64_t>(e.t_us), 4);
        const std::uint32_t p = e.polarity;
        put_little(out, old ? p << 17 | std::uint32_t{e.y} << 9 | e.x : p << 28 | std::uint32_t{e.y} << 14 | e.x, 4);
    }
    return out;
}

std::string es(const Events& events, bool atis, int height) {
    std::string out;
    std::int64_t t = 0;
    for (const io::SensorEvent& e : events) {
        const std::int64_t most = atis ? 63 : 127;
        std::int64_t step = e.t_us - t;
        for (; step >= most; step -= most) out += atis ? '\xfd' : '\xff';
        put_little(out, static_cast<std::uint64_t>(atis ? step << 2 | e.polarity << 1 : step << 1 | e.polarity), 1);
        put_little(out, e.x, 2);
        put_little(out, static_cast<std::uint64_t>(height - 1 - e.y), 2);
        t = e.t_us;
    }
    return out;
}

std::string es_head(int type) {
    std::string out = "Event Stream";
    for (const int b : {2, 0, 0, type}) out += static_cast<char>(b);
    put_little(out, 640, 2);
    put_little(out, 480, 2);
    return out;
}

std::string nmnist(const Events& events) {
    std::string out;
    std::uint64_t overflows = 0;
    for (const io::SensorEvent& e : events) {
        // The recordings of the scene last 4 s and fit into 23 bits; one overflow record is put in all the same.
        if (overflows == 0 && e.t_us > 8192) {
            put_big(out, 240u << 24, 5);
            overflows = 1;
        }
        const auto t = static_cast<std::uint64_t>(e.t_us) - 8192 * overflows;
        put_big(out, std::uint64_t{e.x} << 32 | std::uint64_t{e.y} << 24 | std::uint64_t{e.polarity} << 23 | t, 5);
    }
    return out;
}

std::string aedat2(const Events& events, bool davis) {
    std::string out;
    for (const io::SensorEvent& e : events) {
        const std::uint32_t x = (davis ? 345u : 127u) - e.x, y = (davis ? 259u : 127u) - e.y, p = e.polarity;
        put_big(out, davis ? y << 22 | x << 12 | p << 11 : y << 8 | x << 1 | (1 - p), 4);
        put_big(out, static_cast<std::uint64_t>(e.t_us), 4);
        if (e.x % 7 == 0) put_big(out, std::uint64_t{davis ? 1u << 31 : 1u << 15} << 32 | 5, 8); // no pixel event
    }
    return out;
}

void put_packet_header(std::string& out, std::uint64_t type, std::uint64_t size, std::uint64_t overflow,
                       std::uint64_t count) {
    put_little(out, type, 2);
    put_little(out, 1, 2);
    for (const std::uint64_t value : {size, std::uint64_t{4}, overflow, count, count, count}) put_little(out, value, 4);
}

/// Packets of up to 9 events, with an IMU packet and an event that is not valid between them.
std::string aedat3(const Events& events) {
    std::string out;
    for (std::size_t i = 0; i < events.size(); i += 9) {
        const std::size_t count = std::min<std::size_t>(9, events.size() - i);
        put_packet_header(out, 1, 8, static_cast<std::uint64_t>(events[i].t_us >> 31), count + 1);
        for (std::size_t k = i; k < i + count; ++k) {
            const io::SensorEvent& e = events[k];
            put_little(out, std::uint64_t{e.x} << 17 | std::uint64_t{e.y} << 2 | std::uint64_t{e.polarity} << 1 | 1, 4);
            put_little(out, static_cast<std::uint64_t>(e.t_us) & 0x7fffffff, 4);
        }
        put_little(out, 0x00020000, 8);
        if (i % 18 == 0) put_packet_header(out += "", 3, 36, 0, 2), out += std::string(72, 'x');
    }
    return out;
}

std::string npy_head(const std::string& fields, std::size_t count) {
    std::string dict =
        "{'descr': [" + fields + "], 'fortran_order': False, 'shape': (" + std::to_string(count) + ",), }";
    dict.append(63 - (10 + dict.size()) % 64, ' ');
    std::string out = "\x93NUMPY\x01";
    out += '\0';
    put_little(out, dict.size() + 1, 2);
    return out + dict + "\n";
}

std::string npy_packed(const Events& events) {
    std::string out;
    for (const io::SensorEvent& e : events) {
        put_little(out, static_cast<std::uint64_t>(e.t_us), 8);
        put_little(out, e.x, 2);
        put_little(out, e.y, 2);
        put_little(out, e.polarity, 1);
    }
    return out;
}

/// Padding, another order, big-endian times, polarity -1 and 1.
std::string npy_padded(const Events& events) {
    std::string out;
    for (const io::SensorEvent& e : events) {
        put_little(out, e.x, 2);
        put_little(out, e.y, 2);
        put_little(out, e.polarity == 1 ? 1 : 0xff, 1);
        out.append(3, 'x');
        put_big(out, static_cast<std::uint64_t>(e.t_us), 4);
    }
    return out;
}

template <class... Values>
std::string rows(const Events& events, const char* format, Values io::SensorEvent::*... fields) {
    std::string out;
    for (const io::SensorEvent& e : events) {
        char line[100];
        std::snprintf(line, sizeof line, format, static_cast<long>(e.*fields)...);
        out += line;
    }
    return out;
}

void add_text(std::vector<Sample>& list) {
    using E = io::SensorEvent;
    const Events events = scene();
    add(list, "text", "names", "t,x,y,p\n", rows(events, "%ld,%ld,%ld,%ld\n", &E::t_us, &E::x, &E::y, &E::polarity),
        events);
    add(list, "text", "names, another order", "on;y;x;t_us\r\n",
        rows(events, "%ld; %ld; %ld; %ld\r\n", &E::polarity, &E::y, &E::x, &E::t_us), events);
    add(list, "text", "time first", "", rows(events, "%ld,%ld,%ld,%ld\n", &E::t_us, &E::x, &E::y, &E::polarity),
        events);
    add(list, "text", "Metavision", "%geometry:640,480\n",
        rows(events, "%ld,%ld,%ld,%ld\n", &E::x, &E::y, &E::polarity, &E::t_us), events);
    add(list, "text", "Metavision without geometry", "",
        rows(events, "%ld,%ld,%ld,%ld\n", &E::x, &E::y, &E::polarity, &E::t_us), events);
    std::string rpg, words;
    for (const E& e : events) {
        char line[100];
        std::snprintf(line, sizeof line, "%ld.%06ld %d %d %d\n", static_cast<long>(e.t_us / 1000000),
                      static_cast<long>(e.t_us % 1000000), e.x, e.y, e.polarity);
        rpg += line;
        std::snprintf(line, sizeof line, "%.18e %d.0e+00 %d %s\n", 1e-6 * static_cast<double>(e.t_us), e.x, e.y,
                      e.polarity == 1 ? "True" : "False");
        words += line;
    }
    add(list, "text", "RPG", "640 480\n", rpg, events);
    add(list, "text", "numpy.savetxt, words", "# t x y p\n", words, events);
}

} // namespace

void add_file_samples(std::vector<Sample>& list) {
    const std::string dat_head = "% Data file containing CD events.\n% Version 2\n% Height 480\n% Width 640\n";
    add(list, "dat", "version 2", dat_head, std::string("\x0c\x08", 2) + dat(scene(), false), scene());
    add(list, "dat", "version 1", "% Version 1\n", std::string("\0\x08", 2) + dat(folded(304, 240), true),
        folded(304, 240));
    add(list, "es", "DVS", es_head(1), es(scene(20'000), false, 480), scene(20'000));
    add(list, "es", "ATIS", es_head(2), es(scene(20'000), true, 480), scene(20'000));
    add(list, "nmnist", "with an overflow", "", nmnist(folded(34, 34)), folded(34, 34));
    add(list, "aedat2", "DVS128", "#!AER-DAT2.0\r\n# AEChip: DVS128\r\n", aedat2(folded(128, 128), false),
        folded(128, 128));
    add(list, "aedat2", "DAVIS346, end of header marked",
        "#!AER-DAT2.0\r\n# AEChip: Davis346blue\r\n#End Of ASCII Header\r\n", aedat2(folded(346, 260), true),
        folded(346, 260));
    add(list, "aedat3", "with IMU packets", "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DAVIS640\r\n#!END-HEADER\r\n",
        aedat3(scene()), scene());
    add(list, "npy", "packed", npy_head("('t', '<u8'), ('x', '<u2'), ('y', '<u2'), ('on', '|b1')", scene().size()),
        npy_packed(scene()), scene());
    add(list, "npy", "padded",
        npy_head("('x', '<u2'), ('y', '<u2'), ('p', '|i1'), ('', '|V3'), ('t', '>i4')", scene().size()),
        npy_padded(scene()), scene());
    add_text(list);
}

} // namespace saltus::test
