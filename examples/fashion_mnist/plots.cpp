// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/plots.hpp"

#include "examples/common/gnuplot.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/text.hpp"

#include <algorithm>
#include <array>

namespace saltus::examples {
namespace {

constexpr std::array<const char*, 10> clothing = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                  "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
constexpr std::array<const char*, 10> colours = {"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
                                                 "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"};

bool is_fashion(const DemoOptions& options) { return options.data.find("fashion") != std::string::npos; }

std::string class_name(const DemoOptions& options, std::size_t c) {
    return is_fashion(options) && c < clothing.size() ? clothing[c] : "class " + std::to_string(c);
}

const char* phrase(LearningRule rule) {
    switch (rule) {
        case LearningRule::eprop_random: return "e-prop with random feedback";
        case LearningRule::eprop_adaptive: return "e-prop with adaptive feedback";
        case LearningRule::readout_only: return "only the readout learns";
        default: return "e-prop with symmetric feedback";
    }
}

std::string network_title(const DemoOptions& options) {
    const char* neuron = options.network.neuron == NeuronKind::lif ? "LIF" : "adaptive LIF";
    return text("%s, %u hidden %s neurons, %s", is_fashion(options) ? "Fashion-MNIST" : "Images",
                options.network.hidden, neuron, phrase(options.network.rule));
}

std::string learning_curve_script(const TrainingRecord& record, const DemoOptions& options) {
    return gnuplot_preamble("learning_curve.png", 1100, 640) + "set title \"" + network_title(options) +
           "\" font ',15'\n" +
           "set datafile separator comma\n"
           "set key bottom right reverse Left spacing 1.3\n"
           "set xlabel 'images learned (thousands)'\n"
           "set ylabel 'accuracy (%)'\n" +
           text("set xrange [0:%g]\n", 1.03e-3 * static_cast<double>(std::max<std::uint64_t>(record.samples, 1))) +
           "set yrange [*:100]\n"
           "set style textbox opaque noborder margins 0.4, 0.4\n"
           "tested(x) = strlen(strcol(3)) > 0 ? 100 * x : NaN\n"
           "plot 'learning_curve.csv' skip 1 using ($1/1000.0):(100*$2) with lines linewidth 2 linecolor '#4c9bd6' \\\n"
           "         title 'training images, before each is learned (last 1000)', \\\n"
           "     '' skip 1 using ($1/1000.0):(tested(column(3))) with points pointtype 7 pointsize 1.4 \\\n"
           "         linecolor '#c0392b' title 'test images, after each epoch', \\\n"
           "     '' skip 1 using ($1/1000.0):(tested(column(3))):(sprintf('%.2f', tested(column(3)))) \\\n"
           "         with labels boxed offset 0,-1.2 textcolor '#c0392b' font ',11' notitle\n";
}

std::string input_rows(const Observation& seen, double tick_ms) {
    std::string rows;
    for (const InputEvent& e : seen.input) rows += text("%.4g %u\n", static_cast<double>(e.tick) * tick_ms, e.neuron);
    return rows;
}

std::string hidden_rows(const Observation& seen, double tick_ms) {
    std::string rows;
    for (const Spike& s : seen.hidden) rows += text("%.4g %u\n", static_cast<double>(s.tick) * tick_ms, s.neuron);
    return rows;
}

/// One row a millisecond.
std::string readout_rows(const Observation& seen, std::size_t classes) {
    std::string rows;
    for (std::size_t n = 0; (n + 1) * classes <= seen.readout.size(); ++n) {
        rows += std::to_string(n + 1);
        for (std::size_t c = 0; c < classes; ++c) rows += text(" %.5g", seen.readout[n * classes + c]);
        rows += "\n";
    }
    return rows;
}

std::string image_rows(std::span<const std::uint8_t> image, std::size_t columns) {
    std::string rows;
    for (std::size_t i = 0; i < image.size(); ++i) {
        rows += std::to_string(image[i]);
        rows += (i + 1) % columns == 0 ? '\n' : ' ';
    }
    return rows;
}

/// The classes and their colours, as labels of the next panel.
std::string class_legend(const DemoOptions& options, std::size_t classes, std::size_t label, std::size_t chosen) {
    std::string script = "unset arrow\n";
    for (std::size_t c = 0; c < classes; ++c) {
        const double y = 0.56 - 0.036 * static_cast<double>(c);
        const bool named = c == label || c == chosen;
        const char* role = c != label ? "  (chosen)" : c == chosen ? "  (true and chosen)" : "  (true)";
        const std::string name = named ? "{/:Bold " + class_name(options, c) + "}" + role : class_name(options, c);
        script +=
            text("set arrow %zu from screen 0.025,%.3f to screen 0.05,%.3f nohead linewidth %d linecolor '%s' %s\n",
                 c + 1, y, y, named ? 5 : 2, colours[c % colours.size()],
                 c == label && c != chosen ? "dashtype 2" : "") +
            text("set label %zu \"%s\" at screen 0.058,%.3f\n", c + 1, name.c_str(), y);
    }
    return script;
}

/// The image in the upper left corner. The last panel: it changes every setting.
std::string image_panel() {
    return "set lmargin at screen 0.03\nset rmargin at screen 0.20\n"
           "set tmargin at screen 0.89\nset bmargin at screen 0.64\n"
           "set title 'the image'\n"
           "set border 15\nunset tics\nunset xlabel\nunset ylabel\nunset colorbox\nset size ratio -1\n"
           "set palette gray negative\nset xrange [-0.5:*]\nset yrange [*:*] reverse\n"
           "plot $image matrix with image notitle\n";
}

std::string spike_panel(const char* block, const std::string& title, const char* axis, double top, double bottom,
                        std::size_t neurons, const char* colour) {
    return "set title '" + title + "'\n" + text("set ylabel '%s' offset 0.5\n", axis) +
           text("set tmargin at screen %.3f\nset bmargin at screen %.3f\n", top, bottom) +
           text("set yrange [-0.02*%zu:1.02*%zu]\nset ytics (0, %zu, %zu)\n", neurons, neurons, neurons / 2, neurons) +
           text("plot $%s using 1:2 with points pointtype 7 pointsize 0.45 linecolor '%s' notitle\n", block, colour);
}

/// A faint line at every moment at which the error counts.
std::string signal_lines(const HyperParameters& p) {
    std::string lines;
    for (std::int64_t ms = p.signal_period; ms <= p.sample_ms && p.signal_period > 1; ms += p.signal_period) {
        lines += text("set arrow from first %lld, graph 0 to first %lld, graph 1 nohead back linecolor '#c9d6e8'\n",
                      static_cast<long long>(ms), static_cast<long long>(ms));
    }
    return lines;
}

std::string readout_panel(const DemoOptions& options, std::size_t classes, std::size_t label, std::size_t chosen) {
    std::string curves;
    for (std::size_t c = 0; c < classes; ++c) {
        curves += text("%s$readout using 1:%zu with lines linewidth %s linecolor '%s' %s notitle",
                       c == 0 ? "" : ", \\\n     ", c + 2, c == chosen || c == label ? "3.5" : "1.3",
                       colours[c % colours.size()], c == label && c != chosen ? "dashtype 2" : "");
    }
    return text("set title 'readout of each class%s'\n",
                options.network.signal_period > 1 ? " (lines: where errors count)" : "") +
           "set ylabel 'output' offset 0.5\n"
           "set tmargin at screen 0.33\nset bmargin at screen 0.075\n"
           "set yrange [*:*]\nset ytics auto\nset format x '%g'\nset xlabel 'time since onset of the image (ms)'\n" +
           signal_lines(options.network) + "plot 0 linecolor '#b0b0b0' notitle, \\\n     " + curves + "\n";
}

std::string raster_script(const Observation& seen, const ImageTask& task, const DemoOptions& options, double tick_ms) {
    const std::size_t label = task.test.labels[0];
    const std::size_t pixels = task.test.pixels();
    std::string script = gnuplot_preamble("spike_raster.png", 1400, 950) +
                         data_block("image", image_rows(task.test.image(0), task.test.columns)) +
                         data_block("input", input_rows(seen, tick_ms)) +
                         data_block("hidden", hidden_rows(seen, tick_ms)) +
                         data_block("readout", readout_rows(seen, task.classes));
    script +=
        "set multiplot title \"" + network_title(options) + ": one test image, " +
        (seen.chosen == label ? "recognised" : "mistaken") + "\" font ',16'\n" +
        "set lmargin at screen 0.30\nset rmargin at screen 0.985\n" +
        text("set xrange [0:%lld]\n", static_cast<long long>(options.network.sample_ms)) + "set format x ''\n" +
        spike_panel("input", text("input: %zu spikes of %zu pixels, bright ones first", seen.input.size(), pixels),
                    "pixel", 0.89, 0.68, pixels, "#34495e") +
        spike_panel("hidden", text("hidden layer: %zu spikes", seen.hidden.size()), "neuron", 0.61, 0.40,
                    options.network.hidden, "#1a7f5a") +
        readout_panel(options, task.classes, label, seen.chosen) +
        class_legend(options, task.classes, label, seen.chosen) + image_panel() + "unset multiplot\n";
    return script;
}

} // namespace

void draw_plots(Results& results, const TrainingRecord& record, ImageClassifier& classifier, const ImageTask& task,
                const DemoOptions& options) {
    const Observation seen = classifier.observe(task.test.image(0));
    results.picture("learning_curve", learning_curve_script(record, options));
    results.picture("spike_raster", raster_script(seen, task, options, classifier.tick_ms()));
}

} // namespace saltus::examples
