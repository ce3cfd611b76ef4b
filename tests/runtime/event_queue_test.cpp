// SPDX-License-Identifier: BSD-3-Clause
// The order of arrivals is total: whoever pushed first, they leave in canonical order.
#include "engine/runtime/event_queue.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

namespace {

using namespace saltus;

auto key(const Arrival& a) { return std::tuple(a.tick, a.channel, a.row, a.rows, a.group); }

bool canonical(const Arrival& a, const Arrival& b) { return key(a) < key(b); }

std::vector<Arrival> drain(EventQueue& queue) {
    std::vector<Arrival> list;
    while (queue.next() != never) {
        const Tick tick = queue.next();
        for (const Arrival& a : queue.take()) {
            CHECK(a.tick == tick);
            list.push_back(a);
        }
    }
    CHECK(queue.size() == 0);
    return list;
}

/// Pushes the entries in every order; returns how many orders there were.
int check_all_permutations(std::vector<Arrival> entries) {
    std::sort(entries.begin(), entries.end(), canonical);
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    int permutations = 0;
    do {
        EventQueue queue;
        for (const std::size_t k : order) queue.push(entries[k]);
        REQUIRE(queue.size() == entries.size());
        std::vector<Arrival> seen; // looking through it
        queue.for_each([&](const Arrival& a) { seen.push_back(a); });
        std::sort(seen.begin(), seen.end());
        REQUIRE(seen.size() == entries.size());
        for (std::size_t k = 0; k < entries.size(); ++k) REQUIRE(key(seen[k]) == key(entries[k]));
        const std::vector<Arrival> popped = drain(queue);
        for (std::size_t k = 0; k < entries.size(); ++k) REQUIRE(key(popped[k]) == key(entries[k]));
        ++permutations;
    } while (std::next_permutation(order.begin(), order.end()));
    return permutations;
}

} // namespace

TEST_CASE("entries of one tick leave in canonical order, in whichever order they came", "[runtime][queue][fast]") {
    const std::vector<std::vector<Arrival>> sets{
        {{5, 4, 0, 0, 0}, {5, 4, 1, 0, 0}, {5, 4, 2, 0, 0}, {5, 4, 3, 0, 0}, {5, 4, 4, 0, 0}, {5, 4, 5, 0, 0}},
        {{5, 4, 7, 0, 0}, {5, 4, 7, 1, 0}, {5, 4, 7, 2, 0}, {5, 4, 7, 3, 0}, {5, 4, 7, 4, 0}, {5, 4, 7, 5, 0}},
        {{5, 4, 7, 1, 9}, {5, 3, 7, 1, 10}, {5, 2, 7, 1, 11}, {5, 1, 7, 1, 12}, {5, 0, 7, 1, 13}, {5, 4, 7, 1, 8}},
        // each place of the key decides somewhere, against the others
        {{5, 4, 1, 2, 3}, {5, 4, 1, 3, 0}, {5, 4, 2, 0, 9}, {5, 4, 1, 2, 4}, {5, 4, 0, 9, 9}, {5, 4, 2, 1, 0}},
        {{5, 4, 1, 2, 3, 4},
         {5, 4, 1, 3, 0, 4},
         {5, 4, 2, 0, 9, 0},
         {5, 4, 1, 0, 0, 5},
         {5, 4, 0, 9, 9, 9},
         {5, 4, 1, 9, 9, 3}},
        {{6, 4, 0, 0, 0}, {5, 4, 9, 9, 9}, {4, 3, 5, 5, 5}, {5, 4, 0, 0, 0}, {6, 5, 0, 0, 1}, {4, 2, 6, 0, 0}},
    };
    for (const auto& entries : sets) {
        for (std::size_t n = 1; n <= entries.size(); ++n) {
            int factorial = 1;
            for (std::size_t k = 2; k <= n; ++k) factorial *= static_cast<int>(k);
            CHECK(check_all_permutations({entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(n)}) ==
                  factorial);
        }
    }
}

TEST_CASE("equal entries are all kept", "[runtime][queue][fast]") {
    EventQueue queue;
    for (int k = 0; k < 3; ++k) queue.push({7, 2, 1, 0, 0});
    CHECK(drain(queue).size() == 3);
}

/// @param reach entries lie at most so many ticks ahead
void check_mixed(std::uint32_t reach) {
    RandomStream random(3, reach);
    EventQueue queue;
    std::vector<Arrival> pushed, popped;
    Tick now = 0;
    for (int k = 0; k < 20'000; ++k) {
        if (queue.size() > 200 && random.uniform() < 0.1) {
            now = queue.next();
            for (const Arrival& a : queue.take()) popped.push_back(a);
        } else { // later than what has left: time goes forward
            pushed.push_back({now + 1 + random.below(reach), now, random.below(5), random.below(3), random.below(3)});
            queue.push(pushed.back());
        }
        REQUIRE(queue.size() + popped.size() == pushed.size());
    }
    CHECK(popped.size() > 1000);
    for (const Arrival& a : drain(queue)) popped.push_back(a);
    std::sort(pushed.begin(), pushed.end(), canonical);
    REQUIRE(popped.size() == pushed.size());
    CHECK(std::equal(popped.begin(), popped.end(), pushed.begin(),
                     [](const Arrival& a, const Arrival& b) { return key(a) == key(b); }));
}

TEST_CASE("pushes and pops mixed at random keep the order", "[runtime][queue][fast]") {
    check_mixed(20);      // many entries a tick
    check_mixed(100'000); // ticks that crowd each other out: a tick may have several batches
    check_mixed(511);
}

TEST_CASE("what was taken out stays as it is while more is pushed", "[runtime][queue][fast]") {
    EventQueue queue;
    for (std::uint32_t n = 0; n < 10; ++n) queue.push({3, 0, 9 - n, 0, 0});
    const std::span<const Arrival> taken = queue.take();
    for (std::uint32_t n = 0; n < 1000; ++n) queue.push({4 + n, 0, n, 0, 0});
    REQUIRE(taken.size() == 10);
    for (std::uint32_t n = 0; n < 10; ++n) CHECK(taken[n].channel == n);
    CHECK(queue.size() == 1000);
}

TEST_CASE("an empty queue says never, and clearing empties it", "[runtime][queue][fast]") {
    EventQueue queue;
    CHECK(queue.next() == never);
    queue.push({1, 0, 0, 0, 0});
    CHECK(queue.next() == 1);
    queue.clear();
    CHECK(queue.next() == never);
    queue.for_each([](const Arrival&) { FAIL("an entry is left"); });
}
