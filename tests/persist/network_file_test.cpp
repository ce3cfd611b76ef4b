// SPDX-License-Identifier: BSD-3-Clause
// Networks in files: the same bits as the same network in code; every member of every struct there and back; what is
// wrong is named by its place in the file.
#include "engine/persist/network_file.hpp"
#include "engine/core/error.hpp"
#include "engine/persist/description/from_json.hpp"
#include "engine/persist/description/to_json.hpp"
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace saltus::test {
namespace {

using persist::Json;
using persist::network_from_text;
using persist::network_to_text;

constexpr const char* learner = R"({
  "seed": 7,
  "time": {"tick_us": 1, "delay_resolution_us": 100, "learning_clock": 1000},
  "populations": [
    {"name": "input", "size": 20, "model": "input"},
    {"name": "hidden", "size": 30, "model": {"kind": "adaptive_lif", "tau_m_ms": 10, "beta": 0.2, "refractory_ms": 2},
      "vary": {"threshold": {"kind": "uniform", "low": 0.9, "high": 1.1}}},
    {"name": "output", "size": 2, "model": {"kind": "leaky_readout", "tau_ms": 15}}
  ],
  "projections": [
    {"source": "input", "target": "hidden", "weight": {"kind": "normal", "mean": 0.2, "standard_deviation": 0.4},
      "rule": {"kind": "eprop", "filter_tau_ms": 15, "rate": {"strength": 0.1, "target_hz": 15, "bound": "upper"}},
      "optimiser": {"kind": "adam", "rate": 0.002}},
    {"source": "hidden", "target": "hidden", "connector": {"kind": "fixed_in_degree", "in_degree": 5},
      "weight": {"kind": "normal", "mean": 0, "standard_deviation": 0.2},
      "delay_ms": {"kind": "uniform", "low": 1, "high": 5}, "allow_self": false,
      "rule": {"kind": "eprop", "surrogate": {"kind": "fast_sigmoid", "width": 0.5}, "filter_tau_ms": 15},
      "optimiser": {"kind": "sgd", "rate": 0.001}, "limits": {"keep_sign": true}},
    {"source": "hidden", "target": "output", "weight": {"kind": "normal", "mean": 0, "standard_deviation": 0.1},
      "delay_ms": 0, "rule": "readout", "optimiser": {"kind": "sgd", "rate": 0.001}}
  ],
  "errors": [{"readout": "output", "error": "mean_squared"}],
  "feedback": [{"readout": "output", "learner": "hidden", "kind": "random", "weight": {"kind": "normal", "mean": 0,
    "standard_deviation": 0.5}}],
  "schedule": {"interval_steps": 40, "reset_state": false}
})";

/// The same in code.
Network learner_in_code() {
    Network network({.tick = std::chrono::microseconds(1), .learning_clock = 1000}, 7);
    const auto input = network.add("input", 20, InputParameters{});
    AdaptiveLifParameters neuron;
    neuron.tau_m_ms = 10.0;
    neuron.beta = 0.2;
    neuron.refractory_ms = 2.0;
    const auto hidden = network.add("hidden", 30, neuron);
    network.vary(hidden, "threshold", Uniform{0.9, 1.1});
    const auto output = network.add("output", 2, LeakyReadoutParameters{.tau_ms = 15.0});
    const Eprop in{.filter_tau_ms = 15.0, .rate = {.strength = 0.1, .target_hz = 15.0, .bound = RateBound::upper}};
    network.connect(input, hidden, {.weight = Normal{0.2, 0.4}, .rule = in, .optimiser = Adam{2e-3}});
    network.connect(hidden, hidden,
                    {.connector = FixedInDegree{5},
                     .weight = Normal{0.0, 0.2},
                     .delay_ms = Uniform{1.0, 5.0},
                     .allow_self = false,
                     .rule = Eprop{.surrogate = FastSigmoid{.width = 0.5}, .filter_tau_ms = 15.0},
                     .optimiser = Sgd{1e-3},
                     .limits = {.keep_sign = true}});
    network.connect(hidden, output,
                    {.weight = Normal{0.0, 0.1}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{}});
    network.set_error(output, Error::mean_squared);
    network.add_feedback({output, hidden, FeedbackKind::random, Normal{0.0, 0.5}});
    network.set_schedule({.interval_steps = 40, .reset_state = false});
    return network;
}

