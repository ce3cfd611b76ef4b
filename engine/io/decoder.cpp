// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/decoder.hpp"

namespace saltus::io {

void EventBlock::flush() {
    if (size_ == 0) return;
    std::uint64_t backward = block_[0].t_us < last_t_us_ ? 1 : 0;
    for (std::size_t i = 1; i < size_; ++i) backward += block_[i].t_us < block_[i - 1].t_us ? 1u : 0u;
    backward_ += backward;
    last_t_us_ = block_[size_ - 1].t_us;
    delivered_ += size_;
    sink_->take({block_.data(), size_});
    size_ = 0;
}

void Decoder::feed(Bytes bytes, EventSink& sink) {
    counters_.bytes += bytes.size();
    if (!fault_ && !finished_) {
        out_.open(sink);
        decode(bytes);
        out_.flush();
        out_.account(counters_);
    }
    counters_.undecoded_bytes += bytes.size();
}

void Decoder::finish(EventSink& sink) {
    if (fault_ || finished_) return;
    finished_ = true;
    out_.open(sink);
    end();
    out_.flush();
    out_.account(counters_);
}

void Decoder::fail(FaultKind kind, const char* what, const Bytes& rest, std::size_t held) {
    fault_ = {kind, what, position(rest) - held};
    counters_.undecoded_bytes += held;
}

void Decoder::cut(const char* what, std::size_t held) {
    fault_ = {FaultKind::truncated, what, counters_.bytes - held};
    counters_.truncated_bytes += held;
}

} // namespace saltus::io
