// SPDX-License-Identifier: BSD-3-Clause
// How a struct of parameters is told in a file: its kind, and the names of its members, which are their names in C++.
// One description serves reading and writing; a member that was forgotten does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace saltus::persist {

/// The name of a member without which a struct means nothing.
struct Needed {
    std::string_view name;
};

template <class Owner, class Value>
struct Field {
    std::string_view name;
    Value Owner::*member;
    bool needed;
};

template <class... Fields>
struct Description {
    std::string_view kind; ///< what it is called where there is a choice
    std::tuple<Fields...> fields;
    std::size_t own; ///< members of the struct itself, its base counted as one
};

/// Specialised for every struct that a file may hold.
template <class T>
inline constexpr std::nullptr_t description = nullptr;

template <class T>
inline constexpr bool described = !std::is_same_v<std::remove_cv_t<decltype(description<T>)>, std::nullptr_t>;

/// Pairs of a value of an enumeration and its name; specialised for every enumeration that a file may hold.
template <class Enum>
inline constexpr std::nullptr_t names = nullptr;

template <class Enum, std::size_t n>
using Names = std::array<std::pair<Enum, std::string_view>, n>;

/// Alternatives that code can state and a file cannot.
template <class T>
inline constexpr bool only_in_code = false;

namespace detail {

[[nodiscard]] constexpr std::tuple<> fields() { return {}; }
template <class Owner, class Value, class... Rest>
[[nodiscard]] constexpr auto fields(const char* name, Value Owner::*member, Rest... rest);
template <class Owner, class Value, class... Rest>
[[nodiscard]] constexpr auto fields(Needed needed, Value Owner::*member, Rest... rest) {
    return std::tuple_cat(std::tuple(Field<Owner, Value>{needed.name, member, true}), fields(rest...));
}
template <class Owner, class Value, class... Rest>
[[nodiscard]] constexpr auto fields(const char* name, Value Owner::*member, Rest... rest) {
    return std::tuple_cat(std::tuple(Field<Owner, Value>{name, member, false}), fields(rest...));
}

template <class... Fields>
[[nodiscard]] constexpr Description<Fields...> made(std::string_view kind, std::tuple<Fields...> all, std::size_t own) {
    return {kind, all, own};
}

/// Stands for a value of any type.
struct Anything {
    template <class T>
    operator T() const; // NOLINT(google-explicit-constructor): never called
};
template <class T, std::size_t... i>
[[nodiscard]] constexpr bool takes(std::index_sequence<i...>) {
    return requires { T{(static_cast<void>(i), Anything{})...}; };
}

} // namespace detail

/// A description from the kind, and name and member in turn.
template <class... Pairs>
[[nodiscard]] constexpr auto describe(std::string_view kind, Pairs... pairs) {
    return detail::made(kind, detail::fields(pairs...), sizeof...(Pairs) / 2);
}
/// The same for a struct that derives from one described already.
template <class Base, class... Pairs>
[[nodiscard]] constexpr auto extend_description(const Base& base, std::string_view kind, Pairs... pairs) {
    return detail::made(kind, std::tuple_cat(base.fields, detail::fields(pairs...)), sizeof...(Pairs) / 2 + 1);
}

/// How many members an aggregate has, its base counted as one.
template <class T, std::size_t most = 24>
[[nodiscard]] constexpr std::size_t members() {
    if constexpr (most == 0 || detail::takes<T>(std::make_index_sequence<most>{}))
        return most;
    else
        return members<T, most - 1>();
}

/// Fails to compile where a member of T is missing from its description.
template <class T>
constexpr void check_described() {
    static_assert(described<T>, "describe this struct: engine/persist/description/README.md");
    static_assert(description<T>.own == members<T>(), "a member of this struct is missing from its description");
}

/// Calls call(field) for every member.
template <class T, class Call>
void for_each_field(Call&& call) {
    check_described<T>();
    std::apply([&](const auto&... field) { (call(field), ...); }, description<T>.fields);
}

} // namespace saltus::persist
