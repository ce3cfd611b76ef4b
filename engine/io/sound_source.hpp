// SPDX-License-Identifier: BSD-3-Clause
// Sound files (WAV, FLAC, AIFF, whatever libsndfile reads) as events, through SignalEncoder.
#pragma once

#include "engine/io/signal_encoder.hpp"
#include "engine/io/source.hpp"

namespace saltus::io {

/// Opens a sound file; the tracks of a file of several are averaged. Throws ConfigError if it cannot be read.
[[nodiscard]] std::unique_ptr<Source> open_sound(const std::filesystem::path& path, const SignalOptions& options = {});

/// The same with default options, for the list of formats.
[[nodiscard]] std::unique_ptr<Source> open_sound_source(const std::filesystem::path& path, const ReadOptions& options);

} // namespace saltus::io
