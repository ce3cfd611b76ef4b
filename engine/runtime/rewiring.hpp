// SPDX-License-Identifier: BSD-3-Clause
// The rows of one slice that rewire (learning/deep_r.hpp). A byte a synapse says what it is. Every source
// has one row, of its own number, be it empty; lengths change, but not the number of synapses of all slices together.
// Which pairs are activated is drawn for the whole projection (Engine::rewire), whatever the cut.
#pragma once

#include "engine/network/distributions.hpp"
#include "engine/network/frozen.hpp"
#include "learning/deep_r.hpp"
#include "learning/optimisers.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// Random numbers of a projection that rewires: every draw belongs to an update and a pair, not to a slice.
struct RewiringDraws {
    std::uint64_t seed;
    std::uint32_t projection;

    [[nodiscard]] std::uint64_t key(std::int64_t update) const {
        return row_stream(seed, Purpose::rewiring, projection, 0, static_cast<std::uint64_t>(update)).bits();
    }
    /// Of a pair, in update `key`.
    [[nodiscard]] static double normal(std::uint64_t key, std::uint32_t source, std::uint32_t target) {
        return RandomStream(key, (std::uint64_t{source} << 32) | target).normal();
    }
    /// Candidates of update `key`; no pair has this entity.
    [[nodiscard]] static RandomStream candidates(std::uint64_t key) { return {key, ~std::uint64_t{0}}; }
    /// The sign that a possible synapse has whenever it is activated.
    [[nodiscard]] Connection sign(double excitatory, std::uint32_t source, std::uint32_t target) const {
        RandomStream stream = row_stream(seed, Purpose::sign, projection, source, target);
        return stream.uniform() < excitatory ? Connection::excitatory : Connection::inhibitory;
    }
};

/// A synapse to be; its target is numbered within the population.
struct NewConnection {
    std::uint32_t source, target;
    Connection sign;
    friend bool operator<(const NewConnection& a, const NewConnection& b) {
        return std::pair(a.source, a.target) < std::pair(b.source, b.target);
    }
};

template <class Real>
class Rewiring {
  public:
    Rewiring(SynapseRows<Real>& rows, DeepR rule, RewiringDraws draws)
        : rows_(&rows), rule_(rule), draws_(draws), state_(rows.weight.size()) {
        take_signs();
    }

    [[nodiscard]] std::uint8_t state(std::size_t synapse) const { return static_cast<std::uint8_t>(state_[synapse]); }
    [[nodiscard]] std::size_t bytes() const { return state_.size() * sizeof(state_[0]); }

    /// Weights were set from outside: so are signs. Dormant synapses stay so where their weight is 0.
    void take_signs() {
        for (std::size_t k = 0; k < state_.size(); ++k) {
            if (state_[k] == Connection::dormant && rows_->weight[k] == Real{0}) continue;
            state_[k] = rows_->weight[k] < Real{0} ? Connection::inhibitory : Connection::excitatory;
        }
    }

    /// Update `number` of all rows begins. @param eta its rate
    void begin_update(std::int64_t number, double eta) {
        number_ = number;
        key_ = draws_.key(number);
        step_ = DeepRStep(rule_, eta);
    }
    /// Rewiring's share of it in one row, after the optimiser's step.
    void step(std::uint32_t source, const Bounds<Real>& bounds) {
        for (std::size_t k = rows_->groups[source].first; k < rows_->groups[source + 1].first; ++k) {
            const std::uint32_t target = rows_->first_target + rows_->target[k];
            const double nu = step_.spread > 0.0 ? RewiringDraws::normal(key_, source, target) : 0.0;
            const auto moved = static_cast<Real>(step_(static_cast<double>(rows_->weight[k]), nu, state_[k]));
            rows_->weight[k] = bounds.template clip<false>(moved, moved);
        }
    }
    /// Whether dormant synapses are replaced after this update.
    [[nodiscard]] bool due() const { return number_ % rule_.every == 0; }
    [[nodiscard]] RandomStream candidates() const { return RewiringDraws::candidates(key_); }
    [[nodiscard]] Connection sign(std::uint32_t source, std::uint32_t target) const {
        return draws_.sign(rule_.excitatory, source, target);
    }

    [[nodiscard]] std::size_t dormant() const {
        return static_cast<std::size_t>(std::count(state_.begin(), state_.end(), Connection::dormant));
    }
    [[nodiscard]] bool owns(std::uint32_t target) const { return target - rows_->first_target < rows_->targets; }
    /// Whether a pair is an active synapse. @param target within the population, owned
    [[nodiscard]] bool active(std::uint32_t source, std::uint32_t target) const {
        const std::uint32_t* begin = rows_->target.data() + rows_->groups[source].first;
        const std::uint32_t* end = rows_->target.data() + rows_->groups[source + 1].first;
        const std::uint32_t* at = std::lower_bound(begin, end, target - rows_->first_target);
        return at != end && *at == target - rows_->first_target &&
               state_[static_cast<std::size_t>(at - rows_->target.data())] != Connection::dormant;
    }

    /// Leaves dormant synapses out and puts new ones in, with a weight of 0. added: owned, ascending.
    /// @return where each synapse was before, or SynapseRows::nowhere
    [[nodiscard]] std::vector<std::size_t> replace_dormant(std::span<const NewConnection> added) {
        Merged merged;
        std::vector<std::size_t> end;
        for (std::uint32_t source = 0; source < rows_->sources; ++source) {
            merge_row(source, added, merged);
            end.push_back(merged.from.size());
        }
        for (std::uint32_t source = 0; source < rows_->sources; ++source) rows_->groups[source + 1].first = end[source];
        RawHugeVector<Real> weight(merged.from.size(), Real{0});
        for (std::size_t k = 0; k < weight.size(); ++k)
            if (merged.from[k] != rows_->nowhere) weight[k] = rows_->weight[merged.from[k]];
        rows_->weight = std::move(weight);
        rows_->target = std::move(merged.target);
        state_ = std::move(merged.state);
        return std::move(merged.from);
    }

  private:
    struct Merged {
        std::vector<std::size_t> from;
        RawHugeVector<std::uint32_t> target;
        std::vector<Connection> state;
    };

    /// Takes what is new of one source off the front of `added`.
    void merge_row(std::uint32_t source, std::span<const NewConnection>& added, Merged& out) const {
        const auto put = [&](std::size_t from, std::uint32_t target, Connection state) {
            out.from.push_back(from);
            out.target.push_back(target);
            out.state.push_back(state);
        };
        const auto put_new = [&](std::uint32_t before) {
            for (; !added.empty() && added[0].source == source; added = added.subspan(1)) {
                const std::uint32_t target = added[0].target - rows_->first_target;
                if (target >= before) return;
                put(rows_->nowhere, target, added[0].sign);
            }
        };
        for (std::size_t k = rows_->groups[source].first; k < rows_->groups[source + 1].first; ++k) {
            if (state_[k] == Connection::dormant) continue;
            put_new(rows_->target[k]);
            put(k, rows_->target[k], state_[k]);
        }
        put_new(rows_->targets);
    }

    SynapseRows<Real>* rows_;
    DeepR rule_;
    RewiringDraws draws_;
    std::vector<Connection> state_; // parallel to the weights
    std::int64_t number_ = 0;       // of the present update, its draws, what it does
    std::uint64_t key_ = 0;
    DeepRStep step_{rule_, 0.0};
};

} // namespace saltus
