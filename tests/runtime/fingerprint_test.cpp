// SPDX-License-Identifier: BSD-3-Clause
// A fingerprint covers every bit of state that the future depends on: two runs that will part have parted in it
// already.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

struct Fork {
    std::uint64_t at_fork;
    std::vector<double> weights_at_fork;
    std::vector<double> weights; ///< in the end
};

/// Up to millisecond 30 the target is `early` and nothing learns but what is recorded; from then on all runs are
/// treated alike. The largest error is that of another readout, the same in all runs.
Fork run(const NetworkOptions& o, double early) {
    const LearningNetwork net(o);
    Simulation simulation(net.network);
    (void)simulation.push(net.input, random_input(1, 0, 200));
    (void)simulation.set_target(net.readout, 1, std::array{early, 100.0, 0.0});
    (void)simulation.set_target(net.readout, 30, std::array{0.5, 100.0, 0.0});
    for (const ProjectionId p : {net.in, net.loop, net.out}) simulation.set_learning_rate(p, 0.0);
    simulation.advance_until(30);
    CHECK(simulation.counters().spikes > 20);
    const std::uint64_t at_fork = simulation.fingerprint();
    const std::vector<double> weights = simulation.weights(net.in);
    simulation.set_learning_rate(net.in, 1e-4);
    simulation.advance_until(200);
    return {at_fork, weights, simulation.weights(net.in)};
}

/// Two runs alike up to millisecond 20 but for `differ`; both learn from then on.
template <class Differ>
void check_parted(const NetworkOptions& o, Differ&& differ) {
    const LearningNetwork net(o);
    Simulation a(net.network), b(net.network);
    for (Simulation* s : {&a, &b}) {
        (void)s->push(net.input, random_input(1, 0, 200));
        set_random_targets(*s, net.readout, 1, 1, 200);
        s->advance_until(20);
    }
    CHECK(a.fingerprint() == b.fingerprint());
    differ(b, net);
    CHECK(a.fingerprint() != b.fingerprint());
    for (Simulation* s : {&a, &b}) s->advance_until(220);
    CHECK_FALSE(same(a.weights(net.in), b.weights(net.in))); // they do part
}

} // namespace

TEST_CASE("what was recorded for learning shows in the fingerprint", "[runtime][fingerprint][fast]") {
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        INFO("interval " << (timing == UpdateTiming::interval));
        const NetworkOptions o{.timing = timing, .interval_steps = 100, .feedback = FeedbackKind::random};
        const Fork a = run(o, 0.5), b = run(o, -0.5), c = run(o, 0.5);
        CHECK(a.at_fork == c.at_fork);
        CHECK(same(a.weights_at_fork, b.weights_at_fork));
        CHECK(same(a.weights, c.weights));
        CHECK_FALSE(same(a.weights, b.weights)); // the runs part after the fork, so they differ at it
        CHECK(a.at_fork != b.at_fork);
    }
}

TEST_CASE("switches and weights show in the fingerprint", "[runtime][fingerprint][fast]") {
    check_parted({}, [](Simulation& s, const LearningNetwork& net) {
        std::vector<double> weights = s.weights(net.in);
        weights[7] += 1e-3;
        s.set_weights(net.in, weights);
    });
    check_parted({}, [](Simulation& s, const LearningNetwork&) { s.set_learning(false); });
    check_parted({}, [](Simulation& s, const LearningNetwork& net) { s.set_learning_rate(net.in, 1e-4); });
}

TEST_CASE("what arrivals leave at a readout's synapses shows in the fingerprint", "[runtime][fingerprint][fast]") {
    Network network({.tick = std::chrono::milliseconds(1), .learning_clock = 1});
    const auto in = network.add("in", 1, InputParameters{});
    const auto out = network.add("out", 1, CubaReadoutParameters{});
    const auto wire = network.connect(in, out, {.weight = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{0.1}});
    network.set_error(out, Error::mean_squared);
    network.set_schedule(LearningSchedule::at_arrivals());
    Simulation a(network), b(network), c(network);
    for (Simulation* s : {&a, &b, &c}) (void)s->push(in, s == &b ? 4 : 5, 0);
    for (Simulation* s : {&a, &b, &c}) s->advance_until(10);
    CHECK(a.weights(wire) == b.weights(wire));
    CHECK(a.state(out, 0) == b.state(out, 0));
    CHECK(a.fingerprint() == c.fingerprint());
    CHECK(a.fingerprint() != b.fingerprint());
    for (Simulation* s : {&a, &b, &c}) {
        (void)s->set_target(out, 11, std::array{1.0});
        s->advance_until(30);
    }
    CHECK(a.weights(wire) == c.weights(wire));
    CHECK(a.weights(wire) != b.weights(wire)); // they do part
}

TEST_CASE("input and targets that are still to come show in the fingerprint", "[runtime][fingerprint][fast]") {
    check_parted({}, [](Simulation& s, const LearningNetwork& net) { (void)s.push(net.input, 30, 3); });
    check_parted({}, [](Simulation& s, const LearningNetwork& net) {
        (void)s.set_target(net.readout, 195, std::array{1.0, 1.0, 1.0});
    });
}
