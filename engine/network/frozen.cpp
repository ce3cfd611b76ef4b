// SPDX-License-Identifier: BSD-3-Clause
#include "engine/network/frozen.hpp"

#include "engine/core/denormals.hpp"
#include "engine/network/row_blocks.hpp"

#include <algorithm>
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
void compile_dense(const Network& network, ProjectionId id, Executor& executor, Rows<Real>& all) {
    const Projection& projection = network.projections()[id.index];
    const double delay_ms = std::get<Constant>(projection.spec.delay_ms).value;
    const Tick delay = quantised_delay(network.grid(), delay_ms);
    for (SynapseRows<Real>& rows : all) {
        rows.dense = true;
        rows.skip_diagonal = projection.source == projection.target && !projection.spec.allow_self;
        rows.stride = row_stride(rows.targets);
        rows.weight.resize(rows.stride * rows.sources);
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            rows.row_groups.push_back(source);
            rows.groups.push_back({delay, source * rows.stride});
        }
        rows.row_groups.push_back(rows.sources);
        rows.groups.push_back({never, rows.weight.size()});
    }
    const std::uint32_t sources = network.at(projection.source).size, targets = network.at(projection.target).size;
    const std::uint64_t parts = std::clamp<std::uint64_t>(std::uint64_t{sources} * targets / 65536, 1, sources);
    const auto make_part = [&](std::size_t part) {
        std::vector<double> row(targets);
        for (std::uint64_t source = sources * part / parts; source < sources * (part + 1) / parts; ++source) {
            make_dense_row(network, id, static_cast<std::uint32_t>(source), row);
            for (SynapseRows<Real>& rows : all) {
                Real* const weight = &rows.weight[source * rows.stride];
                for (std::uint32_t k = 0; k < rows.stride; ++k)
                    weight[k] = k < rows.targets ? static_cast<Real>(row[rows.first_target + k]) : Real{0};
            }
        }
    };
    executor.run(parts, IndexedTask(make_part));
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
        rows.row_groups.assign(std::size_t{rows.sources} + 1, 0);
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

/// A block of rows, dealt out to the slices; each gets its own in the order they come in. Its places count from the
/// block's first source, synapse and group on.
template <class Real>
class Piece {
  public:
    /// @param all slices, still without synapses
    explicit Piece(const Rows<Real>& all) : parts_(all) {}

    /// @param empty_delay of groups for sources without synapses; never: they have none
    void make(const RowBlocks& blocks, std::uint32_t block, const SliceFinder<Real>& slice_of, Tick empty_delay) {
        first_source_ = blocks.first_source(block);
        const std::uint32_t sources = blocks.first_source(block + 1) - first_source_;
        for (SynapseRows<Real>& part : parts_) {
            part.row_groups.clear();
            part.groups.clear();
            part.target.clear();
            part.weight.clear();
        }
        blocks.make(block, [&](std::span<const Synapse> row) {
            begin_row(row.front().source - first_source_, empty_delay);
            for (const Synapse& synapse : row) push(synapse, slice_of(synapse.target));
        });
        begin_row(sources, empty_delay);
    }

    /// Makes room at the end of `all`, and notes down where.
    void take_place(Rows<Real>& all) {
        places_.clear();
        for (std::size_t s = 0; s < all.size(); ++s) {
            places_.push_back({all[s].target.size(), static_cast<std::uint32_t>(all[s].groups.size())});
            all[s].target.resize(all[s].target.size() + parts_[s].target.size());
            all[s].weight.resize(all[s].target.size());
            all[s].groups.resize(all[s].groups.size() + parts_[s].groups.size());
        }
    }
    void write(Rows<Real>& all) const {
        for (std::size_t s = 0; s < all.size(); ++s) {
            const SynapseRows<Real>& part = parts_[s];
            const Place at = places_[s];
            std::copy(part.target.begin(), part.target.end(), all[s].target.data() + at.synapse);
            std::copy(part.weight.begin(), part.weight.end(), all[s].weight.data() + at.synapse);
            std::transform(part.groups.begin(), part.groups.end(), all[s].groups.data() + at.group,
                           [&](const DelayGroup& g) {
                               return DelayGroup{g.delay, g.first + at.synapse};
                           });
            // The last one is where the next block begins.
            std::transform(part.row_groups.begin(), part.row_groups.end() - 1, all[s].row_groups.data() + first_source_,
                           [&](std::uint32_t g) { return g + at.group; });
        }
    }

