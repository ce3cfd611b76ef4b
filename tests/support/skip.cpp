// SPDX-License-Identifier: BSD-3-Clause
#define CATCH_CONFIG_EXTERNAL_INTERFACES // version 2 shows listeners only on request
#include "tests/support/catch.hpp"

#include <iostream>
#include <string>

namespace saltus::test {
namespace {

std::string& pending_reason() {
    static std::string reason;
    return reason;
}

#if __has_include(<catch2/catch_all.hpp>)
using ListenerBase = Catch::EventListenerBase;
#else
using ListenerBase = Catch::TestEventListenerBase;
#endif

// Prints the line that ctest recognises (see tests/CMakeLists.txt) once the outcome of
// the test case is known, so that a skip never hides a failed assertion.
struct SkipListener : ListenerBase {
    using ListenerBase::ListenerBase;

    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        ListenerBase::testCaseEnded(stats);
        if (!pending_reason().empty() && stats.totals.assertions.failed == 0) {
            std::cout << "saltus-test skipped: " << pending_reason() << std::endl;
        }
        pending_reason().clear();
    }
};

} // namespace

void note_skip(std::string_view reason) {
    pending_reason() = reason.empty() ? std::string_view("no reason given") : reason;
}

CATCH_REGISTER_LISTENER(SkipListener)

} // namespace saltus::test
