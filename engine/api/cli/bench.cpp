// SPDX-License-Identifier: BSD-3-Clause
// saltus bench: figures that depend on the machine, to be taken on yours.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/loop_bench.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/core/error.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace saltus::cli {
namespace {

constexpr const char* examples =
    R"(A control loop of 1 kHz around 1,000 recurrent neurons at about 10 Hz with 100,000 synapses that learn, fed by the thread
of a sensor: 10,000 events per second, each of which reaches 20 neurons.

Examples:
  saltus bench loop                             10 seconds, the usual load
  saltus bench loop --overload 10 --seconds 60  ten times as many events as the loop takes: dropped, and accounted for
  saltus bench loop --spin-us 100               woken early, then waiting awake: steadier, costs processor time
  saltus bench loop --ahead-us 100              most of a step done by 100 us before the deadline, the rest after it

Status: 0; 1 if events are unaccounted for, or the network did not spike or learn.)";

double us(std::chrono::nanoseconds time) { return 1e-3 * static_cast<double>(time.count()); }

void print_row(const char* name, const LatencyHistogram& h) {
    std::printf("%-22s %9.1f %9.1f %9.1f %9.1f %9.1f\n", name, 1e-3 * h.mean_ns(), us(h.p50()), us(h.p99()),
                us(h.p999()), us(h.max()));
}

double per_second(std::uint64_t before, std::uint64_t after, const LoopBenchResult& r) {
    return r.model_s > 0.0 ? static_cast<double>(after - before) / r.model_s : 0.0;
}

double rate_hz(const LoopBenchResult& r) { return per_second(r.before.spikes, r.after.spikes, r) / r.neurons; }

void print_table(const LoopBenchResult& r) {
    std::printf("%-22s %9s %9s %9s %9s %9s   us\n", "", "mean", "median", "p99", "p99.9", "max");
    print_row("step", r.step);
    print_row("  its processor time", r.cpu);
    if (r.ahead.count() > 0) print_row("ahead of deadline", r.ahead);
    print_row("begun after deadline", r.wake);
    std::printf("steps %s, deadlines missed %s, network late %s\n", grouped(r.step.count()).c_str(),
                grouped(r.missed).c_str(), grouped(r.late).c_str());
    std::printf(
        "neurons spike at %.1f Hz; %.0f synaptic events, %.0f learning updates per second; mean weight change %.2g\n",
        rate_hz(r), per_second(r.before.synaptic_events, r.after.synaptic_events, r),
        per_second(r.before.plastic_updates, r.after.plastic_updates, r), r.weight_change);
    const io::LiveCounters& e = r.events;
    std::printf("events: %s offered = %s accepted + %s dropped + %s late + %s malformed + %s filtered + %s waiting%s\n",
                grouped(e.offered).c_str(), grouped(e.accepted).c_str(), grouped(e.dropped).c_str(),
                grouped(e.late).c_str(), grouped(e.malformed).c_str(), grouped(e.filtered).c_str(),
                grouped(e.waiting).c_str(), e.balanced() ? "" : ": NOT BALANCED");
    std::printf("memory grew by %lld KiB\n", static_cast<long long>(r.memory_growth_kib));
}

nlohmann::json quantiles(const LatencyHistogram& h) {
    return {{"count", h.count()},    {"mean_us", 1e-3 * h.mean_ns()}, {"p50_us", us(h.p50())},
            {"p99_us", us(h.p99())}, {"p999_us", us(h.p999())},       {"max_us", us(h.max())}};
}

void print_json(const LoopBenchResult& r) {
    const io::LiveCounters& e = r.events;
    const nlohmann::json report{
        {"step", quantiles(r.step)},
        {"cpu", quantiles(r.cpu)},
        {"ahead", quantiles(r.ahead)},
        {"wake", quantiles(r.wake)},
        {"missed", r.missed},
        {"late", r.late},
        {"rate_hz", rate_hz(r)},
        {"synaptic_events_per_second", per_second(r.before.synaptic_events, r.after.synaptic_events, r)},
        {"updates_per_second", per_second(r.before.plastic_updates, r.after.plastic_updates, r)},
        {"mean_weight_change", r.weight_change},
        {"events",
         {{"offered", e.offered},
          {"accepted", e.accepted},
          {"dropped", e.dropped},
          {"late", e.late},
          {"malformed", e.malformed},
          {"filtered", e.filtered},
          {"waiting", e.waiting},
          {"moved", e.moved}}},
        {"balanced", e.balanced()},
        {"memory_growth_kib", r.memory_growth_kib}};
    std::puts(report.dump(2).c_str());
}

void check_within_period(const char* option, std::int64_t us, const LoopBenchOptions& options) {
    if (us <= options.period_us) return;
    throw ConfigError(
        option, std::to_string(us) + " us is longer than the period, " + std::to_string(options.period_us) + " us",
        "use less, or a longer --period-us");
}

int bench_loop(const LoopBenchOptions& options, bool json) {
    check_within_period("--spin-us", options.spin_us, options);
    check_within_period("--ahead-us", options.ahead_us, options);
    const LoopBenchResult r = run_loop_bench(options);
    if (json) {
        print_json(r);
    } else {
        print_table(r);
    }
    const bool alive = r.after.spikes > r.before.spikes && r.weight_change > 0.0;
    if (!alive) std::fputs("saltus: the network did not spike or did not learn\n", stderr);
    return r.events.balanced() && alive ? status_ok : 1;
}

} // namespace

void add_bench(CLI::App& program, Action& action) {
    auto options = std::make_shared<LoopBenchOptions>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = program.add_subcommand("bench", "Measure on this machine");
    command->require_subcommand(1);
    CLI::App* loop = command->add_subcommand("loop", "Latency of a control loop that learns");
    const auto add = [&](const char* name, auto& value, const char* words, double least, double most) {
        loop->add_option(name, value, words)->check(CLI::Range(least, most))->capture_default_str();
    };
    add("--seconds", options->seconds, "How long to measure", 0.01, 1e6);
    add("--warm-up", options->warm_up_s, "Seconds before that", 0.01, 1e6);
    add("--overload", options->overload, "Events offered, in units of 10,000 per second", 0.01, 1e4);
    add("--period-us", options->period_us, "Period of the loop", 100, 1e6);
    add("--budget-us", options->budget_us, "Time for a step", 1, 1e6);
    add("--spin-us", options->spin_us, "Wait awake for the last stretch; at most a period", 0, 1e6);
    add("--ahead-us", options->ahead_us, "Work so long before a deadline on what is known by then; at most a period", 0,
        1e6);
    add("--most-per-step", options->most_per_step, "Events that a step takes at most", 1, 4096);
    loop->add_flag("--json", *json, "Print JSON instead of a table");
    loop->footer(examples);
    loop->callback([options, json, &action] { action = [options, json] { return bench_loop(*options, *json); }; });
}

} // namespace saltus::cli
