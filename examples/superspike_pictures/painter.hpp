// SPDX-License-Identifier: BSD-3-Clause
// A network that learns to paint: from one frozen input raster of 1.89 s, shown again and again, 200 output neurons are
// to produce a given raster, a picture of spikes. The task of Zenke and Ganguli 2018 (SuperSpike), with the network and
// the numbers of their published code: 200 inputs -> 256 hidden -> 200 outputs, current-based LIF neurons, all to all;
// weights change twice a second, on a clock that knows nothing of the raster.
#pragma once

#include "engine/saltus.hpp"
#include "examples/superspike_pictures/train_distance.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace saltus::examples::superspike {

constexpr std::uint32_t channels = 200; ///< input neurons, and output neurons
constexpr Tick ticks_per_ms = 10;
constexpr Tick period = 1890 * ticks_per_ms;
constexpr Tick block = 500 * ticks_per_ms; ///< weights change at its end

/// Spikes of one period, sorted.
using Raster = std::vector<InputEvent>;

/// Lines "seconds neuron", in any order; neurons are numbered from `first` on (the published target: 1). Throws
/// DataError.
[[nodiscard]] Raster read_raster(const std::filesystem::path& file, std::uint32_t first);
/// The folder that SALTUS_DATA names, or ../shared/data beside the project, and "superspike" in it.
[[nodiscard]] std::filesystem::path default_folder();

/// How errors of the outputs reach the hidden neurons.
enum class Feedback {
    symmetric, ///< through the weights of the outputs
    random,    ///< through fixed random ones
    uniform    ///< the same to all
};

struct PainterOptions {
    std::uint32_t hidden = 256;
    Feedback feedback = Feedback::symmetric;
    double learning_rate_mv = 1.0; ///< RMaxProp's: no weight moves by more in one update
    std::int64_t step_us = 1000;   ///< learning step, a multiple of 100 that divides 500,000
    /// Strength of the published penalty on busy hidden neurons, in its units; with symmetric feedback there is none.
    double penalty = 1.0;
};

class Painter {
  public:
    Painter(const PainterOptions& options, const Raster& input, const Raster& target, std::uint64_t seed,
            Precision precision);

    /// Half a second more.
    void advance_block();
    /// The present and the coming ones learn, or not.
    void set_learning(bool on) { simulation_.set_learning(on); }
    /// The mean error of about the last ten seconds, see train_distance.hpp.
    [[nodiscard]] double error() const { return distance_.error(); }
    /// Spikes of one whole period, ticks from its beginning, with learning off.
    struct Picture {
        Raster hidden, output;
    };
    [[nodiscard]] Picture paint();

    [[nodiscard]] Simulation& simulation() { return simulation_; }

  private:
    struct Described {
        Network network;
        PopulationId input{}, hidden{}, output{};
    };
    static Described describe(const PainterOptions& options, std::uint64_t seed);
    Painter(const Described& described, const Raster& input, const Raster& target, Precision precision);
    void offer(Tick until);
    void measure(Tick until);

    PopulationId input_id_, hidden_, output_;
    Raster input_, target_;
    Simulation simulation_;
    TrainDistance distance_{channels};
    Tick offered_ = 0;            ///< periods that begin before this have been pushed
    std::size_t next_target_ = 0; ///< spikes of the target that were compared, of all periods
};

} // namespace saltus::examples::superspike
