// SPDX-License-Identifier: BSD-3-Clause
// The dense baseline of the sparsity curve is a fair opponent only if it computes the same: equal spikes, and weights
// as far as float goes.
#include "bench/scenes/dense_comparison.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus;
using namespace saltus::bench;

double largest(const std::vector<double>& a, const std::vector<double>& b) {
    double most = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b.at(k)));
    return most;
}

std::vector<double> to_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

void compare(const ForcedNetwork& p) {
    INFO("fan-in " << p.fan_in << ", tick " << p.tick.count() << " ps, learns " << (p.learns != Learns::no));
    const ForcedDescription d = describe(p);
    const SceneRun run = forced_run(p, {.precision = Precision::double_precision});
    const std::vector<double> start = run.simulation->weights(d.recurrent);
    const std::vector<double> start_out = run.simulation->weights(d.output);
    DenseRun dense(p);
    const std::uint64_t before = run.simulation->counters().spikes;
    for (int piece = 0; piece < 2; ++piece) {
        run.advance();
        dense.advance();
    }
    const Counters counters = run.simulation->counters();
    CHECK(counters.spikes - before > 500);
    CHECK(dense.baseline().spikes() == counters.spikes);
    CHECK(dense.baseline().synaptic_events() == counters.synaptic_events);
    std::vector<double> v;
    for (std::uint32_t j = 0; j < p.neurons; ++j) v.push_back(run.simulation->state(d.hidden, j));
    CHECK(largest(to_double(dense.baseline().membrane()), v) < 1e-4);
    // The engine takes updates up at arrivals: with one at every synapse it has those of all steps before.
    std::vector<std::uint32_t> all(std::size_t{2} * p.neurons); // each twice: whatever the membrane, it spikes
    for (std::uint32_t k = 0; k < all.size(); ++k) all[k] = k / 2;
    for (const std::uint32_t j : all) CHECK(run.simulation->push(d.force, run.simulation->now(), j) == Status::ok);
    run.simulation->advance_until(run.simulation->now() + 2 * (std::chrono::milliseconds(1) / p.tick));
    dense.advance_ms(all);
    const std::vector<double> dense_end = to_double(dense.baseline().weight());
    dense.advance_ms({});
    const std::vector<double> end = run.simulation->weights(d.recurrent);
    const std::vector<double> end_out = run.simulation->weights(d.output);
    const double moved = largest(end, start), moved_out = largest(end_out, start_out);
    if (p.learns == Learns::no) {
        CHECK(moved == 0.0);
        return;
    }
    CHECK(moved > 1e-4);
    CHECK(moved_out > 1e-3);
    CHECK(largest(dense_end, end) < 1e-3 * moved);
    CHECK(largest(to_double(dense.baseline().readout_weight()), end_out) < 1e-3 * moved_out);
}

} // namespace

TEST_CASE("the dense baseline computes what the engine computes", "[bench][fast]") {
    for (const Learns learns : {Learns::no, Learns::at_arrivals}) {
        for (const std::uint32_t fan_in : {20u, 80u}) { // sparse, and all-to-all
            ForcedNetwork p{.neurons = 80, .fan_in = fan_in, .rate_hz = 20.0, .learns = learns, .eta_factor = 1e4};
            compare(p);
            p.tick = std::chrono::microseconds(250);
            compare(p);
        }
    }
}
