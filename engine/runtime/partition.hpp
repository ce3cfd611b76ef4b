// SPDX-License-Identifier: BSD-3-Clause
// One partition of a running network: slices of populations, every row onto them, their queues and learners, and the
// event and learning stages of a tick. Within a window no partition touches another's memory; Engine brings them
// together. @tparam Real precision of weights and traces; neuron state is always double.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/network/frozen.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/emission.hpp"
#include "engine/runtime/event_queue.hpp"
#include "engine/runtime/group_of.hpp"
#include "engine/runtime/learner.hpp"
#include "engine/runtime/memory_use.hpp"
#include "engine/runtime/plasticity.hpp"
#include "engine/runtime/post_history.hpp"
#include "engine/runtime/readout_error.hpp"
#include "engine/runtime/recorder.hpp"
#include "engine/runtime/run_state.hpp"
#include "engine/runtime/short_term_rows.hpp"
#include "engine/runtime/volley_queue.hpp"
#include "models/registry.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// The rows of one projection onto one slice, and what makes them learn.
template <class Real>
struct RowSet {
    std::uint32_t projection;
    std::uint32_t slice; ///< within the partition
    SynapseRows<Real> rows;
    Learner<Real>* learner = nullptr; ///< null if static
    std::unique_ptr<Plasticity<Real>> plasticity{};
    std::optional<ShortTermRows<Real>> short_term{};
    /// Source i has one synapse, onto neuron i, all have the same delay, and nothing learns: a volley is served as one
    /// row. Place k of its weights is that of target k.
    bool driven = false;
    std::uint32_t first_source = 0; ///< number of row 0's source in the whole network
    std::uint32_t channel = 0;      ///< see Arrival
    Tick delay = never;             ///< of all its rows, if it takes volleys; else `never`
    bool at_hand = false;           ///< so few synapses that they stay in the caches

    /// Weights of delay group g, as if nothing had been put off. @param weights overwritten: [places of the group].
    void current_weights(std::uint32_t g, std::vector<Real>& weights) const {
        weights.resize(rows.count(g));
        if (plasticity)
            plasticity->current_weights(g, weights.data());
        else
            std::copy_n(&rows.weight[rows.groups[g].first], weights.size(), weights.begin());
    }
};

template <class Real>
class Partition {
  public:
    /// The neurons of a slice.
    using Group = Models::Variant<AlikeGroup, VariedGroup>;

    /// @param network, run shared by all partitions; they outlive this one.
    /// @param first_neuron [populations + 1] number, in the whole network, of each population's first neuron.
    /// @param slices those of this partition, ascending.
    Partition(const Network& network, const RunState& run, std::span<const std::uint32_t> first_neuron,
              std::vector<Slice> slices);

    // --- building, in this order ----------------------------------------------------------------------------------
    /// The rows of a projection onto a slice of this partition; by ascending projection, then slice.
    void add_rows(std::uint32_t projection, std::uint32_t slice, SynapseRows<Real> rows);
    /// Once all rows are there.
    void open_channels();
    void build_learners(std::size_t history_blocks);
    /// The way of feedback number `index` to each slice of its learning population.
    void build_links(std::uint32_t index, const FeedbackSpec& spec);
    /// @param links of all partitions: rows onto readouts tell those that follow their weights.
    void build_plasticity(std::span<FeedbackLink<Real>* const> links);
    /// Short-term plasticity, and rules of spike timing.
    void build_synapse_types();

    // --- a window -------------------------------------------------------------------------------------------------
    /// Spikes of the whole network set out for this partition's rows, in canonical order; and volleys of sources.
    void launch(std::span<const Emission> spikes, std::span<const VolleyList> volleys);
    /// Processes every tick up to and including `last` at which something happens here.
    /// @param input external events, sorted by tick; those stamped before `last` set out.
    void advance(Tick last, std::span<const Emission> input);
    /// The first tick at which something happens here by itself.
    [[nodiscard]] Tick next() const;
    /// After everything of tick `now`: histories of spikes are brought up to date (see PostHistory).
    void sweep(Tick now);
    /// The first tick after which that has something to do.
    [[nodiscard]] Tick next_sweep() const { return next_sweep_; }
    /// Spikes of this window, in canonical order.
    [[nodiscard]] std::vector<Emission>& emissions() { return emissions_; }
    [[nodiscard]] VolleyList& volleys() { return volleys_; }
    /// Ticks of this window at which something happened, ascending.
    [[nodiscard]] std::vector<Tick>& ticks() { return ticks_; }

