// SPDX-License-Identifier: BSD-3-Clause
#include "engine/network/frozen.hpp"

#include <bit>
#include <cmath>

namespace saltus {
namespace {

template <class Real>
using Rows = std::vector<SynapseRows<Real>>;

/// Long rows begin at cache lines; short ones lie side by side, none across two lines.
std::size_t row_stride(std::size_t targets) {
    constexpr std::size_t line = 16;
    return targets < line ? std::bit_ceil(targets) : (targets + line - 1) / line * line;
}

template <class Real>
void compile_dense(const Network& network, ProjectionId id, Rows<Real>& all) {
    const Projection& projection = network.projections()[id.index];
    const double delay_ms = std::get<Constant>(projection.spec.delay_ms).value;
    const Tick delay = quantised_delay(network.grid(), delay_ms);
    for (SynapseRows<Real>& rows : all) {
        rows.dense = true;
        rows.skip_diagonal = projection.source == projection.target && !projection.spec.allow_self;
        rows.stride = row_stride(rows.targets);
        rows.weight.assign(rows.stride * rows.sources, Real{0});
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            rows.row_groups.push_back(source);
            rows.groups.push_back({delay, source * rows.stride});
        }
        rows.row_groups.push_back(rows.sources);
        rows.groups.push_back({never, rows.weight.size()});
    }
    std::vector<double> row(network.at(projection.target).size);
    for (std::uint32_t source = 0; source < network.at(projection.source).size; ++source) {
        make_dense_row(network, id, source, row);
        for (SynapseRows<Real>& rows : all) {
            for (std::uint32_t k = 0; k < rows.targets; ++k)
                rows.weight[source * rows.stride + k] = static_cast<Real>(row[rows.first_target + k]);
        }
    }
}

/// Room for a projection's synapses: as many as can be expected, a little more where their number is drawn. What is
/// not used is never touched.
template <class Real>
void reserve_rows(const Network& network, const Projection& projection, Rows<Real>& all) {
    const double expected = expected_synapses(network, projection);
    const double size = network.at(projection.target).size;
    for (SynapseRows<Real>& rows : all) {
        const bool certain = all.size() == 1 && !std::holds_alternative<Bernoulli>(projection.spec.connector);
        const double mean = expected * rows.targets / size;
        const auto count = static_cast<std::size_t>(certain ? mean : mean + 5.0 * std::sqrt(mean) + 64.0);
        rows.target.reserve(count);
        rows.weight.reserve(count);
        rows.row_groups.reserve(std::size_t{rows.sources} + 1);
    }
}

/// Finds the slice of a target: a table of every 64th one, which stays in cache where one of all of them would not.
template <class Real>
class SliceFinder {
  public:
    explicit SliceFinder(const Rows<Real>& all) {
        for (std::uint32_t s = 0; s < all.size(); ++s) {
            end_.push_back(all[s].first_target + all[s].targets);
            while (every_64th_.size() * 64 < end_.back()) every_64th_.push_back(s);
        }
    }
    [[nodiscard]] std::uint32_t operator()(std::uint32_t target) const {
        std::uint32_t s = every_64th_[target >> 6];
        while (target >= end_[s]) ++s;
        return s;
    }

  private:
    std::vector<std::uint32_t> end_, every_64th_;
};

/// Deals the synapses out to the slices; each gets its own in the order they come in.
template <class Real>
void compile_sparse(const Network& network, ProjectionId id, Rows<Real>& all) {
    const Projection& projection = network.projections()[id.index];
    const SliceFinder<Real> slice_of(all);
    reserve_rows(network, projection, all);
    const ProjectionSpec& spec = projection.spec;
    const auto begin_source = [&](SynapseRows<Real>& rows, std::uint32_t source) {
        while (rows.row_groups.size() <= source) {
            const bool empty = !rows.row_groups.empty() && rows.row_groups.back() == rows.groups.size();
            if (empty && spec.rewiring) // its synapses may be yet to come; validated: one delay
                rows.groups.push_back(
                    {quantised_delay(network.grid(), std::get<Constant>(spec.delay_ms).value), rows.target.size()});
            rows.row_groups.push_back(static_cast<std::uint32_t>(rows.groups.size()));
        }
    };
    for_each_row(network, id, [&](std::span<const Synapse> row) {
        for (SynapseRows<Real>& rows : all) begin_source(rows, row.front().source);
        for (const Synapse& synapse : row) {
            SynapseRows<Real>& rows = all[slice_of(synapse.target)];
            const bool new_row = rows.row_groups.back() == rows.groups.size();
            if (new_row || rows.groups.back().delay != synapse.delay)
                rows.groups.push_back({synapse.delay, rows.target.size()});
            rows.target.push_back(synapse.target - rows.first_target);
            rows.weight.push_back(static_cast<Real>(synapse.weight));
        }
    });
    for (SynapseRows<Real>& rows : all) {
        begin_source(rows, rows.sources);
        rows.groups.push_back({never, rows.target.size()});
    }
}

} // namespace

template <class Real>
std::vector<SynapseRows<Real>> compile_rows(const Network& network, ProjectionId id, std::span<const Slice> slices) {
    const Projection& projection = network.projections()[id.index];
    Rows<Real> all(slices.size());
    for (std::size_t s = 0; s < slices.size(); ++s) {
        all[s].sources = network.at(projection.source).size;
        all[s].targets = slices[s].size();
        all[s].first_target = slices[s].begin;
    }
    if (dense(projection))
        compile_dense(network, id, all);
    else
        compile_sparse(network, id, all);
    return all;
}

template std::vector<SynapseRows<float>> compile_rows<float>(const Network&, ProjectionId, std::span<const Slice>);
template std::vector<SynapseRows<double>> compile_rows<double>(const Network&, ProjectionId, std::span<const Slice>);

} // namespace saltus
