// SPDX-License-Identifier: BSD-3-Clause
// AEDAT 4.0 (aedat4_decoder.cpp tells the layout) with one stream of events, 4096 per packet, and the table of packets:
// FileDataTable {table: [{byteOffset, {stream, size}, numElements, timestampStart, timestampEnd}]}, whose place is put
// into the header at the end.
#include "engine/io/aedat4_tables.hpp"
#include "engine/io/encoders.hpp"
#include "engine/io/packer.hpp"

#include <algorithm>
#include <vector>

namespace saltus::io {
namespace {

using flatbuffers::FlatBufferBuilder;

constexpr std::size_t packet_events = 4096;
constexpr std::string_view magic = "#!AER-DAT4.0\r\n";

struct PacketInfo {
    std::int32_t stream;
    std::int32_t size;
};

struct Packet {
    std::uint64_t offset; ///< of the body
    std::int32_t size;
    std::size_t events;
    std::int64_t first_us, last_us;
};

std::string attribute(const char* key, const char* type, const std::string& value) {
    return std::string("<attr key=\"") + key + "\" type=\"" + type + "\">" + value + "</attr>";
}

const char* name_of(Packing packing) {
    return packing == Packing::none ? "NONE" : packing == Packing::lz4 ? "LZ4" : "ZSTD";
}

std::string info_node(const EncodeOptions& options) {
    const std::string path = "/mainloop/Recorder/outInfo/";
    return "<dv version=\"2.0\"><node name=\"outInfo\" path=\"" + path + "\"><node name=\"0\" path=\"" + path +
           "0/\">" + attribute("compression", "string", name_of(options.packing)) +
           attribute("originalModuleName", "string", "capture") + attribute("originalOutputName", "string", "events") +
           attribute("typeDescription", "string", "Array of events (polarity ON/OFF).") +
           attribute("typeIdentifier", "string", "EVTS") + "<node name=\"info\" path=\"" + path + "0/info/\">" +
           attribute("sizeX", "int", std::to_string(options.geometry.width)) +
           attribute("sizeY", "int", std::to_string(options.geometry.height)) +
           attribute("source", "string", "Saltus") + attribute("tsOffset", "long", "0") + "</node></node></node></dv>";
}

aedat4::Compression compression_of(Packing packing) {
    if (packing == Packing::none) return aedat4::Compression::none;
    return packing == Packing::lz4 ? aedat4::Compression::lz4 : aedat4::Compression::zstd;
}

Bytes built(const FlatBufferBuilder& builder) {
    return {reinterpret_cast<const std::byte*>(builder.GetBufferPointer()), builder.GetSize()};
}

class Aedat4Encoder final : public Encoder {
  public:
    /// @param live for a network: without the first line, and without a table at the end
    Aedat4Encoder(ByteSink& sink, const EncodeOptions& options, bool live)
        : Encoder(sink), options_(options), live_(live) {
        events_.reserve(packet_events);
        FlatBufferBuilder builder;
        builder.ForceDefaults(true);
        const auto info = builder.CreateString(info_node(options));
        const auto start = builder.StartTable();
        builder.AddElement<std::int64_t>(aedat4::Header::table_position_slot, -1, -1);
        builder.AddOffset(aedat4::Header::info_slot, info);
        builder.AddElement<std::int32_t>(aedat4::Header::compression_slot,
                                         static_cast<std::int32_t>(compression_of(options.packing)), 0);
        builder.FinishSizePrefixed(flatbuffers::Offset<aedat4::Header>(builder.EndTable(start)), "IOHE");
        const auto* const root = flatbuffers::GetSizePrefixedRoot<aedat4::Header>(builder.GetBufferPointer());
        const auto* const field = root->GetAddressOf(aedat4::Header::table_position_slot);
        table_position_at_ = magic.size() + static_cast<std::uint64_t>(field - builder.GetBufferPointer());
        if (!live) buffer() += magic;
        buffer() += as_text(built(builder));
    }

  private:
    bool encode(const SensorEvent& e) override {
        if (e.x > INT16_MAX || e.y > INT16_MAX) return refuse("AEDAT 4 holds addresses up to 32767");
        if (e.x >= options_.geometry.width || e.y >= options_.geometry.height) {
            return refuse("an event lies outside the geometry");
        }
        events_.push_back({e.t_us, static_cast<std::int16_t>(e.x), static_cast<std::int16_t>(e.y), e.polarity, {}});
        if (events_.size() == packet_events) write_packet();
        return true;
    }

    void write_packet() {
        if (events_.empty()) return;
        FlatBufferBuilder builder;
        const auto elements = builder.CreateVectorOfStructs(events_);
        const auto start = builder.StartTable();
        builder.AddOffset(aedat4::EventPacket::elements_slot, elements);
        builder.FinishSizePrefixed(flatbuffers::Offset<aedat4::EventPacket>(builder.EndTable(start)), "EVTS");
        const std::string body = packed(built(builder), options_.packing);
        const auto size = static_cast<std::int32_t>(body.size());
        append_little(buffer(), 0, 4);
        append_little(buffer(), body.size(), 4);
        if (!live_) packets_.push_back({written(), size, events_.size(), events_.front().t_us, events_.back().t_us});
        buffer() += body;
        events_.clear();
    }

    void complete() override { write_packet(); }

    void end() override {
        write_packet();
        if (live_) return;
        const std::uint64_t table_position = written();
        buffer() += packed_table();
        std::string position;
        append_little(position, table_position, 8);
        overwrite(table_position_at_, position);
    }

    [[nodiscard]] std::string packed_table() const {
        FlatBufferBuilder builder;
        builder.ForceDefaults(true);
        std::vector<flatbuffers::Offset<flatbuffers::Table>> rows;
        for (const Packet& packet : packets_) {
            const PacketInfo info{0, packet.size};
            const auto start = builder.StartTable();
            builder.AddElement<std::int64_t>(4, static_cast<std::int64_t>(packet.offset), 0);
            builder.AddStruct(6, &info);
            builder.AddElement<std::int64_t>(8, static_cast<std::int64_t>(packet.events), 0);
            builder.AddElement<std::int64_t>(10, packet.first_us, 0);
            builder.AddElement<std::int64_t>(12, packet.last_us, 0);
            rows.emplace_back(builder.EndTable(start));
        }
        const auto table = builder.CreateVector(rows);
        const auto start = builder.StartTable();
        builder.AddOffset(4, table);
        builder.FinishSizePrefixed(flatbuffers::Offset<flatbuffers::Table>(builder.EndTable(start)), "FTAB");
        return packed(built(builder), options_.packing);
    }

    EncodeOptions options_;
    bool live_;
    std::vector<aedat4::Event> events_; ///< of the packet that is being filled
    std::vector<Packet> packets_;
    std::uint64_t table_position_at_ = 0;
};

} // namespace

std::unique_ptr<Encoder> make_aedat4_encoder(ByteSink& sink, const EncodeOptions& options) {
    return std::make_unique<Aedat4Encoder>(sink, options, false);
}

std::unique_ptr<Encoder> make_dv_encoder(ByteSink& sink, const EncodeOptions& options) {
    return std::make_unique<Aedat4Encoder>(sink, options, true);
}

} // namespace saltus::io
