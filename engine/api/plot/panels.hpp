// SPDX-License-Identifier: BSD-3-Clause
// Gnuplot scripts of panels above each other that share a time axis.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace saltus::api {

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

struct Curve {
    std::string legend;
    std::string colour;
};

/// A picture of panels above each other over the same stretch of time.
class Panels {
  public:
    /// @param width the stretch of time, from 0, in this unit
    Panels(std::string title, double width, std::string unit = "ms")
        : title_(std::move(title)), unit_(std::move(unit)), width_(width) {}

    /// A dot for every row "time neuron".
    void raster(const std::string& title, const std::string& axis, const std::string& rows, std::size_t neurons,
                const std::string& colour);
    /// A line for every curve; rows "time value value ...". @param key where the legends stand
    void lines(const std::string& title, const std::string& axis, const std::string& rows,
               const std::vector<Curve>& curves, const std::string& key = "top right");
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

    std::string title_, unit_;
    double width_;
    std::vector<Panel> panels_;
    std::vector<Mark> marks_;
};

} // namespace saltus::api