/// Half a second of spikes, and targets to learn.
std::uint64_t outcome(const Network& network, std::uint64_t& spikes, std::uint64_t& updates) {
    Simulation simulation(network);
    const PopulationId input{0}, output{2};
    for (Tick ms = 0; ms < 500; ++ms) {
        RandomStream random(3, static_cast<std::uint64_t>(ms));
        for (std::uint32_t i = 0; i < 20; ++i)
            if (random.uniform() < 0.05) REQUIRE(simulation.push(input, ms * 1000 + i, i) == Status::ok);
        if (ms % 100 == 0) REQUIRE(simulation.set_target(output, ms * 1000 + 1, std::array{0.5, -0.5}) == Status::ok);
        simulation.advance_until((ms + 1) * 1000);
    }
    spikes = simulation.counters().spikes;
    updates = simulation.counters().plastic_updates;
    return simulation.fingerprint();
}

TEST_CASE("a network in a file gives the bits of the same network in code", "[network-file]") {
    std::uint64_t spikes = 0, updates = 0, other_spikes = 0, other_updates = 0;
    const Network network = network_from_text(learner, "learner.json");
    const std::uint64_t from_file = outcome(network, spikes, updates);
    CHECK(from_file == outcome(learner_in_code(), other_spikes, other_updates));
    CHECK(spikes == other_spikes);
    CHECK(spikes > 100);
    CHECK(updates > 1000);
    // Written in full and read again.
    const std::string written = network_to_text(network);
    CHECK(from_file == outcome(network_from_text(written, "written"), spikes, updates));
    CHECK(written == network_to_text(network_from_text(written, "written")));
    CHECK(written == network_to_text(learner_in_code()));
    CHECK(from_file != outcome(network_from_text(learner, "learner.json", 8), spikes, updates));
}

