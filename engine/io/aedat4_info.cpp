// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/aedat4_info.hpp"
#include "engine/io/text.hpp"

#include <pugixml.hpp>

namespace saltus::io::aedat4 {
namespace {

/// The text of <attr key="...">; empty if there is none.
std::string_view attribute(const pugi::xml_node& node, const char* key) {
    return node.find_child_by_attribute("attr", "key", key).text().get();
}

std::uint32_t side(const pugi::xml_node& info, const char* key) {
    std::uint32_t value = 0;
    constexpr std::uint32_t largest = 65536;
    return parse(trimmed(attribute(info, key)), value) && value <= largest ? value : 0;
}

std::optional<EventStream> event_stream(const pugi::xml_node& node) {
    EventStream stream;
    if (trimmed(attribute(node, "typeIdentifier")) != "EVTS") return {};
    if (!parse(std::string_view(node.attribute("name").value()), stream.id)) return {};
    const pugi::xml_node info = node.find_child_by_attribute("node", "name", "info");
    stream.geometry = {side(info, "sizeX"), side(info, "sizeY")};
    if (stream.geometry.width == 0 || stream.geometry.height == 0) stream.geometry = {};
    return stream;
}

} // namespace

std::optional<EventStream> find_event_stream(std::string_view xml) {
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size())) return {};
    const pugi::xml_node streams = document.find_node(
        [](const pugi::xml_node& node) { return std::string_view(node.attribute("name").value()) == "outInfo"; });
    std::optional<EventStream> first;
    for (const pugi::xml_node& node : streams.children("node")) {
        const auto stream = event_stream(node);
        if (stream && (!first || stream->id < first->id)) first = stream;
    }
    return first;
}

} // namespace saltus::io::aedat4
