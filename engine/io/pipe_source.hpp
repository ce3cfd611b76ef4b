// SPDX-License-Identifier: BSD-3-Clause
// Events from a pipe, as soon as they are written to it (a Source would wait until its buffer is full).
#pragma once

#include "engine/io/decoders.hpp"
#include "engine/io/live_source.hpp"
#include "engine/io/socket.hpp"

#include <memory>
#include <string>
#include <vector>

namespace saltus::io {

class PipeSource final : public LiveSource {
  public:
    /// @param pipe open for reading; standard input: Descriptor(dup(0)).
    /// @param format a name of formats.hpp; empty: found from the content. Throws ConfigError if there is no such, or
    /// it cannot be read as a stream (HDF5).
    PipeSource(Descriptor pipe, const std::string& format, const DecodeOptions& options = {});

    /// False at the end of the pipe, and at a fault.
    bool poll(EventSink& sink, std::chrono::milliseconds timeout) override;
    [[nodiscard]] const StreamCounters& counters() const override;
    [[nodiscard]] TransportCounters transport() const override { return transport_; }
    [[nodiscard]] Geometry geometry() const { return decoder_ ? decoder_->geometry() : options_.geometry; }
    [[nodiscard]] const Fault& fault() const { return decoder_ ? decoder_->fault() : fault_; }

  private:
    bool find_format(bool whole);
    bool end(EventSink& sink);

    Descriptor pipe_;
    DecodeOptions options_;
    std::unique_ptr<Decoder> decoder_; ///< null until the format is known
    std::vector<std::byte> buffer_;
    std::vector<std::byte> beginning_; ///< what came before that
    StreamCounters none_;
    Fault fault_;
    TransportCounters transport_;
};

} // namespace saltus::io
