// SPDX-License-Identifier: BSD-3-Clause
// The check of a description: time grid and populations here, projections and learning in files of their own.
#include "engine/network/validate_parts.hpp"
#include "engine/network/variation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace saltus {

namespace detail {

std::string text(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string where(const Population& population) { return "population '" + population.name + "'"; }
std::string where(const Projection& projection) { return "projection '" + projection.spec.name + "'"; }

void require_finite(const std::string& place, std::string_view parameter, double value) {
    require(std::isfinite(value), place, parameter, value, "any finite number", "set a finite number");
}

void require_positive(const std::string& place, std::string_view parameter, double value) {
    require(std::isfinite(value) && value > 0.0, place, parameter, value, "finite and above 0",
            "set a positive number");
}

void require_not_negative(const std::string& place, std::string_view parameter, double value) {
    require(std::isfinite(value) && value >= 0.0, place, parameter, value, "finite and at least 0",
            "set 0 or a positive number");
}

void require_time_constant(const TimeGrid& grid, const std::string& place, std::string_view parameter, double tau_ms) {
    const double tick_ms = grid.tick_ms();
    if (tau_ms >= tick_ms && tau_ms <= longest_ticks * tick_ms) return; // words are slow, neurons many
    require_positive(place, parameter, tau_ms);
    const std::string allowed =
        "one tick (" + text(tick_ms) + " ms) to 1e15 ticks (" + text(longest_ticks * tick_ms) + " ms)";
    require(tau_ms >= tick_ms, place, parameter, tau_ms, allowed,
            "the tick is too coarse for it: make the tick shorter or the time constant longer");
    require(tau_ms <= longest_ticks * tick_ms, place, parameter, tau_ms, allowed,
            "make the tick longer or the time constant shorter");
}

void require_refractory(const TimeGrid& grid, const std::string& place, double refractory_ms) {
    if (refractory_ms == 0.0) return;
    require_not_negative(place, "refractory_ms", refractory_ms);
    const double longest_ms = longest_ticks * grid.tick_ms();
    require(refractory_ms <= longest_ms, place, "refractory_ms", refractory_ms,
            "0 to 1e15 ticks (" + text(longest_ms) + " ms)", "make it shorter, or the tick longer");
    require(grid.ticks(refractory_ms) >= 1, place, "refractory_ms", refractory_ms,
            "0, or at least half a tick (tick: " + text(grid.tick_ms()) + " ms)",
            "it would be rounded to no refractory period: set 0, or make the tick shorter");
}

void require_population(const Network& network, const std::string& place, std::string_view role, PopulationId id) {
    const std::size_t count = network.populations().size();
    if (id.index >= count)
        throw ConfigError(place,
                          std::string(role) + " is population number " + text(id.index) + ", but the network has " +
                              text(count) + " (numbered from 0)",
                          "use an id that add() of this network returned");
}

bool is_input(const Population& p) { return std::holds_alternative<InputParameters>(p.model); }
bool is_readout(const Population& p) {
    bool silent = false;
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        if (std::holds_alternative<typename Model::Parameters>(p.model)) silent = !Model::spiking;
    });
    return silent;
}

