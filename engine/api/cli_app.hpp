// SPDX-License-Identifier: BSD-3-Clause
// CLI11's class, declared and no more, for headers that hand it on: the whole takes seconds to compile.
#pragma once

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
}
