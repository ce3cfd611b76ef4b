// SPDX-License-Identifier: BSD-3-Clause
// Large arrays that are read in no order spend a third of their time on address translation, unless they lie in huge
// pages. They ask the system for memory of their own, at the borders of such pages: what the heap hands out again has
// been cut into small ones. A request, no more: where it cannot be met nothing is lost but time.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>

#include <cstdint>
#endif

namespace saltus {

#if defined(__linux__) && defined(MADV_HUGEPAGE)

inline constexpr std::size_t huge_page = std::size_t{1} << 21, small_page = std::size_t{1} << 16;

/// Memory that begins at the border of a huge page, all zero; what does not fill one at its end lies in small ones (of
/// 64 KiB at most).
/// @param bytes any number above 0. @throws std::bad_alloc
[[nodiscard]] inline void* map_huge(std::size_t bytes) {
    const std::size_t size = (bytes + small_page - 1) / small_page * small_page, all = size + huge_page;
    void* const mapped = mmap(nullptr, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc(); // NOLINT: a macro of the system's
    auto* const begin = static_cast<std::byte*>(mapped);
    const std::size_t before = (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page) % huge_page; // NOLINT
    if (before > 0) (void)munmap(begin, before);
    (void)munmap(begin + before + size, huge_page - before);
    (void)madvise(begin + before, size, MADV_HUGEPAGE);
    return begin + before;
}

inline void unmap_huge(void* memory, std::size_t bytes) {
    (void)munmap(memory, (bytes + small_page - 1) / small_page * small_page);
}

/// Arrays of a huge page and more lie in huge pages, others where all else does, at the border of a cache line.
/// @tparam raw resize() leaves new elements as they are
template <class T, bool raw>
struct HugePages {
    using value_type = T;
    template <class Other>
    struct rebind { // NOLINT(readability-identifier-naming): what allocators are asked for
        using other = HugePages<Other, raw>;
    };

    HugePages() = default;
    template <class Other>
    HugePages(const HugePages<Other, raw>&) {} // NOLINT: is the same

    template <class U>
    void construct(U* element) {
        if constexpr (raw)
            ::new (static_cast<void*>(element)) U;
        else
            ::new (static_cast<void*>(element)) U();
    }
    template <class U, class... Arguments>
    void construct(U* element, Arguments&&... arguments) {
        ::new (static_cast<void*>(element)) U(std::forward<Arguments>(arguments)...);
    }

    [[nodiscard]] T* allocate(std::size_t n) {
        const std::size_t bytes = n * sizeof(T);
        return static_cast<T*>(large(bytes) ? map_huge(bytes) : ::operator new(bytes, line));
    }
    void deallocate(T* memory, std::size_t n) {
        const std::size_t bytes = n * sizeof(T);
        large(bytes) ? unmap_huge(memory, bytes) : ::operator delete(memory, line);
    }
    friend bool operator==(const HugePages&, const HugePages&) { return true; }

  private:
    static constexpr std::align_val_t line{64};
    [[nodiscard]] static bool large(std::size_t bytes) { return bytes >= huge_page; }
};

#else

template <class T, bool raw>
using HugePages = std::allocator<T>;

#endif

/// An array that is large in large networks. Kernels that run along it meet no number that lies in two cache lines.
template <class T>
using HugeVector = std::vector<T, HugePages<T, false>>;

/// The same, but what resize() adds is not set, so that several threads may be the first to write it. Nothing may be
/// read before it has been written.
template <class T>
using RawHugeVector = std::vector<T, HugePages<T, true>>;

} // namespace saltus
