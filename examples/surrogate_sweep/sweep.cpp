// SPDX-License-Identifier: BSD-3-Clause
#include "examples/surrogate_sweep/sweep.hpp"

#include "examples/common/sample_order.hpp"

namespace saltus::examples::surrogates {
namespace {

template <class Psi>
Surrogate make(double height, double width) {
    return Psi{.height = height, .width = width};
}

} // namespace

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> all = {{"piecewise linear", "#1f77b4", make<PiecewiseLinear>},
                                           {"Gaussian", "#2ca02c", make<GaussianSurrogate>},
                                           {"exponential", "#ff7f0e", make<ExponentialSurrogate>},
                                           {"sigmoid derivative", "#9467bd", make<SigmoidDerivative>},
                                           {"fast sigmoid", "#d62728", make<FastSigmoid>},
                                           {"arctan", "#8c564b", make<Arctan>}};
    return all;
}

const std::vector<double>& values(Varied varied) {
    static const std::vector<double> widths = {0.05, 0.1, 0.2, 0.5, 1.0, 2.0};
    static const std::vector<double> heights = {0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0};
    return varied == Varied::width ? widths : heights;
}

Surrogate psi(const Shape& shape, Varied varied, double value) {
    constexpr double usual_height = 0.5, usual_width = 0.5;
    return varied == Varied::width ? shape.make(usual_height, value) : shape.make(value, usual_width);
}

ImageLayers layers(const Surrogate& surrogate, const SweepOptions& o) {
    return {.hidden = {o.hidden, o.hidden},
            .rule = Ottt{.surrogate = surrogate},
            .learning_rate = 3e-2,
            .readout_rate = 5e-4,
            .readout_deviation = 0.02,
            .signal_period = 2};
}

Outcome learn_and_test(const ImageLayers& layers, const ImageTask& task, const SweepOptions& o) {
    const auto pixels = static_cast<std::uint32_t>(task.train.pixels());
    TrialClassifier classifier(describe(layers, pixels, task.classes, o.seed), o.precision);
    ImageEncoder encoder(classifier.grid(), layers.code(), pixels);
    double done = 0.0;
    for (const std::uint32_t i : sample_order(o.seed, 0, task.train.count)) {
        classifier.anneal(done / static_cast<double>(task.train.count));
        (void)classifier.learn(encoder.encode(task.train.image(i), task.train.labels[i]));
        done += 1.0;
    }
    const Counters counters = classifier.simulation().counters();
    std::size_t right = 0;
    for (std::size_t i = 0; i < task.test.count; ++i) {
        right += classifier.classify(encoder.encode(task.test.image(i), 0)) == task.test.labels[i] ? 1 : 0;
    }
    return {static_cast<double>(right) / static_cast<double>(task.test.count), counters.spikes,
            counters.plastic_updates};
}

} // namespace saltus::examples::surrogates
