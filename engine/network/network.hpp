// SPDX-License-Identifier: BSD-3-Clause
// The description of a network: populations, projections, what learns and from which error. Nothing here runs; a
// Simulation validates the description, freezes it and runs the frozen copy.
#pragma once

#include "engine/core/time.hpp"
#include "engine/network/connectors.hpp"
#include "learning/deep_r.hpp"
#include "learning/parameters.hpp"
#include "models/registry.hpp"
#include "models/short_term.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace saltus {

/// Names a population of one network; from Network::add.
struct PopulationId {
    std::uint32_t index = ~0u;
    friend bool operator==(PopulationId, PopulationId) = default;
};

/// Names a projection of one network; from Network::connect.
struct ProjectionId {
    std::uint32_t index = ~0u;
    friend bool operator==(ProjectionId, ProjectionId) = default;
};

/// What a parameter is for each neuron: drawn, or given as [size] values.
using ParameterValues = std::variant<Distribution, std::vector<double>>;

/// A parameter that differs from neuron to neuron.
struct Variation {
    std::string parameter; ///< as in the model's parameters, e.g. "tau_m_ms"
    ParameterValues values;
};

/// Neurons of one model, as they are described.
struct Population {
    std::string name;                    ///< unique, not empty
    std::uint32_t size;                  ///< neurons, > 0
    ModelParameters model;               ///< of every neuron, but for the variations
    std::vector<Variation> variations{}; ///< each parameter at most once
    bool takes_current = false;          ///< input currents may be set at run time
};

/// A projection in the user's terms.
struct ProjectionSpec {
    Connector connector = AllToAll{};
    Distribution weight = Constant{1.0};
    Distribution delay_ms =
        Constant{1.0};            ///< rounded to the grid's delay_resolution; at least one tick, or 0 onto readouts
    bool allow_self = true;       ///< neurons may connect to themselves (within one population)
    bool allow_multapses = false; ///< a pair may have several synapses
    Rule rule = Static{};
    Optimiser optimiser = Sgd{};
    RateSchedule rate_schedule{}; ///< factor on the optimiser's rate, by the number of the update
    double weight_decay = 0.0;    ///< >= 0; every update first takes the share rate * weight_decay off the weight
    WeightLimits limits{};
    std::optional<DeepR> rewiring{};       ///< synapses that shrink to nothing are replaced by others
    std::optional<ShortTerm> short_term{}; ///< short-term plasticity: arrivals are scaled by u x
    std::string name{};                    ///< for messages; default "source -> target"
};

/// Synapses from one population onto another, or onto itself.
struct Projection {
    PopulationId source; ///< of spikes: an input, or neurons that spike
    PopulationId target; ///< neurons or a readout
    ProjectionSpec spec;
};

/// The error of a population: of a readout, or, for Error::spike_train, of spiking neurons.
struct ErrorSpec {
    PopulationId readout;
    Error error;
    bool at_events = false;     ///< counts only in learning steps in which a target came into force
    double weight = 1.0;        ///< factor on the error (Error::value: c_V)
    double tau_rise_ms = 5.0;   ///< Error::spike_train: kernel of the van Rossum distance
    double tau_decay_ms = 10.0; ///< Error::spike_train
};

/// Where rewards come from (Simulation::set_reward) and what they are compared with:
/// delta_n = r_n + discount V_n - V_(n-1), with V the critic's output; without a critic, delta_n = r_n.
struct RewardSpec {
    PopulationId critic{};           ///< a readout of one neuron; the default is no critic
    double discount_tau_ms = 1000.0; ///< discount = exp(-learning step / tau)
};

/// Carries the error of a population (usually a readout) to a learning population.
struct FeedbackSpec {
    PopulationId readout; ///< the source of the error
    PopulationId learner;
    FeedbackKind kind;
    /// Initial B[o][j] of random and adaptive feedback.
    Distribution weight = Normal{0.0, 1.0};
    /// Explicit B, row-major [size of readout][size of learner]; overrides `weight` unless empty.
    std::vector<double> matrix{};
    FeedbackSource source = FeedbackSource::error;
};

/// A network under description. Populations and projections are numbered in the order in which they are stated; that is
/// also the order in which arrivals of one tick are added up (engine/README.md). Unless said otherwise nothing is
/// checked here: validate(), and so the constructor of a Simulation, throws ConfigError with the place, the value and
/// the remedy.
class Network {
  public:
    /// @param grid length of a tick, resolution of delays, learning clock: common to all of the network
    /// @param seed of all that is drawn (synapses, weights, delays, varied parameters, random spikes): the same seed
    /// and the same description give the same bits
    explicit Network(TimeGrid grid = {}, std::uint64_t seed = 1) : grid_(grid), seed_(seed) {}

