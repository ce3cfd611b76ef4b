// SPDX-License-Identifier: BSD-3-Clause
// What is read of a partition: states, and its share of the fingerprint. Every fact is hashed under its name in the
// whole network, so that the sum over all partitions is the same however the network is cut.
#include "engine/runtime/partition.hpp"

namespace saltus {
namespace {

enum Kind : std::uint8_t { neuron_fact = 1, synapse_fact, learner_fact, feedback_fact, history_fact };

template <class... Name>
Fingerprint fact(Kind kind, Name... name) {
    Fingerprint h;
    h.add(kind);
    (h.add(name), ...);
    return h;
}

} // namespace

template <class Real>
double Partition<Real>::peek(std::uint32_t slice, std::uint32_t neuron, std::size_t variable, Tick t) const {
    return std::visit([&](const auto& group) { return group.peek(neuron, t)[variable]; }, groups_[slice]);
}

template <class Real>
void Partition<Real>::hash(UnorderedFingerprint& sum) const {
    hash_neurons(sum);
    hash_synapses(sum);
    hash_learners(sum);
}

template <class Real>
void Partition<Real>::hash_neurons(UnorderedFingerprint& sum) const {
    for (std::uint32_t s = 0; s < slices_.size(); ++s) {
        std::visit(
            [&](const auto& group) {
                for (std::uint32_t j = 0; j < group.size(); ++j) {
                    Fingerprint h = fact(neuron_fact, slices_[s].population, slices_[s].begin + j);
                    group.hash(j, h);
                    sum.add(h);
                }
            },
            groups_[s]);
    }
}

template <class Real>
void Partition<Real>::hash_synapses(UnorderedFingerprint& sum) const {
    for (const RowSet<Real>& set : rows_) {
        const SynapseRows<Real>& rows = set.rows;
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
                Fingerprint row = fact(synapse_fact, set.projection, source, rows.groups[g].delay);
                if (set.plasticity) set.plasticity->hash_row(g, row);
                if (set.short_term) set.short_term->hash_row(g, row);
                for (std::size_t k = 0; k < rows.count(g); ++k) {
                    if (!rows.exists(g, k)) continue;
                    Fingerprint h = row;
                    h.add(rows.first_target + rows.target_of(g, k));
                    h.add(rows.weight[rows.groups[g].first + k]);
                    if (set.plasticity) set.plasticity->hash_synapse(rows.groups[g].first + k, h);
                    sum.add(h);
                }
            }
        }
    }
}

template <class Real>
void Partition<Real>::hash_learners(UnorderedFingerprint& sum) const {
    for (const Learner<Real>& learner : learners_) {
        for (std::uint32_t j = 0; j < learner.neurons; ++j) {
            Fingerprint h = fact(learner_fact, learner.first_projection, slices_[learner.slice].begin + j);
            learner.hash(j, h);
            if (learner.reads_spikes()) {
                std::visit([&](const auto& group) { h.add(group.spikes_in_interval()[j] - learner.seen[j]); },
                           groups_[learner.slice]);
            }
            sum.add(h);
        }
    }
    for (const PostHistory& history : histories_) {
        for (std::uint32_t j = 0; j < history.size(); ++j) {
            Fingerprint h = fact(history_fact, history.first_projection(), slices_[history.slice()].begin + j);
            history.hash(j, h);
            sum.add(h);
        }
    }
    for (const FeedbackLink<Real>& link : links_) {
        for (std::size_t k = 0; k < link.matrix.size(); ++k) {
            const std::size_t j = k % link.stride;
            if (j >= link.end - link.begin) continue;
            Fingerprint h = fact(feedback_fact, link.index, k / link.stride, link.begin + j);
            h.add(link.matrix[k]);
            sum.add(h);
        }
    }
}

template <class Real>
MemoryUse Partition<Real>::memory() const {
    MemoryUse sum;
    for (const RowSet<Real>& set : rows_) {
        sum.rows += set.rows.bytes();
        sum.traces += (set.plasticity ? set.plasticity->bytes() : 0) + (set.short_term ? set.short_term->bytes() : 0);
    }
    for (const PostHistory& history : histories_) sum.history += history.bytes();
    for (const Learner<Real>& learner : learners_) sum.history += learner.bytes();
    for (const FeedbackLink<Real>& link : links_) sum.feedback += link.matrix.size() * sizeof(Real);
    return sum;
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
