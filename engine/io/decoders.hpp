// SPDX-License-Identifier: BSD-3-Clause
// The decoders, one factory per format; each lives in the .cpp of the same name. formats.hpp lists them for programs.
#pragma once

#include "engine/io/decoder.hpp"

#include <memory>

namespace saltus::io {

using MakeDecoder = std::unique_ptr<Decoder> (*)(const DecodeOptions&);

std::unique_ptr<Decoder> make_evt2_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_evt21_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_evt3_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_evt4_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_dat_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_aedat2_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_aedat3_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_aedat4_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_dv_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_es_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_npy_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_text_decoder(const DecodeOptions& options = {});
std::unique_ptr<Decoder> make_nmnist_decoder(const DecodeOptions& options = {});

} // namespace saltus::io
