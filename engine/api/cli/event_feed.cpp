// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/event_feed.hpp"

#include "engine/io/event_collector.hpp"

#include <algorithm>
#include <optional>

namespace saltus::cli {
namespace {

io::LiveOptions recorded(io::LiveOptions options) {
    options.clock = {.origin = io::ClockOrigin::sensor, .restart_us = 0};
    options.late = io::LateEvents::leave_out;
    options.most_ahead_us = 1'000'000'000'000;
    return options;
}

} // namespace

RecordedFeed::RecordedFeed(const Network& network, PopulationId input, const io::LiveOptions& options, Pull pull,
                           const io::StreamCounters& decoded)
    : EventFeed(network, input, recorded(options)), pull_(std::move(pull)), decoded_(decoded),
      clock_({.origin = io::ClockOrigin::sensor, .restart_us = 0}, network.grid().tick) {}

bool RecordedFeed::refill() {
    while (!ended_ && next_ == events_.size()) {
        next_ = 0;
        events_.clear();
        LabelAt label{0, no_label};
        ended_ = !pull_(events_, label);
        if (!ended_ && label.label != no_label) labels_.push_back(label);
    }
    return !ended_;
}

void RecordedFeed::feed(Simulation& simulation, Tick until) {
    constexpr std::size_t most = 4096; // less than the ring holds
    while (refill()) {
        const auto begin = events_.begin() + static_cast<std::ptrdiff_t>(next_);
        const auto limit = begin + static_cast<std::ptrdiff_t>(std::min(most, events_.size() - next_));
        const auto end = std::find_if(begin, limit, [&](const io::SensorEvent& event) {
            const std::optional<Tick> tick = clock_.at(event.t_us, 0);
            return tick && *tick >= until;
        });
        live_.take(std::span(begin, end));
        live_.feed(simulation);
        next_ += static_cast<std::size_t>(end - begin);
        if (end != limit) return;
    }
}

RecordedFeed::Pull pieces_of(io::Source& source, std::vector<io::SensorEvent> early) {
    return [&source, early = std::move(early), first = std::optional<std::int64_t>()](
               std::vector<io::SensorEvent>& events, LabelAt&) mutable {
        events.swap(early);
        early.clear();
        io::EventCollector collector(events);
        const bool more = source.read(collector);
        if (!first && !events.empty()) first = events.front().t_us;
        for (io::SensorEvent& event : events) event.t_us -= *first;
        return more || !events.empty();
    };
}

RecordedFeed::Pull trials_of(Playlist& playlist) {
    return [&playlist](std::vector<io::SensorEvent>& events, LabelAt& label) { return playlist.next(events, label); };
}

} // namespace saltus::cli
