// SPDX-License-Identifier: BSD-3-Clause
// Rules that learn from the same images, one network each: the same neurons and the same initial weights, only what is
// remembered at a synapse and what comes back as an error differ.
#pragma once

#include "examples/common/image_layers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace saltus::examples::side_by_side {

struct Contender {
    std::string name, colour, what;
    ImageLayers layers;
};

[[nodiscard]] std::vector<Contender> contenders(std::uint32_t hidden);

} // namespace saltus::examples::side_by_side
