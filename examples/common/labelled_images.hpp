// SPDX-License-Identifier: BSD-3-Clause
// Labelled grey images in memory, one byte a pixel: MNIST, Fashion-MNIST and whatever else comes in the same four
// files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace saltus::examples {

struct LabelledImages {
    std::size_t count = 0;
    std::size_t rows = 0, columns = 0;
    std::vector<std::uint8_t> bytes;  ///< [count][rows][columns]
    std::vector<std::uint8_t> labels; ///< [count]

    [[nodiscard]] std::size_t pixels() const { return rows * columns; }
    [[nodiscard]] std::span<const std::uint8_t> image(std::size_t i) const {
        return std::span(bytes).subspan(i * pixels(), pixels());
    }
};

struct ImageTask {
    LabelledImages train, test;
    std::uint32_t classes = 10;
};

/// Reads "<prefix>-images-idx3-ubyte.gz" and "<prefix>-labels-idx1-ubyte.gz" from a folder (or the same without ".gz")
/// and keeps the first `limit` images. Throws DataError, also on a label that is not below `classes`.
[[nodiscard]] LabelledImages read_labelled_images(const std::filesystem::path& folder, const std::string& prefix,
                                                  std::uint32_t classes, std::size_t limit);

/// Training ("train") and test ("t10k") images of a folder, equally large. Throws DataError.
[[nodiscard]] ImageTask read_image_task(const std::filesystem::path& folder, std::size_t train_limit,
                                        std::size_t test_limit);

} // namespace saltus::examples
