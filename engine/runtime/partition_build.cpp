// SPDX-License-Identifier: BSD-3-Clause
// From the description to a running partition: groups, rows, learners, feedback, plasticity.
#include "engine/core/random.hpp"
#include "engine/network/distributions.hpp"
#include "engine/network/variation.hpp"
#include "engine/runtime/partition.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace saltus {
namespace {

[[nodiscard]] std::size_t total_neurons(const std::vector<Slice>& slices) {
    std::size_t sum = 0;
    for (const Slice& slice : slices) sum += slice.size();
    return sum;
}

/// The parts of a population's parameters that learning needs.
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

/// Entry B[o][j] of a random feedback matrix. Entities of feedback lie apart from those of projections: the high bit
/// is set.
double link_weight(const FeedbackSpec& spec, const Network& network, std::uint32_t index, std::uint32_t o,
                   std::uint32_t j) {
    if (!spec.matrix.empty()) return spec.matrix[std::size_t{o} * network.at(spec.learner).size + j];
    RandomStream stream(network.seed(), (std::uint64_t{1} << 63) | (std::uint64_t{index} << 32) | o,
                        std::uint64_t{j} << 16);
    return draw(spec.weight, stream);
}

/// Rates of sources change at run time: each has constants of its own.
template <class Model>
inline constexpr bool is_source = requires(typename Model::Constants c) {
    Model::set_rate(c, 0.0);
};

/// The neurons of one slice, alike or not.
template <class Model, class Group>
Group make_group(const Network& network, const Slice& slice) {
    using Parameters = typename Model::Parameters;
    const Population& population = network.populations()[slice.population];
    if (population.variations.empty() && !population.takes_current && !is_source<Model>) {
        const typename Model::Constants constants(std::get<Parameters>(population.model), network.grid());
        return AlikeGroup<Model>(constants, slice.size());
    }
    std::vector<typename OwnConstants<Model>::Constants> constants;
    constants.reserve(slice.size());
    for (const Parameters& p : neuron_parameters<Model>(network, {slice.population}, slice.begin, slice.end))
        constants.emplace_back(p, network.grid());
    return VariedGroup<Model>(OwnConstants<Model>(std::move(constants)), slice.size());
}

/// What traces need to know of a target population's membrane. All its neurons share it (see validate_learning.cpp).
struct TargetMembrane {
    DecayTable decay;
    double gain = 1.0;
};

TargetMembrane target_membrane(const Network& network, PopulationId id) {
    TargetMembrane membrane;
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        const auto* parameters = std::get_if<typename Model::Parameters>(&network.at(id).model);
        if (parameters == nullptr) return;
        const typename Model::Constants constants(*parameters, network.grid());
        if constexpr (requires { membrane.decay = constants.membrane; }) {
            membrane = {constants.membrane, constants.gain};
        }
    });
    return membrane;
}

} // namespace

template <class Real>
Partition<Real>::Partition(const Network& network, const RunState& run, std::span<const std::uint32_t> first_neuron,
                           std::vector<Slice> slices)
    : network_(network), run_(run), first_neuron_(first_neuron), slices_(std::move(slices)),
      outgoing_(network.populations().size()), crossings_(total_neurons(slices_)) {
    std::uint32_t first = 0;
    for (const Slice& slice : slices_) {
        local_first_.push_back(first);
        Models::for_each([&]<class Model>(std::type_identity<Model>) {
            if (std::holds_alternative<typename Model::Parameters>(network.populations()[slice.population].model))
                groups_.push_back(make_group<Model, Group>(network, slice));
        });
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (G::Model::spiking) {
                    if constexpr (!IntegratedModel<typename G::Model>)
                        group.start_candidates(network.seed(),
                                               entity_of(Purpose::candidate, slice.population, slice.begin));
                    group.schedule_all(0, crossings_, first);
                } else {
                    any_silent_ = true;
                }
            },
            groups_.back());
        first += slice.size();
    }
    local_first_.push_back(first);
}

template <class Real>
void Partition<Real>::add_rows(std::uint32_t projection, std::uint32_t slice, SynapseRows<Real> rows) {
    outgoing_[network_.projections()[projection].source.index].push_back(static_cast<std::uint32_t>(rows_.size()));
    rows_.push_back({.projection = projection, .slice = slice, .rows = std::move(rows)});
}

/// Projections onto one slice share a learner where their rules are the same.
template <class Real>
void Partition<Real>::build_learners(std::size_t history_blocks) {
    for (RowSet<Real>& set : rows_) {
        const Rule& rule = network_.projections()[set.projection].spec.rule;
        if (std::holds_alternative<Static>(rule) || is_spike_timing(rule)) continue;
        set.learner = find_learner(set);
        if (set.learner == nullptr) set.learner = &make_learner(set, history_blocks);
    }
}

template <class Real>
Learner<Real>* Partition<Real>::find_learner(const RowSet<Real>& set) {
    const Rule& rule = network_.projections()[set.projection].spec.rule;
    for (const RowSet<Real>& other : rows_) {
        if (other.learner == nullptr || other.slice != set.slice) continue;
        if (network_.projections()[other.projection].spec.rule == rule) return other.learner;
    }
    return nullptr;
}

