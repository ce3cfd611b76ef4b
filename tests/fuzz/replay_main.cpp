// SPDX-License-Identifier: BSD-3-Clause
// Runs a fuzzer without libFuzzer, in every build, so that it cannot rot: on files, or on samples that are damaged at
// random. usage: fuzz_<format> FILE...          each file once
//        fuzz_<format> -runs=N [-seed=S] N damaged samples
#include "tests/fuzz/seeds.hpp"
#include "tests/io/support/mutate.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace saltus;
using namespace saltus::test;

void run(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

bool number(std::string_view argument, std::string_view name, std::uint64_t& value) {
    if (argument.substr(0, name.size()) != name) return false;
    std::from_chars(argument.data() + name.size(), argument.data() + argument.size(), value);
    return true;
}

int replay(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    run({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::uint64_t runs = 0, seed = 1;
    int status = 0, files = 0;
    for (int i = 1; i < argc; ++i) {
        if (number(argv[i], "-runs=", runs) || number(argv[i], "-seed=", seed)) continue;
        status |= replay(argv[i]);
        ++files;
    }
    const std::vector<std::string> list = fuzz_seeds(SALTUS_FUZZ_FORMAT);
    if (list.empty()) {
        std::fprintf(stderr, "no sample of %s\n", SALTUS_FUZZ_FORMAT);
        return 1;
    }
    for (std::uint64_t n = 0; n < runs; ++n) {
        RandomStream random(seed, n);
        run(mutated(list[n % list.size()], random));
    }
    std::printf("%s: %d files, %llu damaged samples\n", SALTUS_FUZZ_FORMAT, files,
                static_cast<unsigned long long>(runs));
    return status;
}
