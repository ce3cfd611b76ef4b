// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/text_columns.hpp"
#include "engine/io/text.hpp"

namespace saltus::io {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_mark(char c) { return c == ',' || c == ';'; }

void drop_blanks(std::string_view& line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
}

/// The next field; blanks around a comma belong to it. `line` is empty when there is no more.
std::string_view next_field(std::string_view& line) {
    std::size_t end = 0;
    while (end < line.size() && !is_blank(line[end]) && !is_mark(line[end])) ++end;
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(end);
    drop_blanks(line);
    if (!line.empty() && is_mark(line.front())) line.remove_prefix(1);
    drop_blanks(line);
    return field;
}

std::optional<Decimal> field_value(std::string_view text) {
    if (text.empty() || lower(text.front()) < 'a') return parse_decimal(text);
    if (same_word(text, "true") || same_word(text, "on")) return Decimal{1};
    if (same_word(text, "false") || same_word(text, "off")) return Decimal{0};
    return {};
}

struct Unit {
    std::string_view suffix;
    int power;
};
constexpr Unit units[] = {{"_s", 6}, {"_ms", 3}, {"_us", 0}, {"_ns", -3}};

} // namespace

TextRow cut_row(std::string_view line) {
    TextRow row;
    drop_blanks(line);
    while (!line.empty() && row.count < TextRow::most) row.field[row.count++] = field_value(next_field(line));
    return row;
}

bool polarity_like(const std::optional<Decimal>& field) {
    if (!field) return false;
    const auto value = field->scaled(0);
    return value && *value >= -1 && *value <= 1 && (*value != 0 || field->digits == 0);
}

std::optional<TextColumns> TextColumns::named(std::string_view names) {
    TextColumns columns;
    std::size_t column = 0;
    drop_blanks(names);
    while (!names.empty() && column < TextRow::most) {
        if (!columns.place(next_field(names), column++)) return {};
    }
    if (columns.t_ == nowhere || columns.x_ == nowhere || columns.y_ == nowhere || columns.p_ == nowhere) return {};
    return columns;
}

TextColumns TextColumns::usual(bool time_first) { return *named(time_first ? "t,x,y,p" : "x,y,p,t"); }

bool TextColumns::place(std::string_view name, std::size_t column) {
    std::size_t* role = nullptr;
    const auto is = [name](auto... words) { return (same_word(name, words) || ...); };
    if (is("x")) role = &x_;
    if (is("y")) role = &y_;
    if (is("p", "on", "pol", "polarity")) role = &p_;
    if (is("t", "ts", "time", "timestamp")) role = &t_;
    for (const Unit& unit : units) {
        if (name.size() <= unit.suffix.size()) continue;
        const std::string_view stem = name.substr(0, name.size() - unit.suffix.size());
        if (!same_word(name.substr(stem.size()), unit.suffix)) continue;
        if (!same_word(stem, "t") && !same_word(stem, "time") && !same_word(stem, "timestamp")) continue;
        role = &t_;
        unit_power_ = unit.power;
    }
    if (role == nullptr) return true;
    const bool free = *role == nowhere;
    *role = column;
    return free;
}

void TextColumns::settle_unit(const TextRow& first) {
    if (!unit_power_) unit_power_ = first.field[t_] && first.field[t_]->fraction ? 6 : 0;
}

std::optional<SensorEvent> TextColumns::event(const TextRow& row) const {
    const auto &t = row.field[t_], &x = row.field[x_], &y = row.field[y_], &p = row.field[p_];
    if (!t || !x || !y || !polarity_like(p)) return {};
    const auto time = t->scaled(unit_power_.value_or(0));
    const auto column = x->scaled(0), line = y->scaled(0);
    constexpr std::int64_t largest = 65535;
    if (!time || !column || !line || *column < 0 || *column > largest || *line < 0 || *line > largest) return {};
    return SensorEvent{*time, static_cast<std::uint16_t>(*column), static_cast<std::uint16_t>(*line),
                       static_cast<std::uint8_t>(p->digits != 0 && !p->negative)};
}

} // namespace saltus::io
