// SPDX-License-Identifier: BSD-3-Clause
// Writes the samples of the tests as files, for libFuzzer to begin with. usage: fuzz_seeds FORMAT FOLDER
#include "tests/fuzz/seeds.hpp"

#include <cstdio>
#include <fstream>
#include <string>

int main(int argc, char** argv) {
    using namespace saltus::test;
    if (argc != 3) {
        std::fprintf(stderr, "usage: fuzz_seeds FORMAT FOLDER\n");
        return 2;
    }
    const std::string format = argv[1], folder = argv[2];
    int number = 0;
    for (const std::string& seed : fuzz_seeds(format)) {
        std::ofstream file(folder + "/sample_" + std::to_string(number++), std::ios::binary);
        file << seed;
        if (!file.good()) return 1;
    }
    return number == 0 ? 1 : 0;
}
