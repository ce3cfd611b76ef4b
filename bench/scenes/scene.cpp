// SPDX-License-Identifier: BSD-3-Clause
#include "bench/scenes/scene.hpp"

#include <bit>

namespace saltus::bench {

namespace {

/// Fowler, Noll, Vo; least byte first.
class Fnv {
  public:
    void add(std::uint64_t word) {
        for (int byte = 0; byte < 8; ++byte) value_ = (value_ ^ ((word >> (8 * byte)) & 0xff)) * 0x100000001b3ULL;
    }
    void add(double x) { add(std::bit_cast<std::uint64_t>(x)); }
    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

} // namespace

double SceneRun::neuron_count() const {
    double count = 0.0;
    for (const auto& [population, size] : neurons) count += size;
    return count;
}

std::uint64_t SceneRun::hash() const {
    Fnv hash;
    const Counters c = simulation->counters();
    for (const std::uint64_t n : {c.spikes, c.synaptic_events, c.plastic_updates}) hash.add(n);
    for (const auto& [population, size] : neurons)
        for (std::uint32_t j = 0; j < size; ++j) hash.add(simulation->state(population, j));
    for (const ProjectionId p : learning)
        for (const double w : simulation->weights(p)) hash.add(w);
    return hash.value();
}

std::vector<Scene> all_scenes() {
    std::vector<Scene> all;
    const auto append = [&](std::vector<Scene> some) {
        for (Scene& scene : some) all.push_back(std::move(scene));
    };
    append(balanced_scenes());
    append(vogels_abbott_scenes());
    append(microcircuit_scenes());
    append(eprop_recurrent_scenes());
    append(recurrent_learner_scenes());
#ifdef SALTUS_SCENES_WITH_IMAGES
    append(fashion_mnist_scenes());
#endif
    return all;
}

} // namespace saltus::bench
