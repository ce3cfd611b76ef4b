// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/description/parse.hpp"
#include "engine/core/error.hpp"

#include <set>
#include <string>
#include <vector>

namespace saltus::persist {
namespace {

using Json = nlohmann::ordered_json;

/// Sees every key of every object that is open. JSON leaves open what a key means that stands twice.
class KeysOnce {
  public:
    explicit KeysOnce(const Place& at) : at_(at) {}

    bool operator()(int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) open_.emplace_back();
        if (event == Json::parse_event_t::object_end) open_.pop_back();
        if (event == Json::parse_event_t::key && !open_.back().insert(parsed.get<std::string>()).second) {
            throw ConfigError(at_.text(), "the key " + parsed.dump() + " stands twice in one object",
                              "keep one of them");
        }
        return true;
    }

  private:
    const Place& at_;
    std::vector<std::set<std::string>> open_;
};

/// "at line 3, column 7: ..." of the parser's message.
std::string fault_of(const std::string& message) {
    const auto begin = message.find("at line");
    return begin == std::string::npos ? message : message.substr(begin);
}

} // namespace

Json parse(std::string_view text, const Place& at) {
    try {
        KeysOnce once(at);
        return Json::parse(
            text.begin(), text.end(),
            [&once](int depth, Json::parse_event_t event, Json& parsed) { return once(depth, event, parsed); }, true,
            true);
    } catch (const Json::parse_error& error) {
        throw ConfigError(at.text(), "is no JSON: " + fault_of(error.what()), "mend it there, or just before");
    }
}

} // namespace saltus::persist
