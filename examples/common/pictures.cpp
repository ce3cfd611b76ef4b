// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/pictures.hpp"

#include "examples/common/gnuplot.hpp"
#include "examples/common/text.hpp"

namespace saltus::examples {

std::string value_rows(std::span<const double> values, std::size_t columns) {
    std::string rows;
    for (std::size_t n = 0; (n + 1) * columns <= values.size(); ++n) {
        rows += std::to_string(n + 1);
        for (const double value : values.subspan(n * columns, columns)) rows += text(" %.5g", value);
        rows += "\n";
    }
    return rows;
}

std::string learning_curve_script(const LearningCurve& curve) {
    const std::string factor = curve.percent ? "100*" : "";
    std::string plot = "plot ";
    for (std::size_t c = 0; c < curve.curves.size(); ++c) {
        plot += text("%s'learning_curve.csv' skip 1 using 1:(%s$%zu) with lines linewidth 2 linecolor '%s' title '%s'",
                     c == 0 ? "" : ", \\\n     ", factor.c_str(), c + 2, curve.curves[c].colour.c_str(),
                     curve.curves[c].legend.c_str());
    }
    if (curve.goal >= 0.0) {
        plot += text(", \\\n     %g with lines dashtype 2 linecolor '#808080' title 'goal'",
                     curve.percent ? 100.0 * curve.goal : curve.goal);
    }
    return gnuplot_preamble("learning_curve.png", 1000, 600) + "set title \"" + curve.title + "\" font ',15'\n" +
           "set datafile separator comma\nset key " + (curve.logarithmic ? "top" : "bottom") + " right Left\n" +
           (curve.logarithmic ? "set logscale y\n" : "") + "set xlabel '" + curve.x_axis + "'\nset ylabel '" +
           curve.y_axis + "'\n" + (curve.percent ? "set yrange [*:100]\n" : "") + plot + "\n";
}

} // namespace saltus::examples
