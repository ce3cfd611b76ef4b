// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/formats.hpp"
#include "engine/io/hdf5_source.hpp"
#include "engine/io/recognise.hpp"
#include "engine/io/sound_source.hpp"

#include <array>

namespace saltus::io {
namespace {

template <RawEncoding Encoding>
bool raw(Bytes beginning, bool) {
    return is_raw(beginning, Encoding);
}

template <const std::string_view& Signature>
bool begins(Bytes beginning, bool) {
    return as_text(beginning).substr(0, Signature.size()) == Signature;
}

constexpr std::string_view aedat2 = "#!AER-DAT2.0", aedat3 = "#!AER-DAT3.1", aedat4 = "#!AER-DAT4.0";
constexpr std::string_view es = "Event Stream", npy = "\x93NUMPY", hdf5 = "\x89HDF\r\n\x1a\n";

bool dat(Bytes beginning, bool) { return is_dat(beginning); }
/// The size of a FlatBuffer, its root, and the identifier of AEDAT 4's header.
bool dv(Bytes beginning, bool) { return beginning.size() >= 12 && as_text(beginning.subspan(8, 4)) == "IOHE"; }
/// WAV, FLAC and AIFF.
bool sound(Bytes beginning, bool) {
    if (beginning.size() < 12) return false;
    const std::string_view text = as_text(beginning);
    return text.substr(0, 4) == "fLaC" || (text.substr(0, 4) == "RIFF" && text.substr(8, 4) == "WAVE") ||
           (text.substr(0, 4) == "FORM" && text.substr(8, 3) == "AIF");
}
bool nmnist(Bytes beginning, bool) { return is_nmnist(beginning); }

// Formats with a signature come first, those told by their content alone last.
constexpr std::array list{
    Format{"evt2", "Prophesee RAW EVT2", raw<RawEncoding::evt2>, make_evt2_decoder, nullptr},
    Format{"evt21", "Prophesee RAW EVT2.1", raw<RawEncoding::evt21>, make_evt21_decoder, nullptr},
    Format{"evt3", "Prophesee RAW EVT3", raw<RawEncoding::evt3>, make_evt3_decoder, nullptr},
    Format{"evt4", "Prophesee RAW EVT4", raw<RawEncoding::evt4>, make_evt4_decoder, nullptr},
    Format{"dat", "Prophesee DAT", dat, make_dat_decoder, nullptr},
    Format{"aedat2", "AEDAT 2.0", begins<aedat2>, make_aedat2_decoder, nullptr},
    Format{"aedat3", "AEDAT 3.1", begins<aedat3>, make_aedat3_decoder, nullptr},
    Format{"aedat4", "AEDAT 4.0", begins<aedat4>, make_aedat4_decoder, nullptr},
    Format{"dv", "DV network stream", dv, make_dv_decoder, nullptr},
    Format{"es", "Event Stream 2", begins<es>, make_es_decoder, nullptr},
    Format{"npy", "NumPy structured array", begins<npy>, make_npy_decoder, nullptr},
    Format{"hdf5", "HDF5", begins<hdf5>, nullptr, open_hdf5_source},
    Format{"sound", "sound, through a filter bank", sound, nullptr, open_sound_source},
    Format{"text", "text, one event per line", is_text, make_text_decoder, nullptr},
    Format{"nmnist", "N-MNIST, 5 bytes per event", nmnist, make_nmnist_decoder, nullptr},
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
