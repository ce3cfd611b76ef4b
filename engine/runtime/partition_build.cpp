// SPDX-License-Identifier: BSD-3-Clause
// From the description to a running partition: groups, rows, learners, feedback, plasticity.
#include "engine/core/random.hpp"
#include "engine/network/distributions.hpp"
#include "engine/network/variation.hpp"
#include "engine/runtime/make_learner.hpp"
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

} // namespace

template <class Real>
Partition<Real>::Partition(const Network& network, const RunState& run, std::span<const std::uint32_t> first_neuron,
                           std::vector<Slice> slices)
    : network_(network), run_(run), first_neuron_(first_neuron), slices_(std::move(slices)),
      outgoing_(network.populations().size()), crossings_(total_neurons(slices_)) {
    members_.reserve(1024);
    std::uint32_t first = 0;
    for (const Slice& slice : slices_) {
        local_first_.push_back(first);
        Models::for_each([&]<class Model>(std::type_identity<Model>) {
            if (std::holds_alternative<typename Model::Parameters>(network.populations()[slice.population].model))
                groups_.push_back(make_group<Model, Group>(network, slice));
        });
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (memoryless<typename G::Model>)
                    sources_.push_back(static_cast<std::uint32_t>(groups_.size() - 1));
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
    arrived_.assign(slices_.size(), 0);
    stepped_.assign(slices_.size(), 0);
}

template <class Real>
void Partition<Real>::add_rows(std::uint32_t projection, std::uint32_t slice, SynapseRows<Real> rows) {
    constexpr std::size_t few_bytes = 1u << 15;
    const std::size_t bytes = rows.bytes();
    const std::uint32_t source = network_.projections()[projection].source.index;
    outgoing_[source].push_back(static_cast<std::uint32_t>(rows_.size()));
    rows_.push_back({.projection = projection,
                     .slice = slice,
                     .rows = std::move(rows),
                     .driven = takes_drive(network_, projection),
                     .first_source = first_neuron_[source],
                     .at_hand = bytes <= few_bytes});
}

/// Projections onto one slice share a learner where their rules are the same, and what is done with their readouts.
template <class Real>
void Partition<Real>::build_learners(std::size_t history_blocks) {
    for (RowSet<Real>& set : rows_) {
        const Rule& rule = network_.projections()[set.projection].spec.rule;
        if (std::holds_alternative<Static>(rule) || is_spike_timing(rule)) continue;
        set.learner = find_learner(set);
        if (set.learner != nullptr) continue;
        const Projection& projection = network_.projections()[set.projection];
        set.learner = &learners_.emplace_back(
            make_learner<Real>(network_, projection, slices_[set.slice].size(), run_.clock, history_blocks));
        set.learner->slice = set.slice;
        set.learner->first_projection = set.projection;
    }
}

template <class Real>
Learner<Real>* Partition<Real>::find_learner(const RowSet<Real>& set) {
    const Projection& projection = network_.projections()[set.projection];
    const bool deferred = may_defer(network_, projection);
    for (const RowSet<Real>& other : rows_) {
        if (other.learner == nullptr || other.slice != set.slice || other.learner->deferred != deferred) continue;
        if (network_.projections()[other.projection].spec.rule == projection.spec.rule) return other.learner;
    }
    return nullptr;
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
                                                   stride, HugeVector<Real>(outputs * stride, Real{0})});
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
        const ProjectionSpec& spec = projection.spec;
        set.plasticity = make_plasticity<Real>({&set.rows,
                                                set.learner,
                                                &run_.clock,
                                                &counters_,
                                                {spec.optimiser, spec.rate_schedule, spec.weight_decay, spec.limits},
                                                std::move(mirrors),
                                                false,
                                                spec.rewiring,
                                                {network_.seed(), set.projection}},
                                               run_.timing);
    }
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
