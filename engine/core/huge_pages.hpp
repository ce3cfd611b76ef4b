// SPDX-License-Identifier: BSD-3-Clause
// Large arrays that are read in no order spend a third of their time on address translation, unless they lie in huge
// pages. A request to the system, no more: where it cannot be met nothing is lost but time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace saltus {

/// Reserves room for n elements and asks for huge pages before any of it is touched.
template <class T>
void reserve_huge(std::vector<T>& array, std::size_t n) {
    array.reserve(n);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
    const auto begin = reinterpret_cast<std::uintptr_t>(array.data());
    const std::uintptr_t first = (begin + page - 1) / page * page, last = (begin + n * sizeof(T)) / page * page;
    if (first < last) (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE); // NOLINT: addresses
#endif
}

/// Moves a finished array there.
template <class T>
void move_to_huge(std::vector<T>& array) {
    std::vector<T> moved;
    reserve_huge(moved, array.size());
    moved.assign(array.begin(), array.end());
    array = std::move(moved);
}

} // namespace saltus
