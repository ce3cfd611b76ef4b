// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/description/from_json.hpp"

#include <algorithm>

namespace saltus::persist {
namespace {

std::string shown(const Json& json) {
    constexpr std::size_t longest = 60;
    if (json.is_object() && !json.empty()) return "an object {...}";
    std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    return text;
}

} // namespace

void refuse(const Place& at, const std::string& what, const std::string& remedy) {
    throw ConfigError(at.text(), what, remedy);
}

void refuse_value(const Place& at, const Json& found, const std::string& wanted) {
    refuse(at, "is " + shown(found), "write " + wanted);
}

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += "\"" + std::string(words[i]) + "\"";
    }
    return text;
}

std::string kind_in(const Json& json, const Place& at, const std::vector<std::string_view>& kinds) {
    if (json.is_string()) return json;
    if (!json.is_object())
        refuse_value(at, json, "one of the kinds " + listed(kinds) + ", or an object with \"kind\": one of them");
    const auto kind = json.find("kind");
    if (kind == json.end()) refuse(at, "has no \"kind\"", "add \"kind\": " + listed(kinds));
    if (!kind->is_string()) refuse_value(at.at("kind"), *kind, listed(kinds));
    return *kind;
}

Keys::Keys(const Json& json, const Place& at) : json_(json), at_(at) {
    if (!json.is_object()) refuse_value(at, json, "an object, like { ... }");
}

const Json* Keys::take(std::string_view key) {
    known_.push_back(key);
    const auto found = json_.find(std::string(key));
    return found == json_.end() ? nullptr : &*found;
}

const Json& Keys::need(std::string_view key) {
    if (const Json* found = take(key)) return *found;
    refuse(at_, "has no \"" + std::string(key) + "\"", "add it");
}

void Keys::done() const {
    for (const auto& [key, value] : json_.items()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        if (known_.empty()) refuse(at_.at(key), "is not known here", "leave it out: nothing may stand here");
        refuse(at_.at(key), "is not known here", "known are " + listed(known_));
    }
}

void read(const Json& json, const Place& at, double& value) {
    if (!json.is_number()) refuse_value(at, json, "a number");
    value = json;
}

void read(const Json& json, const Place& at, bool& value) {
    if (!json.is_boolean()) refuse_value(at, json, "true or false");
    value = json;
}

void read(const Json& json, const Place& at, std::string& value) {
    if (!json.is_string()) refuse_value(at, json, "a text, like \"name\"");
    value = json;
}

double whole_number(const Json& json, const Place& at, double low, double high) {
    if (json.is_number()) {
        const double number = json;
        if (number >= low && number <= high && number == std::floor(number)) return number;
    }
    refuse_value(at, json,
                 "a whole number from " + Json(static_cast<std::int64_t>(low)).dump() + " to " +
                     Json(static_cast<std::int64_t>(high)).dump());
}

void read(const Json& json, const Place& at, PopulationId& population) {
    std::string name;
    read(json, at, name);
    const std::vector<std::string>& all = at.context().populations;
    const auto found = std::find(all.begin(), all.end(), name);
    if (found == all.end()) {
        refuse(at, "is " + shown(json) + ", which is no population",
               "use " + listed(std::vector<std::string_view>(all.begin(), all.end())));
    }
    population.index = static_cast<std::uint32_t>(found - all.begin());
}

void read(const Json& json, const Place& at, Pair& pair) {
    std::pair<std::uint32_t, std::uint32_t> numbers;
    read(json, at, numbers);
    pair = {numbers.first, numbers.second};
}

void read(const Json& json, const Place& at, ParameterValues& values) {
    if (json.is_array())
        read(json, at, values.emplace<std::vector<double>>());
    else
        read(json, at, values.emplace<Distribution>());
}

namespace {

void read_or_nan(const Json* json, const Place& at, std::vector<double>& values) {
    if (json == nullptr) return;
    std::vector<std::optional<double>> given;
    read(*json, at, given);
    for (const auto& value : given) values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
}

} // namespace

void read(const Json& json, const Place& at, ExplicitList& list) {
    check_described<ExplicitList>();
    Keys keys(json, at);
    (void)keys.take("kind");
    read(keys.need("pairs"), at.at("pairs"), list.pairs);
    read_or_nan(keys.take("weights"), at.at("weights"), list.weights);
    read_or_nan(keys.take("delays_ms"), at.at("delays_ms"), list.delays_ms);
    keys.done();
}

} // namespace saltus::persist
