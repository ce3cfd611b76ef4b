// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/decimal.hpp"
#include "engine/io/text.hpp"

#include <algorithm>
#include <limits>

namespace saltus::io {
namespace {

constexpr std::uint64_t most_digits = 1'000'000'000'000'000'000; // one more digit still fits into 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes digits off the front of `text`; behind the point each lowers the exponent.
bool take_digits(std::string_view& text, Decimal& number, bool behind_point) {
    bool any = false;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        any = true;
        if (number.digits < most_digits) {
            number.digits = 10 * number.digits + static_cast<std::uint64_t>(text.front() - '0');
            if (behind_point) --number.exponent;
        } else if (!behind_point) {
            ++number.exponent;
        }
    }
    return any;
}

bool take_exponent(std::string_view text, Decimal& number) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    int exponent = 0;
    constexpr int largest = 1000;
    if (!parse(text, exponent) || exponent > largest || exponent < -largest) return false;
    number.exponent += exponent;
    return true;
}

} // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal number;
    constexpr std::size_t surely_fits = 18;
    std::string_view rest = text;
    if (text.size() <= surely_fits && take_digits(rest, number, false) && rest.empty()) return number;
    number = {};
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool any = take_digits(text, number, false);
    if (!text.empty() && text.front() == '.') {
        number.fraction = true;
        text.remove_prefix(1);
        any = take_digits(text, number, true) || any;
    }
    if (!any) return {};
    if (text.empty()) return number;
    if (lower(text.front()) != 'e') return {};
    number.fraction = true;
    if (!take_exponent(text.substr(1), number)) return {};
    return number;
}

std::optional<std::int64_t> Decimal::rescaled(int shift) const {
    std::uint64_t value = digits;
    for (; shift > 0 && value != 0; --shift) {
        if (value > std::numeric_limits<std::uint64_t>::max() / 10) return {};
        value *= 10;
    }
    std::uint64_t dropped = 0; // the digit behind the last kept one decides: halves go up
    for (; shift < 0 && (value != 0 || dropped != 0); ++shift) {
        dropped = value % 10;
        value /= 10;
    }
    if (shift == 0 && dropped >= 5) ++value;
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

} // namespace saltus::io
