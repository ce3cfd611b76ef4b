// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/random_batch.hpp"

#include "engine/core/random_lanes.hpp"
#include "engine/core/simd.hpp"

#include <algorithm>
#include <cmath>

namespace saltus {
namespace {

SALTUS_SIMD void draw_blocks(std::uint64_t seed, std::uint64_t entity, std::uint64_t first, std::size_t n,
                             std::uint64_t* __restrict out) {
    for (std::size_t k = 0; k < n; ++k) {
        const BlockBits both = both_bits_of_block(seed, entity, first + k);
        out[2 * k] = both.first;
        out[2 * k + 1] = both.second;
    }
}

SALTUS_SIMD void to_uniform(std::size_t n, const std::uint64_t* __restrict bits, double* __restrict out) {
    for (std::size_t k = 0; k < n; ++k) out[k] = uniform_of(bits[k]);
}

SALTUS_SIMD void to_exponential(std::size_t n, const std::uint64_t* __restrict bits, double* __restrict out) {
    for (std::size_t k = 0; k < n; ++k) out[k] = exponential_of(bits[k]);
}

/// Of n blocks: what RandomStream::normal makes of each, and the square of its radius; the pair counts if that lies
/// between 0 and 1.
SALTUS_SIMD void to_normal(std::uint64_t seed, std::uint64_t entity, std::uint64_t first, std::size_t n,
                           double* __restrict result, double* __restrict square) {
    for (std::size_t k = 0; k < n; ++k) {
        const BlockBits both = both_bits_of_block(seed, entity, first + k);
        const double x = 2.0 * uniform_of(both.first) - 1.0;
        const double y = 2.0 * uniform_of(both.second) - 1.0;
        const double s = x * x + y * y;
        const double inside = s < 1.0 && s > 0.0 ? s : 0.5;
        square[k] = s;
        result[k] = x * std::sqrt(-2.0 * log_of(inside) / inside);
    }
}

} // namespace

void RandomBatch::refill() {
    const std::size_t odd = next_ & 1;
    const std::size_t blocks = std::clamp<std::size_t>((expected_ + odd + 1) / 2, 8, blocks_at_once);
    draw_blocks(seed_, entity_, next_ >> 1, blocks, drawn_.data());
    at_ = odd;
    end_ = 2 * blocks;
    expected_ -= std::min(expected_, end_ - at_);
}

template <class Transform>
void RandomBatch::fill(std::span<double> out, const Transform& transform) {
    for (std::size_t done = 0; done < out.size();) {
        if (at_ == end_) {
            expected_ = out.size() - done;
            refill();
        }
        const std::size_t n = std::min(end_ - at_, out.size() - done);
        transform(n, drawn_.data() + at_, out.data() + done);
        at_ += n;
        next_ += n;
        done += n;
    }
}

void RandomBatch::uniform(std::span<double> out) { fill(out, to_uniform); }

void RandomBatch::exponential(std::span<double> out) { fill(out, to_exponential); }

void RandomBatch::normal(std::span<double> out) {
    at_ = end_ = 0;         // whole blocks are drawn anew
    if ((next_ & 1) != 0) { // pairs lie across blocks: one by one
        RandomStream stream(seed_, entity_, next_);
        for (double& x : out) x = stream.normal();
        next_ = stream.counter();
        return;
    }
    std::array<double, blocks_at_once> result, square; // NOLINT: filled before they are read
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t left = out.size() - done;
        const std::size_t likely = (left + left * 5 / 16 + 8) / 8 * 8; // pi / 4 of the pairs count
        const std::size_t blocks = std::min(blocks_at_once, likely);
        to_normal(seed_, entity_, next_ >> 1, blocks, result.data(), square.data());
        std::size_t k = 0;
        for (; k < blocks && done < out.size(); ++k) {
            out[done] = result[k];
            done += static_cast<std::size_t>(square[k] < 1.0 && square[k] > 0.0);
        }
        next_ += 2 * k;
    }
}

} // namespace saltus
