// SPDX-License-Identifier: BSD-3-Clause
// Spikes of the network on their way to actuators: as sensor events, to any sink (UdpSink, or a function).
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/recorder.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace saltus::io {

/// Hands events to a function of the user's.
class CallbackSink final : public EventSink {
  public:
    using Callback = std::function<void(std::span<const SensorEvent>)>;
    explicit CallbackSink(Callback callback) : callback_(std::move(callback)) {}
    void take(std::span<const SensorEvent> events) override { callback_(events); }

  private:
    Callback callback_;
};

/// Turns the spikes of one population into events: x the column, y the row of the neuron, polarity 1, time in
/// microseconds of model time.
class SpikeOutput {
  public:
    /// @param columns neurons of a row, 1 to 65536; with at most 65536 neurons `columns` = size gives x = neuron, y = 0
    SpikeOutput(const Network& network, PopulationId population, std::uint32_t columns, EventSink& sink);

    /// Those spikes of Simulation::spikes() that are of the population. No allocation once warm.
    void send(std::span<const Spike> spikes);

  private:
    EventSink& sink_;
    std::uint32_t population_;
    std::uint32_t columns_;
    std::int64_t tick_ps_;
    std::vector<SensorEvent> events_;
};

} // namespace saltus::io
