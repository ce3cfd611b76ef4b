// SPDX-License-Identifier: BSD-3-Clause
#include "examples/braille/letters.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/gzip_reader.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/common/words.hpp"
#include "models/delta_encoder.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace saltus::examples::braille {
namespace {

constexpr double full_scale = 255.0;
constexpr const char* header = "letter,repetition,step,taxel_0,";

std::string read_all(const std::filesystem::path& file) {
    GzipReader reader(file);
    std::string content;
    std::vector<std::uint8_t> buffer(1 << 16);
    while (const std::size_t n = reader.read(buffer)) {
        content.append(reinterpret_cast<const char*>(buffer.data()), n);
    }
    return content;
}

/// Goes through the lines of a table and puts its rows together.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& file) : file_(file) {}

    Letters read() {
        std::istringstream lines(read_all(file_));
        for (std::string line; std::getline(lines, line); take(line)) ++line_;
        if (letters_.samples.empty()) fail("there are no letters in the file");
        check_complete();
        return std::move(letters_);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw DataError(file_.string() + ", line " + std::to_string(line_) + ": " + what);
    }

    void take(const std::string& line) {
        if (line_ == 1) {
            if (line.rfind(header, 0) != 0) fail("the table does not begin with '" + std::string(header) + "...'");
            return;
        }
        std::vector<std::string> fields;
        std::istringstream rest(line);
        for (std::string field; std::getline(rest, field, ',');) fields.push_back(field);
        if (fields.size() != 3 + taxels) fail("there are not 15 fields, but " + std::to_string(fields.size()));
        const std::size_t step = number(fields[2], 1000);
        if (step == 0) begin(fields[0]);
        if (letters_.samples.empty() || step != next_) fail("step " + fields[2] + " does not follow the one before");
        ++next_;
        if (step >= steps) return;
        for (std::size_t t = 0; t < taxels; ++t) {
            const auto reading = static_cast<double>(number(fields[3 + t], static_cast<std::size_t>(full_scale)));
            letters_.samples.back().pressure[step][t] =
                1.0 - reading / full_scale; // the sensors read less when pressed
        }
    }

    void begin(const std::string& name) {
        check_complete();
        auto place = std::find(letters_.names.begin(), letters_.names.end(), name);
        if (place == letters_.names.end()) place = letters_.names.insert(place, name);
        letters_.samples.push_back({.label = static_cast<std::uint32_t>(place - letters_.names.begin())});
        next_ = 0;
    }

    void check_complete() const {
        if (!letters_.samples.empty() && next_ < steps) {
            fail("a letter ends after " + std::to_string(next_) + " of " + std::to_string(steps) + " steps");
        }
    }

    [[nodiscard]] std::size_t number(const std::string& text, std::size_t most) const {
        std::size_t value = 0;
        if (parse_number(text, value) && value <= most) return value;
        fail("'" + text + "' is not a whole number from 0 to " + std::to_string(most));
    }

    std::filesystem::path file_;
    std::size_t line_ = 0, next_ = 0;
    Letters letters_;
};

} // namespace

Letters read_letters(const std::filesystem::path& file) { return Reader(file).read(); }

std::filesystem::path default_file() {
    const char* chosen = std::getenv("SALTUS_DATA");
    const bool named = chosen != nullptr && *chosen != '\0';
    const std::filesystem::path folder = named ? chosen : SALTUS_SOURCE_DIR "/../shared/data";
    return (folder / "braille" / "braille.csv.gz").lexically_normal();
}

Trial encode(const Letter& letter, const Encoding& encoding, const TimeGrid& grid) {
    Trial trial;
    trial.label = letter.label;
    const Tick step = encoding.step_ms * grid.learning_clock;
    for (std::size_t t = 0; t < taxels; ++t) {
        DeltaEncoder encoder({.theta = encoding.theta, .hysteresis = 0.5 * encoding.theta});
        const auto emit = [&](Tick tick, bool on) {
            trial.input.push_back({tick, static_cast<std::uint32_t>(2 * t + (on ? 0 : 1))});
        };
        (void)encoder.sample(0, 0.0, emit);
        for (std::size_t s = 0; s < steps; ++s) {
            const Tick at = static_cast<Tick>(s + 1) * step - 1; // the last still belongs to the trial
            (void)encoder.sample(at, letter.pressure[s][t], emit);
        }
    }
    return trial;
}

LetterTrials split(const Letters& letters, const Encoding& encoding, const TimeGrid& grid, std::uint64_t split_seed) {
    LetterTrials trials;
    const std::size_t training = letters.samples.size() * 4 / 5;
    for (const std::uint32_t sample : sample_order(split_seed, 0, letters.samples.size())) {
        const bool learned = trials.training.size() < training;
        (learned ? trials.training : trials.test).push_back(encode(letters.samples[sample], encoding, grid));
        if (!learned) trials.test_samples.push_back(sample);
    }
    return trials;
}

RecurrentNetwork reader(const Letters& letters, const Encoding& encoding) {
    RecurrentNetwork p;
    p.inputs = channels;
    p.classes = static_cast<std::uint32_t>(letters.names.size());
    p.regular = 150;
    p.adaptive = 0;
    p.trial_ms = p.recall_ms = encoding.trial_ms();
    p.tau_readout_ms = 50.0;
    return p;
}

} // namespace saltus::examples::braille
