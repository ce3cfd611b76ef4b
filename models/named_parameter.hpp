// SPDX-License-Identifier: BSD-3-Clause
// The parameters of a model that may differ from neuron to neuron, by name.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

/// A numeric parameter of the parameters P, as users and messages name it.
template <class P>
struct NamedParameter {
    std::string_view name;
    double P::*member;
};

/// The parameters of a model that has all those of another, and more.
template <class P, class Base, std::size_t n, std::size_t m>
[[nodiscard]] constexpr std::array<NamedParameter<P>, n + m> extend(const std::array<NamedParameter<Base>, n>& base,
                                                                    const NamedParameter<P> (&more)[m]) {
    std::array<NamedParameter<P>, n + m> all{};
    for (std::size_t k = 0; k < n; ++k) all[k] = {base[k].name, base[k].member};
    for (std::size_t k = 0; k < m; ++k) all[n + k] = more[k];
    return all;
}

/// The parameters of a model that has just those of another.
template <class P, class Base, std::size_t n>
[[nodiscard]] constexpr std::array<NamedParameter<P>, n> inherit(const std::array<NamedParameter<Base>, n>& base) {
    std::array<NamedParameter<P>, n> all{};
    for (std::size_t k = 0; k < n; ++k) all[k] = {base[k].name, base[k].member};
    return all;
}

} // namespace saltus
