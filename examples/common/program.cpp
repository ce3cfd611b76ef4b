// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/program.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/words.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace saltus::examples {
const Words<Precision>& precision_words() {
    static const Words<Precision> words = {{"single", Precision::single_precision},
                                           {"double", Precision::double_precision}};
    return words;
}

std::string name_of(Precision precision) { return word_for(precision, precision_words()); }

int complain(const std::string& program, const std::string& message, int status) {
    std::string line = message;
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::fprintf(stderr, "%s: %s\n", program.c_str(), line.c_str());
    return status;
}

int run_program(const char* program, const std::function<int()>& body) {
    try {
        return body();
    } catch (const DataError& error) {
        return complain(program, error.what(), bad_input);
    } catch (const ConfigError& error) {
        return complain(program, error.what(), bad_input);
    } catch (const std::exception& error) {
        return complain(program, error.what(), 1);
    }
}

} // namespace saltus::examples
