// SPDX-License-Identifier: BSD-3-Clause
// Decimal numbers read exactly: "0.000288" seconds are 288 us, whatever binary fractions would make of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace saltus::io {

/// A number as it was written: digits times 10 to the exponent.
struct Decimal {
    Decimal() = default;
    explicit Decimal(std::uint64_t integer) : digits(integer) {}

    std::uint64_t digits = 0;
    int exponent = 0;
    bool negative = false;
    bool fraction = false; ///< written with a point or an exponent

    /// The number times 10^power, rounded to the nearest integer (halves away from 0); nothing if out of range.
    [[nodiscard]] std::optional<std::int64_t> scaled(int power) const {
        if (exponent + power != 0 || digits > INT64_MAX) return rescaled(exponent + power);
        return negative ? -static_cast<std::int64_t>(digits) : static_cast<std::int64_t>(digits);
    }

  private:
    [[nodiscard]] std::optional<std::int64_t> rescaled(int shift) const;
};

/// "12", "-1", "0.25", "1.5e-3"; nothing if the text is no number. Digits beyond the 19th are dropped.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

} // namespace saltus::io
