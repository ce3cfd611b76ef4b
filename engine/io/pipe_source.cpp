// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/pipe_source.hpp"
#include "engine/core/error.hpp"
#include "engine/io/formats.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace saltus::io {

PipeSource::PipeSource(Descriptor pipe, const std::string& format, const DecodeOptions& options)
    : pipe_(std::move(pipe)), options_(options), buffer_(std::size_t{64} << 10) {
    if (format.empty()) return;
    const Format* named = io::find_format(format);
    if (named == nullptr || named->make_decoder == nullptr) {
        throw ConfigError("format", "'" + format + "' cannot be read from a pipe", "name another, or leave it out");
    }
    decoder_ = named->make_decoder(options_);
}

const StreamCounters& PipeSource::counters() const { return decoder_ ? decoder_->counters() : none_; }

bool PipeSource::poll(EventSink& sink, std::chrono::milliseconds timeout) {
    pollfd wait{.fd = pipe_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) <= 0) return true;
    const auto size = read(pipe_.get(), buffer_.data(), buffer_.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (size <= 0) return end(sink);
    ++transport_.packets;
    const Bytes bytes{buffer_.data(), static_cast<std::size_t>(size)};
    if (decoder_) {
        decoder_->feed(bytes, sink);
    } else {
        beginning_.insert(beginning_.end(), bytes.begin(), bytes.end());
        if (!find_format(false)) return !fault_;
        decoder_->feed(beginning_, sink);
        beginning_ = {};
    }
    return !decoder_->fault();
}

/// Whether it is known now. What is still unknown after as many bytes as any format needs stays so.
bool PipeSource::find_format(bool whole) {
    const Format* found = detect(beginning_, whole);
    if (found != nullptr && found->make_decoder != nullptr) {
        decoder_ = found->make_decoder(options_);
        return true;
    }
    if (found != nullptr) {
        fault_ = {FaultKind::unsupported, "this format cannot be read from a pipe", 0};
    } else if (whole || beginning_.size() >= beginning_bytes) {
        fault_ = {FaultKind::not_this_format, "is of no format that is known", 0};
    }
    return false;
}

bool PipeSource::end(EventSink& sink) {
    if (!decoder_ && find_format(true)) decoder_->feed(beginning_, sink);
    if (decoder_) decoder_->finish(sink);
    return false;
}

} // namespace saltus::io
