// SPDX-License-Identifier: BSD-3-Clause
// Prophesee RAW EVT3 (evt3_decoder.cpp tells the words). Five or more events of one time, row and polarity within 32
// columns, in rising order, become a triple of vector words, 12 + 12 + 8, if it lies inside the width: some readers
// expect just that.
#include "engine/io/encoders.hpp"

#include <array>

namespace saltus::io {
namespace {

constexpr std::int64_t longest_silence_us = std::int64_t{1} << 36; // 19 h, 16 kB of TIME_HIGH
constexpr std::int64_t longest_step_us = std::int64_t{1} << 22;    // far from half the clock's range, 2^23
constexpr std::size_t fewest_for_vector = 5;
constexpr std::uint32_t vector_columns = 32;

class Evt3Encoder final : public Encoder {
  public:
    Evt3Encoder(ByteSink& sink, const EncodeOptions& options) : Encoder(sink) {
        const Geometry& size = options.geometry;
        width_ = size.width == 0 ? 2048 : size.width;
        std::string& head = buffer();
        head += "% evt 3.0\n% format EVT3";
        if (size.width != 0) {
            head += ";height=" + std::to_string(size.height) + ";width=" + std::to_string(size.width);
            head += "\n% geometry " + std::to_string(size.width) + "x" + std::to_string(size.height);
        }
        head += "\n% end\n";
    }

  private:
    bool encode(const SensorEvent& e) override {
        if (e.x > 2047 || e.y > 2047) return refuse("EVT3 holds addresses up to 2047");
        if (e.t_us < last_us_) return refuse("EVT3 holds no time that steps back (or is below 0): sort the events");
        if (e.t_us - last_us_ > longest_silence_us) {
            return refuse("EVT3 holds no first time and no silence beyond 19 h: let the time begin at 0");
        }
        last_us_ = e.t_us;
        if (!joins(e)) write_run();
        run_[size_++] = e;
        return true;
    }

    void end() override { write_run(); }

    [[nodiscard]] bool joins(const SensorEvent& e) const {
        if (size_ == 0) return true;
        const SensorEvent &first = run_[0], &last = run_[size_ - 1];
        return e.t_us == first.t_us && e.y == first.y && e.polarity == first.polarity && e.x > last.x &&
               e.x < first.x + vector_columns;
    }

    void write_run() {
        if (size_ == 0) return;
        const SensorEvent& first = run_[0];
        write_time(first.t_us);
        if (first.y != row_) word(0, row_ = first.y);
        const std::uint32_t polarity = std::uint32_t{first.polarity} << 11;
        if (size_ < fewest_for_vector || first.x + vector_columns > width_) {
            for (std::size_t i = 0; i < size_; ++i) word(2, polarity | run_[i].x);
        } else {
            std::uint32_t mask = 0;
            for (std::size_t i = 0; i < size_; ++i) mask |= 1u << (run_[i].x - first.x);
            word(3, polarity | first.x);
            word(4, mask & 0xfff);
            word(4, (mask >> 12) & 0xfff);
            word(5, mask >> 24);
        }
        size_ = 0;
    }

    void write_time(std::int64_t t_us) {
        if (t_us == time_us_) return;
        if (time_us_ < 0) {
            time_us_ = 0;
            word(8, 0);
        }
        while (t_us >> 12 != time_us_ >> 12) {
            time_us_ = std::min(t_us, time_us_ + longest_step_us);
            word(8, static_cast<std::uint32_t>(time_us_ >> 12) & 0xfff);
        }
        time_us_ = t_us;
        word(6, static_cast<std::uint32_t>(t_us) & 0xfff);
    }

    void word(std::uint32_t type, std::uint32_t payload) { append_little(buffer(), type << 12 | payload, 2); }

    std::uint32_t width_;
    std::int64_t last_us_ = 0;  ///< of the last event
    std::int64_t time_us_ = -1; ///< as a reader of what was written knows it
    std::uint32_t row_ = UINT32_MAX;
    std::array<SensorEvent, vector_columns> run_{};
    std::size_t size_ = 0;
};

} // namespace

std::unique_ptr<Encoder> make_evt3_encoder(ByteSink& sink, const EncodeOptions& options) {
    return std::make_unique<Evt3Encoder>(sink, options);
}

} // namespace saltus::io
