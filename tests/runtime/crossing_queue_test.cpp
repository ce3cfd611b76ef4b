// SPDX-License-Identifier: BSD-3-Clause
// Predicted crossings against a std::map that holds the same predictions.
#include "engine/runtime/crossing_queue.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace {

using namespace saltus;

/// The earliest entry, ties by neuron.
std::pair<Tick, std::uint32_t> first_of(const std::map<std::uint32_t, Tick>& entries) {
    std::pair<Tick, std::uint32_t> first{never, 0};
    for (const auto& [neuron, tick] : entries) first = std::min(first, std::pair(tick, neuron));
    return first;
}

struct Tally {
    int set = 0, moved = 0, withdrawn = 0, popped = 0, ties = 0;
};

/// One random operation on both.
void operate(RandomStream& random, CrossingQueue& queue, std::map<std::uint32_t, Tick>& entries, std::uint32_t neurons,
             Tally& tally) {
    const double what = random.uniform();
    if (what < 0.25 && !entries.empty()) {
        const auto [tick, neuron] = first_of(entries);
        REQUIRE(queue.next() == tick);
        REQUIRE(queue.pop() == neuron);
        entries.erase(neuron);
        tally.ties += first_of(entries).first == tick ? 1 : 0;
        ++tally.popped;
        return;
    }
    const std::uint32_t neuron = random.below(neurons);
    if (what < 0.45) {
        tally.withdrawn += static_cast<int>(entries.erase(neuron));
        queue.set(neuron, never);
        return;
    }
    const Tick tick = random.below(30); // few ticks: many ties; earlier and later than before
    ++(entries.count(neuron) != 0 ? tally.moved : tally.set);
    entries[neuron] = tick;
    queue.set(neuron, tick);
}

} // namespace

TEST_CASE("random predictions, corrections and withdrawals, as a map has them", "[runtime][queue][fast]") {
    for (const std::uint32_t neurons : {1u, 2u, 7u, 100u}) {
        INFO(neurons << " neurons");
        RandomStream random(4, neurons);
        CrossingQueue queue(neurons);
        std::map<std::uint32_t, Tick> entries;
        Tally tally;
        for (int k = 0; k < 5000; ++k) {
            operate(random, queue, entries, neurons, tally);
            REQUIRE(queue.size() == entries.size());
            REQUIRE(queue.next() == first_of(entries).first);
            const std::uint32_t any = random.below(neurons);
            REQUIRE(queue.at(any) == (entries.count(any) != 0 ? entries[any] : never));
        }
        CHECK(tally.set > 200);
        CHECK(tally.moved > 200);
        CHECK(tally.withdrawn > 200);
        CHECK(tally.popped > 200);
        if (neurons > 2) CHECK(tally.ties > 50);
    }
}

TEST_CASE("clearing forgets every prediction, and neurons may be predicted anew", "[runtime][queue][fast]") {
    CrossingQueue queue(5);
    for (std::uint32_t n = 0; n < 5; ++n) queue.set(n, 10 - n);
    queue.clear();
    CHECK(queue.size() == 0);
    CHECK(queue.next() == never);
    for (std::uint32_t n = 0; n < 5; ++n) CHECK(queue.at(n) == never);
    queue.set(3, 4);
    queue.set(3, 4); // no second entry
    CHECK(queue.size() == 1);
    CHECK(queue.pop() == 3);
}
