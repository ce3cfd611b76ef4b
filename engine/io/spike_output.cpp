// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/spike_output.hpp"
#include "engine/core/error.hpp"

#include <string>

namespace saltus::io {

SpikeOutput::SpikeOutput(const Network& network, PopulationId population, std::uint32_t columns, EventSink& sink)
    : sink_(sink), population_(population.index), columns_(columns), tick_ps_(network.grid().tick.count()) {
    const std::uint32_t size = network.at(population).size;
    if (columns < 1 || columns > 65536 || (size - 1) / columns > 65535) {
        throw ConfigError("SpikeOutput", "columns is " + std::to_string(columns),
                          "use 1 to 65536, and so many that there are at most 65536 rows");
    }
    events_.reserve(size);
}

void SpikeOutput::send(std::span<const Spike> spikes) {
    constexpr std::int64_t per = 1'000'000; // ps in a us
    events_.clear();
    for (const Spike& spike : spikes) {
        if (spike.population != population_) continue;
        const std::int64_t t_us = spike.tick / per * tick_ps_ + spike.tick % per * tick_ps_ / per;
        events_.push_back({t_us, static_cast<std::uint16_t>(spike.neuron % columns_),
                           static_cast<std::uint16_t>(spike.neuron / columns_), 1});
    }
    if (!events_.empty()) sink_.take(events_);
}

} // namespace saltus::io
