// SPDX-License-Identifier: BSD-3-Clause
// The reader of IDX files: every fault of a file is one line that names the file.
#include "examples/common/idx.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/labelled_images.hpp"
#include "tests/support/catch.hpp"

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace saltus::examples;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A folder of its own, gone at the end.
struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("saltus_idx_" + std::to_string(getpid()));
    Folder() { create_directories(path); }
    ~Folder() { remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path put(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return path / name;
    }
    std::filesystem::path put_gz(const std::string& name, const std::string& bytes) const {
        const gzFile file = gzopen((path / name).c_str(), "wb");
        REQUIRE(file != nullptr);
        REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
        REQUIRE(gzclose(file) == Z_OK);
        return path / name;
    }
};

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string big_endian(std::uint32_t n) {
    return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

std::string images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns) {
    return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(columns) +
           std::string(std::size_t{count} * rows * columns, '\x7f');
}

std::string labels(std::uint32_t count, char label = 3) {
    return big_endian(0x801) + big_endian(count) + std::string(count, label);
}

/// The complaint of read_idx; it must name the file and be one line.
std::string complaint(const std::filesystem::path& path, std::size_t dimensions = 3) {
    try {
        (void)read_idx(path, dimensions);
    } catch (const DataError& error) {
        const std::string what = error.what();
        CHECK_THAT(what, ContainsSubstring(path.string()));
        CHECK(what.find('\n') == std::string::npos);
        return what;
    }
    return "no complaint";
}

} // namespace

TEST_CASE("IDX files are read, gzip or plain", "[examples][fast]") {
    const Folder folder;
    for (const auto& path : {folder.put_gz("a.gz", images(3, 2, 4)), folder.put("a", images(3, 2, 4))}) {
        const IdxArray array = read_idx(path, 3);
        CHECK(array.extents == std::vector<std::uint32_t>{3, 2, 4});
        CHECK(array.bytes == std::vector<std::uint8_t>(24, 0x7f));
    }
    CHECK(read_idx(folder.put_gz("labels.gz", labels(70000)), 1).bytes.size() == 70000);
}

TEST_CASE("a missing IDX file is named", "[examples][fast]") {
    const Folder folder;
    CHECK_THAT(complaint(folder.path / "nowhere.gz"), ContainsSubstring("No such file"));
    CHECK(complaint(folder.path) != "no complaint"); // a folder is no file
}

TEST_CASE("IDX files cut short are told from whole ones, wherever the cut is", "[examples][fast]") {
    const Folder folder;
    const std::string whole = images(3, 2, 4);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_THAT(complaint(folder.put("cut", whole.substr(0, length))), ContainsSubstring("truncated"));
        CHECK_THAT(complaint(folder.put_gz("cut.gz", whole.substr(0, length))), ContainsSubstring("truncated"));
    }
    const std::string packed = content(folder.put_gz("whole.gz", whole));
    for (std::size_t length = 0; length < packed.size(); ++length) {
        CHECK_THAT(complaint(folder.put("cut.gz", packed.substr(0, length))), ContainsSubstring("truncated"));
    }
}

TEST_CASE("what follows the end of an IDX file is noticed", "[examples][fast]") {
    const Folder folder;
    const std::string packed = content(folder.put_gz("whole.gz", images(3, 2, 4)));
    CHECK_THAT(complaint(folder.put("more.gz", packed + "x")), ContainsSubstring("goes on after the end"));
    CHECK_THAT(complaint(folder.put_gz("more.gz", images(3, 2, 4) + "x")), ContainsSubstring("holds more than"));
    CHECK_THAT(complaint(folder.put("more", images(3, 2, 4) + "x")), ContainsSubstring("holds more than"));
}

TEST_CASE("a wrong magic number, a damaged file and absurd sizes are noticed", "[examples][fast]") {
    const Folder folder;
    const std::string packed = content(folder.put_gz("whole.gz", images(30, 20, 10)));
    std::string damaged = packed;
    damaged[packed.size() / 2] = static_cast<char>(damaged[packed.size() / 2] ^ 0x55);
    CHECK_THAT(complaint(folder.put_gz("labels.gz", labels(10))), ContainsSubstring("wrong magic number 0x00000801"));
    CHECK_THAT(complaint(folder.put_gz("images.gz", images(1, 2, 2)), 1), ContainsSubstring("instead of 0x00000801"));
    CHECK_THAT(complaint(folder.put("damaged.gz", damaged)), ContainsSubstring("the file is"));
    const std::string absurd = big_endian(0x803) + std::string(12, '\xff');
    CHECK_THAT(complaint(folder.put_gz("absurd.gz", absurd)), ContainsSubstring("truncated"));
    CHECK_THAT(complaint(folder.put("absurd", absurd)), ContainsSubstring("truncated"));
}

TEST_CASE("images and labels must fit together", "[examples][fast]") {
    const Folder folder;
    folder.put_gz("train-images-idx3-ubyte.gz", images(5, 2, 3));
    folder.put_gz("t10k-images-idx3-ubyte.gz", images(4, 2, 3));
    folder.put_gz("train-labels-idx1-ubyte.gz", labels(5));
    folder.put_gz("t10k-labels-idx1-ubyte.gz", labels(4));
    const ImageTask task = read_image_task(folder.path, 3, 100);
    CHECK(task.train.count == 3);
    CHECK(task.train.bytes.size() == 18);
    CHECK(task.test.count == 4);
    CHECK(task.test.image(3).size() == 6);

    folder.put_gz("t10k-images-idx3-ubyte.gz", images(4, 3, 3));
    CHECK_THROWS_WITH(read_image_task(folder.path, 3, 100), ContainsSubstring("3 x 3 pixels"));
    folder.put_gz("train-labels-idx1-ubyte.gz", labels(6));
    CHECK_THROWS_WITH(read_image_task(folder.path, 3, 100), ContainsSubstring("6 labels for the 5 images"));
    folder.put_gz("train-labels-idx1-ubyte.gz", labels(5, 10));
    CHECK_THROWS_WITH(read_image_task(folder.path, 3, 100), ContainsSubstring("label 10 is not one of the 10"));
    folder.put_gz("train-images-idx3-ubyte.gz", images(0, 2, 3));
    folder.put_gz("train-labels-idx1-ubyte.gz", labels(0));
    CHECK_THROWS_WITH(read_image_task(folder.path, 3, 100), ContainsSubstring("no images"));
}
