// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/plot/gnuplot.hpp"

#include "engine/api/text.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace saltus::api {
namespace {

constexpr int cannot_run = 127; // what a shell says, too

} // namespace

PlotStatus run_gnuplot(const std::filesystem::path& script) {
    const std::string folder = script.has_parent_path() ? script.parent_path().string() : ".";
    const std::string name = "./" + script.filename().string();
    const pid_t child = fork();
    if (child < 0) return PlotStatus::failed;
    if (child == 0) {
        if (chdir(folder.c_str()) == 0) execlp("gnuplot", "gnuplot", name.c_str(), nullptr);
        _exit(cannot_run);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return PlotStatus::failed;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_run) return PlotStatus::no_gnuplot;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? PlotStatus::drawn : PlotStatus::failed;
}

std::string gnuplot_preamble(const std::string& png, int width, int height) {
    return text(
               "set terminal pngcairo size %d,%d font 'DejaVu Sans,12' background 'white'\n"
               "set output '%s'\n"
               "set encoding utf8\n",
               width, height, png.c_str()) +
           "set border 3 linecolor '#606060'\n"
           "set tics nomirror out scale 0.6\n"
           "set grid linecolor '#e4e4e4' linewidth 1 linetype 1\n";
}

} // namespace saltus::api
