// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/gate_choice.hpp"
#include "engine/api/text.hpp"
#include "engine/core/error.hpp"
#include "engine/io/text.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <vector>

namespace saltus::cli {
namespace {

std::vector<std::uint32_t> read_map(const std::string& file) {
    std::vector<std::uint32_t> neurons;
    if (file.empty()) return neurons;
    std::ifstream stream(file);
    if (!stream) throw ConfigError(file, "cannot be read", "name a file with the neuron of each address, one a line");
    for (std::string word; stream >> word;) {
        std::uint32_t neuron = io::no_neuron;
        if (word != "-" && !io::parse(word, neuron))
            throw ConfigError(file, "entry " + std::to_string(neurons.size() + 1) + " is '" + word + "'",
                              "write the number of a neuron, or - for none");
        neurons.push_back(neuron);
    }
    if (neurons.empty()) throw ConfigError(file, "is empty", "write the neuron of each address, one a line");
    return neurons;
}

/// Both polarities together or apart, whichever fits the population.
io::PolarityUse fitting(const io::GateOptions& gate, const Population& input) {
    const std::uint32_t addresses = io::EventGate(gate).addresses();
    if (input.size == addresses) return io::PolarityUse::merged;
    if (input.size == 2 * addresses) return io::PolarityUse::separate;
    throw ConfigError("population '" + input.name + "'",
                      api::text("has %u neurons; events of %u x %u pixels need %u, or %u with polarities apart",
                                input.size, gate.geometry.width, gate.geometry.height, addresses, 2 * addresses),
                      "make it as large, or use --shrink, --polarity or --address-map");
}

io::PolarityUse polarity_of(const std::string& name) {
    if (name == "separate") return io::PolarityUse::separate;
    if (name == "on") return io::PolarityUse::on_only;
    if (name == "off") return io::PolarityUse::off_only;
    return io::PolarityUse::merged;
}

} // namespace

void add_gate_options(CLI::App& command, GateChoice& choice) {
    command
        .add_option("--polarity", choice.polarity,
                    "auto, merged, separate (darker events have neurons of their own), on, off (auto: what fits)")
        ->check(CLI::IsMember({"auto", "merged", "separate", "on", "off"}).description(""))
        ->type_name("NAME");
    command.add_option("--shrink", choice.shrink, "Squares of N x N pixels share a neuron (1)")
        ->check(CLI::Range(1, 65536))
        ->type_name("N");
    command
        .add_option("--pause-us", choice.pause_us,
                    "Events onto a neuron that follow within so many microseconds are left out (0)")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
        ->type_name("US");
    command
        .add_option("--address-map", choice.map_file,
                    "File with the neuron of each address, row by row, one a line; '-': not wanted")
        ->type_name("FILE");
}

io::GateOptions gate_of(const GateChoice& choice, io::Geometry sensor, const Population& input) {
    if (sensor.width == 0) {
        throw ConfigError("--geometry", "the size of the sensor is not known",
                          "give it, like 34x34; like 700x1 where x is the number of the neuron");
    }
    io::GateOptions gate{.geometry = sensor,
                         .shrink = choice.shrink,
                         .polarity = polarity_of(choice.polarity),
                         .refractory_us = choice.pause_us};
    if (choice.polarity == "auto" && choice.map_file.empty()) gate.polarity = fitting(gate, input);
    gate.neurons = read_map(choice.map_file);
    return gate;
}

} // namespace saltus::cli
