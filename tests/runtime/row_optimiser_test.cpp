// SPDX-License-Identifier: BSD-3-Clause
// What is put off must look as if done every time: rows that are left alone while their gradient is zero, against the
// eager form in which every row takes part in every update. Bit for bit.
#include "engine/runtime/row_optimiser.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace {

using namespace saltus;

constexpr std::uint32_t sources = 12, targets = 9;

/// Rows of one delay, all of different weights.
template <class Real>
SynapseRows<Real> make_rows(bool skip_diagonal) {
    SynapseRows<Real> rows;
    rows.dense = true;
    rows.skip_diagonal = skip_diagonal;
    rows.sources = sources;
    rows.targets = targets;
    rows.stride = targets;
    RandomStream random(3, 1);
    for (std::uint32_t source = 0; source <= sources; ++source) {
        rows.row_groups.push_back(source);
        rows.groups.push_back({1, std::size_t{source} * targets});
    }
    for (std::size_t k = 0; k < std::size_t{sources} * targets; ++k) {
        const bool barred = skip_diagonal && k / targets == k % targets;
        rows.weight.push_back(barred ? Real{0} : static_cast<Real>(2.4 * random.uniform() - 1.2));
    }
    return rows;
}

struct Seen {
    int left_alone = 0, moved_alone = 0;
};

/// Updates 1 ... 60; a row has a gradient with probability `busy`; at random moments rows are caught up, or looked at.
template <class Real>
Seen compare(const UpdateRule& rule, bool skip_diagonal, double busy) {
    SynapseRows<Real> lazy_rows = make_rows<Real>(skip_diagonal), eager_rows = lazy_rows;
    RowOptimiser<Real> lazy(lazy_rows, rule), eager(eager_rows, rule);
    RandomStream random(4, 2);
    Seen seen;
    std::vector<Real> gradient(targets), shown(targets);
    for (std::int64_t number = 1; number <= 60; ++number) {
        for (std::uint32_t g = 0; g < sources; ++g) {
            const bool touched = random.uniform() < busy;
            for (std::size_t k = 0; k < targets; ++k) {
                const bool barred = skip_diagonal && k == g;
                gradient[k] = touched && !barred ? static_cast<Real>(random.normal()) : Real{0};
            }
            const std::vector<Real> before(&eager_rows.weight[g * targets], &eager_rows.weight[g * targets] + targets);
            eager.update(g, gradient.data(), number);
            if (touched) lazy.update(g, gradient.data(), number);
            seen.left_alone += touched ? 0 : 1;
            bool moved = false;
            for (std::size_t k = 0; k < targets; ++k) moved |= before[k] != eager_rows.weight[g * targets + k];
            seen.moved_alone += !touched && moved ? 1 : 0;
            lazy.current(g, number, shown.data());
            for (std::size_t k = 0; k < targets; ++k) CHECK(shown[k] == eager_rows.weight[g * targets + k]);
            if (random.uniform() < 0.02) lazy.catch_up(g, number);
        }
    }
    for (std::uint32_t g = 0; g < sources; ++g) lazy.catch_up(g, 60);
    CHECK(lazy_rows.weight == eager_rows.weight);
    for (std::uint32_t g = 0; g < sources; ++g) {
        Fingerprint a, b;
        lazy.hash_row(g, 60, a);
        eager.hash_row(g, 60, b);
        for (std::size_t k = 0; k < targets; ++k) {
            lazy.hash_synapse(g * targets + k, a);
            eager.hash_synapse(g * targets + k, b);
        }
        CHECK(a.value() == b.value());
    }
    return seen;
}

void check(const Optimiser& optimiser, bool moves) {
    for (const RateSchedule& schedule : {RateSchedule{}, RateSchedule{StepDecay{7, 0.6}}, RateSchedule{WarmUp{30}}}) {
        for (const double decay : {0.0, 0.2}) {
            for (const bool keep_sign : {false, true}) {
                for (const bool skip_diagonal : {false, true}) {
                    const UpdateRule rule{optimiser, schedule, decay, {-1.5, 1.2, keep_sign}};
                    const Seen seen = compare<double>(rule, skip_diagonal, 0.15);
                    compare<float>(rule, skip_diagonal, 0.15);
                    CHECK(seen.left_alone > 400);
                    CHECK((seen.moved_alone > 100) == (moves || decay > 0.0));
                }
            }
        }
    }
}

} // namespace

TEST_CASE("rows left alone by an optimiser are as the eager form has them, bit for bit", "[runtime][optimiser][fast]") {
    check(Sgd{0.1}, false);
    check(Momentum{.rate = 0.02, .momentum = 0.9}, true);
    check(Momentum{.rate = 0.02, .momentum = 0.9, .nesterov = true}, true);
    check(Adam{.rate = 0.02}, true);
    check(RmsProp{.rate = 0.02}, false);
    check(RMaxProp{.rate = 0.02}, false);
}

TEST_CASE("with a count of its own a row sees nothing but its own updates", "[runtime][optimiser][fast]") {
    for (const Optimiser& optimiser : {Optimiser{Momentum{}}, Optimiser{Adam{}}, Optimiser{RMaxProp{}}}) {
        // Row 0 is updated at learning steps 3, 50, 51 of a long run; row 1 has the same gradients at steps 1, 2, 3.
        SynapseRows<double> rows = make_rows<double>(false);
        std::copy_n(rows.weight.begin(), targets, rows.weight.begin() + targets);
        RowOptimiser<double> one(rows, {.optimiser = optimiser});
        for (const std::int64_t number : {3, 50, 51}) {
            const std::vector<double> gradient(targets, 0.1 * static_cast<double>(number));
            one.update_own(0, gradient.data(), number);
        }
        int next = 1;
        for (const std::int64_t number : {3, 50, 51}) {
            const std::vector<double> gradient(targets, 0.1 * static_cast<double>(number));
            one.update_own(1, gradient.data(), next++);
        }
        for (std::size_t k = 0; k < targets; ++k) CHECK(rows.weight[k] == rows.weight[targets + k]);
        CHECK(rows.weight[0] != make_rows<double>(false).weight[0]);
    }
}
