// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/results.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/gnuplot.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/output.hpp"
#include "examples/common/text.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <cstdio>
#include <utility>

namespace saltus::examples {
namespace {

void tell_list(const char* title, const std::filesystem::path& folder, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    std::printf("%-15s %s: %s\n", title, folder.c_str(), list.c_str());
}

} // namespace

Results::Results(std::string program, const RunOptions& options)
    : program_(std::move(program)), folder_(options.out), draw_(!options.no_plots) {
    try {
        prepare_folder(folder_);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) + "; name another folder with --out");
    }
}

void Results::write_json(const std::string& name, const Json& json) { write(name, json.dump(4) + "\n"); }

void Results::write(const std::string& name, std::string_view content) {
    write_file(folder_ / name, content);
    files_.push_back(name);
}

void Results::write_matrix(const std::string& name, std::span<const double> matrix, std::size_t columns) {
    write_npy(folder_ / name, matrix, columns);
    files_.push_back(name);
}

void Results::picture(const std::string& name, const std::string& script) {
    const std::filesystem::path file = folder_ / (name + ".gp");
    write_file(file, script);
    pictures_.push_back(name + ".gp");
    std::error_code none;                                     // there mostly is none
    std::filesystem::remove(folder_ / (name + ".png"), none); // an earlier run's would pass for this one's
    if (!draw_) return;
    switch (run_gnuplot(file)) {
        case PlotStatus::drawn: pictures_.push_back(name + ".png"); break;
        case PlotStatus::no_gnuplot:
            std::fprintf(stderr, "%s: no pictures without gnuplot (package gnuplot-nox); the scripts are in %s\n",
                         program_.c_str(), folder_.c_str());
            draw_ = false; // there is no use in trying the next
            break;
        case PlotStatus::failed:
            std::fprintf(stderr, "%s: gnuplot could not draw %s\n", program_.c_str(), file.c_str());
            break;
    }
}

void Results::tell() const {
    tell_list("results", folder_, files_);
    tell_list("pictures", folder_, pictures_);
}

double ratio(double a, double b) { return b == 0.0 ? 0.0 : a / b; }

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

double Cost::ns_per_plastic_event() const {
    return ratio(seconds * 1e9, static_cast<double>(counters.plastic_updates));
}

double Cost::per_second(std::uint64_t events) const { return ratio(static_cast<double>(events), seconds); }

void Cost::add_to(Json& json) const {
    json["interrupted"] = interrupted();
    json["learning_seconds"] = seconds;
    json["synaptic_events"] = counters.synaptic_events;
    json["plastic_synaptic_events"] = counters.plastic_updates;
    json["synaptic_events_per_second"] = per_second(counters.synaptic_events);
    json["plastic_synaptic_events_per_second"] = per_second(counters.plastic_updates);
    json["ns_per_plastic_synaptic_event"] = ns_per_plastic_event();
    json["peak_memory_mb"] = peak_memory_mb();
    json["fingerprint"] = text("0x%016llx", static_cast<unsigned long long>(fingerprint));
}

void Cost::print() const {
    std::printf("learning time   %.2f s, %.2f ns per plastic synaptic event (whole learning time over %s of them)\n",
                seconds, ns_per_plastic_event(), with_prefix(static_cast<double>(counters.plastic_updates)).c_str());
    std::printf("throughput      %s synaptic events/s delivered, %s/s updated by the rule\n",
                with_prefix(per_second(counters.synaptic_events)).c_str(),
                with_prefix(per_second(counters.plastic_updates)).c_str());
    std::printf("peak memory     %.0f MB\n", peak_memory_mb());
    std::printf("fingerprint     0x%016llx (equal options give equal ones)\n",
                static_cast<unsigned long long>(fingerprint));
}

} // namespace saltus::examples
