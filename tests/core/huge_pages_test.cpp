// SPDX-License-Identifier: BSD-3-Clause
// Arrays that lie in huge pages once they are large: vectors like any other.
#include "engine/core/huge_pages.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <numeric>
#include <utility>

using saltus::HugeVector;

TEST_CASE("arrays in huge pages hold what is put into them, however they grow", "[core][fast]") {
    HugeVector<std::uint32_t> all;
    constexpr std::uint32_t n = 1'500'000; // 6 MB: from the heap into pages of their own on the way
    for (std::uint32_t k = 0; k < n; ++k) all.push_back(k * 2654435761U);
    bool right = true;
    for (std::uint32_t k = 0; k < n; ++k) right = right && all[k] == k * 2654435761U;
    CHECK(right);

    const HugeVector<std::uint32_t> copy = all;
    const std::uint32_t* const where = all.data();
    const HugeVector<std::uint32_t> moved = std::move(all);
    CHECK(moved.data() == where);
    CHECK(copy == moved);
}

TEST_CASE("large arrays begin at the border of a huge page and are zero where nothing was put", "[core][fast]") {
    const HugeVector<std::uint64_t> large((std::size_t{5} << 20) / 8 + 3); // no whole number of pages of any size
    CHECK(std::accumulate(large.begin(), large.end(), std::uint64_t{0}) == 0);
#if defined(__linux__)
    CHECK(reinterpret_cast<std::uintptr_t>(large.data()) % saltus::huge_page == 0); // NOLINT: an address
#endif
}
