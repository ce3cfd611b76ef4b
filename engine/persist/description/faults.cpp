// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/description/faults.hpp"

#include <string>
#include <string_view>

namespace saltus::persist {
namespace {

using Json = nlohmann::ordered_json;

std::string item(const char* list, std::size_t i) { return std::string(list) + "[" + std::to_string(i) + "]"; }

/// The part of the file that a message begins with; empty if it names none. Of several projections of one name the
/// first.
std::string part_of(std::string_view message, const Network& network) {
    const auto begins = [&](const std::string& words) { return message.starts_with(words); };
    for (std::size_t i = 0; i < network.populations().size(); ++i)
        if (begins("population '" + network.populations()[i].name + "'") ||
            begins("population number " + std::to_string(i) + ":"))
            return item("populations", i);
    for (std::size_t i = 0; i < network.projections().size(); ++i)
        if (begins("projection '" + network.projections()[i].spec.name + "'")) return item("projections", i);
    for (std::size_t i = 0; i < network.feedbacks().size(); ++i) {
        const FeedbackSpec& f = network.feedbacks()[i];
        const std::string ends = network.at(f.readout).name + " -> " + network.at(f.learner).name;
        if (begins("feedback '" + ends + "'") || begins("feedback number " + std::to_string(i)))
            return item("feedback", i);
    }
    if (begins("time grid")) return "time";
    if (begins("learning schedule")) return "schedule";
    return begins("reward") ? "reward" : "";
}

/// The part itself.
const Json* json_of(const Json& json, const std::string& part) {
    const auto bracket = part.find('[');
    const auto list = json.find(part.substr(0, bracket));
    if (list == json.end()) return nullptr;
    return bracket == std::string::npos ? &*list : &(*list)[std::stoul(part.substr(bracket + 1))];
}

/// ".model.tau_m_ms", where the key stands within an object; empty if it does not.
std::string path_to(const Json& object, const std::string& key) {
    if (!object.is_object()) return {};
    if (object.contains(key)) return "." + key;
    for (const auto& [name, value] : object.items()) {
        const std::string within = path_to(value, key);
        if (!within.empty()) return std::string(".").append(name).append(within);
    }
    return {};
}

/// What the message is about: "tau_m_ms" of "population 'hidden': tau_m_ms is -1, ...".
std::string subject_of(const std::string& message) {
    const auto verb = message.find(" is ");
    const auto colon = message.rfind(": ", verb);
    if (verb == std::string::npos || colon == std::string::npos) return {};
    const std::string words = message.substr(colon + 2, verb - colon - 2);
    return words.substr(words.rfind(' ') + 1);
}

} // namespace

ConfigError located(const ConfigError& error, const Network& network, const Json& json, const FileContext& context) {
    const std::string message = error.what();
    std::string part = part_of(message, network);
    if (const Json* there = part.empty() ? nullptr : json_of(json, part)) part += path_to(*there, subject_of(message));
    const std::string place = context.name + (part.empty() ? "" : ": " + part);
    const auto remedy = message.rfind("; ");
    if (remedy == std::string::npos) return {place, message, "mend it"};
    return {place, message.substr(0, remedy), message.substr(remedy + 2)};
}

} // namespace saltus::persist
