// SPDX-License-Identifier: BSD-3-Clause
// From the description to a running engine: groups, rows, learners, feedback, plasticity; and what a user reads or
// sets.
#include "engine/core/random.hpp"
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cassert>

namespace saltus {
namespace {

[[nodiscard]] std::size_t total_neurons(const Network& network) {
    std::size_t sum = 0;
    for (const Population& population : network.populations()) sum += population.size;
    return sum;
}

/// The parts of a population's constants that learning needs.
struct TargetFacts {
    double tau_ms;
    double tau_a_ms = 1.0;
    double beta = 0.0;
    bool adaptive = false;
};

TargetFacts target_facts(const ModelParameters& model) {
    if (const auto* p = std::get_if<AdaptiveLifParameters>(&model)) return {p->tau_m_ms, p->tau_a_ms, p->beta, true};
    if (const auto* p = std::get_if<LifParameters>(&model)) return {.tau_ms = p->tau_m_ms};
    return {.tau_ms = std::get<LeakyReadoutParameters>(model).tau_ms};
}

} // namespace

template <class Real>
Engine<Real>::Engine(const Network& network, std::size_t history_blocks)
    : network_(network), timing_(network.schedule().timing), crossings_(total_neurons(network)) {
    const LearningSchedule& schedule = network.schedule();
    clock_.period = network.grid().learning_clock;
    clock_.interval = schedule.interval_steps;
    clock_.window = schedule.signal_window == 0 ? schedule.interval_steps : schedule.signal_window;
    clock_.signal_period = schedule.signal_period;
    build_groups(network);
    for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
        rows_.push_back(compile_rows<Real>(network, {p}));
        outgoing_[network.projections()[p].source.index].push_back(p);
    }
    build_learners(network, history_blocks);
    build_feedback(network);
    build_plasticity(network);
    has_learning_ = !learners_.empty();
    reset_state_ = has_learning_ && schedule.reset_state && timing_ == UpdateTiming::interval;
}

template <class Real>
void Engine<Real>::build_groups(const Network& network) {
    std::uint32_t first = 0;
    for (const Population& population : network.populations()) {
        first_neuron_.push_back(first);
        std::visit(
            [&]<class P>(const P& parameters) {
                if constexpr (std::is_same_v<P, InputParameters>) groups_.emplace_back(InputGroup{});
                Models::for_each([&]<class Model>(std::type_identity<Model>) {
                    if constexpr (std::is_same_v<P, typename Model::Parameters>) {
                        const typename Model::Constants constants(parameters, network.grid());
                        groups_.emplace_back(NeuronGroup<Model>(constants, population.size));
                    }
                });
            },
            population.model);
        first += population.size;
    }
    first_neuron_.push_back(first);
    outgoing_.resize(groups_.size());
    recorded_.assign(groups_.size(), 0);
    for (std::uint32_t p = 0; p < groups_.size(); ++p) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    if constexpr (G::Model::spiking) group.schedule_all(0, crossings_, first_neuron_[p]);
                }
            },
            groups_[p]);
    }
}

/// Projections onto one population share a learner where their rules are the same.
template <class Real>
void Engine<Real>::build_learners(const Network& network, std::size_t history_blocks) {
    for (const Projection& projection : network.projections()) {
        Learner<Real>* learner = nullptr;
        if (!std::holds_alternative<Static>(projection.spec.rule)) {
            learner = find_learner(projection);
            if (learner == nullptr) learner = &make_learner(network, projection, history_blocks);
        }
        learner_of_.push_back(learner);
    }
}

template <class Real>
Learner<Real>* Engine<Real>::find_learner(const Projection& projection) {
    for (std::size_t p = 0; p < learner_of_.size(); ++p) {
        const Projection& other = network_.projections()[p];
        if (other.target == projection.target && other.spec.rule == projection.spec.rule) return learner_of_[p];
    }
    return nullptr;
}

