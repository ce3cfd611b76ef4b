// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/pictures.hpp"
#include "engine/api/plot/gnuplot.hpp"
#include "engine/core/error.hpp"
#include "engine/io/file_sink.hpp"

#include <filesystem>
#include <span>

namespace saltus::cli {

void make_picture_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw ConfigError(folder, "cannot be made a folder (" + error.message() + ")", "name another");
}

std::string draw(const std::string& folder, const std::string& name, const std::string& script) {
    make_picture_folder(folder);
    const std::filesystem::path file = std::filesystem::path(folder) / (name + ".gp");
    io::FileSink sink(file);
    sink.write(std::as_bytes(std::span(script.data(), script.size())));
    sink.commit();
    switch (api::run_gnuplot(file)) {
        case api::PlotStatus::drawn: return (std::filesystem::path(folder) / (name + ".png")).string();
        case api::PlotStatus::no_gnuplot: return file.string() + " (no picture without gnuplot, package gnuplot-nox)";
        case api::PlotStatus::failed: break;
    }
    return file.string() + " (gnuplot could not draw it)";
}

} // namespace saltus::cli
