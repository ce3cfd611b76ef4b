// SPDX-License-Identifier: BSD-3-Clause
// Who does the parts of a work side by side: partitions in a window, blocks of rows while a network is built. All
// executors do the same work and give the same results; a barrier stands at the end of every call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace saltus {

/// A call to make for each of several parts; refers to a function object of the caller's, which outlives it.
class IndexedTask {
  public:
    template <class F>
    explicit IndexedTask(const F& f)
        : object_(&f), call_([](const void* o, std::size_t i) { (*static_cast<const F*>(o))(i); }) {}
    template <class F>
    explicit IndexedTask(const F&&) = delete;
    void operator()(std::size_t part) const { call_(object_, part); }

  private:
    const void* object_;
    void (*call_)(const void*, std::size_t);
};

class Executor {
  public:
    Executor() = default;
    virtual ~Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// Calls task(0) ... task(count - 1), each once, on any thread, with denormals flushed as on the calling thread;
    /// returns when all have returned. Does not allocate once warmed up.
    virtual void run(std::size_t count, IndexedTask task) = 0;
};

/// How parts are done side by side.
enum class Execution {
    serial,  ///< one after the other, on the calling thread
    threads, ///< on threads of our own, which wait actively for a moment before they sleep
    tbb      ///< by oneTBB, in an arena of its own
};

/// @param threads at least 1, the calling one included; with 1 the serial executor is made.
[[nodiscard]] std::unique_ptr<Executor> make_executor(Execution execution, std::uint32_t threads);

} // namespace saltus
