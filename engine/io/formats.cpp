// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/formats.hpp"
#include "engine/io/recognise.hpp"

#include <array>

namespace saltus::io {
namespace {

template <RawEncoding Encoding>
bool raw(Bytes beginning, bool) {
    return is_raw(beginning, Encoding);
}

// Formats with a signature come first, those told by their content alone last.
constexpr std::array list{
    Format{"evt2", "Prophesee RAW EVT2", raw<RawEncoding::evt2>, make_evt2_decoder, nullptr},
    Format{"evt3", "Prophesee RAW EVT3", raw<RawEncoding::evt3>, make_evt3_decoder, nullptr},
};

} // namespace

std::span<const Format> formats() { return list; }

const Format* find_format(std::string_view name) {
    for (const Format& format : list) {
        if (format.name == name) return &format;
    }
    return nullptr;
}

const Format* detect(Bytes beginning, bool whole) {
    for (const Format& format : list) {
        if (format.recognises(beginning, whole)) return &format;
    }
    return nullptr;
}

} // namespace saltus::io
