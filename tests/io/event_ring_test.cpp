// SPDX-License-Identifier: BSD-3-Clause
// The rings against a deque, and from thread to thread.
#include "engine/io/event_ring.hpp"
#include "engine/core/random.hpp"
#include "engine/io/published.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

using namespace saltus;
using namespace saltus::io;

namespace {

TEST_CASE("rings keep what their policy says", "[io][live][fast]") {
    std::size_t lost = 0, kept = 0;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        RandomStream random(trial, 3);
        const std::size_t capacity = 1 + random.below(20);
        const bool oldest = trial % 2 == 0;
        EventRing ring(capacity, oldest ? Overflow::drop_oldest : Overflow::drop_newest);
        std::deque<std::int64_t> model;
        std::int64_t next = 0;
        std::vector<SensorSpike> buffer(50);
        for (int i = 0; i < 100; ++i) {
            if (random.below(2) == 0) {
                const std::size_t count = random.below(30);
                for (std::size_t k = 0; k < count; ++k) buffer[k] = {next++, static_cast<std::uint32_t>(k)};
                const auto pushed = ring.push(std::span(buffer).first(count));
                std::size_t entered = 0, evicted = 0;
                for (std::size_t k = 0; k < count; ++k) {
                    if (!oldest && model.size() == capacity) continue;
                    if (model.size() == capacity) model.pop_front(), ++evicted;
                    model.push_back(buffer[k].t_us);
                    ++entered;
                }
                REQUIRE(pushed.entered == entered);
                REQUIRE(pushed.evicted == evicted);
                lost += count - entered + evicted;
            } else {
                const std::size_t wanted = random.below(30);
                const std::size_t count = ring.pop(std::span(buffer).first(wanted));
                REQUIRE(count == std::min(wanted, model.size()));
                for (std::size_t k = 0; k < count; ++k) {
                    REQUIRE(buffer[k].t_us == model.front());
                    model.pop_front();
                }
                kept += count;
            }
        }
    }
    CHECK(lost > 10'000);
    CHECK(kept > 10'000);
}

// Every event that comes out is whole, none comes twice, and their order stays.
void check_two_threads(Overflow overflow, std::size_t capacity) {
    EventRing ring(capacity, overflow);
    constexpr std::int64_t total = 30'000;
    std::atomic<bool> done{false};
    std::uint64_t entered = 0, evicted = 0;
    std::thread producer([&] {
        std::vector<SensorSpike> burst(64);
        RandomStream random(1, 4);
        for (std::int64_t next = 0; next < total;) {
            const auto count = std::min<std::int64_t>(1 + random.below(64), total - next);
            for (std::int64_t k = 0; k < count; ++k)
                burst[static_cast<std::size_t>(k)] = {next + k, static_cast<std::uint32_t>((next + k) * 2654435761)};
            const auto pushed = ring.push(std::span(burst).first(static_cast<std::size_t>(count)));
            entered += pushed.entered;
            evicted += pushed.evicted;
            next += count;
            if (next % 70 == 0) std::this_thread::yield();
        }
        done = true;
    });
    std::vector<SensorSpike> out(100);
    std::uint64_t popped = 0;
    std::int64_t last = -1;
    bool whole = true, ordered = true;
    for (bool ended = false; !ended;) {
        ended = done;
        for (std::size_t count = 0; (count = ring.pop(out)) != 0;) {
            popped += count;
            for (std::size_t k = 0; k < count; ++k) {
                whole &= out[k].neuron == static_cast<std::uint32_t>(out[k].t_us * 2654435761);
                ordered &= out[k].t_us > last;
                last = out[k].t_us;
            }
        }
    }
    producer.join();
    CHECK(whole);
    CHECK(ordered);
    CHECK(popped == entered - evicted);
    CHECK(popped > 0);
    if (overflow == Overflow::drop_oldest) CHECK(last == total - 1);
}

TEST_CASE("rings from thread to thread", "[io][live][fast]") {
    check_two_threads(Overflow::drop_oldest, 50);
    check_two_threads(Overflow::drop_oldest, 1);
    check_two_threads(Overflow::drop_oldest, 4096);
    check_two_threads(Overflow::drop_newest, 300);
}

TEST_CASE("published counters are of one moment", "[io][live][fast]") {
    struct Three {
        std::uint64_t a, b, sum;
    };
    Published<Three> published;
    std::thread writer([&] {
        for (std::uint64_t i = 0; i < 200'000; ++i) published.publish({i, 3 * i, 4 * i});
    });
    Three seen{};
    bool consistent = true, forward = true;
    for (int i = 0; i < 100'000; ++i) {
        const Three now = published.read(seen);
        consistent &= now.sum == now.a + now.b;
        forward &= now.a >= seen.a;
        seen = now;
    }
    writer.join();
    CHECK(consistent);
    CHECK(forward);
    CHECK(published.read(seen).a == 199'999);
}

} // namespace