namespace {

using detail::validate_model; // of integrated models: validate_integrated.cpp

void validate_grid(const TimeGrid& grid) {
    const std::string place = "time grid";
    constexpr std::int64_t second_ps = 1'000'000'000'000;
    require(grid.tick.count() >= 1 && grid.tick.count() <= second_ps, place, "tick (in ps)", grid.tick.count(),
            "1 ps to 1 s (1000000000000 ps)", "choose the tick between 1 ps and 1 s; 1 us suits most networks");
    require(grid.delay_resolution.count() >= 1, place, "delay_resolution (in ps)", grid.delay_resolution.count(),
            "1 ps or more", "set a positive resolution; below the tick it has no effect");
    require(grid.learning_clock >= 1 && static_cast<double>(grid.learning_clock) <= longest_ticks, place,
            "learning_clock", grid.learning_clock, "1 to 1e15 ticks",
            "set the number of ticks per learning step, e.g. 1 ms divided by the tick");
}

/// Threshold, reset and refractory period, which all threshold neurons have.
template <class Parameters>
void validate_spiking(const TimeGrid& grid, const std::string& place, const Parameters& p) {
    require_positive(place, "threshold", p.threshold);
    if (p.reset == Reset::to_value) {
        require_finite(place, "v_reset", p.v_reset);
        if (!(p.v_reset < p.threshold))
            require(false, place, "v_reset", p.v_reset, "anything below the threshold (" + text(p.threshold) + ")",
                    "lower v_reset or raise the threshold, or the neuron never stops spiking");
    }
    require_refractory(grid, place, p.refractory_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const LifParameters& p) {
    require_time_constant(grid, place, "tau_m_ms", p.tau_m_ms);
    require_finite(place, "v_inf", p.v_inf);
    validate_spiking(grid, place, p);
    require_not_negative(place, "escape_rate_hz", p.escape_rate_hz);
    require_positive(place, "escape_width", p.escape_width);
    if (p.spike_effect != SpikeEffect::next_tick) return;
    if (p.reset == Reset::to_value)
        throw ConfigError(place, "spike_effect is next_tick and reset is to_value, which is not available",
                          "use Reset::subtract, or SpikeEffect::immediate");
    if (p.refractory == Refractory::clamp)
        throw ConfigError(place, "spike_effect is next_tick and refractory is clamp, which is not available",
                          "use Refractory::integrate, or SpikeEffect::immediate");
}

void validate_model(const TimeGrid& grid, const std::string& place, const AdaptiveLifParameters& p) {
    validate_model(grid, place, static_cast<const LifParameters&>(p));
    require_not_negative(place, "beta", p.beta);
    require_time_constant(grid, place, "tau_a_ms", p.tau_a_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const CubaLifParameters& p) {
    validate_model(grid, place, static_cast<const LifParameters&>(p));
    require_time_constant(grid, place, "tau_e_ms", p.tau_e_ms);
    require_time_constant(grid, place, "tau_i_ms", p.tau_i_ms);
    if (p.normalised_input)
        throw ConfigError(place, "normalised_input is true, which has no effect where arrivals move currents",
                          "set normalised_input to false and scale the weights");
    if (p.spike_effect == SpikeEffect::next_tick)
        throw ConfigError(place, "spike_effect is next_tick, which is not available with synaptic currents",
                          "use SpikeEffect::immediate");
}

void validate_model(const TimeGrid& grid, const std::string& place, const IntegrateFireParameters& p) {
    require_finite(place, "drive_per_ms", p.drive_per_ms);
    validate_spiking(grid, place, p);
}

void validate_model(const TimeGrid& grid, const std::string& place, const CubaIntegrateFireParameters& p) {
    validate_model(grid, place, static_cast<const IntegrateFireParameters&>(p));
    require_time_constant(grid, place, "tau_e_ms", p.tau_e_ms);
    require_time_constant(grid, place, "tau_i_ms", p.tau_i_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const LeakyReadoutParameters& p) {
    require_time_constant(grid, place, "tau_ms", p.tau_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const CubaReadoutParameters& p) {
    require_time_constant(grid, place, "tau_m_ms", p.tau_m_ms);
    require_time_constant(grid, place, "tau_s_ms", p.tau_s_ms);
    require_finite(place, "y_inf", p.y_inf);
}

void validate_model(const TimeGrid& grid, const std::string& place, const PoissonParameters& p) {
    const double most_hz = 1000.0 / grid.tick_s();
    if (!(p.rate_hz >= 0.0 && p.rate_hz <= most_hz))
        require(false, place, "rate_hz", p.rate_hz, "0 to 1000 spikes in a tick (" + text(most_hz) + " Hz)",
                "set a rate that is not negative, or make the tick shorter");
}

void validate_model(const TimeGrid&, const std::string&, const InputParameters&) {}

[[noreturn]] void report_unknown(const std::string& place, const Variation& v, const std::string& known) {
    const std::string list = known.substr(0, known.ends_with(',') ? known.size() - 1 : known.size());
    throw ConfigError(place, "varies '" + v.parameter + "', which its model cannot vary; allowed are" + list,
                      "name one of these, or leave it out");
}

void check_values(const Population& population, const Variation& v) {
    if (const auto* distribution = std::get_if<Distribution>(&v.values))
        return require_drawable(where(population), v.parameter, *distribution);
    const std::size_t count = std::get<std::vector<double>>(v.values).size();
    if (count != population.size)
        throw ConfigError(where(population),
                          v.parameter + " is given " + text(count) + " values, allowed is one for each of its " +
                              text(population.size) + " neurons",
                          "give one value for each neuron, or a distribution");
}

void check_variation(const Population& population, std::size_t number, const std::string& known) {
    const Variation& v = population.variations[number];
    const auto same = [&](const Variation& other) { return other.parameter == v.parameter; };
    if (std::count_if(population.variations.begin(), population.variations.end(), same) > 1)
        throw ConfigError(where(population), v.parameter + " is varied more than once", "call vary once for each");
    if (known.find(" " + v.parameter + ",") == std::string::npos) report_unknown(where(population), v, known);
    const bool soft = std::visit(
        [](const auto& p) {
            if constexpr (requires { p.reset; }) return p.reset == Reset::subtract;
            return false;
        },
        population.model);
    if (v.parameter == "v_reset" && soft)
        throw ConfigError(where(population), "v_reset is varied, but reset is subtract, which does not use it",
                          "use Reset::to_value, or do not vary v_reset");
    check_values(population, v);
}

/// What a model cannot do must not be asked for in vain.
template <class Model>
void check_abilities(const Population& population, const typename Model::Parameters& p) {
    using Constants = typename Model::Constants;
    if constexpr (!requires(Constants c) { Model::set_current(c, 0.0); }) {
        if (population.takes_current)
            throw ConfigError(where(population),
                              "accepts current, but its model (" + std::string(Model::name) + ") takes none",
                              "use a population of neurons that have a membrane and spike");
    }
    if constexpr (
        requires { p.escape_rate_hz; } && !requires(Constants c) { Model::memory(c); }) {
        require(p.escape_rate_hz == 0.0, where(population), "escape_rate_hz", p.escape_rate_hz,
                "0: its model (" + std::string(Model::name) + ") does not spike at random",
                "use a LIF, adaptive LIF, CuBa LIF or alpha LIF population");
    }
}

/// Every neuron's own parameters, by the same rules as those of a population.
template <class Model>
void validate_neurons(const Network& network, PopulationId id) {
    const Population& population = network.at(id);
    if (!std::holds_alternative<typename Model::Parameters>(population.model)) return;
    std::string known;
    if constexpr (requires { Model::parameters; }) {
        for (const auto& parameter : Model::parameters) known += " " + std::string(parameter.name) + ",";
    }
    for (std::size_t k = 0; k < population.variations.size(); ++k) check_variation(population, k, known);
    std::uint32_t neuron = 0;
    std::size_t random = 0;
    for (const auto& p : neuron_parameters<Model>(network, id, 0, population.size)) {
        const std::string place = where(population) + ", neuron " + text(neuron++);
        validate_model(network.grid(), place, p);
        check_abilities<Model>(population, p);
        if constexpr (requires { p.escape_rate_hz; }) {
            random += p.escape_rate_hz > 0.0 ? 1 : 0;
            require(random == 0 || random == neuron, place, "escape_rate_hz", p.escape_rate_hz,
                    "0 for all neurons of a population, or above 0 for all", "make two populations");
        }
    }
}

void validate_variations(const Network& network, PopulationId id) {
    const Population& population = network.at(id);
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        if (const auto* p = std::get_if<typename Model::Parameters>(&population.model))
            check_abilities<Model>(population, *p);
    });
    if (is_input(population) && population.takes_current)
        throw ConfigError(where(population), "accepts current, but is an input population", "push events instead");
    if (population.variations.empty()) return;
    if (is_input(population)) report_unknown(where(population), population.variations.front(), " none");
    Models::for_each([&]<class Model>(std::type_identity<Model>) { validate_neurons<Model>(network, id); });
}

void validate_populations(const Network& network) {
    if (network.populations().empty())
        throw ConfigError("network", "has no populations", "add at least one with Network::add");
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < network.populations().size(); ++i) {
        const Population& population = network.populations()[i];
        if (population.name.empty())
            throw ConfigError("population number " + text(i), "name is empty", "give it a name of its own");
        if (!names.insert(population.name).second)
            throw ConfigError(where(population), "name is used twice (again by population number " + text(i) + ")",
                              "give every population a name of its own");
        require(population.size >= 1, where(population), "size", population.size, "1 or more",
                "give it at least one neuron, or leave it out");
        std::visit([&](const auto& model) { validate_model(network.grid(), where(population), model); },
                   population.model);
        validate_variations(network, {static_cast<std::uint32_t>(i)});
    }
}

} // namespace

} // namespace detail

void validate(const Network& network) {
    detail::validate_grid(network.grid());
    detail::validate_populations(network);
    for (const Projection& projection : network.projections()) detail::validate_projection(network, projection);
    for (const Projection& projection : network.projections()) detail::validate_synapse_types(network, projection);
    detail::validate_learning(network);
}

} // namespace saltus
