// SPDX-License-Identifier: BSD-3-Clause
// Events on their way into a network that runs: live ones as they come, recorded ones as model time goes on. Either
// way through a LiveInput (gate, ring, clock map), so that every event is accounted for.
#pragma once

#include "engine/api/cli/labelled.hpp"
#include "engine/io/live_input.hpp"
#include "engine/io/live_source.hpp"
#include "engine/io/source.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace saltus::cli {

class EventFeed {
  public:
    EventFeed(const Network& network, PopulationId input, const io::LiveOptions& options)
        : live_(network, input, options) {}
    virtual ~EventFeed() = default;
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;

    /// Pushes the events before tick `until`, as far as they are there.
    virtual void feed(Simulation& simulation, Tick until) = 0;
    /// No event will come any more.
    [[nodiscard]] virtual bool ended() const = 0;
    [[nodiscard]] virtual io::TransportCounters transport() const { return {}; }
    /// What the decoder met, and left out before anything was offered.
    [[nodiscard]] virtual io::StreamCounters decoded() const = 0;
    [[nodiscard]] io::LiveCounters counters() const { return live_.counters(); }
    /// Labels that the last feed() came upon, ascending; to be taken away by the caller.
    [[nodiscard]] std::deque<LabelAt>& labels() { return labels_; }

  protected:
    io::LiveInput live_;
    std::deque<LabelAt> labels_;
};

/// A sensor's thread feeds the ring.
class LiveFeed final : public EventFeed {
  public:
    LiveFeed(const Network& network, PopulationId input, const io::LiveOptions& options, io::LiveSource& source)
        : EventFeed(network, input, options), thread_(source, live_) {}
    void feed(Simulation& simulation, Tick) override { live_.feed(simulation); }
    [[nodiscard]] bool ended() const override { return thread_.ended() && live_.counters().waiting == 0; }
    [[nodiscard]] io::TransportCounters transport() const override { return thread_.transport(); }
    [[nodiscard]] io::StreamCounters decoded() const override { return thread_.counters(); }

  private:
    io::SourceThread thread_; ///< last: it begins at once
};

/// Recorded events, pulled piece by piece; their times count from 0 at tick 0.
class RecordedFeed final : public EventFeed {
  public:
    /// The next piece of events, and the label it begins with, if it has one; false when there are no more.
    using Pull = std::function<bool(std::vector<io::SensorEvent>&, LabelAt&)>;
    /// @param decoded counters of whatever is pulled from, which outlives this
    RecordedFeed(const Network& network, PopulationId input, const io::LiveOptions& options, Pull pull,
                 const io::StreamCounters& decoded);

    void feed(Simulation& simulation, Tick until) override;
    [[nodiscard]] bool ended() const override { return ended_ && next_ == events_.size(); }
    [[nodiscard]] io::StreamCounters decoded() const override { return decoded_; }

  private:
    bool refill();

    Pull pull_;
    const io::StreamCounters& decoded_;
    io::ClockMap clock_;
    std::vector<io::SensorEvent> events_;
    std::size_t next_ = 0; ///< of events_, the first not yet handed on
    bool ended_ = false;
};

/// Pieces of a recording, the first event at time 0. @param early events that were read of it already
[[nodiscard]] RecordedFeed::Pull pieces_of(io::Source& source, std::vector<io::SensorEvent> early);
/// Trial after trial.
[[nodiscard]] RecordedFeed::Pull trials_of(Playlist& playlist);

} // namespace saltus::cli
