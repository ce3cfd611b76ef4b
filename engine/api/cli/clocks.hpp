// SPDX-License-Identifier: BSD-3-Clause
// What a run costs: processor time and memory of this process.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <ctime>

namespace saltus::cli {

/// Seconds that all threads of this process have computed.
[[nodiscard]] inline double processor_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// The most memory that was resident so far, in bytes.
[[nodiscard]] inline std::uint64_t peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

} // namespace saltus::cli
