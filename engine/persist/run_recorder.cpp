// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/run_recorder.hpp"

#include <utility>

namespace saltus::persist {

RunRecorder::RunRecorder(Simulation& simulation, const Network& network, io::ByteSink& sink, std::string description)
    : simulation_(&simulation), writer_(sink, {.fingerprint = simulation.fingerprint(),
                                               .start = simulation.now(),
                                               .seed = network.seed(),
                                               .tick_ps = network.grid().tick.count(),
                                               .description = std::move(description)}) {
    simulation.observe(this);
}

void RunRecorder::mark() {
    if (simulation_ != nullptr) writer_.mark(simulation_->now(), simulation_->fingerprint());
}

void RunRecorder::finish() {
    if (simulation_ == nullptr) return;
    mark();
    writer_.end(simulation_->now());
    stop();
}

void RunRecorder::stop() {
    if (simulation_ != nullptr) simulation_->observe(nullptr);
    simulation_ = nullptr;
}

} // namespace saltus::persist
