// SPDX-License-Identifier: BSD-3-Clause
// saltus stream --network: a network between the sensor and the output. Model time keeps pace with the clock on the
// wall (or runs as fast as it goes, for recordings with --speed 0); what a step is, and what is late, is measured.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/event_feed.hpp"
#include "engine/api/cli/interrupt.hpp"
#include "engine/api/cli/judge.hpp"
#include "engine/api/cli/learn_choice.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/run_journal.hpp"
#include "engine/api/cli/stream_input.hpp"
#include "engine/api/cli/stream_options.hpp"
#include "engine/api/cli/stream_output.hpp"
#include "engine/api/cli/stream_view.hpp"
#include "engine/core/error.hpp"
#include "engine/io/event_collector.hpp"
#include "engine/io/spike_output.hpp"
#include "engine/network/validate_parts.hpp"
#include "engine/persist/network_file.hpp"
#include "engine/runtime/periodic_loop.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

namespace saltus::cli {
namespace {

using api::text;

/// The population of that name, else the only one that `fits`.
template <class Fits>
std::optional<PopulationId> choose(const Network& network, const std::string& name, Fits&& fits) {
    if (!name.empty()) return persist::population_named(network, name);
    std::optional<PopulationId> found;
    for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
        if (!fits(PopulationId{p})) continue;
        if (found) return std::nullopt;
        found = PopulationId{p};
    }
    return found;
}

PopulationId input_of(const StreamOptions& o, const Network& network) {
    const auto input = choose(network, o.input_population, [&](PopulationId id) {
        return std::holds_alternative<InputParameters>(network.at(id).model);
    });
    if (input) return *input;
    throw ConfigError(o.network.file, "has no input population, or several", "name one with --input-population");
}

/// The readout that learns which class it is.
PopulationId readout_of(const StreamOptions& o, const Network& network) {
    const auto readout = choose(network, o.readout, [&](PopulationId id) {
        return std::any_of(network.errors().begin(), network.errors().end(),
                           [id](const ErrorSpec& e) { return e.readout == id; });
    });
    if (!readout)
        throw ConfigError(o.network.file, "has no population with an error, or several", "name one with --readout");
    if (detail::is_readout(network.at(*readout))) return *readout;
    throw ConfigError("population '" + network.at(*readout).name + "'", "is no readout: it gives no answers",
                      "name a readout that has an error with --readout");
}

/// The last population of neurons that spike.
PopulationId output_of(const StreamOptions& o, const Network& network) {
    if (!o.output_population.empty()) return persist::population_named(network, o.output_population);
    for (auto p = static_cast<std::uint32_t>(network.populations().size()); p-- > 0;)
        if (has_spikes(network.populations()[p])) return {p};
    throw ConfigError(o.network.file, "has no neurons that spike", "give it some");
}

/// Length of a trial in ticks: what was asked for, else the interval that the network learns at the end of.
Tick trial_of(const StreamOptions& o, const Network& network) {
    const Tick step = network.grid().learning_clock;
    if (o.trial_ms > 0.0) return std::max<Tick>(1, network.grid().ticks(o.trial_ms) / step) * step;
    if (network.schedule().timing == UpdateTiming::interval) return network.schedule().interval_steps * step;
    throw ConfigError("--trial-ms", "the network learns at every arrival: it has no interval",
                      "say how long a trial is");
}

/// Everything between the events and the answers.
class Session {
  public:
    explicit Session(const StreamOptions& o)
        : o_(o), network_(with_rule(persist::read_network(o.network.file, o.network.seed), o.learn)),
          simulation_(network_, simulation_options(o.network)), step_(network_.grid().learning_clock),
          output_population_(output_of(o, network_)), journal_(o.journal, simulation_, network_, o.network.precision),
          view_(isatty(STDERR_FILENO) == 1) {
        open_labels();
        open_feed();
        open_spikes();
        if (o.learn == "off" || (!judge_ && !network_.errors().empty())) simulation_.set_learning(false);
    }

    int run() {
        const double speed = o_.speed >= 0.0 ? o_.speed : playlist_ ? 0.0 : 1.0;
        if (speed > 0.0 || input_.live)
            keep_pace(input_.live ? 1.0 : speed);
        else
            go_fast();
        view_.finish(state(), latency_);
        journal_.finish();
        if (!o_.journal.empty()) std::printf("journal         %s\n", journal_.text().c_str());
        std::printf("output          %s\n", output_->finish().c_str());
        std::printf("fingerprint     0x%016llx\n", static_cast<unsigned long long>(simulation_.fingerprint()));
        if (!o_.plot.empty()) std::printf("pictures        %s\n", view_.draw_pictures(o_.plot, latency_).c_str());
        return status();
    }

  private:
    using Clock = std::chrono::steady_clock;

    void open_labels() {
        if (o_.labels.empty() && o_.labelled.empty()) return;
        trial_ = trial_of(o_, network_);
        judge_.emplace(network_, readout_of(o_, network_), trial_, o_.learn != "off");
        if (o_.labelled.empty()) return;
        const double trial_us = static_cast<double>(trial_) * network_.grid().tick_s() * 1e6;
        playlist_.emplace(find_labelled(o_.labelled), cli::input_of(o_.input),
                          static_cast<std::int64_t>(std::llround(trial_us)), o_.passes, !o_.in_order, network_.seed());
    }