/// Makes every member of a struct another than before.
struct Change {
    static void one(double& value) { value = 2.0 * value + 0.1234567890123456; }
    static void one(bool& value) { value = !value; }
    static void one(std::string& value) { value += "'s \"name\"\n"; }
    static void one(std::uint32_t& value) { value += 3; }
    static void one(std::int64_t& value) { value += 3; }
    static void one(PopulationId& value) { value.index = 1; }
    static void one(CustomSurrogate&) {} // only in code
    static void one(std::vector<Pair>& pairs) { pairs = {{0, 4}, {4'000'000'000, 2}}; }
    static void one(std::vector<double>& values) { values = {-1e-300, 0.1, 7.0}; }
    static void one(std::vector<std::pair<std::int64_t, double>>& values) { values = {{1, 0.5}, {30, 0.1}}; }
    template <class Enum>
    requires std::is_enum_v<Enum>
    static void one(Enum& value) {
        value = persist::names<Enum>.back().first == value ? persist::names<Enum>.front().first
                                                           : persist::names<Enum>.back().first;
    }
    template <class T>
    static void one(std::optional<T>& value) {
        one(value.emplace());
    }
    template <class... Alternatives>
    static void one(std::variant<Alternatives...>& value) {
        std::visit([](auto& chosen) { one(chosen); }, value);
    }
    template <class T>
    requires persist::described<T>
    static void one(T& value) {
        persist::for_each_field<T>([&](const auto& field) { one(value.*field.member); });
    }
};

/// Keys whose values are the same in both, down to the last.
void require_all_different(const Json& a, const Json& b, const std::string& path) {
    INFO(path);
    for (const auto& [key, value] : a.items()) {
        if (key == "kind") continue;
        REQUIRE(b.contains(key));
        if (value.is_object() && b[key].is_object())
            require_all_different(value, b[key], path + "." + key);
        else
            CHECK(value != b[key]);
    }
}

const Network& two_populations() {
    static const Network network = [] {
        Network made;
        made.add("first", 2, InputParameters{});
        made.add("second", 2, LifParameters{});
        return made;
    }();
    return network;
}

/// Changed in every member, written, read, written: nothing is lost.
template <class T>
void check_there_and_back(T value) {
    const persist::JsonWriter writer(two_populations());
    const persist::FileContext context{"test", {"first", "second"}};
    const Json before = writer.json(value);
    Change::one(value);
    const Json written = writer.json(value);
    T again{};
    persist::read(Json::parse(written.dump()), persist::Place(context), again);
    CHECK(writer.json(again) == written);
    require_all_different(before, written, "");
}

template <class... Alternatives>
std::size_t check_every(std::type_identity<std::variant<Alternatives...>>) {
    std::size_t checked = 0;
    const auto check = [&]<class T>(std::type_identity<T>) {
        if constexpr (!persist::only_in_code<T>) {
            check_there_and_back(std::variant<Alternatives...>(T{}));
            ++checked;
        }
    };
    (check(std::type_identity<Alternatives>{}), ...);
    return checked;
}

TEST_CASE("every member of every description is written and read", "[network-file][fast]") {
    CHECK(check_every(std::type_identity<ModelParameters>{}) >= 13);
    CHECK(check_every(std::type_identity<Rule>{}) >= 12);
    CHECK(check_every(std::type_identity<Surrogate>{}) >= 10);
    CHECK(check_every(std::type_identity<Optimiser>{}) >= 5);
    CHECK(check_every(std::type_identity<RateSchedule>{}) >= 6);
    CHECK(check_every(std::type_identity<Connector>{}) >= 6);
    CHECK(check_every(std::type_identity<Distribution>{}) >= 3);
    check_there_and_back(ProjectionSpec{});
    check_there_and_back(ErrorSpec{{0}, Error::mean_squared});
    check_there_and_back(FeedbackSpec{{0}, {0}, FeedbackKind::symmetric});
    check_there_and_back(LearningSchedule{});
    check_there_and_back(RewardSpec{{0}});
}

struct Mistake {
    const char *before, *after;      ///< what is replaced in the learner's description
    std::vector<const char*> expect; ///< what the message must say
};

std::string message_of(const std::string& text) {
    try {
        (void)network_from_text(text, "net.json");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST_CASE("what is wrong in a file is named by its place", "[network-file][fast]") {
    const std::vector<Mistake> faults = {
        {"\"kind\": \"eprop\", \"surrogate\"",
         "\"kind\": \"epropp\", \"surrogate\"",
         {"net.json: projections[1].rule.kind: is \"epropp\"; write ", "\"superspike\"", "\"triplet_stdp\""}},
        {"\"rule\": \"readout\"", "\"rule\": \"nothing\"", {"projections[2].rule: is \"nothing\"", "\"static\""}},
        {"\"rule\": \"readout\"", "\"rule\": 7", {"projections[2].rule: is 7;", "\"kind\""}},
        {"\"rule\": \"readout\"", "\"rule\": {}", {"projections[2].rule: has no \"kind\"", "\"eprop\""}},
        {"\"tau_m_ms\": 10", "\"tau_m\": 10", {"populations[1].model.tau_m: is not known here", "\"tau_m_ms\""}},
        {"\"tau_m_ms\": 10", "\"tau_m_ms\": -10", {"net.json: populations[1].model.tau_m_ms: ", "is -10", "allowed"}},
        {"\"tau_m_ms\": 10", "\"tau_m_ms\": \"10\"", {"populations[1].model.tau_m_ms: is \"10\"; write a number"}},
        {"\"size\": 30", "\"size\": -30", {"populations[1].size: is -30;", "from 0 to 4294967295"}},
        {"\"size\": 30", "\"size\": 30.5", {"populations[1].size: is 30.5;", "a whole number"}},
        {"\"size\": 30", "\"size\": 5000000000", {"populations[1].size: is 5000000000;"}},
        {"\"size\": 30,", "", {"populations[1]: has no \"size\"; add it"}},
        {"\"size\": 30", "\"size\": 0", {"net.json: populations[1].size: population 'hidden': size is 0"}},
        {"\"source\": \"input\"",
         "\"source\": \"inputs\"",
         {"projections[0].source: is \"inputs\", which is no population; use \"input\", \"hidden\" or \"output\""}},
        {"\"kind\": \"random\"", "\"kind\": \"symetric\"", {"feedback[0].kind: is \"symetric\"", "\"adaptive\""}},
        {"\"in_degree\": 5", "\"in_degree\": 500", {"projections[1]", "500"}},
        {"\"in_degree\": 5", "\"out_degree\": 5", {"projections[1].connector: has no \"in_degree\""}},
        {"\"allow_self\": false", "\"allow_self\": 0", {"projections[1].allow_self: is 0; write true or false"}},
        {"\"interval_steps\": 40", "\"interval_steps\": 0", {"schedule.interval_steps", "is 0"}},
        {"\"interval_steps\": 40", "\"interval\": 40", {"schedule.interval: is not known here"}},
        {"\"tick_us\": 1", "\"tick_us\": 0", {"time.tick_us: is 0", "picosecond"}},
        {"\"tick_us\": 1,", "\"tick_us\": 1, \"tick_us\": 2,", {"the key \"tick_us\" stands twice"}},
        {"\"errors\": [", "\"errors\": {", {"is no JSON: at line"}},
        {"\"errors\"", "\"mistakes\"", {"net.json: mistakes: is not known here", "\"feedback\""}},
        {"\"threshold\": {", "\"treshold\": {", {"populations[1]", "treshold"}},
        {"\"seed\": 7", "\"seed\": 7, \"version\": 2", {"version: is 2"}},
        {"\"name\": \"output\"",
         "\"name\": \"input\"",
         {"populations[2].name: is \"input\"; write a name that no other"}},
    };
    REQUIRE(message_of(learner).empty());
    for (const Mistake& fault : faults) {
        std::string text = learner;
        const auto place = text.find(fault.before);
        REQUIRE(place != std::string::npos);
        text.replace(place, std::string(fault.before).size(), fault.after);
        const std::string message = message_of(text);
        INFO("message: " << message);
        for (const char* words : fault.expect) {
            INFO("expected: " << words);
            CHECK(message.find(words) != std::string::npos);
        }
    }
}

TEST_CASE("no damage to a description does more than to be refused", "[network-file]") {
    const std::string whole = learner;
    std::size_t refused = 0;
    for (std::uint64_t n = 0; n < 3000; ++n) {
        RandomStream random(5, n);
        const auto below = [&](std::size_t limit) {
            return static_cast<std::size_t>(random.uniform() * static_cast<double>(limit));
        };
        std::string text = whole;
        for (std::size_t k = below(3) + 1; k > 0; --k) {
            const std::size_t at = below(text.size());
            if (random.uniform() < 0.3)
                text.erase(at, below(20) + 1);
            else
                text[at] = "0123456789-.eE{}[],:\"x\x01\xff"[below(25)];
        }
        refused += message_of(text).empty() ? 0 : 1; // anything but a ConfigError ends the test
    }
    CHECK(refused > 2000);
    CHECK(refused < 3000);
}

TEST_CASE("lists, comments, currents and rewards in a file", "[network-file][fast]") {
    const Network network = network_from_text(R"(// a comment
{"populations": [
   {"name": "a", "size": 3, "model": {"kind": "poisson", "rate_hz": 100}, "vary": {"rate_hz": [10, 20, 30]}},
   {"name": "b", "size": 2, "model": "lif", "takes_current": true},
   {"name": "critic", "size": 1, "model": "leaky_readout"}],
 "projections": [{"source": "a", "target": "b", /* three */ "name": "three",
   "connector": {"kind": "explicit", "pairs": [[0, 1], [1, 0], [2, 1]], "weights": [0.5, null, -1]}, "weight": 0.25}],
 "reward": {"critic": "critic"}})",
                                              "lists.json");
    Simulation simulation(network);
    const auto synapses = simulation.synapses({0});
    REQUIRE(synapses.size() == 3);
    CHECK(synapses[0].weight == 0.5);
    CHECK(synapses[1].weight == 0.25);
    CHECK(synapses[2].weight == -1.0);
    CHECK(network.projections()[0].spec.name == "three");
    CHECK(simulation.set_current({1}, 0, std::array{2.0}) == Status::ok);
    REQUIRE(network.reward().has_value());
    CHECK(network.reward()->critic == PopulationId{2});
    CHECK(persist::population_named(network, "b") == PopulationId{1});
    CHECK_THROWS_AS(persist::population_named(network, "c"), ConfigError);
    CHECK_THROWS_AS(persist::read_network("/no/such/file.json"), ConfigError);
    Network own = network;
    own.connect({0}, {1}, {.rule = Eprop{.surrogate = CustomSurrogate{[](double d) { return d; }}}});
    CHECK_THROWS_AS(network_to_text(own), ConfigError);
}

} // namespace
} // namespace saltus::test
