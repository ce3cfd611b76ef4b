// SPDX-License-Identifier: BSD-3-Clause
// What an example leaves behind: files in one folder, pictures, and what the run cost.
#pragma once

#include "examples/common/program.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace saltus::examples {

using Json = nlohmann::ordered_json;

/// The folder --out, and what was written there.
class Results {
  public:
    /// Makes the folder and sees that it can be written to. Throws DataError, as the others do.
    Results(std::string program, const RunOptions& options);

    void write(const std::string& name, std::string_view content);
    void write_json(const std::string& name, const Json& json);
    /// A matrix as NumPy's .npy, single precision.
    void write_matrix(const std::string& name, std::span<const double> matrix, std::size_t columns);
    /// Writes "<name>.gp" and has gnuplot draw "<name>.png" from it, unless --no-plots; says so if it cannot.
    void picture(const std::string& name, const std::string& script);

    /// Prints the names of all files.
    void tell() const;

  private:
    std::string program_;
    std::filesystem::path folder_;
    bool draw_;
    std::vector<std::string> files_, pictures_;
};

/// What a simulation did, and how long its learning took.
struct Cost {
    double seconds = 0.0;
    Counters counters{};
    std::uint64_t fingerprint = 0;

    [[nodiscard]] double ns_per_plastic_event() const;
    [[nodiscard]] double per_second(std::uint64_t events) const;
    /// Adds it to a result.json, together with the peak memory and whether the run was interrupted.
    void add_to(Json& json) const;
    /// Prints it below a table.
    void print() const;
};

/// Largest resident set of this process so far.
[[nodiscard]] double peak_memory_mb();

/// a / b, 0 where there is nothing to divide by.
[[nodiscard]] double ratio(double a, double b);

} // namespace saltus::examples