    // --- learning, at an edge -------------------------------------------------------------------------------------
    /// Learning signals of the learners of a depth (Learner::depth), the deepest; then the trace maps take in step n.
    void learn_step(std::int64_t n, std::span<const ReadoutError<Real>> errors, std::uint32_t depth);
    /// The learning signals of a depth only.
    void compute_signals(std::int64_t n, std::span<const ReadoutError<Real>> errors, std::uint32_t depth);
    /// psi_k L_k of step n, for the layer below. error: [neurons of the slice], overwritten.
    void backpropagate(std::uint32_t slice, std::int64_t n, std::span<double> error);
    /// @param worthwhile false where learning is off or the error was too small: the interval is forgotten.
    void end_interval(bool worthwhile);
    /// Symmetric feedback from spiking neurons takes on the weights that lead to them.
    void copy_followed();
    /// Every neuron returns to rest; what is in flight is discarded.
    void reset_states(Tick t);

    // --- between windows ------------------------------------------------------------------------------------------
    /// Input currents, or rates, of a slice from the end of tick t on: [neurons of the slice].
    void set_drive(std::uint32_t slice, Tick t, const double* values);
    /// A slice is advanced at every tick after t, or no longer.
    void set_stepped(std::uint32_t slice, bool stepped, Tick t);
    [[nodiscard]] bool any_stepped() const { return any_stepped_; }
    /// Synaptic events that arrived at a slice since they were last taken.
    [[nodiscard]] std::uint64_t arrived(std::uint32_t slice) const { return arrived_[slice]; }
    [[nodiscard]] std::uint64_t take_arrived(std::uint32_t slice) { return std::exchange(arrived_[slice], 0); }

