// SPDX-License-Identifier: BSD-3-Clause
// Gnuplot scripts that several examples need: the learning curve, and panels above each other that share a time axis.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace saltus::examples {

/// Rows of numbers within a script, to plot as "$name".
[[nodiscard]] std::string data_block(const std::string& name, const std::string& rows);

/// Rows "time, neuron" of a list of things that have a tick and a neuron.
template <class Events>
[[nodiscard]] std::string event_rows(const Events& events, double tick_ms) {
    std::string rows;
    for (const auto& e : events) {
        rows += std::to_string(static_cast<double>(e.tick) * tick_ms) + " " + std::to_string(e.neuron) + "\n";
    }
    return rows;
}

/// Rows "step, value, value, ..." of values [steps][columns], a step every millisecond.
[[nodiscard]] std::string value_rows(std::span<const double> values, std::size_t columns);

struct Curve {
    std::string legend;
    std::string colour;
};

/// A picture of panels above each other over the same stretch of time.
class Panels {
  public:
    /// @param width_ms the stretch of time, from 0.
    Panels(std::string title, double width_ms) : title_(std::move(title)), width_ms_(width_ms) {}

    /// A dot for every row "time neuron".
    void raster(const std::string& title, const std::string& axis, const std::string& rows, std::size_t neurons,
                const std::string& colour);
    /// A line for every curve; rows "time value value ...".
    void lines(const std::string& title, const std::string& axis, const std::string& rows,
               const std::vector<Curve>& curves);
    /// Shades a stretch of time in all panels and names it at the top.
    void mark(double from_ms, double to_ms, const std::string& name);

    /// The script that draws "<name>.png".
    [[nodiscard]] std::string script(const std::string& name) const;

  private:
    struct Panel {
        std::string settings, data, plot;
        double height; ///< relative to the others
    };
    struct Mark {
        double from_ms, to_ms;
        std::string name;
    };
    [[nodiscard]] std::string marks(bool named) const;

    std::string title_;
    double width_ms_;
    std::vector<Panel> panels_;
    std::vector<Mark> marks_;
};

/// What a learning curve shows, read from "learning_curve.csv": the first column against the others.
struct LearningCurve {
    std::string title, x_axis, y_axis;
    std::vector<Curve> curves; ///< columns 2, 3, ...
    bool percent = false;      ///< the values are shares
    bool logarithmic = false;
    double goal = -1.0; ///< a line at this height, unless negative
};

/// The script that draws "learning_curve.png".
[[nodiscard]] std::string learning_curve_script(const LearningCurve& curve);

} // namespace saltus::examples
