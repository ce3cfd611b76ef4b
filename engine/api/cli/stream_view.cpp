// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/stream_view.hpp"
#include "engine/api/cli/pictures.hpp"
#include "engine/api/plot/gnuplot.hpp"
#include "engine/api/plot/panels.hpp"
#include "engine/api/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace saltus::cli {
namespace {

using api::grouped;
using api::text;

double us(std::chrono::nanoseconds time) { return 1e-3 * static_cast<double>(time.count()); }

double per_second(std::uint64_t before, std::uint64_t now, double seconds) {
    return seconds > 0.0 ? static_cast<double>(now - before) / seconds : 0.0;
}

std::string bar(double share) {
    constexpr int width = 30;
    const auto full = static_cast<std::size_t>(std::lround(share * width));
    return "[" + std::string(full, '#') + std::string(width - full, '.') + "]";
}

std::string accuracy_text(const StreamState& s) {
    if (!s.judged) return "no labels";
    if (s.answers == 0) return "no trial has ended";
    return text("%s of the last %s answers right, %s of all %s", api::percent(s.recent).c_str(),
                grouped(std::min<std::uint64_t>(s.answers, 200)).c_str(),
                api::percent(static_cast<double>(s.right) / static_cast<double>(s.answers)).c_str(),
                grouped(s.answers).c_str());
}

std::string latency_text(const StreamState& s, const LatencyHistogram& step) {
    return text("p50 %.0f us, p99 %.0f us, p99.9 %.0f us, longest %.0f us; %s steps were late", us(step.p50()),
                us(step.p99()), us(step.p999()), us(step.max()), grouped(s.late_steps).c_str());
}

std::string drop_text(const StreamState& s) {
    const io::LiveCounters& e = s.events;
    return text(
        "%s offered = %s accepted + %s dropped + %s late + %s malformed + %s filtered + %s waiting; "
        "before that, %s outside the sensor and %s malformed; %s datagrams dropped by the kernel, %s lost",
        grouped(e.offered).c_str(), grouped(e.accepted).c_str(), grouped(e.dropped).c_str(), grouped(e.late).c_str(),
        grouped(e.malformed).c_str(), grouped(e.filtered).c_str(), grouped(e.waiting).c_str(),
        grouped(s.decoded.outside).c_str(), grouped(s.decoded.malformed).c_str(),
        grouped(s.transport.kernel_drops).c_str(), grouped(s.transport.lost).c_str());
}

/// Per second of model time since `before`.
std::string rate_text(const StreamState& before, const StreamState& s) {
    const double dt = s.model_s - before.model_s;
    return text("%s events, %s spikes, %s synaptic events, %s updates per second of model time",
                api::with_prefix(per_second(before.events.accepted, s.events.accepted, dt)).c_str(),
                api::with_prefix(per_second(before.engine.spikes, s.engine.spikes, dt)).c_str(),
                api::with_prefix(per_second(before.engine.synaptic_events, s.engine.synaptic_events, dt)).c_str(),
                api::with_prefix(per_second(before.engine.plastic_updates, s.engine.plastic_updates, dt)).c_str());
}

} // namespace

bool StreamView::due() { return ++steps_ % every_ == 0; }

void StreamView::tell(const StreamState& state, const LatencyHistogram& step) {
    remember(state);
    const auto rest = terminal_ ? std::chrono::milliseconds(250) : std::chrono::milliseconds(1000);
    if (Clock::now() - shown_at_ >= rest) show(state, step);
}

void StreamView::remember(const StreamState& state) {
    course_.push_back(state);
    constexpr std::size_t most = 1000; // then every other one goes
    if (course_.size() < most) return;
    std::vector<StreamState> thinned;
    for (std::size_t i = 1; i < course_.size(); i += 2) thinned.push_back(course_[i]);
    course_ = std::move(thinned);
    every_ *= 2;
}