    // --- reading --------------------------------------------------------------------------------------------------
    [[nodiscard]] const std::vector<Slice>& slices() const { return slices_; }
    [[nodiscard]] std::vector<RowSet<Real>>& row_sets() { return rows_; }
    [[nodiscard]] const std::vector<RowSet<Real>>& row_sets() const { return rows_; }
    [[nodiscard]] std::deque<FeedbackLink<Real>>& links() { return links_; }
    [[nodiscard]] const std::deque<FeedbackLink<Real>>& links() const { return links_; }
    [[nodiscard]] std::deque<Learner<Real>>& learners() { return learners_; }
    [[nodiscard]] const std::deque<Learner<Real>>& learners() const { return learners_; }
    /// Adds the spikes in flight to a list. @param first_set number of this partition's first row set among all
    void find_flight(std::uint32_t first_set, std::vector<SpikeInFlight>& all) const;
    [[nodiscard]] const std::vector<NeuronFault>& faults() const { return faults_; }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] Group& group(std::uint32_t slice) { return groups_[slice]; }
    [[nodiscard]] const Group& group(std::uint32_t slice) const { return groups_[slice]; }
    /// A state variable of a neuron of one slice, as it would be at tick t.
    [[nodiscard]] double peek(std::uint32_t slice, std::uint32_t neuron, std::size_t variable, Tick t) const;
    void hash(UnorderedFingerprint& sum) const;
    [[nodiscard]] MemoryUse memory() const;

  private:
    /// What is on its way to the rows.
    struct Flight {
        EventQueue spikes;
        VolleyQueue volleys;

        [[nodiscard]] Tick next() const { return std::min(spikes.next(), volleys.next()); }
        void clear() {
            spikes.clear();
            volleys.clear();
        }
    };

    // building (partition_build.cpp)
    [[nodiscard]] Learner<Real>* find_learner(const RowSet<Real>& set);

    // one tick (partition_step.cpp)
    void tick(Tick t);
    void step_slices(Tick t);
    [[nodiscard]] Tick next_event() const;
    void fire(Tick t);
    void check_readouts(Tick t);
    [[gnu::cold]] void note_fault(std::uint32_t slice, Tick t, std::uint32_t neuron, std::size_t variable);

    // setting out (partition_launch.cpp)
    void emit_volley(std::uint32_t slice, std::span<std::uint32_t> sources, Tick t);
    void inject_input(std::span<const Emission>& input);
    void launch(std::span<const Emission> spikes);
    void launch_volley(std::span<const Emission> spikes, std::uint32_t r);
    void launch_singly(std::span<const Emission> spikes, std::uint32_t r);
    void queue_volley(std::uint32_t r, Tick emitted, std::span<const std::uint32_t> members);
    void launch(const VolleyList& list);

    // arriving (partition_delivery.cpp)
    void deliver(Flight& flight, Tick t);
    void send_on(const Arrival& arrival);
    void serve(std::span<const Arrival> arrivals, std::size_t count);
    void serve(const VolleyQueue::Volley& volley);
    template <class G>
    void drive(const RowSet<Real>& set, G& target, std::span<const std::uint32_t> neurons, Tick t);
    template <class G>
    void serve_together(const RowSet<Real>& set, G& target, const VolleyQueue::Volley& volley);
    template <class G>
    void serve_row(RowSet<Real>& set, G& target, const Arrival& arrival, std::span<const std::uint32_t> upcoming);
    // How many arrivals ahead something is fetched.
    static constexpr std::size_t next_one = 1, soon = 3, later = 8;
    std::span<const std::uint32_t> prefetch(std::span<const Arrival> arrivals) const;
    std::span<const std::uint32_t> prefetch(const RowSet<Real>& set, std::span<const std::uint32_t> rows) const;
    [[nodiscard]] std::span<const std::uint32_t> targets_of(const RowSet<Real>& set, std::uint32_t group) const;
    void fetch_row(const RowSet<Real>& set, std::uint32_t group) const;
    void lose_arrivals(Tick t);

    // synapse types (partition_synapses.cpp)
    [[nodiscard]] PostHistory& post_history(const RowSet<Real>& set, const SpikeTraces& traces);
    void note_spikes(std::uint32_t slice, std::size_t first, Tick t);
    void rest_synapses(Tick t);

    // learning stages (partition_learning.cpp)
    void begin_edge(Tick t);
    void sample_surrogates(Tick t);
    void sample_present(Learner<Real>& learner, Tick t);
    template <class Value>
    void sample_surrogate(const Learner<Real>& learner, Tick t, Value* psi, Value* third);
    void take_reward(Learner<Real>& learner, std::size_t position);
    void count_spikes(Learner<Real>& learner, std::int64_t n);
    void take_third(Learner<Real>& learner, std::int64_t n);
    void take_error(Learner<Real>& learner, const ReadoutError<Real>& error, std::size_t position);
    void feed_back(Learner<Real>& learner, const FeedbackLink<Real>& link, const ReadoutError<Real>& error,
                   std::size_t position, bool anew);
    void keep_rates(Learner<Real>& learner, std::int64_t n);
    void extend_traces();
    void finish_learner(Learner<Real>& learner);

    // reading (partition_access.cpp)
    void hash_neurons(UnorderedFingerprint& sum) const;
    void hash_synapses(UnorderedFingerprint& sum) const;
    void hash_learners(UnorderedFingerprint& sum) const;

    const Network& network_;
    const RunState& run_;
    std::span<const std::uint32_t> first_neuron_; // [populations + 1] in the whole network
    std::vector<Slice> slices_;
    std::vector<Group> groups_;              // [slice]
    std::vector<std::uint32_t> sources_;     // slices of Poisson sources
    std::vector<std::uint32_t> local_first_; // [slices + 1] number, in this partition, of its first neuron
    std::vector<RowSet<Real>> rows_;         // by (projection, slice); complete before plasticity points into it
    std::vector<std::vector<std::uint32_t>> outgoing_; // [population] row sets it feeds, ascending
    std::deque<Learner<Real>> learners_;               // stable addresses
    std::deque<FeedbackLink<Real>> links_;             // stable addresses
    std::deque<PostHistory> histories_;                // stable addresses
    Tick next_sweep_ = never;                          // of any of them

    Flight arrivals_;
    Flight undelayed_; // spikes of this window, to readouts, without delay
    CrossingQueue crossings_;
    std::vector<Emission> emissions_;
    VolleyList volleys_;                  // of this window
    std::vector<Emission> sorted_input_;  // scratch: of one tick
    std::vector<std::uint32_t> members_;  // scratch: of a volley that sets out
    Tick last_ = 0;                       // tick of this window
    std::vector<Real> drive_weight_;      // scratch: of the targets of a volley
    std::vector<const Real*> dense_rows_; // scratch: of the rows of a volley
    std::vector<std::uint64_t> arrived_;  // [slice] synaptic events since the last review
    std::vector<std::uint8_t> stepped_;   // [slice] advanced at every tick
    bool any_stepped_ = false;            // any of them
    Tick stepped_to_ = 0;                 // the last of those ticks
    bool any_silent_ = false;             // some slice never spikes
    bool hears_input_ = false;            // external input has rows here
    std::vector<NeuronFault> faults_;     // since the start
    std::vector<Tick> ticks_;
    std::vector<double> distance_; // scratch: to threshold, of the neurons of a slice
    Counters counters_;
};

/// Whether projection q is background drive: one source for each target, one delay, nothing learns, and no other
/// projection between the two populations (whose arrivals would come in between).
[[nodiscard]] bool takes_drive(const Network& network, std::uint32_t q);

extern template class Partition<float>;
extern template class Partition<double>;

/// The population that a neuron of the whole network belongs to.
[[nodiscard]] inline std::uint32_t population_of(std::span<const std::uint32_t> first_neuron, std::uint32_t neuron) {
    const auto after = std::upper_bound(first_neuron.begin(), first_neuron.end(), neuron);
    return static_cast<std::uint32_t>(after - first_neuron.begin()) - 1;
}

/// The same of neuron after neuron: cheap where many in a row are of one population.
class PopulationFinder {
  public:
    explicit PopulationFinder(std::span<const std::uint32_t> first_neuron) : first_(first_neuron) {}
    [[nodiscard]] std::uint32_t operator()(std::uint32_t neuron) {
        if (neuron < first_[last_] || neuron >= first_[last_ + 1]) last_ = population_of(first_, neuron);
        return last_;
    }

  private:
    std::span<const std::uint32_t> first_;
    std::uint32_t last_ = 0;
};

} // namespace saltus