template <class Real>
Learner<Real>& Engine<Real>::make_learner(const Network& network, const Projection& projection,
                                          std::size_t history_blocks) {
    const Population& target = network.at(projection.target);
    const double step_ms = network.grid().tick_ms() * static_cast<double>(clock_.period);
    const TargetFacts facts = target_facts(target.model);
    const double alpha = stable_exp(-step_ms / facts.tau_ms);
    Learner<Real>& learner = learners_.emplace_back();
    learner.population = projection.target.index;
    learner.neurons = target.size;
    if (network.schedule().average_gradient)
        learner.scale = static_cast<Real>(1.0 / static_cast<double>(clock_.signal_steps()));
    if (timing_ == UpdateTiming::interval) {
        learner.history.emplace(target.size, static_cast<std::size_t>(clock_.interval));
    } else {
        learner.psi.assign(target.size, 0.0);
        learner.signal.assign(target.size, 0.0);
    }
    const auto* eprop = std::get_if<Eprop>(&projection.spec.rule);
    if (eprop == nullptr) {
        learner.rule = ReadoutMap{alpha};
        return learner;
    }
    learner.surrogate = eprop->surrogate;
    learner.keeper.strength = eprop->rate.strength;
    learner.keeper.target_per_step = eprop->rate.target_hz * step_ms * 1e-3;
    learner.keeper.filter = stable_exp(-step_ms / eprop->rate.tau_ms);
    learner.keeper.rate.assign(target.size, 0.0);
    learner.keeper.seen.assign(target.size, 0);
    learner.rate_factor.assign(target.size, Real{0});
    const double rho = stable_exp(-step_ms / facts.tau_a_ms);
    const double kappa = stable_exp(-step_ms / eprop->filter_tau_ms);
    const double gain = eprop->normalised_filter ? 1.0 - kappa : 1.0;
    const bool rate_sum = timing_ == UpdateTiming::interval && learner.keeper.strength != 0.0;
    const auto install = [&]<bool adaptive, bool sum>(EpropMap<adaptive, sum> rule) {
        rule = {alpha, rho, facts.beta, kappa, gain};
        if (timing_ == UpdateTiming::interval) {
            learner.rule = rule;
        } else if constexpr (!sum) {
            learner.products.template emplace<BlockProducts<EpropMap<adaptive, false>>>(rule, target.size,
                                                                                        history_blocks);
        }
    };
    if (facts.adaptive)
        rate_sum ? install(EpropMap<true, true>{}) : install(EpropMap<true, false>{});
    else
        rate_sum ? install(EpropMap<false, true>{}) : install(EpropMap<false, false>{});
    return learner;
}

template <class Real>
double Engine<Real>::link_weight(const FeedbackSpec& spec, const Network& network, std::size_t index, std::uint32_t o,
                                 std::uint32_t j) const {
    const std::uint32_t neurons = network.at(spec.learner).size;
    if (!spec.matrix.empty()) return spec.matrix[std::size_t{o} * neurons + j];
    // Entities of feedback lie apart from those of projections: the high bit is set.
    RandomStream stream(network.seed(), (std::uint64_t{1} << 63) | (index << 32) | o, std::uint64_t{j} << 16);
    if (const auto* c = std::get_if<Constant>(&spec.weight)) return c->value;
    if (const auto* u = std::get_if<Uniform>(&spec.weight)) return u->low + (u->high - u->low) * stream.uniform();
    const Normal& normal = std::get<Normal>(spec.weight);
    for (;;) {
        const double draw = normal.mean + normal.standard_deviation * stream.normal();
        if (draw >= normal.low && draw <= normal.high) return draw;
    }
}

template <class Real>
void Engine<Real>::build_feedback(const Network& network) {
    for (const ErrorSpec& spec : network.errors()) {
        const std::size_t outputs = network.at(spec.readout).size;
        errors_.push_back({.population = spec.readout.index,
                           .kind = spec.error,
                           .target = std::vector<double>(outputs, 0.0),
                           .error = std::vector<double>(outputs, 0.0),
                           .error_cast = std::vector<Real>(outputs, Real{0})});
    }
    for (std::size_t index = 0; index < network.feedbacks().size(); ++index) {
        const FeedbackSpec& spec = network.feedbacks()[index];
        const std::uint32_t outputs = network.at(spec.readout).size;
        const std::uint32_t neurons = network.at(spec.learner).size;
        const std::size_t stride = (neurons + std::size_t{15}) / 16 * 16;
        FeedbackLink<Real>& link = links_.emplace_back(FeedbackLink<Real>{
            spec.readout.index, spec.learner.index, spec.kind, stride, std::vector<Real>(outputs * stride, Real{0})});
        if (spec.kind == FeedbackKind::symmetric) continue; // filled from the readout's weights
        for (std::uint32_t o = 0; o < outputs; ++o) {
            for (std::uint32_t j = 0; j < neurons; ++j) {
                link.matrix[o * stride + j] = static_cast<Real>(link_weight(spec, network, index, o, j));
            }
        }
    }
}

template <class Real>
void Engine<Real>::build_plasticity(const Network& network) {
    plasticity_.resize(rows_.size());
    for (std::uint32_t p = 0; p < rows_.size(); ++p) {
        const Projection& projection = network.projections()[p];
        std::vector<FeedbackLink<Real>*> mirrors;
        for (FeedbackLink<Real>& link : links_) {
            const bool follows = link.learner == projection.source.index && link.readout == projection.target.index &&
                                 link.kind != FeedbackKind::random;
            if (follows) mirrors.push_back(&link);
        }
        for (FeedbackLink<Real>* link : mirrors) {
            if (link->kind != FeedbackKind::symmetric) continue;
            for (const Synapse& s : synapses(p)) {
                link->weight_changed(s.source, s.target, Real{0}, static_cast<Real>(s.weight));
            }
        }
        if (std::holds_alternative<Static>(projection.spec.rule)) continue;
        std::visit(
            [&]<class G>(const G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    plasticity_[p] = make_plasticity<Real>(
                        {&rows_[p], learner_of_[p], &clock_, &counters_, group.constants().membrane,
                         group.constants().gain, projection.spec.optimiser, projection.spec.limits, mirrors},
                        timing_);
                }
            },
            groups_[projection.target.index]);
    }
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
