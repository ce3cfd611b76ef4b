// SPDX-License-Identifier: BSD-3-Clause
// Text, one event per line, fields separated by commas, semicolons or blanks. What the columns are is told by the
// option, by a row of names ("t,x,y,p"), or found: "%geometry:W,H" and x,y,p,t (Metavision); a first line "W H" and
// seconds, x, y, p (RPG data sets); otherwise t,x,y,p (faery, AEStream) or x,y,p,t, whichever column can be the
// polarity. Lines with # or % are comments. Rows are held back (256 at most) as long as both readings are possible;
// then it is t,x,y,p.
#include "engine/io/decoders.hpp"
#include "engine/io/text.hpp"
#include "engine/io/text_columns.hpp"

#include <algorithm>

namespace saltus::io {
namespace {

constexpr std::size_t longest_line = 512;
constexpr std::size_t most_undecided = 256;

class TextDecoder final : public Decoder {
  public:
    explicit TextDecoder(const DecodeOptions& options) {
        geometry_ = options.geometry;
        told_ = !options.text_columns.empty();
        if (told_) columns_ = TextColumns::named(options.text_columns);
    }

  private:
    void decode(Bytes& chunk) override {
        if (told_ && !columns_)
            return fail(FaultKind::unsupported, "the columns given name no t, x, y and p, once each", chunk, 0);
        while (!chunk.empty() && !fault()) {
            const std::string_view text = as_text(chunk);
            const auto end = text.find('\n');
            const std::string_view piece = text.substr(0, end);
            if (end == std::string_view::npos) {
                keep(piece);
                chunk = {};
            } else if (line_bytes_ == 0) {
                chunk = chunk.subspan(end + 1);
                line_bytes_ = end + 1;
                line(piece, chunk);
                line_bytes_ = 0;
            } else {
                keep(piece);
                chunk = chunk.subspan(end + 1);
                ++line_bytes_;
                line({line_.data(), line_size_}, chunk);
                line_bytes_ = line_size_ = 0;
            }
        }
    }

    void keep(std::string_view piece) {
        const std::size_t taken = std::min(piece.size(), longest_line - line_size_);
        std::copy_n(piece.data(), taken, line_.data() + line_size_);
        line_size_ += taken;
        line_bytes_ += piece.size();
    }

    void line(std::string_view text, const Bytes& rest) {
        if (line_bytes_ > longest_line) {
            ++counters_.malformed;
            return;
        }
        text = trimmed(text);
        if (text.empty() || text.front() == '#') return;
        if (text.front() == '%') return comment(text);
        const bool first = !any_row_;
        any_row_ = true;
        const TextRow row = cut_row(text);
        if (first && names(text)) return;
        if (first && !row.field[0]) {
            return fail(FaultKind::not_this_format,
                        "the first row is neither an event nor names t, x, y and p, once each", rest, line_bytes_);
        }
        if (first && row.count == 2 && size_line(row)) return;
        if (!columns_) return undecided(row);
        add(row);
    }

    /// "%geometry:640,480"
    void comment(std::string_view text) {
        std::string_view value = text;
        if (any_row_ || cut_at(value, ':') != "%geometry") return;
        std::uint32_t width = 0, height = 0;
        if (parse(trimmed(cut_at(value, ',')), width) && parse(trimmed(value), height)) set_geometry(width, height);
        if (!columns_) columns_ = TextColumns::usual(false);
    }

    void set_geometry(std::uint64_t width, std::uint64_t height) {
        if (width - 1 < 65536 && height - 1 < 65536) {
            geometry_ = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
        }
    }

    bool size_line(const TextRow& row) {
        if (!row.field[1] || row.field[0]->fraction || row.field[1]->fraction) return false;
        set_geometry(row.field[0]->digits, row.field[1]->digits);
        return true;
    }

    /// Whether the first row is one of names; these give way to the option.
    bool names(std::string_view text) {
        const auto named = TextColumns::named(text);
        if (named && !told_) columns_ = named;
        return named.has_value();
    }

    /// Holds a row back until one tells which column the polarity is in.
    void undecided(const TextRow& row) {
        if (row.count < 4) {
            ++counters_.malformed;
            return;
        }
        held_[held_size_++] = row;
        const bool last = polarity_like(row.field[3]), third = polarity_like(row.field[2]);
        const bool seconds = row.field[0] && row.field[0]->fraction;
        if (seconds || !third || !last || held_size_ == most_undecided) decide(seconds || last);
    }

    void decide(bool time_first) {
        columns_ = TextColumns::usual(time_first);
        for (std::size_t i = 0; i < held_size_; ++i) add(held_[i]);
        held_size_ = 0;
    }

    void add(const TextRow& row) {
        columns_->settle_unit(row);
        const auto event = columns_->event(row);
        if (!event) {
            ++counters_.malformed;
        } else if (geometry_.width != 0 && (event->x >= geometry_.width || event->y >= geometry_.height)) {
            ++counters_.outside;
        } else {
            out_.add(*event);
        }
    }

    /// A last line without its end may have been cut; not so if it ends with a polarity, which is one digit or a word.
    void end() override {
        if (!columns_ && held_size_ != 0) decide(true);
        const std::string_view text = trimmed({line_.data(), line_size_});
        if (text.empty() || line_bytes_ > longest_line) return;
        const TextRow row = cut_row(text);
        if (columns_ && columns_->polarity_last() && columns_->event(row)) return add(row);
        if (text.front() != '#' && text.front() != '%')
            cut("the last line has no end, so it may have been cut", line_bytes_);
    }

    std::optional<TextColumns> columns_;
    std::array<char, longest_line> line_{};
    std::size_t line_size_ = 0;  ///< bytes of the line that are held
    std::size_t line_bytes_ = 0; ///< bytes of the line
    std::array<TextRow, most_undecided> held_{};
    std::size_t held_size_ = 0;
    bool any_row_ = false;
    bool told_ = false; ///< the option says what the columns are
};

} // namespace

std::unique_ptr<Decoder> make_text_decoder(const DecodeOptions& options) {
    return std::make_unique<TextDecoder>(options);
}

} // namespace saltus::io
