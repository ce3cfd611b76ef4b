// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/network_file.hpp"

#include "engine/persist/description/faults.hpp"
#include "engine/persist/description/from_json.hpp"
#include "engine/persist/description/parse.hpp"
#include "engine/persist/description/to_json.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

namespace saltus::persist {
namespace {

constexpr double ps_per_us = 1e6;

Picoseconds read_microseconds(const Json& json, const Place& at) {
    double us = 0.0;
    read(json, at, us);
    const double ps = std::round(us * ps_per_us);
    if (!(ps >= 1.0 && ps <= 1e18)) refuse_value(at, json, "microseconds, from 0.000001 (a picosecond) to 1e12");
    return Picoseconds(static_cast<std::int64_t>(ps));
}

TimeGrid read_grid(const Json* json, const Place& at) {
    TimeGrid grid;
    if (json == nullptr) return grid;
    Keys keys(*json, at);
    if (const Json* tick = keys.take("tick_us")) grid.tick = read_microseconds(*tick, at.at("tick_us"));
    if (const Json* resolution = keys.take("delay_resolution_us"))
        grid.delay_resolution = read_microseconds(*resolution, at.at("delay_resolution_us"));
    if (const Json* clock = keys.take("learning_clock")) read(*clock, at.at("learning_clock"), grid.learning_clock);
    keys.done();
    return grid;
}

void add_population(Network& network, const Json& json, const Place& at) {
    Keys keys(json, at);
    std::string name;
    std::uint32_t size = 0;
    ModelParameters model;
    read(keys.need("name"), at.at("name"), name);
    read(keys.need("size"), at.at("size"), size);
    read(keys.need("model"), at.at("model"), model);
    const PopulationId id = network.add(name, size, model);
    if (const Json* vary = keys.take("vary")) {
        const Place there = at.at("vary");
        if (!vary->is_object()) refuse_value(there, *vary, "an object, like {\"tau_m_ms\": ...}");
        for (const auto& [parameter, values] : vary->items()) {
            ParameterValues varied;
            read(values, there.at(parameter), varied);
            network.vary(id, parameter, varied);
        }
    }
    bool takes_current = false;
    if (const Json* takes = keys.take("takes_current")) read(*takes, at.at("takes_current"), takes_current);
    if (takes_current) network.accept_current(id);
    keys.done();
}

void add_projection(Network& network, const Json& json, const Place& at) {
    Keys keys(json, at);
    PopulationId source, target;
    ProjectionSpec spec;
    read(keys.need("source"), at.at("source"), source);
    read(keys.need("target"), at.at("target"), target);
    read_fields(keys, at, spec);
    keys.done();
    network.connect(source, target, spec);
}

/// Calls add(item, place) for every item of a list, if there is one.
template <class Add>
void for_each_item(const Json* list, const Place& at, Add&& add) {
    if (list == nullptr) return;
    if (!list->is_array()) refuse_value(at, *list, "a list, like [ ... ]");
    for (std::size_t i = 0; i < list->size(); ++i) add((*list)[i], at.at(i));
}

/// Errors, feedback, reward, schedule.
void add_learning(Network& network, Keys& keys, const Place& root) {
    for_each_item(keys.take("errors"), root.at("errors"), [&](const Json& item, const Place& at) {
        ErrorSpec error{};
        read(item, at, error);
        network.set_error(error);
    });
    for_each_item(keys.take("feedback"), root.at("feedback"), [&](const Json& item, const Place& at) {
        FeedbackSpec feedback{};
        read(item, at, feedback);
        network.add_feedback(feedback);
    });
    std::optional<RewardSpec> reward;
    if (const Json* given = keys.take("reward")) read(*given, root.at("reward"), reward);
    if (reward) network.set_reward(*reward);
    LearningSchedule schedule;
    if (const Json* given = keys.take("schedule")) read(*given, root.at("schedule"), schedule);
    network.set_schedule(schedule);
}

Network read_all(const Json& json, FileContext& context, std::optional<std::uint64_t> seed) {
    const Place root(context);
    Keys keys(json, root);
    std::uint64_t version = 1, written_seed = 1;
    if (const Json* given = keys.take("version")) read(*given, root.at("version"), version);
    if (version != 1) refuse_value(root.at("version"), version, "1: this program reads no other");
    if (const Json* given = keys.take("seed")) read(*given, root.at("seed"), written_seed);
    Network network(read_grid(keys.take("time"), root.at("time")), seed.value_or(written_seed));
    for_each_item(&keys.need("populations"), root.at("populations"), [&](const Json& item, const Place& at) {
        add_population(network, item, at);
        const std::string& name = network.populations().back().name;
        if (std::find(context.populations.begin(), context.populations.end(), name) != context.populations.end())
            refuse_value(at.at("name"), name, "a name that no other population has");
        context.populations.push_back(name);
    });
    for_each_item(keys.take("projections"), root.at("projections"),
                  [&](const Json& item, const Place& at) { add_projection(network, item, at); });
    add_learning(network, keys, root);
    keys.done();
    return network;
}

double microseconds(Picoseconds time) { return static_cast<double>(time.count()) / ps_per_us; }

Json population_json(const Population& population, const JsonWriter& writer) {
    Json json = {{"name", population.name}, {"size", population.size}, {"model", writer.json(population.model)}};
    if (!population.variations.empty()) json["vary"] = Json::object();
    for (const Variation& variation : population.variations)
        json["vary"][variation.parameter] = writer.json(variation.values);
    json["takes_current"] = population.takes_current;
    return json;
}

Json reward_json(const RewardSpec& reward, const JsonWriter& writer) {
    Json json = Json::object();
    if (!(reward.critic == PopulationId{})) json["critic"] = writer.json(reward.critic);
    json["discount_tau_ms"] = reward.discount_tau_ms;
    return json;
}

} // namespace

Network network_from_text(std::string_view text, const std::string& name, std::optional<std::uint64_t> seed) {
    FileContext context{name};
    const Json json = parse(text, Place(context));
    Network network = read_all(json, context, seed); // not const: moved out
    try {
        validate(network);
    } catch (const ConfigError& error) {
        throw located(error, network, json, context);
    }
    return network;
}

Network read_network(const std::filesystem::path& file, std::optional<std::uint64_t> seed) {
    const char* remedy = "name a network description, such as examples/networks/balanced.json";
    if (std::filesystem::is_directory(file)) throw ConfigError(file.string(), "is a folder", remedy);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw ConfigError(file.string(), std::strerror(errno), remedy);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return network_from_text(text, file.string(), seed);
}

std::string network_to_text(const Network& network) {
    const JsonWriter writer(network);
    Json json = {{"version", 1}, {"seed", network.seed()}};
    json["time"] = {{"tick_us", microseconds(network.grid().tick)},
                    {"delay_resolution_us", microseconds(network.grid().delay_resolution)},
                    {"learning_clock", network.grid().learning_clock}};
    json["populations"] = Json::array();
    for (const Population& p : network.populations()) json["populations"].push_back(population_json(p, writer));
    json["projections"] = Json::array();
    for (const Projection& p : network.projections()) {
        Json one = {{"source", writer.json(p.source)}, {"target", writer.json(p.target)}};
        writer.add_fields(one, p.spec);
        json["projections"].push_back(one);
    }
    json["errors"] = writer.json(network.errors());
    json["feedback"] = writer.json(network.feedbacks());
    if (network.reward()) json["reward"] = reward_json(*network.reward(), writer);
    json["schedule"] = writer.json(network.schedule());
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Rule rule_from_text(std::string_view text, const std::string& name) {
    const FileContext context{name};
    const Place root(context);
    Rule rule;
    read(text.starts_with('{') ? parse(text, root) : Json(std::string(text)), root, rule);
    return rule;
}

PopulationId population_named(const Network& network, std::string_view name) {
    const std::vector<Population>& all = network.populations();
    std::vector<std::string_view> known;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (all[i].name == name) return {i};
        known.push_back(all[i].name);
    }
    throw ConfigError("'" + std::string(name) + "'", "is no population of the network", "use " + listed(known));
}

} // namespace saltus::persist
