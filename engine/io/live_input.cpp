// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/live_input.hpp"
#include "engine/core/error.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <variant>

namespace saltus::io {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* where = "LiveOptions";
constexpr std::int64_t most_us = 1'000'000'000'000;

const LiveOptions& checked(const LiveOptions& o) {
    if (o.capacity < 1 || o.capacity > (std::size_t{1} << 28)) {
        throw ConfigError(where, "capacity is " + std::to_string(o.capacity), "use 1 to 2^28 events, such as 65536");
    }
    if (o.most_ahead_us < 1 || o.most_ahead_us > most_us) {
        throw ConfigError(where, "most_ahead_us is not within 1 to 10^12", "use some seconds, such as 10000000");
    }
    if (o.clock.delay_us < -most_us || o.clock.delay_us > most_us) {
        throw ConfigError("ClockOptions", "delay_us is not within -10^12 to 10^12", "use some milliseconds");
    }
    if (o.clock.most_drift_ppm < 0 || o.clock.most_drift_ppm > 10'000) {
        throw ConfigError("ClockOptions", "most_drift_ppm is not within 0 to 10000", "quartz clocks need 500 or less");
    }
    if (o.block_limit.count() < 0) throw ConfigError(where, "block_limit is negative", "use 0 or more");
    return o;
}

PopulationId checked(const Network& network, PopulationId input, const EventGate& gate) {
    const Population& population = network.at(input);
    if (!std::holds_alternative<InputParameters>(population.model)) {
        throw ConfigError(where, "population \"" + population.name + "\" is no input",
                          "events enter through populations of InputParameters");
    }
    if (population.size < gate.neurons()) {
        throw ConfigError(where,
                          "events reach " + std::to_string(gate.neurons()) + " neurons, population \"" +
                              population.name + "\" has " + std::to_string(population.size),
                          "make it as large, or use a region, shrink, or an address map");
    }
    return input;
}

std::size_t most_per_step(const LiveOptions& o) {
    return o.most_per_step == 0 ? o.capacity : std::min<std::size_t>(o.most_per_step, o.capacity);
}

} // namespace

std::int64_t host_time_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now().time_since_epoch()).count();
}

LiveInput::LiveInput(const Network& network, PopulationId input, const LiveOptions& options)
    : options_(checked(options)), gate_(options.gate), clock_(options.clock, network.grid().tick),
      ring_(options.capacity, options.overflow), popped_spikes_(most_per_step(options)),
      stamped_(most_per_step(options)) {
    input_ = checked(network, input, gate_);
    const double ahead =
        static_cast<double>(options.most_ahead_us) * 1e6 / static_cast<double>(network.grid().tick.count());
    most_ahead_ = ahead < 1e18 ? static_cast<Tick>(ahead) : Tick{1'000'000'000'000'000'000};
}

void LiveInput::take(std::span<const SensorEvent> events) {
    auto give_up = SteadyClock::time_point::max();
    const bool on_arrival = options_.clock.origin == ClockOrigin::host;
    const std::int64_t arrival_us = on_arrival ? options_.host_clock_us() : 0;
    while (!events.empty()) {
        const auto piece = events.first(std::min(events.size(), staged_.size()));
        std::size_t passed = 0;
        for (SensorEvent event : piece) {
            if (on_arrival) event.t_us = arrival_us;
            std::uint32_t neuron = 0;
            switch (gate_.judge(event, neuron)) {
                case EventGate::Verdict::passed: staged_[passed++] = {event.t_us, neuron}; break;
                case EventGate::Verdict::filtered: ++here_.filtered; break;
                case EventGate::Verdict::malformed: ++here_.malformed; break;
            }
        }
        here_.offered += piece.size();
        enter(std::span(staged_).first(passed), give_up);
        published_.publish(here_);
        events = events.subspan(piece.size());
    }
}

/// Into the ring; those that do not fit are refused. @param give_up when a call of take() has waited enough; set when
/// it begins to wait
void LiveInput::enter(std::span<const SensorSpike> spikes, SteadyClock::time_point& give_up) {
    here_.refused += spikes.size(); // until they have entered: what is published is always balanced
    for (;;) {
        const EventRing::Pushed pushed = ring_.push(spikes);
        here_.entered += pushed.entered;
        here_.refused -= pushed.entered;
        here_.evicted += pushed.evicted;
        spikes = spikes.subspan(pushed.entered);
        if (spikes.empty() || options_.overflow != Overflow::block) return;
        published_.publish(here_); // the engine takes nothing that was not made known
        const auto now = SteadyClock::now();
        if (give_up == SteadyClock::time_point::max()) give_up = now + options_.block_limit;
        if (now >= give_up) return;
        std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
}

std::size_t LiveInput::feed(Simulation& simulation) {
    seen_ = published_.read(seen_);
    const std::uint64_t known = seen_.entered - seen_.evicted - popped_;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(known, popped_spikes_.size()));
    const std::size_t count = ring_.pop(std::span(popped_spikes_).first(wanted));
    popped_ += count;
    const auto events = stamp(std::span(popped_spikes_).first(count), simulation.now());
    if (simulation.push(input_, events) != Status::ok) {
        // Neither late nor out of range: the gate knows the neurons, stamp() the present.
        std::fputs("saltus: LiveInput::feed: the simulation does not run the network this input was made for\n",
                   stderr);
        std::abort();
    }
    accepted_ += events.size();
    check();
    return events.size();
}

/// Spikes on the sensor's clock to events at ticks; those that are late or out of reach are counted and left out.
std::span<const InputEvent> LiveInput::stamp(std::span<const SensorSpike> spikes, Tick now) {
    std::size_t kept = 0;
    for (const SensorSpike& spike : spikes) {
        const std::optional<Tick> tick = clock_.at(spike.t_us, now);
        if (!tick || *tick > now + most_ahead_) {
            ++out_of_reach_;
        } else if (*tick >= now) {
            stamped_[kept++] = {*tick, spike.neuron};
        } else if (options_.late == LateEvents::move) {
            ++moved_;
            stamped_[kept++] = {now, spike.neuron};
        } else {
            ++late_;
        }
    }
    return std::span(stamped_).first(kept);
}

LiveCounters LiveInput::counters() const {
    LiveCounters c;
    c.offered = seen_.offered;
    c.accepted = accepted_;
    c.dropped = seen_.refused + seen_.evicted;
    c.late = late_;
    c.malformed = seen_.malformed + out_of_reach_;
    c.filtered = seen_.filtered;
    c.waiting = seen_.entered - seen_.evicted - popped_;
    c.moved = moved_;
    c.backward_steps = clock_.backward_steps();
    c.clock_restarts = clock_.restarts();
    c.followed = clock_.followed();
    return c;
}

void LiveInput::check() const {
    const LiveCounters c = counters();
    if (c.balanced() && c.waiting <= ring_.capacity()) return;
    std::fputs("saltus: LiveInput: events are not accounted for\n", stderr);
    std::abort();
}

} // namespace saltus::io
