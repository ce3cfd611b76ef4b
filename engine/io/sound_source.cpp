// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/sound_source.hpp"
#include "engine/core/error.hpp"

#include <sndfile.h>

#include <string>
#include <vector>

namespace saltus::io {
namespace {

struct CloseSound {
    void operator()(SNDFILE* file) const { sf_close(file); }
};

class SoundSource final : public Source {
  public:
    SoundSource(SNDFILE* file, const SF_INFO& info, const SignalOptions& options)
        : file_(file), tracks_(static_cast<std::size_t>(info.channels)),
          encoder_(options, static_cast<double>(info.samplerate)), geometry_{options.channels, 1},
          frames_(piece * tracks_), mixed_(piece) {}

    bool read(EventSink& sink) override {
        if (ended_) return false;
        const sf_count_t count = sf_readf_double(file_.get(), frames_.data(), static_cast<sf_count_t>(piece));
        ended_ = count <= 0;
        if (ended_ && sf_error(file_.get()) != SF_ERR_NO_ERROR)
            fault_ = {FaultKind::corrupt, "the sound cannot be read further", 0};
        for (std::size_t i = 0; !ended_ && i < static_cast<std::size_t>(count); ++i) {
            double sum = 0.0;
            for (std::size_t k = 0; k < tracks_; ++k) sum += frames_[i * tracks_ + k];
            mixed_[i] = sum / static_cast<double>(tracks_);
        }
        if (!ended_) encoder_.feed(std::span(mixed_).first(static_cast<std::size_t>(count)), sink);
        counters_.events = encoder_.events();
        counters_.malformed = encoder_.invalid();
        return true;
    }

    [[nodiscard]] Geometry geometry() const override { return geometry_; }
    [[nodiscard]] const StreamCounters& counters() const override { return counters_; }
    [[nodiscard]] const Fault& fault() const override { return fault_; }
    [[nodiscard]] std::string_view format() const override { return "sound"; }
    [[nodiscard]] std::string_view title() const override { return "sound, through a filter bank"; }

  private:
    static constexpr std::size_t piece = 4096; ///< samples read at a time

    std::unique_ptr<SNDFILE, CloseSound> file_;
    std::size_t tracks_;
    SignalEncoder encoder_;
    Geometry geometry_;
    std::vector<double> frames_, mixed_;
    StreamCounters counters_;
    Fault fault_;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<Source> open_sound(const std::filesystem::path& path, const SignalOptions& options) {
    SF_INFO info{};
    std::unique_ptr<SNDFILE, CloseSound> file(sf_open(path.c_str(), SFM_READ, &info));
    if (!file) throw ConfigError(path.string(), sf_strerror(nullptr), "name a sound file, such as WAV or FLAC");
    if (info.channels < 1 || info.channels > 1024) {
        throw ConfigError(path.string(), "has " + std::to_string(info.channels) + " tracks", "use a file of 1 to 1024");
    }
    return std::make_unique<SoundSource>(file.release(), info, options);
}

std::unique_ptr<Source> open_sound_source(const std::filesystem::path& path, const ReadOptions& options) {
    if (options.recording.value_or(0) != 0) {
        throw ConfigError(path.string(), "holds one recording", "leave the number out");
    }
    return open_sound(path);
}

} // namespace saltus::io
