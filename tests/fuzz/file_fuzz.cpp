// SPDX-License-Identifier: BSD-3-Clause
// The fuzzer of formats that are opened as files (HDF5, sound), the one named SALTUS_FUZZ_FORMAT. The libraries that
// read them are fuzzed along.
#include "engine/core/error.hpp"
#include "tests/io/support/outcome.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace saltus;

/// A file in memory, at a path.
struct MemoryFile {
    explicit MemoryFile(std::string_view bytes) : descriptor(memfd_create("fuzz", 0)) {
        if (write(descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    }
    ~MemoryFile() { close(descriptor); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor); }
    int descriptor;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const MemoryFile file({reinterpret_cast<const char*>(data), size});
    try {
        io::ReadOptions options;
        options.format = SALTUS_FUZZ_FORMAT;
        const auto source = io::open_source(file.path(), options);
        test::Collector collector;
        for (int pieces = 0; pieces < 1000 && source->read(collector); ++pieces) collector.events.clear();
    } catch (const ConfigError&) {
        // what is not understood is refused in words
    }
    return 0;
}
