// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace saltus::examples {

/// From now on the first Ctrl-C (or SIGTERM) only makes interrupted() true; the second one ends the program at once.
void catch_interrupt();

/// Whether the program was asked to come to an end. Cheap; any thread.
[[nodiscard]] bool interrupted();

/// Exit status that tells of the signal: 130 for Ctrl-C. 0 if there was none.
[[nodiscard]] int interrupt_status();

} // namespace saltus::examples
