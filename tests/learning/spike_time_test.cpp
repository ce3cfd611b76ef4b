// SPDX-License-Identifier: BSD-3-Clause
// Gradients of spike times against the published closed forms, which are derived otherwise, and against differences of
// the times at which the engine's neurons spike.
#include "learning/spike_time.hpp"
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <type_traits>
#include <vector>

namespace {

using namespace saltus;

struct Case {
    std::vector<double> time, weight;
};

Case draw_case(std::uint64_t number, double scale) {
    RandomStream random(number, 12);
    Case c;
    for (int i = 0; i < 6; ++i) {
        c.time.push_back(12.0 * random.uniform());
        c.weight.push_back(scale * (random.uniform() < 0.25 ? -0.4 * random.uniform() : random.uniform()));
    }
    return c;
}

// --- closed forms: the smallest set of first inputs whose spike comes before the next input

/// Mostafa 2018, eq. 6: exp(T/tau) = sum w_i exp(t_i/tau) / (sum w_i - threshold/tau), here with v' = sum i.
std::optional<double> without_leak(const Case& c, const std::vector<bool>& in, double tau, double threshold) {
    double sum = 0.0, weighted = 0.0;
    for (std::size_t i = 0; i < c.time.size(); ++i) {
        if (!in[i]) continue;
        sum += c.weight[i];
        weighted += c.weight[i] * std::exp(c.time[i] / tau);
    }
    const double z = weighted / (sum - threshold / tau);
    if (!(sum > threshold / tau) || !(z > 0.0)) return {};
    return tau * std::log(z);
}

/// Goeltz et al. 2021, eq. 4, tau_m = 2 tau_s: a quadratic in exp(-T/tau_m), with the response of
/// models/psp_kernel.hpp, e = exp(-t/tau_m) - exp(-t/tau_s).
std::optional<double> twice(const Case& c, const std::vector<bool>& in, double tau_s, double threshold) {
    double a1 = 0.0, a2 = 0.0;
    for (std::size_t i = 0; i < c.time.size(); ++i) {
        if (!in[i]) continue;
        a1 += c.weight[i] * std::exp(c.time[i] / tau_s);
        a2 += c.weight[i] * std::exp(c.time[i] / (2.0 * tau_s));
    }
    const double root = a2 * a2 - 4.0 * a1 * threshold;
    if (!(root >= 0.0)) return {};
    const double denominator = a2 + std::sqrt(root);
    if (!(denominator > 0.0 && a1 > 0.0)) return {};
    return 2.0 * tau_s * std::log(2.0 * a1 / denominator);
}

template <class Form>
std::optional<double> first_spike(const Case& c, const Form& form) {
    std::optional<double> best;
    for (const double last : c.time) {
        std::vector<bool> in;
        double next = 1e300;
        for (const double t : c.time) {
            in.push_back(t <= last);
            if (t > last && t < next) next = t;
        }
        const auto spike = form(c, in);
        if (spike && *spike > last && *spike <= next && (!best || *spike < *best)) best = spike;
    }
    return best;
}

/// Compares with central differences of `time(case)`. @return whether there was a spike to compare
template <class Response, class Time>
bool check(const Case& c, const Response& response, const Time& time, double h, double bound) {
    const auto spike = time(c);
    if (!spike) return false;
    std::vector<double> by_weight(c.time.size()), by_time(c.time.size());
    spike_time_gradient(response, *spike, c.time, c.weight, by_weight, by_time);
    double largest = 0.0;
    for (const double g : by_weight) largest = std::max(largest, std::abs(g));
    if (largest > 200.0) return false; // grazing: differences are of no use
    for (const bool weights : {true, false}) {
        for (std::size_t i = 0; i < c.time.size(); ++i) {
            std::array<std::optional<double>, 2> moved;
            for (const int side : {0, 1}) {
                Case other = c;
                (weights ? other.weight : other.time)[i] += side == 0 ? h : -h;
                moved[static_cast<std::size_t>(side)] = time(other);
            }
            if (!moved[0] || !moved[1]) return false;
            const double difference = (*moved[0] - *moved[1]) / (2.0 * h);
            CHECK(std::abs((weights ? by_weight : by_time)[i] - difference) < bound * (1.0 + largest));
        }
    }
    return true;
}

/// When one neuron of a network at ticks of 1 ps spikes first, in ms after its inputs' time 0.
template <class Parameters>
std::optional<double> engine_spike(const Case& c, const Parameters& parameters) {
    Network network({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1'000'000'000});
    const auto in = network.add("in", static_cast<std::uint32_t>(c.time.size()), InputParameters{});
    const auto out = network.add("out", 1, parameters);
    ExplicitList list;
    for (std::uint32_t i = 0; i < c.time.size(); ++i) list.pairs.push_back({i, 0});
    list.weights = c.weight;
    network.connect(in, out, {.connector = list, .delay_ms = Constant{1.0}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.record_spikes(out);
    for (std::uint32_t i = 0; i < c.time.size(); ++i)
        (void)simulation.push(in, static_cast<Tick>(std::llround(c.time[i] * 1e9)), i);
    simulation.advance_until(60'000'000'000);
    if (simulation.spikes().empty()) return {};
    return static_cast<double>(simulation.spikes().front().tick) * 1e-9 - 1.0;
}

} // namespace

TEST_CASE("spike-time gradients: no leak, the closed form of Mostafa 2018", "[learning][gradient][fast]") {
    const CubaIntegrateFireParameters p{{}, 4.0, 4.0};
    const auto time = [&](const Case& c) {
        return first_spike(c, [&](const Case& all, const auto& in) { return without_leak(all, in, 4.0, p.threshold); });
    };
    int compared = 0;
    for (std::uint64_t n = 0; n < 60; ++n) compared += check(draw_case(n, 0.3), RampResponse(p), time, 1e-6, 1e-6);
    CHECK(compared > 30);
}

TEST_CASE("spike-time gradients: tau_m = 2 tau_s, the closed form of Goeltz et al. 2021",
          "[learning][gradient][fast]") {
    CubaLifParameters p;
    p.tau_m_ms = 12.0;
    p.tau_e_ms = p.tau_i_ms = 6.0;
    const auto time = [&](const Case& c) {
        return first_spike(c, [&](const Case& all, const auto& in) { return twice(all, in, 6.0, p.threshold); });
    };
    int compared = 0;
    for (std::uint64_t n = 0; n < 60; ++n) compared += check(draw_case(n, 4.0), LeakyResponse(p), time, 1e-6, 1e-6);
    CHECK(compared > 30);
}

TEST_CASE("spike-time gradients: differences of the engine's spike times", "[learning][gradient]") {
    CubaIntegrateFireParameters ramp{{}, 4.0, 4.0};
    CubaLifParameters leaky;
    leaky.tau_m_ms = 12.0;
    int compared = 0;
    for (std::uint64_t n = 0; n < 8; ++n) {
        compared += check(
            draw_case(n, 0.3), RampResponse(ramp), [&](const Case& c) { return engine_spike(c, ramp); }, 1e-4, 1e-4);
        for (const double tau_s : {6.0, 12.0, 3.0, 11.999}) { // tau_m = 2 tau_s, tau_m = tau_s, others
            leaky.tau_e_ms = leaky.tau_i_ms = tau_s;
            compared += check(
                draw_case(n, 5.0), LeakyResponse(leaky), [&](const Case& c) { return engine_spike(c, leaky); }, 1e-4,
                1e-4);
        }
    }
    CHECK(compared > 20);
    AlphaLifParameters alpha;
    alpha.tau_m_ms = 12.0;
    for (const double tau_s : {4.0, 12.0, 11.999, 20.0}) {
        alpha.tau_e_ms = alpha.tau_i_ms = tau_s;
        compared = 0;
        for (std::uint64_t n = 0; n < 8; ++n)
            compared += check(
                draw_case(n, 1.0), AlphaResponse(alpha), [&](const Case& c) { return engine_spike(c, alpha); }, 1e-4,
                1e-4);
        INFO("tau_s " << tau_s);
        CHECK(compared > 3);
    }
}

TEST_CASE("spike-time gradients: neurons that a response does not describe are refused", "[learning][gradient][fast]") {
    CHECK_FALSE(std::is_constructible_v<LeakyResponse, AlphaLifParameters>);
    CubaLifParameters leaky;
    CHECK_NOTHROW(LeakyResponse(leaky));
    leaky.tau_i_ms = 2.0 * leaky.tau_e_ms;
    CHECK_THROWS_AS(LeakyResponse(leaky), ConfigError);
    leaky.tau_i_ms = leaky.tau_e_ms;
    leaky.v_inf = 0.1;
    CHECK_THROWS_AS(LeakyResponse(leaky), ConfigError);
    CHECK_THROWS_AS(RampResponse(CubaIntegrateFireParameters{{}, 4.0, 5.0}), ConfigError);
    CHECK_THROWS_AS(RampResponse(CubaIntegrateFireParameters{{.drive_per_ms = 0.1}, 4.0, 4.0}), ConfigError);
}

TEST_CASE("spike-time gradients: inputs after the spike move nothing; a grazing spike can be bounded",
          "[learning][gradient][fast]") {
    const RampResponse response(CubaIntegrateFireParameters{{}, 5.0, 5.0});
    const std::array time{0.0, 8.0, 1e300}, weight{0.3, 1.0, 1.0};
    std::array<double, 3> by_weight{}, by_time{};
    spike_time_gradient<RampResponse>(response, 6.0, time, weight, by_weight, by_time);
    CHECK(by_time[0] == Approx(1.0)); // the only cause: the spike moves along with it
    CHECK(by_weight[0] < 0.0);        // a stronger input makes it earlier
    CHECK(by_weight[1] == 0.0);
    CHECK(by_time[1] == 0.0);
    CHECK(by_weight[2] == 0.0);
    const double exact = by_weight[0];
    spike_time_gradient<RampResponse>(response, 6.0, time, weight, by_weight, by_time, 10.0);
    CHECK(by_weight[0] > exact);
    CHECK(by_weight[0] == Approx(-response(6.0) / 10.0));
}

TEST_CASE("spike-time gradients: a spike that its inputs do not bring about is refused", "[learning][gradient][fast]") {
    const RampResponse response(CubaIntegrateFireParameters{{}, 5.0, 5.0});
    std::array<double, 1> by_weight{}, by_time{};
    const auto at = [&](double spike, double weight, double least) {
        const std::array time{1.0}, weights{weight};
        spike_time_gradient<RampResponse>(response, spike, time, weights, by_weight, by_time, least);
    };
    CHECK_THROWS_WITH(at(0.5, 1.0, 0.0), Catch::Matchers::ContainsSubstring("does not rise at 0.5") &&
                                             Catch::Matchers::ContainsSubstring("least_slope"));
    CHECK_THROWS_AS(at(6.0, -1.0, 0.0), ConfigError);
    CHECK_NOTHROW(at(6.0, -1.0, 0.1));
    CHECK(by_weight[0] == Approx(-response(5.0) / 0.1));
}
