// SPDX-License-Identifier: BSD-3-Clause
// Adaptive control on a plant of the test's own: two pendulums whose weight and friction the controller does not know.
#include "examples/robot/trial.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace saltus;
using namespace saltus::examples::robot;

namespace {

/// inertia q'' = torque - weight cos(q) - friction q', semi-implicit Euler in steps of 1 ms.
class Pendulums {
  public:
    explicit Pendulums(Joints weight) : weight_(weight) {}
    void place(const Joints& angles) { angle_ = angles; }
    [[nodiscard]] Joints angles() const { return angle_; }
    [[nodiscard]] Joints speeds() const { return speed_; }
    void step(const Joints& torques) {
        for (std::size_t k = 0; k < joints; ++k) {
            const double push = torques[k] - weight_[k] * std::cos(angle_[k]) - 0.5 * speed_[k];
            speed_[k] += push / inertia * 1e-3;
            angle_[k] += speed_[k] * 1e-3;
        }
    }

  private:
    static constexpr double inertia = 0.8;
    Joints weight_, angle_{}, speed_{};
};

Track run(AdaptiveController* neurons, double seconds) {
    Pendulums plant({15.0, -8.0});
    return follow(plant, Path{}, Pd{}, neurons, seconds, [](std::int64_t) { return false; });
}

AdaptiveControl small(ControlRule rule) {
    AdaptiveControl p;
    p.rule = rule;
    p.neurons = 150;
    p.hidden = 60;
    return p;
}

} // namespace

TEST_CASE("neurons that learn take over from a controller", "[examples]") {
    const double plain = run(nullptr, 8.0).rms(4.0, 8.0);
    CHECK(plain > 0.04);
    for (const ControlRule rule : {ControlRule::pes, ControlRule::eprop}) {
        AdaptiveController neurons(small(rule), 1);
        const std::vector<double> before = neurons.hidden_weights();
        const Track learned = run(&neurons, 8.0);
        CHECK(learned.rms(4.0, 8.0) < plain / 3.0);
        CHECK(learned.step_us.size() == 8000);
        CHECK(neurons.simulation().counters().spikes > 5000);
        if (rule == ControlRule::eprop) CHECK(neurons.hidden_weights() != before);
    }
}

TEST_CASE("neurons that do not learn change nothing", "[examples]") {
    AdaptiveControl p = small(ControlRule::pes);
    p.learning_rate = 0.0;
    AdaptiveController neurons(p, 1);
    const Track still = run(&neurons, 0.5), plain = run(nullptr, 0.5);
    CHECK(still.error == plain.error);
    CHECK(neurons.simulation().counters().spikes > 100);
}

TEST_CASE("adaptive control comes out the same every time, and differs with the seed", "[examples]") {
    const auto fingerprint = [](std::uint64_t seed) {
        AdaptiveController neurons(small(ControlRule::pes), seed);
        (void)run(&neurons, 0.3);
        return neurons.simulation().fingerprint();
    };
    CHECK(fingerprint(1) == fingerprint(1));
    CHECK(fingerprint(1) != fingerprint(2));
}
