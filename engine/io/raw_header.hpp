// SPDX-License-Identifier: BSD-3-Clause
// The header of Prophesee RAW files: which encoding, which geometry. Lines "% key value"; `format` goes before `evt`,
// and where neither geometry nor format options tell the size, the sensor's name does.
#pragma once

#include "engine/io/stream_report.hpp"

#include <cstdint>
#include <string_view>

namespace saltus::io {

enum class RawEncoding : std::uint8_t { unknown, evt2, evt21, evt3, evt4 };
enum class RawOrder : std::uint8_t { unknown, little, big, legacy };

class RawHeader {
  public:
    /// Reads one line, without "% "; true when it is the last one ("end").
    bool line(std::string_view text);

    [[nodiscard]] RawEncoding encoding() const { return format_ == RawEncoding::unknown ? evt_ : format_; }
    [[nodiscard]] Geometry geometry() const;
    [[nodiscard]] RawOrder order() const { return order_; }
    /// Whether the sensor is a GenX320, whose EVT2.1 words are plain little-endian.
    [[nodiscard]] bool genx320() const { return sensor_.width == 320; }

  private:
    void options(std::string_view list);
    void sensor(std::string_view text);

    RawEncoding format_ = RawEncoding::unknown;
    RawEncoding evt_ = RawEncoding::unknown;
    RawOrder order_ = RawOrder::unknown;
    Geometry format_size_;
    Geometry stated_;
    Geometry sensor_;
};

} // namespace saltus::io
