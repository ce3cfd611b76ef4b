// SPDX-License-Identifier: BSD-3-Clause
// The neuron models Saltus knows. A new model is one header, its name in the list below, and one test.
#pragma once

#include "models/adaptive_lif.hpp"
#include "models/adex.hpp"
#include "models/alpha_lif.hpp"
#include "models/coba_lif.hpp"
#include "models/cuba_integrate_fire.hpp"
#include "models/cuba_lif.hpp"
#include "models/cuba_readout.hpp"
#include "models/input.hpp"
#include "models/integrate_fire.hpp"
#include "models/izhikevich.hpp"
#include "models/leaky_readout.hpp"
#include "models/lif.hpp"
#include "models/poisson.hpp"

#include <type_traits>
#include <variant>

namespace saltus {

template <class... List>
struct ModelList {
    /// Parameters of any population; an input has no model.
    using Parameters = std::variant<InputParameters, typename List::Parameters...>;

    /// std::variant<First..., A<Model>..., B<Model>...>.
    template <template <class> class A, template <class> class B, class... First>
    using Variant = std::variant<First..., A<List>..., B<List>...>;

    /// Calls call(std::type_identity<Model>{}) for every model.
    template <class Call>
    static void for_each(Call&& call) {
        (call(std::type_identity<List>{}), ...);
    }
};

using Models = ModelList<Lif, AdaptiveLif, CubaLif, AlphaLif, IntegrateFire, CubaIntegrateFire, LeakyReadout,
                         CubaReadout, Poisson, CobaLif, Adex, Izhikevich>;
using ModelParameters = Models::Parameters;

} // namespace saltus
