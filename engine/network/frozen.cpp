// SPDX-License-Identifier: BSD-3-Clause
#include "engine/network/frozen.hpp"

namespace saltus {
namespace {

template <class Real>
SynapseRows<Real> compile_dense(const Network& network, ProjectionId id, SynapseRows<Real> rows) {
    const Projection& projection = network.projections()[id.index];
    const double delay_ms = std::get<Constant>(projection.spec.delay_ms).value;
    const Tick delay = quantised_delay(network.grid(), delay_ms);
    const std::vector<double> weights = make_dense_weights(network, id);
    rows.dense = true;
    rows.skip_diagonal = projection.source == projection.target && !projection.spec.allow_self;
    rows.stride = (rows.targets + std::size_t{15}) / 16 * 16;
    rows.weight.assign(rows.stride * rows.sources, Real{0});
    for (std::uint32_t source = 0; source < rows.sources; ++source) {
        rows.row_groups.push_back(source);
        rows.groups.push_back({delay, source * rows.stride});
        for (std::uint32_t k = 0; k < rows.targets; ++k) {
            rows.weight[source * rows.stride + k] = static_cast<Real>(weights[std::size_t{source} * rows.targets + k]);
        }
    }
    rows.row_groups.push_back(rows.sources);
    rows.groups.push_back({never, rows.weight.size()});
    return rows;
}

template <class Real>
SynapseRows<Real> compile_sparse(const Network& network, ProjectionId id, SynapseRows<Real> rows) {
    const std::vector<Synapse> synapses = make_synapses(network, id);
    rows.target.reserve(synapses.size());
    rows.weight.reserve(synapses.size());
    std::size_t next = 0;
    for (std::uint32_t source = 0; source < rows.sources; ++source) {
        rows.row_groups.push_back(static_cast<std::uint32_t>(rows.groups.size()));
        Tick delay = -1;
        for (; next < synapses.size() && synapses[next].source == source; ++next) {
            if (synapses[next].delay != delay) {
                delay = synapses[next].delay;
                rows.groups.push_back({delay, next});
            }
            rows.target.push_back(synapses[next].target);
            rows.weight.push_back(static_cast<Real>(synapses[next].weight));
        }
    }
    rows.row_groups.push_back(static_cast<std::uint32_t>(rows.groups.size()));
    rows.groups.push_back({never, synapses.size()});
    return rows;
}

} // namespace

template <class Real>
SynapseRows<Real> compile_rows(const Network& network, ProjectionId id) {
    const Projection& projection = network.projections()[id.index];
    SynapseRows<Real> rows;
    rows.sources = network.at(projection.source).size;
    rows.targets = network.at(projection.target).size;
    return dense(projection) ? compile_dense(network, id, std::move(rows))
                             : compile_sparse(network, id, std::move(rows));
}

template SynapseRows<float> compile_rows<float>(const Network&, ProjectionId);
template SynapseRows<double> compile_rows<double>(const Network&, ProjectionId);

} // namespace saltus
