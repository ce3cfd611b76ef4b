// SPDX-License-Identifier: BSD-3-Clause
// The report of `saltus inspect`, for people and for programs.
#pragma once

#include "engine/api/cli/summary.hpp"
#include "engine/api/text.hpp"
#include "engine/io/source.hpp"

#include <string>

namespace saltus::cli {

[[nodiscard]] std::string table_report(const std::string& file, const io::Source& source, const Summary& summary);
[[nodiscard]] std::string json_report(const std::string& file, const io::Source& source, const Summary& summary);

using api::grouped;

/// "truncated at byte 1234: the last word is not whole"; empty without a fault.
[[nodiscard]] std::string fault_text(const io::Fault& fault);

} // namespace saltus::cli
