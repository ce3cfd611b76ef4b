// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/collect.hpp"

#include <fstream>
#include <iterator>

namespace saltus::test {

void require_same(const Outcome& a, const Outcome& b) {
    REQUIRE(a.events == b.events);
    REQUIRE(a.fault.kind == b.fault.kind);
    REQUIRE(a.fault.offset == b.fault.offset);
    REQUIRE(same(a, b));
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Outcome read_source(const std::filesystem::path& path, const io::ReadOptions& options) {
    const auto source = io::open_source(path, options);
    Collector collector;
    while (source->read(collector)) {
    }
    return {std::move(collector.events), source->counters(), source->fault(), source->geometry()};
}

} // namespace saltus::test
