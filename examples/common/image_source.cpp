// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/image_source.hpp"
#include "examples/common/options.hpp"

#include "examples/common/data_error.hpp"

namespace saltus::examples {

void add_image_options(CLI::App& app, ImageSource& source) {
    add_number(app, "--train-samples", source.train_samples, 1, 60'000, "only the first so many training images");
    add_number(app, "--test-samples", source.test_samples, 1, 10'000, "only the first so many test images");
    add_folder(app, "--data", source.data, "where the four files are");
}

ImageTask read_images(const ImageSource& source) {
    try {
        return read_image_task(source.data, source.train_samples, source.test_samples);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) +
                        "; install or reinstall the package dataset-fashion-mnist, or name another folder with --data");
    }
}

} // namespace saltus::examples
