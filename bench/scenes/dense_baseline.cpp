// SPDX-License-Identifier: BSD-3-Clause
#include "bench/scenes/dense_baseline.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

// An attribute, so it has to be a macro.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SALTUS_DENSE_KERNEL \
    __attribute__((target_clones("avx512f", "arch=x86-64-v3", "default"))) // with fused multiply-add
#else
#define SALTUS_DENSE_KERNEL
#endif

namespace saltus::bench {

namespace {

/// Traces of silent synapses would become denormal, which is slow.
class FlushToZero {
  public:
#if defined(__SSE2__)
    FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040u); }
    ~FlushToZero() { _mm_setcsr(before_); }
    FlushToZero(const FlushToZero&) = delete;
    FlushToZero& operator=(const FlushToZero&) = delete;

  private:
    unsigned before_;
#endif
};

SALTUS_DENSE_KERNEL void scale(float* v, std::size_t n, float by) {
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) v[j] *= by;
}

SALTUS_DENSE_KERNEL void add_row(float* v, const float* w, std::size_t n) {
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) v[j] += w[j];
}

void scatter_row(float* v, const float* w, const std::uint32_t* target, std::size_t n) {
    for (std::size_t k = 0; k < n; ++k) v[target[k]] += w[k];
}

SALTUS_DENSE_KERNEL void surrogates(const float* v, float* psi, std::size_t n, float height, float width) {
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        const float x = 1.0f - std::fabs(v[j] - 1.0f) / width;
        psi[j] = x > 0.0f ? height * x : 0.0f;
    }
}

/// How many of a block are at threshold.
SALTUS_DENSE_KERNEL std::uint32_t at_threshold(const float* v, std::size_t n) {
    std::uint32_t count = 0;
    for (std::size_t j = 0; j < n; ++j) count += v[j] >= 1.0f ? 1u : 0u;
    return count;
}

/// All synapses, all-to-all: source by source, contiguous over targets.
SALTUS_DENSE_KERNEL void sweep_full(std::size_t n, const float* z, const float* psi, const float* step, float kappa,
                                    float* eb, float* w) {
    for (std::size_t i = 0; i < n; ++i, eb += n, w += n) {
        const float zi = z[i];
#pragma GCC ivdep
        for (std::size_t j = 0; j < n; ++j) {
            eb[j] = kappa * eb[j] + psi[j] * zi;
            w[j] -= step[j] * eb[j];
        }
    }
}

/// The same where synapses are sparse: target by target, so that only z is gathered.
SALTUS_DENSE_KERNEL void sweep_sparse(std::size_t n, const std::uint64_t* column, const std::uint16_t* source,
                                      const float* z, const float* psi, const float* step, float kappa, float* eb,
                                      float* w) {
    for (std::size_t j = 0; j < n; ++j) {
        const float p = psi[j], s = step[j];
        const std::uint64_t end = column[j + 1];
#pragma GCC ivdep
        for (std::uint64_t k = column[j]; k < end; ++k) {
            eb[k] = kappa * eb[k] + p * z[source[k]];
            w[k] -= s * eb[k];
        }
    }
}

void scatter_column_row(float* v, const float* w, const std::uint32_t* place, const std::uint32_t* target,
                        std::size_t n) {
    for (std::size_t k = 0; k < n; ++k) v[target[k]] += w[place[k]];
}

} // namespace

DenseBaseline::DenseBaseline(DenseNetwork network)
    : net_(std::move(network)), learns_(!net_.feedback.empty()), decay_(std::exp(-net_.step_ms / net_.tau_ms)),
      edge_decay_(std::exp(-net_.step_ms * static_cast<float>(net_.steps_per_edge) / net_.tau_ms)), v_(net_.neurons),
      z_(net_.neurons), psi_(net_.neurons), signal_(net_.neurons), weight_(net_.weight.begin(), net_.weight.end()),
      eb_(learns_ ? weight_.size() : 0), y_(net_.readouts), in_flight_(net_.steps_per_edge) {
    if (learns_ && !net_.target.empty()) sort_by_target();
    net_.weight = {}; // they are in weight_
}

