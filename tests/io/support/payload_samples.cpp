// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/payload_samples.hpp"
#include "tests/io/support/put.hpp"

#include <algorithm>

namespace saltus::test {
namespace {

/// One event, by the layout as it is published.
void put(std::string& out, std::string_view payload, const io::SensorEvent& e) {
    const auto t = static_cast<std::uint64_t>(e.t_us);
    if (payload == "spif") {
        put_little(out, std::uint64_t{e.x} << 16 | std::uint64_t{e.polarity} << 15 | e.y, 4);
        put_little(out, t, 4);
    } else if (payload == "faery_t64") {
        put_little(out, t, 8);
        put_little(out, e.x, 2);
        put_little(out, e.y, 2);
        put_little(out, e.polarity, 1);
    } else if (payload == "faery_t32") {
        put_little(out, t, 4);
        put_little(out, e.x, 2);
        put_little(out, 2u * e.y + e.polarity, 2);
    } else { // jAER: the chip counts from the lower right, and 1 is darker
        put_big(out, 256u * (127u - e.y) + 2u * (127u - e.x) + (1u - e.polarity), 4);
        put_big(out, t, 4);
    }
}

} // namespace

Events payload_scene(std::string_view payload) {
    Events events = scene();
    if (payload == "jaer") std::erase_if(events, [](const io::SensorEvent& e) { return e.x >= 128 || e.y >= 128; });
    return events;
}

std::vector<std::string> payload_datagrams(std::string_view payload, const Events& events, std::size_t per_datagram) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < events.size(); i += per_datagram) {
        std::string datagram;
        if (payload == "jaer") put_big(datagram, list.size() + 1, 4);
        for (std::size_t k = i; k < std::min(i + per_datagram, events.size()); ++k) put(datagram, payload, events[k]);
        list.push_back(datagram);
    }
    return list;
}

std::string framed(const std::vector<std::string>& datagrams) {
    std::string out;
    for (const std::string& datagram : datagrams) {
        put_little(out, datagram.size(), 2);
        out += datagram;
    }
    return out;
}

std::vector<std::string> unframed(std::string_view bytes) {
    std::vector<std::string> list;
    while (bytes.size() >= 2) {
        const std::size_t size = static_cast<unsigned char>(bytes[0]) + 256u * static_cast<unsigned char>(bytes[1]);
        bytes.remove_prefix(2);
        list.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
    return list;
}

} // namespace saltus::test
