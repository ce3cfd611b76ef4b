// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/csv.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace saltus::test {

std::vector<std::vector<double>> read_csv(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(in, line);) {
        std::vector<double> row;
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, ',');) {
            double value = std::nan("");
            std::from_chars(field.data(), field.data() + field.size(), value);
            row.push_back(value);
        }
        const bool header = rows.empty() && !row.empty() && std::isnan(row[0]);
        if (!header && !row.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace saltus::test