    void open_feed() {
        const PopulationId input = input_of(o_, network_);
        const auto options = [&](io::Geometry sensor) {
            io::LiveOptions live{.gate = gate_of(o_.gate, sensor, network_.at(input))};
            live.clock.delay_us = 2 * o_.period_us;
            live.clock.most_drift_ppm = 500;
            live.late = io::LateEvents::move;
            return live;
        };
        if (playlist_) {
            feed_ = std::make_unique<RecordedFeed>(network_, input, options(playlist_->geometry()),
                                                   trials_of(*playlist_), playlist_->decoded());
            return;
        }
        input_ = open_input(o_.input, o_.payload);
        if (input_.live) {
            feed_ = std::make_unique<LiveFeed>(network_, input, options(input_.geometry()), *input_.live);
        } else {
            std::vector<io::SensorEvent> early = io::read_to_geometry(*input_.recording);
            feed_ = std::make_unique<RecordedFeed>(network_, input, options(input_.geometry()),
                                                   pieces_of(*input_.recording, std::move(early)),
                                                   input_.recording->counters());
        }
        if (o_.labels.empty()) return;
        for (const LabelAt& label : read_labels(o_.labels)) feed_->labels().push_back(label);
    }

    void open_spikes() {
        const std::uint32_t size = network_.at(output_population_).size;
        const std::uint32_t columns = std::min<std::uint32_t>(size, 65536);
        const io::Geometry geometry{columns, (size + columns - 1) / columns};
        output_ = open_output(o_.output, o_.output_payload, [geometry] { return geometry; });
        spikes_ = std::make_unique<io::SpikeOutput>(network_, output_population_, columns, *output_);
        simulation_.record_spikes(output_population_);
    }

    /// One learning step of model time.
    void step() {
        const Tick until = (simulation_.now() / step_ + 1) * step_;
        feed_->feed(simulation_, until);
        if (judge_) judge_->before(simulation_, until, feed_->labels());
        simulation_.advance_until(until);
        if (judge_) judge_->after(simulation_);
        if (simulation_.spikes().empty()) return;
        output_spikes_ += simulation_.spikes().size();
        spikes_->send(simulation_.spikes());
        simulation_.clear_spikes();
    }

    /// Looks after everything else; false when it is time to end.
    bool go_on() {
        if (view_.due()) view_.tell(state(), latency_);
        if (interrupt_.came() || (o_.seconds > 0.0 && model_s() >= o_.seconds)) return false;
        return !feed_->ended() || !at_end();
    }
    /// The input has ended; so have the events on their way, and the trial.
    bool at_end() {
        if (!end_) {
            const Tick now = simulation_.now();
            end_ = judge_ ? (now + trial_ - 1) / trial_ * trial_ : now + network_.grid().ticks(10.0);
        }
        return simulation_.now() >= *end_;
    }

    void go_fast() {
        do {
            const auto begin = Clock::now();
            step();
            latency_.record(Clock::now() - begin);
        } while (go_on());
    }

    /// So many learning steps in each period that model time keeps pace. A period that runs out leaves the rest to the
    /// next, and is late.
    void keep_pace(double speed) {
        const double step_us = static_cast<double>(step_) * network_.grid().tick_s() * 1e6 / speed;
        const auto steps = std::max<std::int64_t>(1, std::llround(static_cast<double>(o_.period_us) / step_us));
        const std::chrono::nanoseconds period(std::llround(1e3 * step_us * static_cast<double>(steps)));
        PeriodicLoop loop({.period = period});
        Tick target = 0;
        loop.run([&](std::uint64_t missed) {
            const auto begin = Clock::now();
            target += steps * step_ * static_cast<Tick>(1 + missed);
            while (simulation_.now() < target && Clock::now() - begin < period) step();
            late_steps_ += simulation_.now() < target ? 1 : 0;
            latency_.record(Clock::now() - begin);
            return go_on();
        });
    }

    [[nodiscard]] double model_s() const { return static_cast<double>(simulation_.now()) * network_.grid().tick_s(); }
    [[nodiscard]] StreamState state() const {
        StreamState s{.model_s = model_s(),
                      .events = feed_->counters(),
                      .transport = feed_->transport(),
                      .decoded = feed_->decoded(),
                      .engine = simulation_.counters(),
                      .output_spikes = output_spikes_,
                      .judged = judge_.has_value(),
                      .late_steps = late_steps_};
        if (s.model_s > 0.0)
            s.drift_ppm = 1e6 * static_cast<double>(s.events.followed) * network_.grid().tick_s() / s.model_s;
        if (judge_) s.answers = judge_->answers(), s.right = judge_->right(), s.recent = judge_->recent();
        return s;
    }
    [[nodiscard]] int status() const {
        std::string damage = playlist_ ? playlist_->damage() : "";
        if (!playlist_ && input_.fault()) damage = o_.input.file + ": " + fault_text(input_.fault());
        if (damage.empty()) return status_ok;
        std::fprintf(stderr, "saltus: %s\n", damage.c_str());
        return status_damaged;
    }

    const StreamOptions& o_;
    Interrupt interrupt_;
    Network network_;
    Simulation simulation_;
    Tick step_, trial_ = 0;
    PopulationId output_population_;
    RunJournal journal_;
    StreamView view_;
    std::optional<Judge> judge_;
    std::optional<Playlist> playlist_;
    StreamInput input_;
    std::unique_ptr<StreamOutput> output_;
    std::unique_ptr<io::SpikeOutput> spikes_;
    std::unique_ptr<EventFeed> feed_; ///< after the input it listens to
    LatencyHistogram latency_;
    std::optional<Tick> end_;
    std::uint64_t output_spikes_ = 0, late_steps_ = 0;
};

} // namespace

int stream_through_network(const StreamOptions& options) { return Session(options).run(); }

} // namespace saltus::cli
