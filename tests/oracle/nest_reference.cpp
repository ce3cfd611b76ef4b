// SPDX-License-Identifier: BSD-3-Clause
#include "tests/oracle/nest_reference.hpp"

#include "tests/support/shared_data.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>

namespace saltus_oracle {
namespace {

using Json = nlohmann::json;
using Table = std::vector<std::vector<double>>;

Table read_csv(const std::filesystem::path& path, int header_lines) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path.string());
    Table table;
    std::string line;
    while (std::getline(file, line)) {
        if (header_lines-- > 0) continue;
        auto& row = table.emplace_back();
        std::istringstream fields(line);
        std::string field;
        while (std::getline(fields, field, ',')) row.push_back(std::stod(field));
    }
    return table;
}

void require_shape(const Table& table, std::size_t rows, std::size_t columns) {
    bool fits = table.size() == rows;
    for (const auto& row : table) fits = fits && row.size() == columns;
    if (!fits) throw std::runtime_error("a reference table does not have the shape of its specification");
}

Population spiking_population(const Json& neuron, std::size_t size) {
    Population population;
    population.size = size;
    population.tau_m_ms = neuron.at("tau_m");
    population.normalised_input = !neuron.at("regular_spike_arrival").get<bool>();
    population.threshold = neuron.at("V_th");
    population.reset = Reset::subtract;
    population.spike_effect = SpikeEffect::next_tick;
    population.refractory_ticks = neuron.at("t_ref").get<Tick>(); // a tick is 1 ms
    population.surrogate.height = neuron.at("surrogate_gradient_height");
    population.surrogate.width = neuron.at("surrogate_gradient_width");
    if (neuron.contains("adapt_beta")) {
        population.kind = PopulationKind::adaptive_lif;
        population.beta = neuron.at("adapt_beta");
        population.tau_a_ms = neuron.at("adapt_tau");
    }
    return population;
}

Optimiser read_optimiser(const Json& spec) {
    Optimiser optimiser;
    optimiser.eta = spec.at("eta");
    optimiser.w_min = spec.at("Wmin");
    optimiser.w_max = spec.at("Wmax");
    if (spec.at("type") != "adam") return optimiser;
    optimiser.kind = OptimiserKind::adam;
    optimiser.beta_1 = spec.at("beta_1");
    optimiser.beta_2 = spec.at("beta_2");
    optimiser.epsilon = spec.at("epsilon");
    return optimiser;
}

/// NEST numbers its recurrent neurons through; ours are in one or two populations.
struct Slice {
    std::size_t population = 0, first = 0, size = 0;
};

class Loader {
  public:
    Loader(const std::filesystem::path& folder)
        : folder_(folder), spec_(Json::parse(std::ifstream(folder / "spec.json"))), steps_(spec_.at("steps_sequence")),
          iterations_(spec_.at("n_iter")) {}

    NestReference load() {
        scenario().tick_ms = spec_.at("dt_ms");
        scenario().last_tick = steps_ * iterations_;
        add_populations();
        add_learning();
        add_inputs();
        add_targets();
        add_spikes();
        const Slice in{0, 0, spec_.at("n_in")}, out{reference_.readout, 0, spec_.at("n_out")};
        for (const Slice& rec : recurrent_) {
            add_projection("weights_in_rec", in, rec, false);
            for (const Slice& from : recurrent_) add_projection("weights_rec_rec", from, rec, true);
            add_projection("weights_rec_out", rec, out, false);
        }
        add_losses();
        add_states();
        return reference_;
    }

  private:
    Scenario& scenario() { return reference_.scenario; }

    Table table(const std::string& name, int header_lines) const {
        return read_csv(folder_ / (name + ".csv"), header_lines);
    }

    void add_populations() {
        auto& populations = scenario().populations;
        populations.emplace_back();
        populations[0].kind = PopulationKind::input;
        populations[0].size = spec_.at("n_in");
        const std::size_t n_rec = spec_.at("n_rec");
        const std::size_t n_regular = spec_.value("n_reg", n_rec);
        populations.push_back(spiking_population(spec_.at("neuron_rec"), n_regular));
        recurrent_.push_back({1, 0, n_regular});
        if (n_regular < n_rec) {
            populations.push_back(spiking_population(spec_.at("neuron_adapt"), n_rec - n_regular));
            recurrent_.push_back({2, n_regular, n_rec - n_regular});
        }
        reference_.readout = populations.size();
        Population readout;
        readout.kind = PopulationKind::readout;
        readout.size = spec_.at("n_out");
        readout.tau_m_ms = spec_.at("neuron_out").at("tau_m");
        readout.normalised_input = !spec_.at("neuron_out").at("regular_spike_arrival").get<bool>();
        populations.push_back(readout);
    }

    void add_learning() {
        Learning& learning = scenario().learning;
        learning.schedule = ScheduleKind::interval;
        learning.interval_steps = steps_;
        learning.signal_window_steps = spec_.at("steps_learning_window");
        learning.average_gradient = spec_.at("average_gradient");
        learning.reset_state = true;
        const bool cross_entropy = spec_.at("neuron_out").at("loss") != "mean_squared_error";
        learning.error = cross_entropy ? ErrorKind::cross_entropy : ErrorKind::mean_squared;
        const Table b = table("weights_out_rec", 0);
        require_shape(b, spec_.at("n_rec"), spec_.at("n_out"));
        for (const Slice& rec : recurrent_) {
            Feedback feedback{rec.population, reference_.readout, FeedbackKind::random, {}};
            for (std::size_t j = rec.first; j < rec.first + rec.size; ++j) {
                feedback.initial.insert(feedback.initial.end(), b[j].begin(), b[j].end());
            }
            learning.feedback.push_back(feedback);
        }
    }

