// SPDX-License-Identifier: BSD-3-Clause
// What a user offers to a running engine, reads from it and sets in it.
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cassert>

namespace saltus {

template <class Real>
Status Engine<Real>::push(std::uint32_t population, std::span<const InputEvent> events) {
    const std::uint32_t size = network_.populations()[population].size;
    Status status = Status::ok;
    for (const InputEvent& event : events) {
        ++counters_.events_offered;
        if (event.neuron >= size) {
            ++counters_.events_malformed;
            status = Status::out_of_range;
        } else if (event.tick < now_) {
            ++counters_.events_late;
            if (status == Status::ok) status = Status::late;
        } else {
            ++counters_.events_accepted;
            if (!input_.empty() && event.tick < input_.back().tick) input_sorted_ = false;
            input_.push_back({event.tick, first_neuron_[population] + event.neuron});
        }
    }
    return status;
}

template <class Real>
Status Engine<Real>::set_target(std::uint32_t readout, Tick from, std::span<const double> values) {
    for (ReadoutError<Real>& error : errors_) {
        if (error.population != readout) continue;
        if (values.size() != error.target.size()) return Status::out_of_range;
        if (from <= now_ && now_ > 0) return Status::late;
        if (!error.upcoming.empty() && from < error.upcoming.back().first) return Status::late;
        error.upcoming.emplace_back(from, std::vector<double>(values.begin(), values.end()));
        return Status::ok;
    }
    return Status::out_of_range;
}

template <class Real>
double Engine<Real>::state(std::uint32_t population, std::size_t variable, std::uint32_t neuron) const {
    return std::visit(
        [&]<class G>(const G& group) {
            if constexpr (std::is_same_v<G, InputGroup>)
                return 0.0;
            else
                return group.peek(neuron, now_)[variable];
        },
        groups_[population]);
}

template <class Real>
double Engine<Real>::last_loss(std::uint32_t readout) const {
    for (const auto& error : errors_) {
        if (error.population == readout) return error.last_loss;
    }
    return 0.0;
}

template <class Real>
std::vector<Synapse> Engine<Real>::synapses(std::uint32_t projection) const {
    const SynapseRows<Real>& rows = rows_[projection];
    std::vector<Synapse> list;
    list.reserve(rows.size());
    std::vector<Real> weight;
    for (std::uint32_t source = 0; source < rows.sources; ++source) {
        for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
            const std::size_t n = rows.count(g);
            weight.resize(n);
            if (plasticity_.size() > projection && plasticity_[projection]) {
                plasticity_[projection]->current_weights(g, weight.data());
            } else {
                std::copy_n(&rows.weight[rows.groups[g].first], n, weight.begin());
            }
            for (std::size_t k = 0; k < n; ++k) {
                if (!rows.exists(g, k)) continue;
                list.push_back({source, rows.target_of(g, k), static_cast<double>(weight[k]), rows.groups[g].delay});
            }
        }
    }
    return list;
}

template <class Real>
std::vector<double> Engine<Real>::weights(std::uint32_t projection) const {
    std::vector<double> list;
    for (const Synapse& synapse : synapses(projection)) list.push_back(synapse.weight);
    return list;
}

template <class Real>
void Engine<Real>::set_weights(std::uint32_t projection, std::span<const double> weights) {
    SynapseRows<Real>& rows = rows_[projection];
    assert(weights.size() == rows.size());
    if (plasticity_[projection]) plasticity_[projection]->settle();
    std::size_t next = 0;
    for (std::uint32_t source = 0; source < rows.sources; ++source) {
        for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
            for (std::size_t k = 0; k < rows.count(g); ++k) {
                if (rows.exists(g, k)) rows.weight[rows.groups[g].first + k] = static_cast<Real>(weights[next++]);
            }
        }
    }
    const Projection& p = network_.projections()[projection];
    for (FeedbackLink<Real>& link : links_) {
        const bool follows =
            link.kind == FeedbackKind::symmetric && link.learner == p.source.index && link.readout == p.target.index;
        if (!follows) continue;
        for (const Synapse& s : synapses(projection)) {
            link.weight_changed(s.source, s.target, Real{0}, static_cast<Real>(s.weight));
        }
    }
}

