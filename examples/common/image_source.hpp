// SPDX-License-Identifier: BSD-3-Clause
// Which labelled images an example learns from, as its user chooses.
#pragma once

#include "engine/api/cli_app.hpp"
#include "examples/common/labelled_images.hpp"

#include <cstddef>
#include <string>

namespace saltus::examples {

struct ImageSource {
    std::size_t train_samples = 60'000, test_samples = 10'000;
    std::string data = "/usr/share/datasets/fashion-mnist"; ///< folder of the four IDX files
};

/// Adds --train-samples, --test-samples and --data.
void add_image_options(CLI::App& app, ImageSource& source);

/// Throws DataError, which tells where the images are to be had.
[[nodiscard]] ImageTask read_images(const ImageSource& source);

} // namespace saltus::examples
