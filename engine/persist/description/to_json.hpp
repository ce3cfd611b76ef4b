// SPDX-License-Identifier: BSD-3-Clause
// The reverse of from_json.hpp: every member of every struct, defaults too.
#pragma once

#include "engine/core/error.hpp"
#include "engine/persist/description/network_tables.hpp"

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace saltus::persist {

using Json = nlohmann::ordered_json;

/// Writes the parts of one network. Populations are written by their names.
class JsonWriter {
  public:
    explicit JsonWriter(const Network& network) : network_(network) {}

    /// NaN becomes null.
    [[nodiscard]] Json json(double value) const { return value; }
    [[nodiscard]] Json json(bool value) const { return value; }
    [[nodiscard]] Json json(const std::string& value) const { return value; }
    [[nodiscard]] Json json(PopulationId id) const { return network_.at(id).name; }
    [[nodiscard]] Json json(const Pair& pair) const { return Json::array({pair.source, pair.target}); }

    template <std::integral Number>
    [[nodiscard]] Json json(Number value) const {
        return value;
    }

    template <class Enum>
    requires std::is_enum_v<Enum>
    [[nodiscard]] Json json(Enum value) const {
        for (const auto& [meaning, word] : names<Enum>)
            if (meaning == value) return word;
        return nullptr; // not reached: every value has a name (tests/persist/network_file_test.cpp)
    }

    template <class T>
    [[nodiscard]] Json json(const std::optional<T>& value) const {
        return value ? json(*value) : Json(nullptr);
    }
    template <class T>
    [[nodiscard]] Json json(const std::vector<T>& values) const {
        Json list = Json::array();
        for (const T& value : values) list.push_back(json(value));
        return list;
    }
    template <class A, class B>
    [[nodiscard]] Json json(const std::pair<A, B>& value) const {
        return Json::array({json(value.first), json(value.second)});
    }
    template <class T>
    requires described<T>
    [[nodiscard]] Json json(const T& value) const {
        Json object = Json::object();
        add_fields(object, value);
        return object;
    }
    /// With its kind; a choice within a choice (values of a varied parameter) stands for itself.
    template <class... Alternatives>
    [[nodiscard]] Json json(const std::variant<Alternatives...>& value) const {
        return std::visit([this]<class T>(const T& chosen) { return this->chosen_json(chosen); }, value);
    }

    template <class T>
    void add_fields(Json& object, const T& value) const {
        for_each_field<T>([&](const auto& field) { object[std::string(field.name)] = json(value.*field.member); });
    }

  private:
    template <class T>
    [[nodiscard]] Json chosen_json(const T& chosen) const {
        if constexpr (only_in_code<T>) {
            throw ConfigError("a network to be written", "it has a surrogate of the program's own",
                              "a file holds the surrogates that have a name");
        } else if constexpr (described<T>) {
            Json object = {{"kind", description<T>.kind}};
            add_fields(object, chosen);
            return object;
        } else {
            return json(chosen);
        }
    }

    const Network& network_;
};

} // namespace saltus::persist
