// SPDX-License-Identifier: BSD-3-Clause
#include <saltus/saltus.hpp>

#include <string_view>

#include "tests/support/catch.hpp"

TEST_CASE("headers, library and build system agree on the version", "[core][fast]") {
    CHECK(std::string_view(saltus::version) == SALTUS_PROJECT_VERSION);
    CHECK(std::string_view(saltus::linked_version()) == saltus::version);
}
