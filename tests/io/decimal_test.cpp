// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/decimal.hpp"
#include "tests/support/catch.hpp"

namespace saltus::io {
namespace {

std::optional<std::int64_t> microseconds(std::string_view seconds) {
    const auto number = parse_decimal(seconds);
    return number ? number->scaled(6) : std::nullopt;
}

TEST_CASE("decimal numbers are read exactly", "[io][fast]") {
    CHECK(microseconds("0.000288") == 288);
    CHECK(microseconds("1631717221.674515") == 1'631'717'221'674'515);
    CHECK(microseconds("1.631717221674515000e+09") == 1'631'717'221'674'515);
    CHECK(microseconds("1.5e-3") == 1500);
    CHECK(microseconds("-2.5") == -2'500'000);
    CHECK(microseconds(".5") == 500'000);
    CHECK(microseconds("7.") == 7'000'000);
    CHECK(microseconds("0.0000005") == 1); // halves go away from 0
    CHECK(microseconds("0.00000049999999999999999999999") == 0);
    CHECK(microseconds("-0.0000005") == -1);
    CHECK(microseconds("0.00000000000000000000000000000000001") == 0);
    CHECK(parse_decimal("9223372036854775807")->scaled(0) == INT64_MAX);
}

TEST_CASE("what is no number, or too large a one, is refused", "[io][fast]") {
    for (const char* text : {"", "-", ".", "e5", "1e", "1e+", "1x", "0x10", "1 2", "nan", "inf", "1e99999", "--1"}) {
        INFO(text);
        CHECK_FALSE(parse_decimal(text));
    }
    CHECK_FALSE(parse_decimal("9223372036854775808")->scaled(0));
    CHECK_FALSE(parse_decimal("1e30")->scaled(0));
    CHECK_FALSE(microseconds("99999999999999999999999999"));
}

} // namespace
} // namespace saltus::io