    void note_spike(std::size_t population, std::size_t neuron, Tick step) {
        updates_seen_.resize(scenario().populations.size());
        updates_seen_[population].resize(scenario().populations[population].size, 0);
        updates_seen_[population][neuron] = static_cast<std::size_t>(step / steps_);
    }

    void add_inputs() {
        for (const auto& row : table("input_spikes", 1)) {
            const auto neuron = static_cast<std::size_t>(row.at(0));
            const auto step = static_cast<Tick>(row.at(1));
            scenario().inputs.push_back({step, 0, neuron}); // with a delay of 1 it acts at step + 1
            note_spike(0, neuron, step);
        }
    }

    void add_spikes() {
        for (const auto& row : table("rec_spikes", 1)) {
            const auto neuron = static_cast<std::size_t>(row.at(0));
            const auto step = static_cast<Tick>(row.at(1));
            const Slice& rec = neuron < recurrent_[0].size ? recurrent_[0] : recurrent_.back();
            reference_.spikes.push_back({step + 1, rec.population, neuron - rec.first});
            note_spike(rec.population, neuron - rec.first, step);
        }
        const auto order = [](const Spike& s) { return std::tuple(s.tick, s.population, s.neuron); };
        std::sort(reference_.spikes.begin(), reference_.spikes.end(),
                  [&order](const Spike& a, const Spike& b) { return order(a) < order(b); });
    }

    void add_targets() {
        const Table targets = table("target", 0);
        require_shape(targets, spec_.at("n_out"), static_cast<std::size_t>(scenario().last_tick));
        for (std::size_t step = 0; step < targets[0].size(); ++step) {
            Target target{static_cast<Tick>(step) + 1, reference_.readout, {}};
            for (const auto& row : targets) target.values.push_back(row[step]);
            scenario().targets.push_back(target);
        }
    }

    // All-to-all; within the recurrent layer no neuron is connected with itself.
    void add_projection(const std::string& name, Slice from, Slice to, bool within_layer) {
        const Table initial = table(name + "_init", 0), stale = table(name + "_final", 0);
        Projection projection;
        projection.source = from.population;
        projection.target = to.population;
        projection.plastic = true;
        const bool onto_readout = to.population == reference_.readout;
        const Tick delay_ticks = onto_readout ? 0 : 1;
        auto& weights = reference_.stale_weights.emplace_back();
        for (std::size_t i = 0; i < from.size; ++i) {
            for (std::size_t j = 0; j < to.size; ++j) {
                const std::size_t row = to.first + j, column = from.first + i;
                if (within_layer && row == column) continue;
                projection.synapses.push_back({i, j, initial.at(row).at(column), delay_ticks});
                weights.push_back(stale.at(row).at(column));
            }
        }
        projection.plasticity = plasticity(onto_readout);
        scenario().projections.push_back(projection);
        reference_.updates_seen.push_back(updates_seen_[from.population]);
    }

    Plasticity plasticity(bool onto_readout) const {
        Plasticity plasticity;
        plasticity.rule = onto_readout ? RuleKind::readout : RuleKind::eprop;
        plasticity.filter_tau_ms = spec_.at("synapse").at("tau_m_readout");
        plasticity.c_reg = spec_.at("neuron_rec").at("c_reg");
        plasticity.f_target_hz = spec_.at("neuron_rec").at("f_target");
        plasticity.optimiser = read_optimiser(spec_.at("optimizer"));
        return plasticity;
    }

    void add_losses() {
        for (const auto& row : table("losses", 1)) reference_.losses.push_back(row.at(1));
        const std::size_t n_out = spec_.at("n_out");
        for (const auto& row : table("readout_iter0", 1)) {
            for (std::size_t o = 0; o < n_out; ++o) reference_.first_outputs.push_back(row.at(1 + o));
            for (std::size_t o = 0; o < n_out; ++o) reference_.first_errors.push_back(row.at(1 + n_out + o));
        }
    }

    // A row of time t ms tells of in-sequence step t - 3.
    void add_states() {
        for (const auto& row : table("state_rec0", 1))
            reference_.first_neuron.push_back(
                {static_cast<Tick>(row.at(0)) - 2, row.at(1), 0.0, 0.0, row.at(2), row.at(3)});
        if (recurrent_.size() == 1) return;
        for (const auto& row : table("state_adapt0", 1))
            reference_.first_adaptive.push_back(
                {static_cast<Tick>(row.at(0)) - 2, row.at(1), row.at(2), row.at(3), row.at(4), row.at(5)});
    }

    const std::filesystem::path folder_;
    const Json spec_;
    const Tick steps_, iterations_;
    std::vector<Slice> recurrent_;
    std::vector<std::vector<std::size_t>> updates_seen_; // [population][neuron]
    NestReference reference_;
};

} // namespace

std::optional<NestReference> load_nest_reference(NestTask task) {
    const char* const name = task == NestTask::regression ? "ref/nest/regression" : "ref/nest/evidence";
    const auto folder = saltus::test::shared_data(name);
    if (!folder) return std::nullopt;
    return Loader(*folder).load();
}

} // namespace saltus_oracle
