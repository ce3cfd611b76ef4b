// SPDX-License-Identifier: BSD-3-Clause
// A scene: a network of the literature with all that drives it, its size, and the hash of its outcome. The benchmarks
// time scenes, the tests run the brief ones; both compare the hash, so that a benchmark is a test as well.
#pragma once

#include "engine/saltus.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace saltus::bench {

using Figures = std::vector<std::pair<std::string, double>>; ///< name, value

/// A network that runs.
struct SceneRun {
    std::shared_ptr<Simulation> simulation;
    std::function<void()> advance;                               ///< by one piece, with its input
    double piece_s = 0.0;                                        ///< model time of a piece
    double synapses = 0.0;                                       ///< without those of forcing inputs and drives
    std::vector<std::pair<PopulationId, std::uint32_t>> neurons; ///< populations of neurons that spike, their sizes
    std::vector<ProjectionId> learning{};
    std::function<Figures()> figures{}; ///< what else there is to tell, at the end

    [[nodiscard]] double neuron_count() const;
    /// What the user sees of the state: membranes, weights that learn, counts. By 64-bit FNV-1a; shares nothing with
    /// Simulation::fingerprint, so it outlives changes of how the engine stores things.
    [[nodiscard]] std::uint64_t hash() const;
};

struct Scene {
    std::string name;
    std::function<SceneRun(const SimulationOptions&)> make; ///< the options change nothing but time and precision
    int settling;                                           ///< pieces before figures are taken
    int measured;                                           ///< ... and while they are
    std::uint64_t expected;                                 ///< hash after both
    bool brief = false; ///< takes no more than some tenths of a second: for the tests
};

/// Every scene. Those that need files are left out where these are missing.
[[nodiscard]] std::vector<Scene> all_scenes();

[[nodiscard]] std::vector<Scene> balanced_scenes();
[[nodiscard]] std::vector<Scene> vogels_abbott_scenes();
[[nodiscard]] std::vector<Scene> microcircuit_scenes();
[[nodiscard]] std::vector<Scene> eprop_recurrent_scenes();
[[nodiscard]] std::vector<Scene> recurrent_learner_scenes();
#ifdef SALTUS_SCENES_WITH_IMAGES
[[nodiscard]] std::vector<Scene> fashion_mnist_scenes();
#endif

} // namespace saltus::bench
