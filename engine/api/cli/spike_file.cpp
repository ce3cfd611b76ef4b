// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/spike_file.hpp"
#include "engine/core/error.hpp"

#include <cstdio>
#include <filesystem>

namespace saltus::cli {
namespace {

io::Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

std::string quoted(const std::string& name) {
    if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

class CsvFile final : public SpikeFile {
  public:
    CsvFile(const std::string& path, const Network& network) : file_(path), tick_ps_(network.grid().tick.count()) {
        for (const Population& population : network.populations()) names_.push_back(quoted(population.name));
        file_.write(bytes_of("t_s,population,neuron\n"));
    }
    void take(std::span<const Spike> spikes) override {
        constexpr std::int64_t second = 1'000'000'000'000;
        lines_.clear();
        for (const Spike& spike : spikes) {
            const std::int64_t ps = spike.tick * tick_ps_;
            char time[48];
            std::snprintf(time, sizeof time, "%lld.%012lld,", static_cast<long long>(ps / second),
                          static_cast<long long>(ps % second));
            lines_ += time + names_[spike.population] + "," + std::to_string(spike.neuron) + "\n";
        }
        file_.write(bytes_of(lines_));
        spikes_ += spikes.size();
    }
    void finish() override { file_.commit(); }

  private:
    io::FileSink file_;
    std::int64_t tick_ps_;
    std::vector<std::string> names_;
    std::string lines_;
};

/// The header is written twice, of equal length: at first without, at the end with the number of spikes.
class NpyFile final : public SpikeFile {
  public:
    explicit NpyFile(const std::string& path) : file_(path) { file_.write(bytes_of(header(0))); }
    void take(std::span<const Spike> spikes) override {
        records_.clear();
        for (const Spike& spike : spikes) {
            io::append_little(records_, static_cast<std::uint64_t>(spike.tick), 8);
            io::append_little(records_, spike.population, 4);
            io::append_little(records_, spike.neuron, 4);
        }
        file_.write(bytes_of(records_));
        spikes_ += spikes.size();
    }
    void finish() override {
        file_.overwrite(0, bytes_of(header(spikes_)));
        file_.commit();
    }

  private:
    static std::string header(std::uint64_t spikes) {
        constexpr std::size_t size = 192;
        std::string text =
            "{'descr': [('tick', '<i8'), ('population', '<u4'), ('neuron', '<u4')], "
            "'fortran_order': False, 'shape': (" +
            std::to_string(spikes) + ",), }";
        std::string out("\x93NUMPY\x01\x00", 8);
        io::append_little(out, size - 10, 2);
        text.resize(size - 11, ' ');
        return out + text + "\n";
    }

    io::FileSink file_;
    std::string records_;
};

} // namespace

std::unique_ptr<SpikeFile> open_spike_file(const std::string& path, const Network& network) {
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".csv") return std::make_unique<CsvFile>(path, network);
    if (extension == ".npy") return std::make_unique<NpyFile>(path);
    throw ConfigError(path, "its extension is '" + extension + "'", "spikes are written to .csv and .npy");
}

} // namespace saltus::cli
