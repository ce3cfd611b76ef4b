// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/encoders.hpp"
#include "engine/io/text.hpp"

#include <array>

namespace saltus::io {
namespace {

constexpr std::array list{
    WriteFormat{"evt3", "Prophesee RAW EVT3", ".raw", false, make_evt3_encoder},
    WriteFormat{"es", "Event Stream 2", ".es", true, make_es_encoder},
    WriteFormat{"aedat4", "AEDAT 4.0", ".aedat4", true, make_aedat4_encoder},
    WriteFormat{"text", "text, t,x,y,p", ".csv", false, make_text_encoder},
    WriteFormat{"npy", "NumPy structured array", ".npy", false, make_npy_encoder},
};

} // namespace

std::span<const WriteFormat> write_formats() { return list; }

const WriteFormat* find_write_format(std::string_view name) {
    for (const WriteFormat& format : list) {
        if (format.name == name) return &format;
    }
    return nullptr;
}

const WriteFormat* write_format_for(std::string_view extension) {
    if (same_word(extension, ".txt")) extension = ".csv";
    for (const WriteFormat& format : list) {
        if (same_word(format.extension, extension)) return &format;
    }
    return nullptr;
}

} // namespace saltus::io
