// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/report.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace saltus::cli {
namespace {

/// Every counter of a stream that is worth a line only when it is not 0: what it is called, and what it means.
struct CounterName {
    const char* name;
    const char* meaning;
    std::uint64_t io::StreamCounters::*value;
};

constexpr CounterName counter_names[] = {
    {"clock_wraps", "the sensor's clock started again at 0; undone", &io::StreamCounters::clock_wraps},
    {"backward_steps", "events earlier than the one before", &io::StreamCounters::backward_steps},
    {"clock_errors", "steps of the clock that are no wrap", &io::StreamCounters::clock_errors},
    {"malformed", "words, records, rows or packets that mean nothing", &io::StreamCounters::malformed},
    {"outside", "events outside the geometry, left out", &io::StreamCounters::outside},
    {"before_time", "events before the first time, left out", &io::StreamCounters::before_time},
    {"invalid", "events the sensor marked as not valid, left out", &io::StreamCounters::invalid},
    {"other", "records that are no (x, y) events: triggers, IMU, padding", &io::StreamCounters::other},
    {"truncated_bytes", "bytes of a last record that is not whole", &io::StreamCounters::truncated_bytes},
    {"undecoded_bytes", "bytes behind the fault, or behind the data", &io::StreamCounters::undecoded_bytes},
};

const char* name_of(io::FaultKind kind) {
    switch (kind) {
        case io::FaultKind::none: break;
        case io::FaultKind::not_this_format: return "not of this format";
        case io::FaultKind::unsupported: return "unsupported";
        case io::FaultKind::corrupt: return "corrupt";
        case io::FaultKind::too_large: return "too large";
        case io::FaultKind::truncated: return "truncated";
    }
    return "none";
}

template <class... Values>
std::string print(const char* format, Values... values) {
    char text[200];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

void line(std::string& table, const char* title, const std::string& text) {
    table += print("%-16s", title) + text + "\n";
}

std::string seconds(std::int64_t t_us) {
    const bool negative = t_us < 0;
    const auto size = negative ? 0 - static_cast<std::uint64_t>(t_us) : static_cast<std::uint64_t>(t_us);
    return (negative ? "-" : "") + grouped(size / 1'000'000) + print(".%06u", static_cast<unsigned>(size % 1'000'000));
}

std::string geometry_text(const io::Geometry& geometry) {
    if (geometry.width == 0) return "not stated";
    return print("%u x %u", geometry.width, geometry.height);
}

void event_lines(std::string& table, const Summary& summary) {
    line(table, "events",
         grouped(summary.events) + " (" + grouped(summary.on) + " on, " + grouped(summary.events - summary.on) +
             " off)");
    if (summary.events == 0) return;
    line(table, "addresses",
         print("x %u to %u, y %u to %u", unsigned{summary.x_min}, unsigned{summary.x_max}, unsigned{summary.y_min},
               unsigned{summary.y_max}));
    line(table, "time",
         seconds(summary.earliest_us) + " s to " + seconds(summary.latest_us) + " s, span " +
             seconds(summary.latest_us - summary.earliest_us) + " s");
    const auto whole = [](double rate) { return grouped(static_cast<std::uint64_t>(std::llround(rate))); };
    std::string rate = whole(summary.mean_rate()) + " events/s on average";
    if (summary.latest_us - summary.earliest_us >= Summary::bin_us) {
        rate += ", " + whole(summary.peak_rate()) + " in the fullest 10 ms";
    }
    line(table, "rate", rate);
}

} // namespace

std::string fault_text(const io::Fault& fault) {
    if (!fault) return {};
    return std::string(name_of(fault.kind)) + " at byte " + grouped(fault.offset) + ": " + fault.what;
}

std::string table_report(const std::string& file, const io::Source& source, const Summary& summary) {
    std::string table;
    line(table, "file", file);
    line(table, "format", std::string(source.title()));
    line(table, "geometry", geometry_text(source.geometry()));
    if (source.recordings() != 1) line(table, "recordings", grouped(source.recordings()));
    event_lines(table, summary);
    for (const CounterName& counter : counter_names) {
        const std::uint64_t value = source.counters().*counter.value;
        if (value == 0) continue;
        line(table, counter.name, grouped(value) + print("  (%s)", counter.meaning));
    }
    line(table, "fault", source.fault() ? fault_text(source.fault()) : "none");
    return table;
}

std::string json_report(const std::string& file, const io::Source& source, const Summary& summary) {
    nlohmann::ordered_json report;
    report["file"] = file;
    report["format"] = std::string(source.format());
    report["width"] = source.geometry().width;
    report["height"] = source.geometry().height;
    report["recordings"] = source.recordings();
    report["events"] = summary.events;
    report["on"] = summary.on;
    report["first_t_us"] = summary.first_us;
    report["earliest_t_us"] = summary.earliest_us;
    report["latest_t_us"] = summary.latest_us;
    report["span_s"] = summary.span_s();
    report["mean_rate"] = summary.mean_rate();
    report["peak_rate_10_ms"] = summary.peak_rate();
    report["x"] = {summary.x_min, summary.x_max};
    report["y"] = {summary.y_min, summary.y_max};
    report["bytes"] = source.counters().bytes;
    for (const CounterName& counter : counter_names) report[counter.name] = source.counters().*counter.value;
    report["fault"] = source.fault() ? fault_text(source.fault()) : "";
    return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace saltus::cli
