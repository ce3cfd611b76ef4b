// SPDX-License-Identifier: BSD-3-Clause
// AEDAT 4, its FlatBuffers laid out byte by byte, packed by the libraries' simple interfaces.
#include "tests/io/support/put.hpp"
#include "tests/io/support/samples.hpp"

#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>

namespace saltus::test {
namespace {

/// FlatBuffer EventPacket, its size first: root offset, identifier, table of offsets, table, vector of structs.
std::string event_packet(const Events& events, std::size_t from, std::size_t count) {
    std::string body;
    put_little(body, 16, 4); // root table, from here
    body += "EVTS";
    put_little(body, 0, 2); // so that the vector's structs lie on multiples of 8, counted from the size
    put_little(body, 6, 2); // vtable: its size, the table's size, the field's place in the table
    put_little(body, 8, 2);
    put_little(body, 4, 2);
    put_little(body, 6, 4); // table: distance back to the vtable
    put_little(body, 4, 4); // field 0: distance to the vector
    put_little(body, count, 4);
    for (std::size_t i = from; i < from + count; ++i) {
        put_little(body, static_cast<std::uint64_t>(events[i].t_us), 8);
        put_little(body, events[i].x, 2);
        put_little(body, events[i].y, 2);
        put_little(body, events[i].polarity, 4);
    }
    std::string out;
    put_little(out, body.size(), 4);
    return out + body;
}

std::string packed(const std::string& body, int compression) {
    if (compression == 0) return body;
    std::string out(std::max(ZSTD_compressBound(body.size()), LZ4F_compressFrameBound(body.size(), nullptr)), '\0');
    const std::size_t size = compression == 1
                                 ? LZ4F_compressFrame(out.data(), out.size(), body.data(), body.size(), nullptr)
                                 : ZSTD_compress(out.data(), out.size(), body.data(), body.size(), 3);
    out.resize(size);
    return out;
}

std::string stream_node(const std::string& id, const std::string& type) {
    return "<node name=\"" + id + "\"><attr key=\"typeIdentifier\" type=\"string\">" + type +
           "</attr><node name=\"info\"><attr key=\"sizeX\" type=\"int\">640</attr>"
           "<attr key=\"sizeY\" type=\"int\">480</attr></node></node>";
}

/// Everything before the packets. `table_position` is where the packets end; -1: there is no table.
std::string head(int compression, std::int64_t table_position) {
    const std::string xml = "<dv version=\"2.0\"><node name=\"mainloop\"><node name=\"outInfo\">" +
                            stream_node("1", "IMUS") + stream_node("4", "EVTS") + "</node></node></dv>";
    std::string body;
    put_little(body, 20, 4);
    body += "IOHE";
    put_little(body, 0, 2);
    for (const int entry : {10, 20, 4, 8, 16}) put_little(body, static_cast<std::uint64_t>(entry), 2); // vtable, at 10
    put_little(body, 20 - 10, 4);                                    // the table, at 20: its distance from the vtable
    put_little(body, static_cast<std::uint64_t>(compression), 4);    // at 24
    put_little(body, static_cast<std::uint64_t>(table_position), 8); // at 28, and 32 as counted from the size
    put_little(body, 4, 4);                                          // at 36: the string lies at 40
    put_little(body, xml.size(), 4);
    body += xml + '\0';
    std::string out = "#!AER-DAT4.0\r\n";
    put_little(out, body.size(), 4);
    return out + body;
}

std::string packets(const Events& events, int compression) {
    std::string out;
    const auto packet = [&](std::uint64_t stream, const std::string& body) {
        put_little(out, stream, 4);
        put_little(out, body.size(), 4);
        out += body;
    };
    for (std::size_t i = 0; i < events.size(); i += 7) {
        packet(4, packed(event_packet(events, i, std::min<std::size_t>(7, events.size() - i)), compression));
        if (i % 14 == 0) packet(1, "some samples of an inertial unit");
    }
    return out;
}

void add(std::vector<Sample>& list, const std::string& what, int compression, bool table) {
    const std::string body = packets(scene(), compression);
    const std::size_t before = head(compression, 0).size();
    const std::string start = head(compression, table ? static_cast<std::int64_t>(before + body.size()) : -1);
    list.push_back({"aedat4", what, start + body + (table ? "a table that nobody reads" : ""), scene(), start.size()});
}

} // namespace

void add_aedat4_samples(std::vector<Sample>& list) {
    add(list, "not packed", 0, false);
    add(list, "LZ4, with a table", 1, true);
    add(list, "Zstandard", 3, false);
    constexpr std::size_t first_line = 14;
    for (const int compression : {0, 1}) { // as a server sends it
        const std::string start = head(compression, -1).substr(first_line);
        list.push_back({"dv", compression == 0 ? "not packed" : "LZ4", start + packets(scene(), compression), scene(),
                        start.size()});
    }
}

} // namespace saltus::test
