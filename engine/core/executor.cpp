// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/executor.hpp"

#include "engine/core/denormals.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

// The thread sanitizer cannot see how a library that it did not instrument hands work over; it is told.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SALTUS_THREAD_SANITIZER 1
extern "C" void __tsan_acquire(void*); // NOLINT: the sanitizer's name
extern "C" void __tsan_release(void*); // NOLINT
#endif
#endif

namespace saltus {
namespace {

#if defined(SALTUS_THREAD_SANITIZER)
char seam; // its address alone counts: nothing of the task may be read before
void acquire() { __tsan_acquire(&seam); }
void release() { __tsan_release(&seam); }
#else
void acquire() {}
void release() {}
#endif

/// Leaves the core to its other thread for a moment.
void pause() {
#if defined(__SSE2__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// On the calling thread, which flushes denormals already.
void run_one_by_one(std::size_t count, IndexedTask task) {
    for (std::size_t i = 0; i < count; ++i) task(i);
}

class SerialExecutor final : public Executor {
  public:
    void run(std::size_t count, IndexedTask task) override { run_one_by_one(count, task); }
};

class TbbExecutor final : public Executor {
  public:
    explicit TbbExecutor(std::uint32_t threads)
        : allowed_(tbb::global_control::max_allowed_parallelism,
                   std::max<std::size_t>(threads, static_cast<std::size_t>(tbb::info::default_concurrency()))),
          arena_(static_cast<int>(threads)) {}

    void run(std::size_t count, IndexedTask task) override {
        if (count == 1) return run_one_by_one(1, task);
        release();
        arena_.execute([&] {
            tbb::parallel_for(
                std::size_t{0}, count,
                [&](std::size_t i) {
                    acquire();
                    const ScopedFlushDenormals flush;
                    task(i);
                    release();
                },
                tbb::static_partitioner{});
        });
        acquire();
    }

  private:
    tbb::global_control allowed_; // more threads than cores are refused otherwise
    tbb::task_arena arena_;
};

/// Thread k does the parts k, k + threads, ...; the calling thread is thread 0.
class ThreadExecutor final : public Executor {
  public:
    explicit ThreadExecutor(std::uint32_t threads)
        // What lies between two rounds is mostly shorter than it takes to wake up. Threads without a core of their own
        // only get in the way.
        : patience_(threads <= std::thread::hardware_concurrency() ? 200 : 0) {
        for (std::uint32_t k = 1; k < threads; ++k) workers_.emplace_back([this, k, threads] { work(k, threads); });
    }
    ~ThreadExecutor() override {
        task_ = nullptr;
        start_.fetch_add(1, std::memory_order_release);
        start_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    void run(std::size_t count, IndexedTask task) override {
        if (count == 1) return run_one_by_one(1, task);
        task_ = &task;
        count_ = count;
        running_.store(static_cast<std::uint32_t>(workers_.size()), std::memory_order_relaxed);
        start_.fetch_add(1, std::memory_order_release);
        start_.notify_all();
        share(0, static_cast<std::uint32_t>(workers_.size()) + 1, count, task);
        for (std::uint32_t left; (left = running_.load(std::memory_order_acquire)) != 0;) await(running_, left);
    }

  private:
    /// Returns when `value` is no longer `seen`; it may have changed more than once.
    void await(std::atomic<std::uint32_t>& value, std::uint32_t seen) const {
        using Clock = std::chrono::steady_clock;
        constexpr int looks = 64; // at the value, for one at the clock
        for (const auto end = Clock::now() + patience_; Clock::now() < end;) {
            for (int k = 0; k < looks; ++k) {
                if (value.load(std::memory_order_acquire) != seen) return;
                pause();
            }
        }
        value.wait(seen, std::memory_order_acquire);
    }
    static void share(std::uint32_t thread, std::uint32_t threads, std::size_t count, IndexedTask task) {
        const ScopedFlushDenormals flush;
        for (std::size_t i = thread; i < count; i += threads) task(i);
    }
    void work(std::uint32_t thread, std::uint32_t threads) {
        for (std::uint32_t seen = 0;; ++seen) {
            await(start_, seen);
            if (task_ == nullptr) return;
            share(thread, threads, count_, *task_);
            if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_one();
        }
    }

    std::atomic<std::uint32_t> start_{0};   // rounds begun
    std::atomic<std::uint32_t> running_{0}; // workers that have not finished the present round
    const IndexedTask* task_ = nullptr;
    std::size_t count_ = 0;
    std::chrono::microseconds patience_; // how long a thread looks before it sleeps
    std::vector<std::thread> workers_;
};

} // namespace

std::unique_ptr<Executor> make_executor(Execution execution, std::uint32_t threads) {
    if (threads <= 1 || execution == Execution::serial) return std::make_unique<SerialExecutor>();
    if (execution == Execution::threads) return std::make_unique<ThreadExecutor>(threads);
    return std::make_unique<TbbExecutor>(threads);
}

} // namespace saltus
