// SPDX-License-Identifier: BSD-3-Clause
// From JSON to the structs that are described (fields.hpp). Whatever does not fit is a ConfigError that names the
// place, what stands there, what may, and what to do. Ranges are left to validate().
#pragma once

#include "engine/core/error.hpp"
#include "engine/persist/description/network_tables.hpp"
#include "engine/persist/description/place.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace saltus::persist {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const Place& at, const std::string& what, const std::string& remedy);
/// What stands there is of the wrong kind: "is "abc"; write <wanted>".
[[noreturn]] void refuse_value(const Place& at, const Json& found, const std::string& wanted);
/// "a, b or c".
[[nodiscard]] std::string listed(const std::vector<std::string_view>& words);
/// The kind that stands there: of "lif", or of {"kind": "lif", ...}.
[[nodiscard]] std::string kind_in(const Json& json, const Place& at, const std::vector<std::string_view>& kinds);

/// The keys of an object, taken one by one: those that nobody took are unknown.
class Keys {
  public:
    Keys(const Json& json, const Place& at);
    /// What stands at a key, or null.
    [[nodiscard]] const Json* take(std::string_view key);
    [[nodiscard]] const Json& need(std::string_view key);
    /// Throws for a key that was not taken.
    void done() const;

  private:
    const Json& json_;
    const Place& at_;
    std::vector<std::string_view> known_;
};

void read(const Json& json, const Place& at, double& value);
void read(const Json& json, const Place& at, bool& value);
void read(const Json& json, const Place& at, std::string& value);
void read(const Json& json, const Place& at, PopulationId& population);
void read(const Json& json, const Place& at, Pair& pair);
void read(const Json& json, const Place& at, ParameterValues& values);
/// null stands for "drawn from the distribution" (NaN).
void read(const Json& json, const Place& at, ExplicitList& list);
/// A whole number within `low` to `high`.
[[nodiscard]] double whole_number(const Json& json, const Place& at, double low, double high);

template <std::integral Number>
void read(const Json& json, const Place& at, Number& value) {
    if (json.is_number_unsigned() && json.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<Number>::max()}) {
        value = json.get<Number>();
        return;
    }
    constexpr std::uint64_t exact = std::uint64_t{1} << 53; // doubles hold all whole numbers up to here
    constexpr std::uint64_t largest = std::numeric_limits<Number>::max();
    constexpr double low = std::is_signed_v<Number> ? -static_cast<double>(exact) : 0.0;
    value = static_cast<Number>(whole_number(json, at, low, static_cast<double>(largest < exact ? largest : exact)));
}

template <class Enum>
requires std::is_enum_v<Enum>
void read(const Json& json, const Place& at, Enum& value) {
    std::vector<std::string_view> words;
    for (const auto& [meaning, word] : names<Enum>) {
        words.push_back(word);
        if (json.is_string() && json.get_ref<const std::string&>() == word) {
            value = meaning;
            return;
        }
    }
    refuse_value(at, json, listed(words));
}

// Each may hold the others.
template <class T>
requires described<T>
void read(const Json& json, const Place& at, T& value);
template <class... Alternatives>
void read(const Json& json, const Place& at, std::variant<Alternatives...>& value);
template <class T>
void read(const Json& json, const Place& at, std::vector<T>& values);
template <class A, class B>
void read(const Json& json, const Place& at, std::pair<A, B>& value);

template <class T>
void read(const Json& json, const Place& at, std::optional<T>& value) {
    if (json.is_null())
        value.reset();
    else
        read(json, at, value.emplace());
}

template <class T>
void read(const Json& json, const Place& at, std::vector<T>& values) {
    if (!json.is_array()) refuse_value(at, json, "a list, like [ ... ]");
    values.clear();
    values.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) read(json[i], at.at(i), values.emplace_back());
}

template <class A, class B>
void read(const Json& json, const Place& at, std::pair<A, B>& value) {
    if (!json.is_array() || json.size() != 2) refuse_value(at, json, "a list of two, like [1, 0.5]");
    read(json[0], at.at(std::size_t{0}), value.first);
    read(json[1], at.at(std::size_t{1}), value.second);
}

/// The members of a struct; other keys of the object may belong to someone else.
template <class T>
void read_fields(Keys& keys, const Place& at, T& value) {
    for_each_field<T>([&](const auto& field) {
        const Json* json = field.needed ? &keys.need(field.name) : keys.take(field.name);
        if (json != nullptr) read(*json, at.at(field.name), value.*field.member);
    });
}

template <class T>
requires described<T>
void read(const Json& json, const Place& at, T& value) {
    Keys keys(json, at);
    read_fields(keys, at, value);
    keys.done();
}

namespace detail {

template <class T>
void read_kind(const Json& json, const Place& at, T& value) {
    const Json none = Json::object();
    const Json& object = json.is_object() ? json : none;
    if constexpr (std::is_same_v<T, ExplicitList>) {
        read(object, at, value);
    } else {
        Keys keys(object, at);
        (void)keys.take("kind");
        read_fields(keys, at, value);
        keys.done();
    }
}

template <class T>
void add_kind(std::vector<std::string_view>& kinds) {
    if constexpr (!only_in_code<T>) kinds.push_back(description<T>.kind);
}

/// Reads the alternative of this kind, if it is T.
template <class T, class Variant>
bool read_alternative(const std::string& kind, const Json& json, const Place& at, Variant& value) {
    if constexpr (only_in_code<T>) {
        return false;
    } else {
        if (description<T>.kind != kind) return false;
        read_kind(json, at, value.template emplace<T>());
        return true;
    }
}

} // namespace detail

/// Of the kind that is named, {"kind": "lif", ...}, or only a name: "lif". A constant may be a plain number.
template <class... Alternatives>
void read(const Json& json, const Place& at, std::variant<Alternatives...>& value) {
    if constexpr ((std::is_same_v<Alternatives, Constant> || ...)) {
        if (json.is_number()) return read(json, at, value.template emplace<Constant>().value);
    }
    std::vector<std::string_view> kinds;
    (detail::add_kind<Alternatives>(kinds), ...);
    const std::string kind = kind_in(json, at, kinds);
    if ((detail::read_alternative<Alternatives>(kind, json, at, value) || ...)) return;
    refuse_value(json.is_object() ? at.at("kind") : at, kind, listed(kinds));
}

} // namespace saltus::persist
