// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/error.hpp"
#include "engine/io/formats.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace saltus::io {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

constexpr std::size_t piece_bytes = std::size_t{256} << 10;

std::string known_formats() {
    std::string list;
    for (const Format& format : formats()) list += (list.empty() ? "" : ", ") + std::string(format.name);
    return list;
}

File open_file(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        throw ConfigError(path.string(), "is a folder", "name a file of events");
    }
    File file(std::fopen(path.c_str(), "rb"));
    if (!file) throw ConfigError(path.string(), std::strerror(errno), "name a file that can be read");
    return file;
}

std::size_t read_some(std::FILE* file, std::vector<std::byte>& buffer) {
    return std::fread(buffer.data(), 1, buffer.size(), file);
}

/// A file pushed through a decoder.
class StreamSource final : public Source {
  public:
    /// `beginning` was read from the file already, so that pipes can be read too.
    StreamSource(File file, const Format& format, const DecodeOptions& options, std::vector<std::byte> beginning)
        : file_(std::move(file)), format_(format), decoder_(format.make_decoder(options)), buffer_(piece_bytes),
          beginning_(std::move(beginning)) {}

    bool read(EventSink& sink) override {
        if (ended_) return false;
        if (!beginning_.empty()) {
            decoder_->feed(beginning_, sink);
            beginning_.clear();
            return true;
        }
        const std::size_t size = read_some(file_.get(), buffer_);
        if (size == 0) {
            ended_ = true;
            if (std::ferror(file_.get()) != 0) {
                fault_ = {FaultKind::truncated, "the file cannot be read further", decoder_->counters().bytes};
            }
            decoder_->finish(sink);
            return true;
        }
        decoder_->feed({buffer_.data(), size}, sink);
        return true;
    }

    [[nodiscard]] Geometry geometry() const override { return decoder_->geometry(); }
    [[nodiscard]] const StreamCounters& counters() const override { return decoder_->counters(); }
    [[nodiscard]] const Fault& fault() const override { return fault_ ? fault_ : decoder_->fault(); }
    [[nodiscard]] std::string_view format() const override { return format_.name; }
    [[nodiscard]] std::string_view title() const override { return format_.title; }

  private:
    File file_;
    const Format& format_;
    std::unique_ptr<Decoder> decoder_;
    std::vector<std::byte> buffer_;
    std::vector<std::byte> beginning_;
    Fault fault_; ///< of the file itself
    bool ended_ = false;
};

const Format& format_named(const std::string& name) {
    const Format* named = find_format(name);
    if (named != nullptr) return *named;
    throw ConfigError("format", "there is no '" + name + "'", "use one of " + known_formats());
}

const Format& format_found(const fs::path& path, Bytes beginning, bool whole) {
    if (beginning.empty()) throw ConfigError(path.string(), "is empty", "name a file of events");
    const Format* found = detect(beginning, whole);
    if (found != nullptr) return *found;
    throw ConfigError(path.string(), "is of no format that is known",
                      "if you know which it is, name it with --format: " + known_formats());
}

} // namespace

std::unique_ptr<Source> open_source(const fs::path& path, const ReadOptions& options) {
    File file = open_file(path);
    std::vector<std::byte> beginning(beginning_bytes);
    beginning.resize(read_some(file.get(), beginning));
    const bool whole = std::feof(file.get()) != 0;
    const Format& format = options.format.empty() ? format_found(path, beginning, whole) : format_named(options.format);
    if (format.open != nullptr) return format.open(path, options);
    if (options.recording.value_or(0) != 0) {
        throw ConfigError(path.string(), "holds one recording, there is no " + std::to_string(*options.recording),
                          "leave the number out");
    }
    return std::make_unique<StreamSource>(std::move(file), format, options.decode, std::move(beginning));
}

} // namespace saltus::io
