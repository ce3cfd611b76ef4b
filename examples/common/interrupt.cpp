// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace saltus::examples {
namespace {

std::atomic<int> caught = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler writes it");

extern "C" void note_signal(int signal) { caught.store(signal, std::memory_order_relaxed); }

} // namespace

void catch_interrupt() {
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

bool interrupted() { return caught.load(std::memory_order_relaxed) != 0; }

int interrupt_status() { return interrupted() ? 128 + caught.load(std::memory_order_relaxed) : 0; }

} // namespace saltus::examples
