// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/plot/panels.hpp"

#include "engine/api/plot/gnuplot.hpp"
#include "engine/api/text.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace saltus::api {
namespace {

constexpr double raster_height = 1.0, line_height = 0.8;

} // namespace

std::string data_block(const std::string& name, const std::string& rows) {
    return "$" + name + " << END\n" + (rows.empty() ? "NaN NaN\n" : rows) + "END\n";
}

void Panels::raster(const std::string& title, const std::string& axis, const std::string& rows, std::size_t neurons,
                    const std::string& colour) {
    const std::string block = "data" + std::to_string(panels_.size());
    panels_.push_back({.settings = "set title '" + title + "'\nset ylabel '" + axis + "' offset 0.5\n" +
                                   text("set yrange [-0.02*%zu:1.02*%zu]\nset ytics (0, %zu, %zu)\n", neurons, neurons,
                                        neurons / 2, neurons),
                       .data = data_block(block, rows),
                       .plot = text("plot $%s using 1:2 with points pointtype 7 pointsize 0.4 linecolor '%s' notitle\n",
                                    block.c_str(), colour.c_str()),
                       .height = raster_height});
}

namespace {

/// Distance of tics that leaves about four of them: 1, 2 or 5 times a power of ten. rows: the abscissa, then values.
double tic_distance(const std::string& rows) {
    double least = 0.0, most = 0.0;
    std::istringstream lines(rows);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream numbers(line);
        double value = 0.0;
        numbers >> value; // the abscissa
        while (numbers >> value) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    }
    const double wanted = (most - least) / 4.0;
    if (!(wanted > 0.0)) return 1.0;
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power >= wanted) return step * power;
    return 10.0 * power;
}

} // namespace

void Panels::lines(const std::string& title, const std::string& axis, const std::string& rows,
                   const std::vector<Curve>& curves, const std::string& key) {
    const std::string block = "data" + std::to_string(panels_.size());
    std::string plot = "plot ";
    for (std::size_t c = 0; c < curves.size(); ++c) {
        const std::string name = curves[c].legend.empty() ? "notitle" : "title '" + curves[c].legend + "'";
        plot += text("%s$%s using 1:%zu with lines linewidth 2 linecolor '%s' %s", c == 0 ? "" : ", \\\n     ",
                     block.c_str(), c + 2, curves[c].colour.c_str(), name.c_str());
    }
    panels_.push_back({.settings = "set title '" + title + "'\nset ylabel '" + axis +
                                   "' offset 0.5\nset yrange [*:*]\nset ytics " + text("%g", tic_distance(rows)) +
                                   "\nset key " + key + " horizontal opaque samplen 2\n",
                       .data = data_block(block, rows),
                       .plot = plot + "\n",
                       .height = line_height});
}

void Panels::mark(double from_ms, double to_ms, const std::string& name) { marks_.push_back({from_ms, to_ms, name}); }

std::string Panels::marks(bool named) const {
    std::string script = "unset label\n";
    for (std::size_t m = 0; m < marks_.size(); ++m) {
        const Mark& mark = marks_[m];
        script += text(
            "set object %zu rectangle from first %g, graph 0 to first %g, graph 1 back "
            "fillcolor '#eef3fa' fillstyle solid noborder\n",
            m + 1, mark.from_ms, mark.to_ms);
        if (named) {
            script += text("set label %zu '%s' at first %g, graph 1.03 center font ',10' textcolor '#507090'\n", m + 1,
                           mark.name.c_str(), 0.5 * (mark.from_ms + mark.to_ms));
        }
    }
    return script;
}

std::string Panels::script(const std::string& name) const {
    std::string script = gnuplot_preamble(name + ".png", 1300, 160 + 200 * static_cast<int>(panels_.size()));
    double total = 0.0;
    for (const Panel& panel : panels_) total += panel.height, script += panel.data;
    script +=
        "set multiplot title \"" + title_ + "\" font ',15'\n" +
        text("set lmargin at screen 0.08\nset rmargin at screen 0.98\nset xrange [0:%g]\nset format x ''\n", width_);
    constexpr double top = 0.90, bottom = 0.09, gap = 0.07;
    const double usable = (top - bottom + gap) / total;
    double height = top;
    for (std::size_t p = 0; p < panels_.size(); ++p) {
        const double share = panels_[p].height * usable;
        if (p + 1 == panels_.size()) script += "set format x '%g'\nset xlabel 'time (" + unit_ + ")'\n";
        script += panels_[p].settings + marks(p == 0) +
                  text("set tmargin at screen %.3f\nset bmargin at screen %.3f\n", height, height - share + gap) +
                  panels_[p].plot;
        height -= share;
    }
    return script + "unset multiplot\n";
}

} // namespace saltus::api