void StreamView::show(const StreamState& s, const LatencyHistogram& step) {
    if (terminal_) {
        const std::array<std::string, 5> lines = {
            text("time      %.1f s of model time", s.model_s), "rate      " + rate_text(before_, s),
            "accuracy  " + (s.answers > 0 ? bar(s.recent) + " " : "") + accuracy_text(s),
            "step      " + latency_text(s, step), "events    " + drop_text(s)};
        if (lines_up_ > 0) std::fprintf(stderr, "\033[%dA", lines_up_);
        // A line is cut at the terminal's edge, so that the block stays as high as it is.
        for (const std::string& line : lines) std::fprintf(stderr, "\r\033[?7l%s\033[?7h\033[K\n", line.c_str());
        lines_up_ = static_cast<int>(lines.size());
        std::fflush(stderr);
    } else {
        std::printf("%.1f s: %s; %s; step p50 %.0f us, p99.9 %.0f us; dropped %s, late %s\n", s.model_s,
                    rate_text(before_, s).c_str(), accuracy_text(s).c_str(), us(step.p50()), us(step.p999()),
                    grouped(s.events.dropped).c_str(), grouped(s.events.late).c_str());
        std::fflush(stdout);
    }
    before_ = s;
    shown_at_ = Clock::now();
}

void StreamView::finish(const StreamState& s, const LatencyHistogram& step) {
    remember(s);
    const double wall = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::printf("time            %.6g s of model time in %.3g s\n", s.model_s, wall);
    std::printf("events          %s\n", drop_text(s).c_str());
    std::printf("network         %s spikes, %s synaptic events, %s updates, %s output spikes\n",
                grouped(s.engine.spikes).c_str(), grouped(s.engine.synaptic_events).c_str(),
                grouped(s.engine.plastic_updates).c_str(), grouped(s.output_spikes).c_str());
    std::printf("accuracy        %s\n", accuracy_text(s).c_str());
    std::printf("step            %s\n", latency_text(s, step).c_str());
    if (s.drift_ppm != 0.0) std::printf("sensor's clock  %+.0f us per second, followed\n", s.drift_ppm);
}

std::string StreamView::course_script() const {
    std::string events, spikes, right;
    StreamState last{};
    for (const StreamState& s : course_) {
        const double dt = s.model_s - last.model_s, at = s.model_s;
        if (dt <= 0.0) continue;
        events += text("%.6g %.6g\n", at, per_second(last.events.accepted, s.events.accepted, dt));
        spikes += text("%.6g %.6g\n", at, per_second(last.engine.spikes, s.engine.spikes, dt));
        if (s.answers > 0)
            right += text("%.6g %.6g %.6g\n", at, 100.0 * s.recent,
                          100.0 * static_cast<double>(s.right) / static_cast<double>(s.answers));
        last = s;
    }
    api::Panels panels("a stream through a network", last.model_s, "s");
    panels.lines("events of the sensor", "per second", events, {{"", "#34495e"}});
    panels.lines("spikes of the network", "per second", spikes, {{"", "#1a7f5a"}});
    if (!right.empty())
        panels.lines("right answers, before they were learned from", "%", right,
                     {{"the last 200", "#1f77b4"}, {"all", "#c8c8c8"}}, "bottom right");
    return panels.script("stream");
}

std::string StreamView::draw_pictures(const std::string& folder, const LatencyHistogram& step) const {
    std::string rows;
    for (double above = 1.0; above * static_cast<double>(step.count()) >= 1.0; above *= 0.9)
        rows += text("%.6g %.6g\n", us(step.quantile(1.0 - above)), above);
    const std::string latency = api::gnuplot_preamble("latency.png", 1000, 600) + api::data_block("steps", rows) +
                                "set title 'how long steps take'\nset logscale xy\nset xlabel 'us'\n"
                                "set ylabel 'share of steps that took longer'\nset format y '10^{%L}'\n"
                                "plot $steps using 1:2 with lines linewidth 2 linecolor '#1f77b4' notitle\n";
    return draw(folder, "stream", course_script()) + ", " + draw(folder, "latency", latency);
}

} // namespace saltus::cli