  private:
    struct Place {
        std::size_t synapse;
        std::uint32_t group;
    };

    void begin_row(std::uint32_t row, Tick empty_delay) {
        for (SynapseRows<Real>& part : parts_) {
            while (part.row_groups.size() <= row) {
                const bool empty = !part.row_groups.empty() && part.row_groups.back() == part.groups.size();
                if (empty && empty_delay != never) part.groups.push_back({empty_delay, part.target.size()});
                part.row_groups.push_back(static_cast<std::uint32_t>(part.groups.size()));
            }
        }
    }
    void push(const Synapse& synapse, std::uint32_t slice) {
        SynapseRows<Real>& part = parts_[slice];
        const bool new_row = part.row_groups.back() == part.groups.size();
        if (new_row || part.groups.back().delay != synapse.delay)
            part.groups.push_back({synapse.delay, part.target.size()});
        part.target.push_back(synapse.target - part.first_target);
        part.weight.push_back(static_cast<Real>(synapse.weight));
    }

    Rows<Real> parts_;
    std::vector<Place> places_; ///< [slices]
    std::uint32_t first_source_ = 0;
};

/// The delay of the rows of sources without synapses; never: they have no delay group. They have one where their
/// synapses may be yet to come (rewiring), and where there are hardly any of them: so all rows are alike, and take
/// volleys.
Tick delay_of_empty_rows(const Network& network, const Projection& projection, std::size_t slices) {
    constexpr double plenty = 4.0; // synapses of a row
    const ProjectionSpec& spec = projection.spec;
    const auto* delay = std::get_if<Constant>(&spec.delay_ms);
    const auto* list = std::get_if<ExplicitList>(&spec.connector);
    if (delay == nullptr || (list != nullptr && list->gives_delays())) return never;
    const double rows = static_cast<double>(network.at(projection.source).size) * static_cast<double>(slices);
    const bool alike = spec.rewiring || expected_synapses(network, projection) >= plenty * rows;
    return alike ? quantised_delay(network.grid(), delay->value) : never;
}

/// A few blocks at a time are made side by side, and then put in their places, in order.
template <class Real>
void compile_sparse(const Network& network, ProjectionId id, Executor& executor, Rows<Real>& all) {
    constexpr std::uint32_t at_a_time = 16;
    const Projection& projection = network.projections()[id.index];
    const SliceFinder<Real> slice_of(all);
    const Tick empty_delay = delay_of_empty_rows(network, projection, all.size());
    const RowBlocks blocks(network, id, executor);
    std::vector<Piece<Real>> pieces(std::min(at_a_time, blocks.count()), Piece<Real>(all));
    reserve_rows(network, projection, all);
    for (std::uint32_t first = 0; first < blocks.count(); first += at_a_time) {
        const std::uint32_t count = std::min(at_a_time, blocks.count() - first);
        const auto make = [&](std::size_t k) {
            pieces[k].make(blocks, first + static_cast<std::uint32_t>(k), slice_of, empty_delay);
        };
        executor.run(count, IndexedTask(make));
        for (std::uint32_t k = 0; k < count; ++k) pieces[k].take_place(all);
        const auto write = [&](std::size_t k) { pieces[k].write(all); };
        executor.run(count, IndexedTask(write));
    }
    for (SynapseRows<Real>& rows : all) {
        rows.row_groups.back() = static_cast<std::uint32_t>(rows.groups.size());
        rows.groups.push_back({never, rows.target.size()});
    }
}

} // namespace

template <class Real>
std::vector<SynapseRows<Real>> compile_rows(const Network& network, ProjectionId id, std::span<const Slice> slices,
                                            Executor& executor) {
    const ScopedFlushDenormals flush; // as on the executor's threads
    const Projection& projection = network.projections()[id.index];
    Rows<Real> all(slices.size());
    for (std::size_t s = 0; s < slices.size(); ++s) {
        all[s].sources = network.at(projection.source).size;
        all[s].targets = slices[s].size();
        all[s].first_target = slices[s].begin;
    }
    if (dense(projection))
        compile_dense(network, id, executor, all);
    else
        compile_sparse(network, id, executor, all);
    return all;
}

template std::vector<SynapseRows<float>> compile_rows<float>(const Network&, ProjectionId, std::span<const Slice>,
                                                             Executor&);
template std::vector<SynapseRows<double>> compile_rows<double>(const Network&, ProjectionId, std::span<const Slice>,
                                                               Executor&);

} // namespace saltus
