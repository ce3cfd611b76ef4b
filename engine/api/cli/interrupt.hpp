// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/io/socket.hpp"

#include <signal.h> // NOLINT(modernize-deprecated-headers): sigprocmask is POSIX's
#include <sys/signalfd.h>
#include <unistd.h>

namespace saltus::cli {

/// Ctrl-C, looked at when it suits: no handler, no global. Made before any thread is.
class Interrupt {
  public:
    Interrupt() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        signals_ = io::Descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    }
    /// True once for each time it came.
    [[nodiscard]] bool came() const {
        signalfd_siginfo info{};
        return read(signals_.get(), &info, sizeof info) == sizeof info;
    }

  private:
    io::Descriptor signals_;
};

} // namespace saltus::cli
