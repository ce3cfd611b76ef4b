// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/labelled_images.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/idx.hpp"

#include <algorithm>

namespace saltus::examples {
namespace {

std::filesystem::path find(const std::filesystem::path& folder, const std::string& name) {
    const std::filesystem::path packed = folder / (name + ".gz");
    return !exists(packed) && exists(folder / name) ? folder / name : packed;
}

std::string size_of(const LabelledImages& images) {
    return std::to_string(images.rows) + " x " + std::to_string(images.columns) + " pixels";
}

} // namespace

LabelledImages read_labelled_images(const std::filesystem::path& folder, const std::string& prefix,
                                    std::uint32_t classes, std::size_t limit) {
    const auto image_file = find(folder, prefix + "-images-idx3-ubyte");
    const auto label_file = find(folder, prefix + "-labels-idx1-ubyte");
    IdxArray images = read_idx(image_file, 3);
    IdxArray labels = read_idx(label_file, 1);
    if (images.extents[0] != labels.extents[0]) {
        throw DataError(label_file.string() + ": " + std::to_string(labels.extents[0]) + " labels for the " +
                        std::to_string(images.extents[0]) + " images of " + image_file.string());
    }
    if (images.bytes.empty()) throw DataError(image_file.string() + ": there are no images in the file");
    const auto strange = std::find_if(labels.bytes.begin(), labels.bytes.end(), [&](auto l) { return l >= classes; });
    if (strange != labels.bytes.end()) {
        throw DataError(label_file.string() + ": label " + std::to_string(*strange) + " is not one of the " +
                        std::to_string(classes) + " classes");
    }
    LabelledImages result{.count = std::min<std::size_t>(images.extents[0], limit),
                          .rows = images.extents[1],
                          .columns = images.extents[2],
                          .bytes = std::move(images.bytes),
                          .labels = std::move(labels.bytes)};
    result.bytes.resize(result.count * result.pixels());
    result.labels.resize(result.count);
    return result;
}

ImageTask read_image_task(const std::filesystem::path& folder, std::size_t train_limit, std::size_t test_limit) {
    ImageTask task;
    task.train = read_labelled_images(folder, "train", task.classes, train_limit);
    task.test = read_labelled_images(folder, "t10k", task.classes, test_limit);
    if (task.train.rows != task.test.rows || task.train.columns != task.test.columns) {
        throw DataError(folder.string() + ": the test images have " + size_of(task.test) + ", the training images " +
                        size_of(task.train));
    }
    return task;
}

} // namespace saltus::examples
