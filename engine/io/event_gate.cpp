// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/event_gate.hpp"
#include "engine/core/error.hpp"

#include <algorithm>
#include <string>

namespace saltus::io {
namespace {

constexpr const char* where = "GateOptions";
constexpr std::uint32_t most_addresses = std::uint32_t{1} << 28;

void check_size(const GateOptions& o) {
    const auto [width, height] = o.geometry;
    if (width == 0 || height == 0 || width > 65536 || height > 65536) {
        throw ConfigError(where, "geometry is " + std::to_string(width) + " by " + std::to_string(height),
                          "give the size of the sensor in pixels, each side from 1 to 65536");
    }
    if (o.region.x >= width || o.region.y >= height || o.region.width > width - o.region.x ||
        o.region.height > height - o.region.y) {
        throw ConfigError(where, "the region does not lie within the geometry",
                          "choose one within " + std::to_string(width) + " by " + std::to_string(height));
    }
    if (o.shrink < 1 || o.shrink > 65536) {
        throw ConfigError(where, "shrink is " + std::to_string(o.shrink), "use 1 (every pixel) to 65536");
    }
}

void check_times(const GateOptions& o) {
    if (o.refractory_us < 0) throw ConfigError(where, "refractory_us is negative", "use 0 (none) or more");
    if (o.hot_window_us < 1) throw ConfigError(where, "hot_window_us is below 1", "use 1 or more, such as 100000");
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

} // namespace

EventGate::EventGate(GateOptions options) : options_(std::move(options)) {
    GateOptions& o = options_;
    check_size(o);
    check_times(o);
    if (o.region.width == 0) o.region.width = o.geometry.width - o.region.x;
    if (o.region.height == 0) o.region.height = o.geometry.height - o.region.y;
    columns_ = (o.region.width + o.shrink - 1) / o.shrink;
    const std::uint64_t rows = (o.region.height + o.shrink - 1) / o.shrink;
    const std::uint64_t addresses = rows * columns_ * (o.polarity == PolarityUse::separate ? 2 : 1);
    if (addresses > most_addresses) {
        throw ConfigError(where, "there are " + std::to_string(addresses) + " addresses",
                          "use a region or shrink to have at most 2^28");
    }
    addresses_ = static_cast<std::uint32_t>(addresses);
    if (!o.neurons.empty() && o.neurons.size() != addresses_) {
        throw ConfigError(where, "neurons has " + std::to_string(o.neurons.size()) + " entries",
                          "give one for each of the " + std::to_string(addresses_) + " addresses, or none");
    }
    neurons_ = o.neurons.empty() ? addresses_ : 0;
    for (const std::uint32_t neuron : o.neurons) {
        if (neuron == no_neuron) continue;
        if (neuron >= most_addresses) {
            throw ConfigError(where, "neurons names " + std::to_string(neuron), "use numbers below 2^28, or no_neuron");
        }
        neurons_ = std::max(neurons_, neuron + 1);
    }
    if (o.hot_events > 0) pixels_.resize(std::size_t{o.geometry.width} * o.geometry.height);
    if (o.refractory_us > 0) last_.resize(neurons_);
}

EventGate::Verdict EventGate::judge(const SensorEvent& event, std::uint32_t& neuron) {
    const GateOptions& o = options_;
    if (event.x >= o.geometry.width || event.y >= o.geometry.height || event.polarity > 1) return Verdict::malformed;
    if (o.hot_events > 0 && hot(event)) return Verdict::filtered;
    const std::uint32_t x = event.x - o.region.x, y = event.y - o.region.y; // before the region: wraps to large
    if (x >= o.region.width || y >= o.region.height) return Verdict::filtered;
    if (o.polarity == PolarityUse::on_only && event.polarity == 0) return Verdict::filtered;
    if (o.polarity == PolarityUse::off_only && event.polarity == 1) return Verdict::filtered;
    std::uint32_t address = y / o.shrink * columns_ + x / o.shrink;
    if (o.polarity == PolarityUse::separate && event.polarity == 0) address += addresses_ / 2;
    neuron = o.neurons.empty() ? address : o.neurons[address];
    if (neuron == no_neuron) return Verdict::filtered;
    if (o.refractory_us > 0 && too_soon(neuron, event.t_us)) return Verdict::filtered;
    return Verdict::passed;
}

bool EventGate::hot(const SensorEvent& event) {
    Pixel& pixel = pixels_[std::size_t{event.y} * options_.geometry.width + event.x];
    const std::int64_t stretch = floor_divide(event.t_us, options_.hot_window_us);
    if (stretch != pixel.stretch) {
        const bool follows = pixel.stretch != INT64_MAX && stretch == pixel.stretch + 1;
        pixel.was_hot = follows && pixel.events > options_.hot_events;
        pixel.stretch = stretch;
        pixel.events = 0;
    }
    if (pixel.events < UINT32_MAX) ++pixel.events;
    return pixel.was_hot || pixel.events > options_.hot_events;
}

bool EventGate::too_soon(std::uint32_t neuron, std::int64_t t_us) {
    Passed& last = last_[neuron];
    const auto a = static_cast<std::uint64_t>(last.t_us), b = static_cast<std::uint64_t>(t_us);
    const std::uint64_t apart = last.t_us > t_us ? a - b : b - a;
    if (last.any && apart < static_cast<std::uint64_t>(options_.refractory_us)) return true;
    last = {t_us, true};
    return false;
}

} // namespace saltus::io
