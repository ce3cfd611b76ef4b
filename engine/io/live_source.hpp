// SPDX-License-Identifier: BSD-3-Clause
// Where events come from while they happen: a socket or a pipe; and the thread that listens to it.
#pragma once

#include "engine/io/published.hpp"
#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace saltus::io {

/// What a transport did. Losses are told apart by where they happen.
struct TransportCounters {
    std::uint64_t packets = 0;      ///< datagrams, or pieces of a stream
    std::uint64_t kernel_drops = 0; ///< datagrams the kernel had no room for
    std::uint64_t lost = 0;         ///< datagrams missing by their sequence numbers, the kernel's drops among them
    std::uint64_t disordered = 0;   ///< datagrams that came late or twice
    std::uint64_t too_long = 0;     ///< datagrams beyond 64 KiB, left out
    std::uint64_t connections = 0;  ///< made
    std::uint64_t broken = 0;       ///< ... and ended by the other side or by a fault in the stream
};

class LiveSource {
  public:
    virtual ~LiveSource() = default;
    LiveSource() = default;
    LiveSource(const LiveSource&) = delete;
    LiveSource& operator=(const LiveSource&) = delete;

    /// Waits for something to come, `timeout` at most, and hands its events on. False when nothing will come any more.
    virtual bool poll(EventSink& sink, std::chrono::milliseconds timeout) = 0;

    [[nodiscard]] virtual const StreamCounters& counters() const = 0;
    [[nodiscard]] virtual TransportCounters transport() const = 0;
};

/// Listens to a source on a thread of its own until it is destroyed, or the source ends. Source and sink outlive it.
class SourceThread {
  public:
    SourceThread(LiveSource& source, EventSink& sink) : thread_([this, &source, &sink] { run(source, sink); }) {}
    ~SourceThread() { stop(); }
    SourceThread(const SourceThread&) = delete;
    SourceThread& operator=(const SourceThread&) = delete;

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] bool ended() const { return ended_; }
    /// From any thread; of a moment not long ago.
    [[nodiscard]] StreamCounters counters() const { return counters_.read({}); }
    [[nodiscard]] TransportCounters transport() const { return transport_.read({}); }

  private:
    void run(LiveSource& source, EventSink& sink) {
        while (!stopping_ && source.poll(sink, std::chrono::milliseconds(20))) publish(source);
        publish(source);
        ended_ = true;
    }
    void publish(const LiveSource& source) {
        counters_.publish(source.counters());
        transport_.publish(source.transport());
    }

    std::atomic<bool> stopping_{false}, ended_{false};
    Published<StreamCounters> counters_;
    Published<TransportCounters> transport_;
    std::thread thread_; ///< last: it begins at once
};

} // namespace saltus::io
