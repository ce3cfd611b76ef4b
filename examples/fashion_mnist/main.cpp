// SPDX-License-Identifier: BSD-3-Clause
// Fashion-MNIST with a spiking network that learns online: reads the data, trains, tests, and writes the results.
#include "examples/common/image_classifier.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/program.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/fashion_mnist/options.hpp"
#include "examples/fashion_mnist/plots.hpp"
#include "examples/fashion_mnist/report.hpp"
#include "examples/fashion_mnist/training.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace saltus;
using namespace saltus::examples;

constexpr const char* program = "fashion_mnist";

void tell_start(const ImageTask& task, const DemoOptions& options) {
    if (options.quiet) return;
    std::printf(
        "%s training and %s test images of %zu x %zu pixels; %u hidden neurons, %s; Ctrl-C ends the run early\n",
        grouped(task.train.count).c_str(), grouped(task.test.count).c_str(), task.train.rows, task.train.columns,
        options.network.hidden, name_of(options.network.rule).c_str());
    std::fflush(stdout);
}

int run(const DemoOptions& options) {
    const ImageTask task = read_images(options);
    Results results(program, options);
    ImageClassifier classifier(options.network, task.train.pixels(), task.classes, options.seed, options.precision);
    catch_interrupt();
    tell_start(task, options);
    const TrainingRecord record = train(classifier, task, options);
    if (record.interrupted) std::printf("interrupted after %s images\n", grouped(record.samples).c_str());
    print_table(record);
    write_results(results, record, classifier, task, options);
    draw_plots(results, record, classifier, task, options);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) {
    return run_program(program, [&] {
        int status = 0;
        const auto options = parse_options(argc, argv, status);
        return options ? run(*options) : status;
    });
}
