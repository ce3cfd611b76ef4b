// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/version.hpp"

namespace saltus {

const char* linked_version() noexcept { return version; }

} // namespace saltus