template <class Real>
Learner<Real>& Partition<Real>::make_learner(const RowSet<Real>& set, std::size_t history_blocks) {
    const Slice& slice = slices_[set.slice];
    const ModelParameters& model = network_.populations()[slice.population].model;
    Learner<Real>& learner = learners_.emplace_back();
    learner.slice = set.slice;
    learner.neurons = slice.size();
    learner.first_projection = set.projection;
    if (network_.schedule().average_gradient)
        learner.scale = static_cast<Real>(1.0 / static_cast<double>(run_.clock.signal_steps()));
    if (run_.timing == UpdateTiming::interval) {
        learner.history.emplace(slice.size(), static_cast<std::size_t>(run_.clock.interval));
    } else {
        learner.psi.assign(slice.size(), 0.0);
        learner.signal.assign((slice.size() + std::size_t{15}) / 16 * 16, 0.0);
    }
    if (const auto* eprop = std::get_if<Eprop>(&network_.projections()[set.projection].spec.rule)) {
        install_rule(learner, *eprop, model, history_blocks);
    } else {
        const double step_ms = network_.grid().tick_ms() * static_cast<double>(run_.clock.period);
        learner.rule = ReadoutMap{stable_exp(-step_ms / target_facts(model).tau_ms)};
    }
    return learner;
}

template <class Real>
void Partition<Real>::install_rule(Learner<Real>& learner, const Eprop& eprop, const ModelParameters& model,
                                   std::size_t history_blocks) {
    const double step_ms = network_.grid().tick_ms() * static_cast<double>(run_.clock.period);
    const TargetFacts facts = target_facts(model);
    learner.surrogate = eprop.surrogate;
    learner.keeper.strength = eprop.rate.strength;
    learner.keeper.target_per_step = eprop.rate.target_hz * step_ms * 1e-3;
    learner.keeper.filter = stable_exp(-step_ms / eprop.rate.tau_ms);
    learner.keeper.rate.assign(learner.neurons, 0.0);
    learner.keeper.seen.assign(learner.neurons, 0);
    learner.rate_factor.assign(learner.neurons, Real{0});
    const double alpha = stable_exp(-step_ms / facts.tau_ms);
    const double rho = stable_exp(-step_ms / facts.tau_a_ms);
    const double kappa = stable_exp(-step_ms / eprop.filter_tau_ms);
    const double gain = eprop.normalised_filter ? 1.0 - kappa : 1.0;
    const bool interval = run_.timing == UpdateTiming::interval;
    const bool rate_sum = interval && learner.keeper.strength != 0.0;
    const auto install = [&]<bool adaptive, bool sum>(EpropMap<adaptive, sum> rule) {
        rule = {alpha, rho, facts.beta, kappa, gain};
        if (interval) {
            learner.rule = rule;
        } else if constexpr (!sum) {
            using Map = EpropMap<adaptive, false>;
            if constexpr (adaptive) {
                learner.products.template emplace<BlockProducts<Map>>(rule, learner.neurons, history_blocks);
            } else {
                learner.products.template emplace<CoMovingProducts<Map>>(rule, learner.neurons, history_blocks);
            }
        }
    };
    if (facts.adaptive)
        rate_sum ? install(EpropMap<true, true>{}) : install(EpropMap<true, false>{});
    else
        rate_sum ? install(EpropMap<false, true>{}) : install(EpropMap<false, false>{});
}

template <class Real>
void Partition<Real>::build_links(std::uint32_t index, const FeedbackSpec& spec) {
    const std::uint32_t outputs = network_.at(spec.readout).size;
    for (std::uint32_t s = 0; s < slices_.size(); ++s) {
        const Slice& slice = slices_[s];
        if (slice.population != spec.learner.index) continue;
        const std::size_t stride = (slice.size() + std::size_t{15}) / 16 * 16;
        FeedbackLink<Real>& link =
            links_.emplace_back(FeedbackLink<Real>{index, spec.readout.index, s, slice.begin, slice.end, spec.kind,
                                                   stride, std::vector<Real>(outputs * stride, Real{0})});
        if (spec.kind == FeedbackKind::symmetric) continue; // filled from the readout's weights
        for (std::uint32_t o = 0; o < outputs; ++o) {
            for (std::uint32_t j = slice.begin; j < slice.end; ++j)
                link.matrix[o * stride + (j - slice.begin)] =
                    static_cast<Real>(link_weight(spec, network_, index, o, j));
        }
    }
}

template <class Real>
void Partition<Real>::build_plasticity(std::span<FeedbackLink<Real>* const> links) {
    for (RowSet<Real>& set : rows_) {
        const Projection& projection = network_.projections()[set.projection];
        if (set.learner == nullptr) continue;
        std::vector<FeedbackLink<Real>*> mirrors;
        for (FeedbackLink<Real>* link : links) {
            const FeedbackSpec& spec = network_.feedbacks()[link->index];
            const bool follows = spec.learner == projection.source && spec.readout == projection.target &&
                                 link->kind != FeedbackKind::random;
            if (follows) mirrors.push_back(link);
        }
        const TargetMembrane membrane = target_membrane(network_, projection.target);
        set.plasticity =
            make_plasticity<Real>({&set.rows, set.learner, &run_.clock, &counters_, membrane.decay, membrane.gain,
                                   projection.spec.optimiser, projection.spec.limits, std::move(mirrors)},
                                  run_.timing);
    }
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