    /// A population of `size` neurons (> 0) of one model, e.g. add("hidden", 100, LifParameters{.tau_m_ms = 10.0}).
    /// @param name of its own, for messages and files @param model parameters in the units that their names tell: what
    /// a population is (inputs, spiking neurons, a readout) goes by their type (models/registry.hpp)
    PopulationId add(std::string name, std::uint32_t size, ModelParameters model);
    /// Gives every neuron its own value of a parameter, e.g. vary(p, &LifParameters::tau_m_ms, Normal{20, 2, 5, 40}),
    /// or an explicit std::vector<double>. Of all numeric parameters; what learns needs a common tau_m_ms, tau_a_ms,
    /// beta, tau_ms, tau_s_ms. Throws ConfigError where the population's model has no such parameter; values are
    /// checked at freeze.
    template <class Parameters>
    void vary(PopulationId population, double Parameters::*parameter, ParameterValues values);
    /// The same by name, e.g. vary(p, "tau_m_ms", values). An unknown name is reported at freeze.
    void vary(PopulationId population, std::string parameter, ParameterValues values);
    /// Lets Simulation::set_current drive the neurons of a population that spikes by its membrane. They keep
    /// constants of their own for it, as varied ones do, and take a little longer to compute.
    void accept_current(PopulationId population);
    /// Synapses from `source` (an input, or neurons that spike) onto `target` (neurons or a readout, also the source
    /// itself), and how they learn: connector, weights in units of the target's membrane (or of its current), delays in
    /// ms, rule, optimiser. Two populations may be connected more than once.
    ProjectionId connect(PopulationId source, PopulationId target, ProjectionSpec spec);
    /// What a readout learns from; its targets come by Simulation::set_target. Once for a population.
    void set_error(PopulationId readout, Error error);
    /// The same with all there is to say: a weight, errors at events only, trains of spikes (then `readout` names
    /// spiking neurons, and targets come by Simulation::push_targets).
    void set_error(ErrorSpec spec);
    /// Lets rules of reward (RewardEprop, RewardReadout, RewardStdp) learn from Simulation::set_reward, with or without
    /// a critic. The last call counts.
    void set_reward(RewardSpec spec) { reward_ = spec; }
    /// A learning signal L_j = sum_o B_oj E_o for the neurons of `spec.learner`, from the error of `spec.readout`;
    /// several onto one learner add up. Uniform feedback is FeedbackKind::random of a Constant weight.
    void add_feedback(FeedbackSpec spec);
    /// When weights change, for all projections: at the ends of intervals or at arrivals. The last call counts.
    void set_schedule(LearningSchedule schedule) { schedule_ = schedule; }

    [[nodiscard]] const TimeGrid& grid() const { return grid_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] const std::vector<Population>& populations() const { return populations_; }
    [[nodiscard]] const std::vector<Projection>& projections() const { return projections_; }
    [[nodiscard]] const std::vector<ErrorSpec>& errors() const { return errors_; }
    [[nodiscard]] const std::vector<FeedbackSpec>& feedbacks() const { return feedbacks_; }
    [[nodiscard]] const std::optional<RewardSpec>& reward() const { return reward_; }
    [[nodiscard]] const LearningSchedule& schedule() const { return schedule_; }

    [[nodiscard]] const Population& at(PopulationId id) const { return populations_.at(id.index); }

  private:
    [[nodiscard]] const ModelParameters& model_of(PopulationId id) const;

    TimeGrid grid_;
    std::uint64_t seed_;
    std::vector<Population> populations_;
    std::vector<Projection> projections_;
    std::vector<ErrorSpec> errors_;
    std::vector<FeedbackSpec> feedbacks_;
    std::optional<RewardSpec> reward_;
    LearningSchedule schedule_{};
};

template <class Parameters>
void Network::vary(PopulationId population, double Parameters::*parameter, ParameterValues values) {
    std::string name;
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        if constexpr (std::is_base_of_v<Parameters, typename Model::Parameters> && requires { Model::parameters; }) {
            if (!std::holds_alternative<typename Model::Parameters>(model_of(population))) return;
            for (const auto& known : Model::parameters)
                if (known.member == parameter) name = known.name;
        }
    });
    vary(population, std::move(name), std::move(values));
}

/// Layers of backpropagated feedback above a population: 0 if its learning signals come from errors alone. The feedback
/// must not run in a circle (validate).
[[nodiscard]] std::uint32_t feedback_depth(const Network& network, std::uint32_t population);

/// Checks the whole description; throws ConfigError (where, what, remedy) at the first fault.
void validate(const Network& network);

/// One synapse with its delay in ticks, as the connectors make it.
struct Synapse {
    std::uint32_t source;
    std::uint32_t target;
    double weight;
    Tick delay;
};

/// All synapses of a projection, sorted by (source, delay, target), ties in the order made. A pure function of the
/// description and the seed. Not for AllToAll with a constant delay (see dense()).
[[nodiscard]] std::vector<Synapse> make_synapses(const Network& network, ProjectionId id);

/// Takes the synapses of one source.
using RowVisit = std::function<void(std::span<const Synapse>)>;
/// The same synapses in the same order, source by source; sources without any are left out. Never holds more than a
/// row, or, for FixedInDegree, 8 bytes per synapse. RowBlocks makes them in pieces.
void for_each_row(const Network& network, ProjectionId id, const RowVisit& visit);
/// How many there are, as far as can be told without drawing them.
[[nodiscard]] double expected_synapses(const Network& network, const Projection& projection);

/// Whether a projection is stored densely: all-to-all with one constant delay.
[[nodiscard]] bool dense(const Projection& projection);

/// Weights of one source of a dense projection; the entry of a barred self-connection is 0. row: [targets],
/// overwritten.
void make_dense_row(const Network& network, ProjectionId id, std::uint32_t source, std::span<double> row);

/// The delay in ticks that stands for `delay_ms` on this grid: rounded to the delay resolution (or to the tick, where
/// that is coarser), halves away from zero.
[[nodiscard]] Tick quantised_delay(const TimeGrid& grid, double delay_ms);

} // namespace saltus
