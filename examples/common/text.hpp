// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/text.hpp"

namespace saltus::examples {

using api::clock_time;
using api::grouped;
using api::percent;
using api::text;
using api::with_prefix;

} // namespace saltus::examples
