// SPDX-License-Identifier: BSD-3-Clause
// Short-term plasticity of one projection onto one slice. What a spike finds is fixed when it is emitted. Every delay
// group keeps u and x of its own and brings them forward when the spike arrives, from the ticks of emission: all groups
// see the same spikes in the same order, so all of them deliver one spike with the same factor.
#pragma once

#include "engine/core/hash.hpp"
#include "engine/network/frozen.hpp"
#include "models/short_term.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace saltus {

template <class Real>
class ShortTermRows {
  public:
    ShortTermRows(const ShortTerm& parameters, double tick_ms, const SynapseRows<Real>& rows)
        : model_(parameters, tick_ms), state_(rows.group_count()) {
        std::size_t longest = 0;
        for (std::uint32_t g = 0; g < rows.group_count(); ++g) longest = std::max(longest, rows.count(g));
        scaled_.resize(longest);
    }

    /// Group g of a spike emitted at tick `emitted` arrives.
    /// @param weight [count] of the group. @return what is delivered: [count], valid until the next call.
    [[nodiscard]] const Real* deliver(std::uint32_t g, Tick emitted, const Real* weight, std::size_t count) {
        const double factor = model_.spike(state_[g], emitted);
        for (std::size_t k = 0; k < count; ++k) scaled_[k] = static_cast<Real>(factor * static_cast<double>(weight[k]));
        return scaled_.data();
    }

    /// As if no spike had ever been.
    void rest() { std::fill(state_.begin(), state_.end(), ShortTermState{}); }

    void hash_row(std::uint32_t g, Fingerprint& h) const {
        h.add(state_[g].u);
        h.add(state_[g].x);
        h.add(state_[g].last);
    }
    [[nodiscard]] std::size_t bytes() const {
        return state_.size() * sizeof(ShortTermState) + scaled_.size() * sizeof(Real);
    }

  private:
    ShortTermModel model_;
    std::vector<ShortTermState> state_; // [group]
    std::vector<Real> scaled_;          // [longest group]
};

} // namespace saltus
