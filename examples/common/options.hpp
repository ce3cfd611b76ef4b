// SPDX-License-Identifier: BSD-3-Clause
// Checks for command-line options that say, in one line, what is allowed and what was given.
#pragma once

#include "examples/common/words.hpp"

#include <CLI/CLI.hpp>

#include <sstream>
#include <string>
#include <type_traits>

namespace saltus::examples {

/// A number within [low, high].
template <class Number>
[[nodiscard]] CLI::Validator number_between(Number low, Number high) {
    std::ostringstream range;
    range << (std::is_integral_v<Number> ? "a whole number from " : "a number from ") << low << " to " << high;
    const auto check = [low, high, wanted = range.str()](const std::string& text) -> std::string {
        Number number{};
        if (parse_number(text, number) && number >= low && number <= high) return {};
        return "must be " + wanted + ", not '" + text + "'";
    };
    return CLI::Validator(check, "");
}

/// Adds an option that takes a number. `value` holds the default and receives the number.
template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& name, Number& value, std::type_identity_t<Number> low,
                        std::type_identity_t<Number> high, const std::string& description) {
    std::ostringstream note;
    note << description << "; " << low << " to " << high << " (" << value << ")";
    return app.add_option(name, value, note.str())->check(number_between<Number>(low, high))->type_name("N");
}

template <class Value>
[[nodiscard]] CLI::Validator one_of(const Words<Value>& words) {
    const auto check = [words](const std::string& text) -> std::string {
        for (const auto& entry : words) {
            if (entry.first == text) return {};
        }
        return "must be one of " + list_of(words) + ", not '" + text + "'";
    };
    return CLI::Validator(check, "");
}

/// Adds an option that takes one of a few words. `value` holds the default and receives the choice.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& value, const Words<Value>& words,
                        const std::string& description) {
    const std::string initial = word_for(value, words);
    const auto choose = [&value, words](const std::string& text) {
        for (const auto& [word, meaning] : words) {
            if (word == text) value = meaning;
        }
    };
    const std::string note = description + ": " + list_of(words) + " (" + initial + ")";
    return app.add_option_function<std::string>(name, choose, note)->check(one_of(words))->type_name("WORD");
}

/// Adds an option that takes the path of a folder. `value` holds the default and receives the path.
inline CLI::Option* add_folder(CLI::App& app, const std::string& name, std::string& value,
                               const std::string& description) {
    return app.add_option(name, value, description + " (" + value + ")")->type_name("FOLDER");
}

} // namespace saltus::examples
