// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/raw_header.hpp"
#include "engine/io/text.hpp"

namespace saltus::io {
namespace {

RawEncoding encoding_named(std::string_view name) {
    if (name == "EVT2") return RawEncoding::evt2;
    if (name == "EVT21") return RawEncoding::evt21;
    if (name == "EVT3") return RawEncoding::evt3;
    if (name == "EVT4") return RawEncoding::evt4;
    return RawEncoding::unknown;
}

RawEncoding encoding_numbered(std::string_view number) {
    if (number == "2.0") return RawEncoding::evt2;
    if (number == "2.1") return RawEncoding::evt21;
    if (number == "3.0") return RawEncoding::evt3;
    if (number == "4.0") return RawEncoding::evt4;
    return RawEncoding::unknown;
}

RawOrder order_named(std::string_view name) {
    if (name == "little") return RawOrder::little;
    if (name == "big") return RawOrder::big;
    if (name == "legacy") return RawOrder::legacy;
    return RawOrder::unknown;
}

constexpr std::uint32_t largest_side = 65536; // what a 16-bit address reaches

void set_side(std::uint32_t& side, std::string_view text) {
    std::uint32_t value = 0;
    if (parse(text, value) && value <= largest_side) side = value;
}

bool whole(const Geometry& geometry) { return geometry.width != 0 && geometry.height != 0; }

} // namespace

bool RawHeader::line(std::string_view text) {
    text = trimmed(text);
    const std::string_view key = cut_at(text, ' ');
    std::string_view value = trimmed(text);
    if (key == "end") return true;
    if (key == "format") {
        options(value);
    } else if (key == "evt") {
        evt_ = encoding_numbered(value);
    } else if (key == "endianness") {
        order_ = order_named(value);
    } else if (key == "geometry") {
        set_side(stated_.width, cut_at(value, 'x'));
        set_side(stated_.height, value);
    } else if (key == "plugin_name" || key == "sensor_name" || key == "sensor_generation" || key == "system_ID") {
        sensor(value);
    }
    return false;
}

void RawHeader::options(std::string_view list) {
    format_ = encoding_named(cut_at(list, ';'));
    while (!list.empty()) {
        std::string_view value = cut_at(list, ';');
        const std::string_view key = cut_at(value, '=');
        if (key == "width") set_side(format_size_.width, value);
        if (key == "height") set_side(format_size_.height, value);
        if (key == "endianness") order_ = order_named(value);
    }
}

void RawHeader::sensor(std::string_view text) {
    if (contains(text, "genx320") || contains(text, "GenX320")) {
        sensor_ = {320, 320};
    } else if (contains(text, "gen41") || contains(text, "imx636") || contains(text, "IMX636") || text == "4.1" ||
               text == "48") {
        sensor_ = {1280, 720};
    } else if (contains(text, "gen3") || text == "3.0" || text == "3.1" || text == "21") {
        if (!whole(sensor_)) sensor_ = {640, 480};
    }
}

Geometry RawHeader::geometry() const {
    if (whole(format_size_)) return format_size_;
    return whole(stated_) ? stated_ : sensor_;
}

} // namespace saltus::io
