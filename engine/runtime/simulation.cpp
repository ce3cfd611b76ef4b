// SPDX-License-Identifier: BSD-3-Clause
#include "engine/runtime/simulation.hpp"

#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <variant>

namespace saltus {

/// The engine in the chosen precision. One dispatch per call, none per event.
struct Simulation::Implementation {
    std::variant<std::unique_ptr<Engine<float>>, std::unique_ptr<Engine<double>>> engine;
    InputObserver* observer = nullptr;

    Implementation(const Network& network, const SimulationOptions& options) {
        validate(network);
        if (options.history_blocks < 1) {
            throw ConfigError("SimulationOptions", "history_blocks is 0", "keep at least 1 block of trace maps");
        }
        if (options.partitions < 1) {
            throw ConfigError("SimulationOptions", "partitions is 0", "use at least 1; a few for each thread");
        }
        if (options.threads < 1) {
            throw ConfigError("SimulationOptions", "threads is 0", "use 1, the calling thread alone, or more");
        }
        if (options.precision == Precision::double_precision) {
            engine = std::make_unique<Engine<double>>(network, options);
        } else {
            engine = std::make_unique<Engine<float>>(network, options);
        }
    }

    template <class Call>
    decltype(auto) with(Call&& call) {
        return std::visit([&](auto& e) -> decltype(auto) { return call(*e); }, engine);
    }
    void tell(const InputCall& call) {
        if (observer != nullptr) observer->called(with([](auto& e) { return e.now(); }), call);
    }
    Status tell(Status status, const InputCall& call) {
        tell(call);
        return status;
    }
    [[nodiscard]] const Network& network() {
        return with([](auto& e) -> const Network& { return e.network(); });
    }
    void check(PopulationId id) {
        if (id.index >= network().populations().size()) throw std::out_of_range("no population of that id");
    }
    void check(PopulationId id, std::uint32_t neuron, std::size_t variable) {
        check(id);
        const Population& population = network().at(id);
        std::size_t variables = 0;
        Models::for_each([&]<class Model>(std::type_identity<Model>) {
            if (std::holds_alternative<typename Model::Parameters>(population.model)) variables = Model::state_arrays;
        });
        if (neuron >= population.size) {
            throw std::out_of_range("population \"" + population.name + "\" has no neuron " + std::to_string(neuron));
        }
        if (variable >= variables) {
            throw std::out_of_range("population \"" + population.name + "\" has no state variable " +
                                    std::to_string(variable));
        }
    }
    void check(ProjectionId id) {
        if (id.index >= network().projections().size()) throw std::out_of_range("no projection of that id");
    }
};

Simulation::Simulation(const Network& network, SimulationOptions options)
    : implementation_(std::make_unique<Implementation>(network, options)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

Tick Simulation::now() const {
    return implementation_->with([](auto& e) { return e.now(); });
}

void Simulation::advance_until(Tick until) {
    if (until < now()) throw std::invalid_argument("advance_until: the tick lies before now(); time only goes forward");
    implementation_->with([&](auto& e) { e.advance_until(until); });
    implementation_->tell(AdvanceCall{});
}

Tick Simulation::advance_for_budget(Tick until, std::chrono::nanoseconds max_time) {
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
    const auto deadline = std::chrono::steady_clock::now() + std::min(max_time, longest);
    if (until < now()) throw std::invalid_argument("advance_for_budget: the tick lies before now()");
    implementation_->with([&](auto& e) { e.advance_for_budget(until, deadline); });
    implementation_->tell(AdvanceCall{});
    return now();
}

Status Simulation::push(PopulationId input, std::span<const InputEvent> events) {
    implementation_->check(input);
    if (!std::holds_alternative<InputParameters>(implementation_->network().at(input).model)) {
        throw std::invalid_argument("push: population \"" + implementation_->network().at(input).name +
                                    "\" is no input; events enter through populations of InputParameters");
    }
    const Status status = implementation_->with([&](auto& e) { return e.push(input.index, events); });
    return implementation_->tell(status, PushCall{input, events});
}

Status Simulation::push(PopulationId input, Tick tick, std::uint32_t neuron) {
    const InputEvent event{tick, neuron};
    return push(input, std::span(&event, 1));
}

Status Simulation::set_target(PopulationId readout, Tick from, std::span<const double> values) {
    const Status status = implementation_->with([&](auto& e) { return e.set_target(readout.index, from, values); });
    return implementation_->tell(status, TargetCall{readout, from, values});
}

Status Simulation::set_current(PopulationId population, Tick from, std::span<const double> values) {
    implementation_->check(population);
    if (!implementation_->network().at(population).takes_current) {
        throw std::invalid_argument("set_current: population \"" + implementation_->network().at(population).name +
                                    "\" takes no current; name it in Network::accept_current");
    }
    const Status status = implementation_->with([&](auto& e) { return e.set_drive(population.index, from, values); });
    return implementation_->tell(status, CurrentCall{population, from, values});
}

Status Simulation::set_rate(PopulationId sources, Tick from, std::span<const double> hz) {
    implementation_->check(sources);
    if (!std::holds_alternative<PoissonParameters>(implementation_->network().at(sources).model)) {
        throw std::invalid_argument("set_rate: population \"" + implementation_->network().at(sources).name +
                                    "\" has no rate; only Poisson sources have");
    }
    const Status status = implementation_->with([&](auto& e) { return e.set_drive(sources.index, from, hz); });
    return implementation_->tell(status, RateCall{sources, from, hz});
}

Status Simulation::push_targets(PopulationId population, std::span<const InputEvent> spikes) {
    implementation_->check(population);
    const Status status = implementation_->with([&](auto& e) { return e.push_targets(population.index, spikes); });
    return implementation_->tell(status, TargetSpikesCall{population, spikes});
}

Status Simulation::set_reward(Tick at, double value, bool terminal) {
    const Status status = implementation_->with([&](auto& e) { return e.set_reward(at, value, terminal); });
    return implementation_->tell(status, RewardCall{at, value, terminal});
}

double Simulation::state(PopulationId population, std::uint32_t neuron, std::size_t variable) const {
    implementation_->check(population, neuron, variable);
    return implementation_->with([&](auto& e) { return e.state(population.index, variable, neuron); });
}

void Simulation::read_outputs(PopulationId population, std::span<double> values) const {
    implementation_->check(population, 0, 0);
    if (values.size() != implementation_->network().at(population).size) {
        throw std::invalid_argument("read_outputs: there must be room for each neuron of the population");
    }
    implementation_->with([&](auto& e) { e.read_outputs(population.index, values); });
}

double Simulation::last_loss(PopulationId readout) const {
    return implementation_->with([&](auto& e) { return e.last_loss(readout.index); });
}

std::vector<Synapse> Simulation::synapses(ProjectionId projection) const {
    implementation_->check(projection);
    return implementation_->with([&](auto& e) { return e.synapses(projection.index); });
}

std::vector<double> Simulation::weights(ProjectionId projection) const {
    implementation_->check(projection);
    return implementation_->with([&](auto& e) { return e.weights(projection.index); });
}

std::vector<double> Simulation::feedback(std::size_t index) const {
    if (index >= implementation_->network().feedbacks().size()) throw std::out_of_range("no feedback of that index");
    return implementation_->with([&](auto& e) { return e.feedback(static_cast<std::uint32_t>(index)); });
}

Counters Simulation::counters() const {
    return implementation_->with([](auto& e) { return e.counters(); });
}

std::vector<NeuronFault> Simulation::faults() const {
    return implementation_->with([](auto& e) { return e.faults(); });
}

std::uint64_t Simulation::fingerprint() const {
    return implementation_->with([](auto& e) { return e.fingerprint(); });
}

std::size_t Simulation::bytes() const { return memory().total(); }

MemoryUse Simulation::memory() const {
    return implementation_->with([](auto& e) { return e.memory(); });
}

void Simulation::set_learning(bool on) {
    implementation_->with([&](auto& e) { e.set_learning(on); });
    implementation_->tell(LearningCall{on});
}

void Simulation::set_learning_rate(ProjectionId projection, double rate) {
    implementation_->check(projection);
    if (!(rate >= 0.0) || !std::isfinite(rate)) {
        throw std::invalid_argument("set_learning_rate: the rate is neither 0 nor a positive finite number");
    }
    implementation_->with([&](auto& e) { e.set_rate(projection.index, rate); });
    implementation_->tell(LearningRateCall{projection, rate});
}

void Simulation::set_weights(ProjectionId projection, std::span<const double> weights) {
    implementation_->check(projection);
    const std::size_t synapses = this->weights(projection).size();
    if (weights.size() != synapses) {
        throw std::invalid_argument("set_weights: " + std::to_string(weights.size()) + " weights for the " +
                                    std::to_string(synapses) + " synapses of the projection");
    }
    if (!std::all_of(weights.begin(), weights.end(), [](double w) { return std::abs(w) <= 1e30; })) {
        throw std::invalid_argument("set_weights: a weight is not finite, or not within -1e30 to 1e30");
    }
    implementation_->with([&](auto& e) { e.set_weights(projection.index, weights); });
    implementation_->tell(WeightsCall{projection, weights});
}

void Simulation::record_spikes(PopulationId population) {
    implementation_->check(population);
    implementation_->with([&](auto& e) { e.record_spikes(population.index); });
}

const std::vector<Spike>& Simulation::spikes() const {
    return implementation_->with([](auto& e) -> const std::vector<Spike>& { return e.spikes(); });
}

void Simulation::clear_spikes() {
    implementation_->with([](auto& e) { e.clear_spikes(); });
}

ProbeId Simulation::probe(PopulationId population, std::vector<std::uint32_t> neurons, Tick first, Tick period,
                          std::size_t variable) {
    for (const std::uint32_t j : neurons) implementation_->check(population, j, variable);
    if (first <= now() || period < 1) {
        throw std::invalid_argument("probe: the first tick must lie after now() and the period be at least one tick");
    }
    return {implementation_->with([&](auto& e) {
        return e.add_probe({population.index, variable, std::move(neurons), first, period});
    })};
}

const Probe& Simulation::read(ProbeId probe) const {
    return implementation_->with([&](auto& e) -> const Probe& { return e.probe(probe.index); });
}

void Simulation::clear(ProbeId probe) {
    implementation_->with([&](auto& e) {
        e.probe(probe.index).ticks.clear();
        e.probe(probe.index).values.clear();
    });
}

void Simulation::observe(InputObserver* observer) { implementation_->observer = observer; }

} // namespace saltus
