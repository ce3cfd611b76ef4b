// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>

namespace saltus::examples {

/// A file that cannot be read or written, or that does not hold what it should. One line: which file, what, remedy.
struct DataError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace saltus::examples
