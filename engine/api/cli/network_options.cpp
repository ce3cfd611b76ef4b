// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/network_options.hpp"

#include <CLI/CLI.hpp>

namespace saltus::cli {

void add_thread_options(CLI::App& command, NetworkOptions& options) {
    command.add_option("--threads", options.threads, "Threads that compute; changes no bit of the outcome (1)")
        ->check(CLI::Range(1, 1024));
    command
        .add_option("--partitions", options.partitions,
                    "Parts that the network is cut into; changes no bit either (1; of several threads four each)")
        ->check(CLI::Range(1, 4096));
}

void add_precision_option(CLI::App& command, NetworkOptions& options, const std::string& usual) {
    const auto take = [&options](const std::string& word) {
        options.precision = word == "double" ? Precision::double_precision : Precision::single_precision;
    };
    command
        .add_option_function<std::string>("--precision", take,
                                          "Of weights and traces: single or double (" + usual + ")")
        ->check(CLI::IsMember({"single", "double"}))
        ->type_name("NAME");
}

SimulationOptions simulation_options(const NetworkOptions& options) {
    const std::uint32_t usual = options.threads == 1 ? 1 : 4 * options.threads;
    return {.precision = options.precision,
            .partitions = options.partitions == 0 ? usual : options.partitions,
            .threads = options.threads};
}

bool has_spikes(const Population& population, bool poisson) {
    bool spikes = false;
    Models::for_each([&]<class Model>(std::type_identity<Model>) {
        if (std::holds_alternative<typename Model::Parameters>(population.model))
            spikes = Model::spiking && (poisson || !std::is_same_v<Model, Poisson>);
    });
    return spikes;
}

} // namespace saltus::cli
