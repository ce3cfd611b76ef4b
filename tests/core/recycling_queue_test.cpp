// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/recycling_queue.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <vector>

using namespace saltus;

namespace {

TEST_CASE("a recycling queue is a queue", "[core][fast]") {
    RecyclingQueue<std::vector<int>> queue;
    std::deque<std::vector<int>> model;
    RandomStream random(1, 1);
    int moved = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint32_t what = random.below(5);
        if (what < 2 || (i / 500) % 3 == 0) {
            const std::vector<int> value(random.below(4), i);
            queue.push().assign(value.begin(), value.end());
            model.push_back(value);
            if (what == 0 && model.size() > 3) {
                const std::size_t to = random.below(static_cast<std::uint32_t>(model.size()));
                queue.move_back_to(to);
                model.insert(model.begin() + static_cast<std::ptrdiff_t>(to), value);
                model.pop_back();
                ++moved;
            }
        } else if (!model.empty()) {
            REQUIRE(queue.front() == model.front());
            queue.pop();
            model.pop_front();
        }
        REQUIRE(queue.size() == model.size());
        REQUIRE(queue.empty() == model.empty());
        if (!model.empty()) REQUIRE(queue.back() == model.back());
        const std::size_t at = model.empty() ? 0 : random.below(static_cast<std::uint32_t>(model.size()));
        if (!model.empty()) REQUIRE(queue[at] == model[at]);
    }
    CHECK(moved > 1000);
}

} // namespace
