// SPDX-License-Identifier: BSD-3-Clause
#include "engine/runtime/plasticity.hpp"

#include "engine/runtime/arrival_plasticity.hpp"
#include "engine/runtime/comoving_plasticity.hpp"
#include "engine/runtime/deferred_readout.hpp"
#include "engine/runtime/interval_plasticity.hpp"
#include "engine/runtime/step_plasticity.hpp"

namespace saltus {

template <class Real>
std::unique_ptr<Plasticity<Real>> make_plasticity(PlasticContext<Real> context, UpdateTiming timing) {
    if (timing == UpdateTiming::interval) return std::make_unique<IntervalPlasticity<Real>>(std::move(context));
    if (context.learner->deferred) return std::make_unique<DeferredReadout<Real>>(std::move(context));
    return std::visit(
        [&]<class Products>(const Products&) -> std::unique_ptr<Plasticity<Real>> {
            if constexpr (std::is_same_v<Products, std::monostate>) {
                return std::make_unique<StepPlasticity<Real>>(std::move(context));
            } else if constexpr (ConstantDiagonalRule<typename Products::RuleType>) {
                return std::make_unique<CoMovingPlasticity<typename Products::RuleType, Real>>(std::move(context));
            } else {
                return std::make_unique<ArrivalPlasticity<typename Products::RuleType, Real>>(std::move(context));
            }
        },
        context.learner->products);
}

template std::unique_ptr<Plasticity<float>> make_plasticity(PlasticContext<float>, UpdateTiming);
template std::unique_ptr<Plasticity<double>> make_plasticity(PlasticContext<double>, UpdateTiming);

} // namespace saltus