template <class Real>
void Engine<Real>::set_rate(std::uint32_t projection, double rate) {
    if (plasticity_[projection]) plasticity_[projection]->set_rate(rate);
}

template <class Real>
std::vector<double> Engine<Real>::feedback(std::uint32_t index) const {
    const FeedbackLink<Real>& link = links_[index];
    const std::uint32_t outputs = network_.populations()[link.readout].size;
    const std::uint32_t neurons = network_.populations()[link.learner].size;
    std::vector<double> matrix;
    matrix.reserve(std::size_t{outputs} * neurons);
    for (std::uint32_t o = 0; o < outputs; ++o) {
        for (std::uint32_t j = 0; j < neurons; ++j)
            matrix.push_back(static_cast<double>(link.matrix[o * link.stride + j]));
    }
    return matrix;
}

template <class Real>
std::size_t Engine<Real>::add_probe(Probe probe) {
    probes_.push_back(std::move(probe));
    return probes_.size() - 1;
}

template <class Real>
std::uint64_t Engine<Real>::fingerprint() const {
    Fingerprint hash;
    hash.add(now_);
    for (const Group& group : groups_) {
        std::visit(
            [&]<class G>(const G& g) {
                if constexpr (!std::is_same_v<G, InputGroup>) g.hash(hash);
            },
            group);
    }
    for (const SynapseRows<Real>& rows : rows_) {
        for (const Real w : rows.weight) hash.add(w);
    }
    for (const auto& plasticity : plasticity_) {
        if (plasticity) plasticity->hash(hash);
    }
    for (const FeedbackLink<Real>& link : links_) {
        for (const Real b : link.matrix) hash.add(b);
    }
    for (const Learner<Real>& learner : learners_) learner.hash(hash);
    for (const ReadoutError<Real>& error : errors_) {
        for (const double target : error.target) hash.add(target);
        for (const auto& [tick, values] : error.upcoming) {
            hash.add(tick);
            for (const double value : values) hash.add(value);
        }
    }
    for (const Arrival& arrival : queue_) {
        hash.add(arrival.tick);
        hash.add(arrival.source);
        hash.add(arrival.group);
    }
    hash_input(hash);
    hash.add(learning_);
    hash.add(largest_error_);
    hash.add(counters_.spikes);
    hash.add(counters_.synaptic_events);
    hash.add(counters_.plastic_updates);
    return hash.value();
}

/// Pending input in canonical order, however it was offered.
template <class Real>
void Engine<Real>::hash_input(Fingerprint& hash) const {
    std::vector<PendingInput> pending(input_.begin() + static_cast<std::ptrdiff_t>(cursor_), input_.end());
    std::sort(pending.begin(), pending.end(), [](const PendingInput& a, const PendingInput& b) {
        return std::pair(a.tick, a.source) < std::pair(b.tick, b.source);
    });
    for (const PendingInput& event : pending) {
        hash.add(event.tick);
        hash.add(event.source);
    }
}

template <class Real>
std::size_t Engine<Real>::bytes() const {
    std::size_t sum = 0;
    for (const SynapseRows<Real>& rows : rows_) {
        sum += rows.weight.size() * sizeof(Real) + rows.target.size() * sizeof(std::uint32_t) +
               rows.groups.size() * sizeof(DelayGroup) + rows.row_groups.size() * sizeof(std::uint32_t);
    }
    for (const auto& plasticity : plasticity_) sum += plasticity ? plasticity->bytes() : 0;
    for (const Learner<Real>& learner : learners_) sum += learner.bytes();
    for (const FeedbackLink<Real>& link : links_) sum += link.matrix.size() * sizeof(Real);
    return sum;
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
