// SPDX-License-Identifier: BSD-3-Clause
// The trace maps that run. A new rule is one header in learning/, one line here, and one test.
#pragma once

#include "learning/block_products.hpp"
#include "learning/comoving_products.hpp"
#include "learning/eprop.hpp"
#include "learning/instant.hpp"
#include "learning/pairing.hpp"
#include "learning/readout_rule.hpp"
#include "learning/reward.hpp"
#include "learning/superspike.hpp"

#include <type_traits>
#include <variant>

namespace saltus {

template <bool adaptive, bool currents, bool reset, bool rate_sum, bool voltage>
using FullEpropMap = RuleMap<LifMembrane<adaptive, currents, reset>,
                             LowPassHead<rate_sum, voltage, voltage ? LifMembrane<adaptive, currents, reset>::h : 0>>;

template <class... Rules>
struct RuleList {
    using Variant = std::variant<Rules...>;
    /// std::variant<First..., Wrap<Rule>...>
    template <template <class> class Wrap, class... First>
    using Wrapped = std::variant<First..., Wrap<Rules>...>;

    template <class... More>
    using And = RuleList<Rules..., More...>;

    template <class Rule>
    static constexpr bool has = (std::is_same_v<Rule, Rules> || ...);
};

/// Rules of both schedules.
using CommonRules = RuleList<
    // e-prop: adaptive, currents, the reset in the gradient, rate sum, voltage
    FullEpropMap<false, false, false, false, false>, FullEpropMap<true, false, false, false, false>,
    FullEpropMap<false, true, false, false, false>, FullEpropMap<false, false, true, false, false>,
    FullEpropMap<false, true, true, false, false>, FullEpropMap<false, false, false, false, true>,
    FullEpropMap<true, false, false, false, true>, FullEpropMap<false, true, false, false, true>,
    // SuperSpike; the instantaneous rules; reward-based e-prop
    SuperSpikeMap<false>, SuperSpikeMap<true>, InstantMap<false>, InstantMap<true>, InstantMap<false, true>,
    RewardMap<false>, RewardMap<true>, RewardMap<false, true>,
    // pairs of pre and post; a filter alone
    StllrMap, RewardStdpMap, ReadoutMap<>>;

/// Rules of the interval schedule: the readouts', and those that count spikes for the rate regulariser.
using IntervalRules =
    CommonRules::And<ReadoutMap<true>, RewardReadoutMap<>, RewardReadoutMap<true>,
                     FullEpropMap<false, false, false, true, false>, FullEpropMap<true, false, false, true, false>,
                     FullEpropMap<false, true, false, true, false>, FullEpropMap<false, false, true, true, false>,
                     FullEpropMap<false, true, true, true, false>, FullEpropMap<false, false, false, true, true>,
                     FullEpropMap<true, false, false, true, true>,
                     FullEpropMap<false, true, false, true, true>>::Variant;

/// What carries a rule's traces in the arrival schedule: co-moving coordinates where its maps have a constant diagonal,
/// block products else. @tparam Real precision of the traces
template <class Rule, class Real>
struct ProductsOf {
    using Type = BlockProducts<Rule>;
};
template <ConstantDiagonalRule Rule, class Real>
struct ProductsOf<Rule, Real> {
    using Type = CoMovingProducts<Rule, Real>;
};
template <class Real>
struct ArrivalProducts {
    template <class Rule>
    using Of = typename ProductsOf<Rule, Real>::Type;
};

/// The rules of the arrival schedule, by their products; none for readouts.
template <class Real>
using ArrivalRules = CommonRules::Wrapped<ArrivalProducts<Real>::template Of, std::monostate>;

} // namespace saltus
