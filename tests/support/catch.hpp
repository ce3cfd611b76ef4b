// SPDX-License-Identifier: BSD-3-Clause
// The one way to include Catch2: the same names with version 2 and version 3.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

#include <string>

namespace Catch {
using Detail::Approx;
namespace Matchers {
inline auto ContainsSubstring(const std::string& part) { return Contains(part); }
} // namespace Matchers
} // namespace Catch
#endif

#include "tests/support/skip.hpp"
