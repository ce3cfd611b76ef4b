// SPDX-License-Identifier: BSD-3-Clause
// Fashion-MNIST with a spiking network that learns online: reads the data, trains, tests, and writes the results.
#include "examples/common/data_error.hpp"
#include "examples/common/image_classifier.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/labelled_images.hpp"
#include "examples/common/output.hpp"
#include "examples/common/text.hpp"
#include "examples/fashion_mnist/options.hpp"
#include "examples/fashion_mnist/plots.hpp"
#include "examples/fashion_mnist/report.hpp"
#include "examples/fashion_mnist/training.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace saltus;
using namespace saltus::examples;

constexpr int bad_input = 2;

ImageTask read_data(const DemoOptions& options) {
    try {
        return read_image_task(options.data, options.train_samples, options.test_samples);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) +
                        "; install or reinstall the package dataset-fashion-mnist, or name another folder with --data");
    }
}

void prepare_output(const DemoOptions& options) {
    try {
        prepare_folder(options.out);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) + "; name another folder with --out");
    }
}

void tell_start(const ImageTask& task, const DemoOptions& options) {
    if (options.quiet) return;
    std::printf(
        "%s training and %s test images of %zu x %zu pixels; %u hidden neurons, %s; Ctrl-C ends the run early\n",
        grouped(task.train.count).c_str(), grouped(task.test.count).c_str(), task.train.rows, task.train.columns,
        options.network.hidden, name_of(options.network.rule).c_str());
    std::fflush(stdout);
}

void tell_files(const char* title, const DemoOptions& options, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    std::printf("%-15s %s: %s\n", title, options.out.c_str(), list.c_str());
}

int run(const DemoOptions& options) {
    const ImageTask task = read_data(options);
    prepare_output(options);
    ImageClassifier classifier(options.network, task.train.pixels(), task.classes, options.seed, options.precision);
    catch_interrupt();
    tell_start(task, options);
    const TrainingRecord record = train(classifier, task, options);
    if (record.interrupted) std::printf("interrupted after %s images\n", grouped(record.samples).c_str());
    print_table(record);
    tell_files("results", options, write_results(record, classifier, task, options));
    tell_files("pictures", options, draw_plots(record, classifier, task, options));
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) {
    try {
        int status = 0;
        const auto options = parse_options(argc, argv, status);
        return options ? run(*options) : status;
    } catch (const DataError& error) {
        std::fprintf(stderr, "fashion_mnist: %s\n", error.what());
        return bad_input;
    } catch (const ConfigError& error) {
        std::fprintf(stderr, "fashion_mnist: %s\n", error.what());
        return bad_input;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fashion_mnist: %s\n", error.what());
        return 1;
    }
}
