// SPDX-License-Identifier: BSD-3-Clause
// Spike-timing-dependent plasticity at exact spike times, without a learning clock. A synapse is touched when its row
// arrives: the postsynaptic spikes since the row's last arrival potentiate it, in their order; then the postsynaptic
// trace depresses it; then the spike is delivered with the new weight. A synapse holds its weight and nothing else: the
// presynaptic traces belong to the row (the delay group), as all of its synapses see the same arrivals.
//
// The whole delay is axonal: a presynaptic spike is at the synapse when it arrives, a postsynaptic spike when it is
// emitted. Within a tick arrivals come first: a postsynaptic spike at the tick of an arrival is after it.
#pragma once

#include "engine/runtime/plasticity.hpp"
#include "engine/runtime/post_history.hpp"

#include <array>
#include <cassert>

namespace saltus {

template <class Update, class Real>
class StdpPlasticity final : public Plasticity<Real> {
  public:
    /// @param history of the target slice, for this rule; outlives this.
    StdpPlasticity(PlasticContext<Real> context, const Update& update, const PostHistory& history)
        : Plasticity<Real>(std::move(context)), update_(update), history_(history), row_(this->c_.rows->group_count()) {
        if constexpr (Update::slow_traces) pre_slow_.assign(row_.size(), 0.0);
    }

    void arrive(std::uint32_t /*source*/, std::uint32_t g, Tick t, bool learning) override {
        Row& row = row_[g];
        double slow_before = 0.0;
        if constexpr (Update::slow_traces) slow_before = pre_slow_[g] * history_.pre_slow_decay(t - row.last);
        carry(g, weights_of(g), learning ? t : never, slow_before);
        if (row.last == 0 || history_.block_of(row.last) != history_.block_of(t)) wait(g, history_.block_of(t));
        const SpikeTraces& traces = history_.traces();
        row.fast = traces.after_spike(row.fast * history_.pre_decay(t - row.last));
        if constexpr (Update::slow_traces) pre_slow_[g] = traces.after_spike(slow_before);
        row.last = t;
        if (learning) this->c_.counters->plastic_updates += this->c_.rows->synapses(g);
    }

    void sweep(Tick now) override {
        const std::int64_t finished = now / history_.window() - 2; // the last block whose rows need no more
        for (Waiting& waiting : waiting_) {
            if (waiting.block > finished) continue;
            for (const std::uint32_t g : waiting.groups) {
                if (row_[g].last != 0 && history_.block_of(row_[g].last) == waiting.block) carry(g, weights_of(g));
            }
            waiting.groups.clear();
        }
        swept_ = (finished + 1) * history_.window() + 1;
    }

    void settle(Tick now) override {
        for (const Waiting& waiting : waiting_) {
            for (const std::uint32_t g : waiting.groups) {
                if (row_[g].last != 0 && history_.block_of(row_[g].last) == waiting.block) carry(g, weights_of(g));
            }
        }
        settled_ = now + 1;
    }

    void rest(Tick now) override {
        settle(now);
        for (Waiting& waiting : waiting_) waiting.groups.clear();
        std::fill(row_.begin(), row_.end(), Row{});
        std::fill(pre_slow_.begin(), pre_slow_.end(), 0.0);
    }

    void current_weights(std::uint32_t g, Real* weights) const override {
        Plasticity<Real>::current_weights(g, weights);
        carry(g, weights);
    }

    void hash_row(std::uint32_t g, Fingerprint& h) const override {
        this->optimiser_.hash_row(g, 0, h);
        h.add(row_[g].fast);
        if constexpr (Update::slow_traces) h.add(pre_slow_[g]);
        h.add(row_[g].last);
        h.add(settled_);
    }

    [[nodiscard]] std::size_t bytes() const override {
        std::size_t sum = row_.size() * sizeof(Row) + pre_slow_.size() * sizeof(double);
        for (const Waiting& waiting : waiting_) sum += waiting.groups.capacity() * sizeof(std::uint32_t);
        return sum;
    }

  private:
    /// A delay group: its fast trace right after its last arrival.
    struct Row {
        double fast = 0.0;
        Tick last = 0; ///< tick of that arrival; 0: none yet
    };
    /// Groups by the block of their last arrival; some have arrived again since.
    struct Waiting {
        std::int64_t block = 0;
        std::vector<std::uint32_t> groups{};
    };
    /// The postsynaptic spikes that a row's synapses have yet to learn of: ticks from `from` to before `until`.
    struct Pending {
        Tick from, until;
    };

    [[nodiscard]] Real* weights_of(std::uint32_t g) { return &this->c_.rows->weight[this->c_.rows->groups[g].first]; }
    [[nodiscard]] double rate() const { return this->optimiser_.base_rate(); }

    void wait(std::uint32_t g, std::int64_t block) {
        Waiting& waiting = waiting_[static_cast<std::size_t>(block) % waiting_.size()];
        assert(waiting.block == block || waiting.groups.empty()); // a block's rows are swept before it is needed again
        waiting.block = block;
        waiting.groups.push_back(g);
    }

    [[nodiscard]] Pending pending(const Row& row) const {
        if (row.last == 0 || row.last < swept_) return {never, never};
        return {std::max(row.last, settled_), row.last + history_.window()};
    }

    /// Brings weights [count] of group g to the present; then, if it arrives at a tick that is not `never`, depresses
    /// them.
    void carry(std::uint32_t g, Real* weights, Tick arrival = never, double pre_slow = 0.0) const {
        const SynapseRows<Real>& rows = *this->c_.rows;
        const Pending due = pending(row_[g]);
        const std::size_t n = rows.count(g), barred = rows.barred(g);
        for (std::size_t k = 0; k < n; ++k) {
            if (k + 8 < n) history_.prefetch(rows.target_of(g, k + 8));
            if (k + 4 < n) history_.prefetch_spikes(rows.target_of(g, k + 4));
            if (k == barred) continue;
            const PostNeuron& post = history_[rows.target_of(g, k)];
            auto w = static_cast<double>(weights[k]);
            if (post.last >= due.from) w = potentiated(w, row_[g], post.spikes, due);
            if (arrival != never) w = update_.depressed(w, rate(), history_.trace(post, arrival), pre_slow);
            weights[k] = static_cast<Real>(w);
        }
    }

    [[nodiscard]] double potentiated(double w, const Row& row, const std::vector<PostSpike>& spikes,
                                     Pending due) const {
        auto spike = spikes.end(); // most often there are one or two
        while (spike != spikes.begin() && (spike - 1)->tick >= due.from) --spike;
        for (; spike != spikes.end() && spike->tick < due.until; ++spike)
            w = update_.potentiated(w, rate(), row.fast * history_.pre_decay(spike->tick - row.last), spike->slow);
        return w;
    }

    Update update_;
    const PostHistory& history_;
    std::vector<Row> row_;         // [group]
    std::vector<double> pre_slow_; // [group] the slow trace right after the last arrival; empty if there is none
    std::array<Waiting, 2> waiting_;
    Tick swept_ = 0;   // rows whose last arrival is before this tick have nothing pending
    Tick settled_ = 0; // all rows have learned of spikes before this tick
};

} // namespace saltus
