// SPDX-License-Identifier: BSD-3-Clause
// Which column of a text file holds what, and in which unit its times are.
#pragma once

#include "engine/io/decimal.hpp"
#include "engine/io/sensor_event.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace saltus::io {

/// A row, cut into its fields: numbers, with true and false as 1 and 0.
struct TextRow {
    static constexpr std::size_t most = 8;
    std::array<std::optional<Decimal>, most> field;
    std::size_t count = 0;
};

/// Cuts a line at commas, semicolons and blanks.
[[nodiscard]] TextRow cut_row(std::string_view line);

class TextColumns {
  public:
    /// From names such as "t,x,y,p": t (ts, time, timestamp), x, y, p (on, pol, polarity); other names pass a column
    /// over. t_s, t_ms, t_us, t_ns tell the unit. Nothing if one of the four is missing or there twice.
    [[nodiscard]] static std::optional<TextColumns> named(std::string_view names);
    /// "t,x,y,p", or "x,y,p,t".
    [[nodiscard]] static TextColumns usual(bool time_first);

    /// Settles a unit that the names left open: seconds if the first time is written with a point, else microseconds.
    void settle_unit(const TextRow& first);
    /// The event of a row; nothing if a field is missing or means nothing.
    [[nodiscard]] std::optional<SensorEvent> event(const TextRow& row) const;
    /// Whether nothing follows the polarity: a line that ends with it cannot have been cut.
    [[nodiscard]] bool polarity_last() const { return p_ > t_ && p_ > x_ && p_ > y_; }

  private:
    bool place(std::string_view name, std::size_t column);

    static constexpr std::size_t nowhere = TextRow::most;
    std::size_t t_ = nowhere, x_ = nowhere, y_ = nowhere, p_ = nowhere;
    std::optional<int> unit_power_; ///< microseconds = time * 10^power
};

/// Whether a field can be a polarity: -1, 0 or 1.
[[nodiscard]] bool polarity_like(const std::optional<Decimal>& field);

} // namespace saltus::io
