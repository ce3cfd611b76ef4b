// SPDX-License-Identifier: BSD-3-Clause
// From words to values and back.
#pragma once

#include <charconv>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace saltus::examples {

/// Reads the whole text as a number.
template <class Number>
[[nodiscard]] bool parse_number(const std::string& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

/// One of a few words, each standing for a value.
template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

/// The word that stands for a value, "" if none does.
template <class Value>
[[nodiscard]] std::string word_for(const Value& value, const Words<Value>& words) {
    for (const auto& [word, meaning] : words) {
        if (meaning == value) return word;
    }
    return {};
}

template <class Value>
[[nodiscard]] std::string list_of(const Words<Value>& words) {
    std::string list;
    for (const auto& [word, value] : words) list += (list.empty() ? "" : ", ") + word;
    return list;
}

} // namespace saltus::examples