void DenseBaseline::sort_by_target() {
    if (net_.neurons > std::numeric_limits<std::uint16_t>::max() + 1u) throw std::length_error("sources need 16 bits");
    const std::size_t synapses = net_.weight.size();
    column_start_.assign(net_.neurons + std::size_t{1}, 0);
    for (const std::uint32_t j : net_.target) ++column_start_[j + std::size_t{1}];
    for (std::size_t j = 0; j < net_.neurons; ++j) column_start_[j + 1] += column_start_[j];
    source_.resize(synapses);
    column_place_.resize(synapses);
    std::vector<std::uint64_t> next(column_start_.begin(), column_start_.end() - 1);
    for (std::uint32_t i = 0; i < net_.neurons; ++i) {
        for (std::uint64_t k = net_.row_start[i]; k < net_.row_start[i + std::size_t{1}]; ++k) {
            const std::uint64_t place = next[net_.target[k]]++;
            source_[place] = static_cast<std::uint16_t>(i);
            weight_[place] = net_.weight[k];
            column_place_[k] = static_cast<std::uint32_t>(place);
        }
    }
}

std::vector<float> DenseBaseline::weight() const {
    if (column_place_.empty()) return {weight_.begin(), weight_.end()};
    std::vector<float> result;
    result.reserve(column_place_.size());
    for (const std::uint32_t place : column_place_) result.push_back(weight_[place]);
    return result;
}

void DenseBaseline::step(std::span<const std::uint32_t> forced) {
    const FlushToZero flush;
    const bool edge = ++now_ % net_.steps_per_edge == 0;
    std::vector<std::uint32_t>& arriving = in_flight_[now_ % net_.steps_per_edge];
    scale(v_.data(), v_.size(), decay_);
    scale(y_.data(), y_.size(), decay_);
    for (const std::uint32_t j : forced) v_[j] += net_.forcing;
    events_ += forced.size();
    deliver(arriving);
    arriving.clear(); // and takes those that arrive a learning step from now
    if (edge && learns_) surrogates(v_.data(), psi_.data(), v_.size(), net_.psi_height, net_.psi_width);
    fire();
    if (edge && learns_) learn();
}

void DenseBaseline::deliver(std::span<const std::uint32_t> sources) {
    for (const std::uint32_t i : sources) {
        const std::uint64_t first = net_.row_start[i], size = net_.row_start[i + 1u] - first;
        if (net_.target.empty()) {
            add_row(v_.data(), weight_.data() + first, size);
        } else if (!column_place_.empty()) {
            scatter_column_row(v_.data(), weight_.data(), column_place_.data() + first, net_.target.data() + first,
                               size);
        } else {
            scatter_row(v_.data(), weight_.data() + first, net_.target.data() + first, size);
        }
        for (std::uint32_t o = 0; o < net_.readouts; ++o) y_[o] += net_.readout_weight[i * net_.readouts + o];
        z_[i] += 1.0f;
        events_ += size + net_.readouts;
    }
}

void DenseBaseline::fire() {
    constexpr std::size_t block = 128;
    std::vector<std::uint32_t>& out = in_flight_[now_ % net_.steps_per_edge];
    for (std::size_t first = 0; first < v_.size(); first += block) {
        const std::size_t size = v_.size() - first < block ? v_.size() - first : block;
        if (at_threshold(v_.data() + first, size) == 0) continue;
        for (std::size_t j = first; j < first + size; ++j) {
            if (v_[j] < 1.0f) continue;
            v_[j] = 0.0f;
            out.push_back(static_cast<std::uint32_t>(j));
            ++spikes_;
        }
    }
}

void DenseBaseline::learn() {
    const std::size_t n = v_.size();
    const float kappa = edge_decay_;
    scale(psi_.data(), n, 1.0f - kappa);
    signal_.assign(n, 0.0f);
    for (std::uint32_t o = 0; o < net_.readouts; ++o) {
        const float error = y_[o] - net_.goal;
        const float* b = net_.feedback.data() + o * n;
        for (std::size_t j = 0; j < n; ++j) signal_[j] += b[j] * error;
        for (std::size_t i = 0; i < n; ++i)
            net_.readout_weight[i * net_.readouts + o] -= net_.readout_eta * error * z_[i];
    }
    scale(signal_.data(), n, net_.eta);
    if (net_.target.empty()) {
        sweep_full(n, z_.data(), psi_.data(), signal_.data(), kappa, eb_.data(), weight_.data());
    } else {
        sweep_sparse(n, column_start_.data(), source_.data(), z_.data(), psi_.data(), signal_.data(), kappa, eb_.data(),
                     weight_.data());
    }
    scale(z_.data(), n, kappa);
}

} // namespace saltus::bench
