// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/npy_header.hpp"
#include "engine/io/text.hpp"

namespace saltus::io {
namespace {

constexpr std::size_t largest_record = 256;

template <class T>
std::uint64_t load_as(const std::byte* from, bool big) {
    return static_cast<std::uint64_t>(big ? load_big<T>(from) : load_little<T>(from));
}

/// Takes a quoted word off the front of `text`, with the blanks and commas before it.
bool take_quoted(std::string_view& text, std::string_view& word) {
    const auto first = text.find_first_not_of(" ,\n");
    if (first == std::string_view::npos || (text[first] != '\'' && text[first] != '"')) return false;
    const char quote = text[first];
    text.remove_prefix(first + 1);
    if (!contains(text, std::string_view(&quote, 1))) return false;
    word = cut_at(text, quote);
    return true;
}

/// The value of a key of the dictionary: the text behind "'key':".
std::string_view value_of(std::string_view text, std::string_view key) {
    for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
        const std::string_view behind = text.substr(at + key.size());
        if (at != 0 && behind.size() > 1 && (behind[0] == '\'' || behind[0] == '"') && behind[1] == ':') {
            return trimmed(behind.substr(2));
        }
    }
    return {};
}

NpyField* role_of(std::string_view name, NpyLayout& layout) {
    const auto is = [name](auto... words) { return (same_word(name, words) || ...); };
    if (is("t", "ts", "time", "timestamp")) return &layout.t;
    if (is("x")) return &layout.x;
    if (is("y")) return &layout.y;
    if (is("p", "on", "pol", "polarity")) return &layout.p;
    return nullptr;
}

/// A type such as "<u8": order, kind, bytes.
bool parse_type(std::string_view type, NpyField& field, char& kind) {
    if (type.size() < 3) return false;
    field.big_endian = type[0] == '>';
    kind = type[1];
    field.is_signed = kind == 'i';
    return parse(type.substr(2), field.bytes) && field.bytes != 0 && field.bytes <= largest_record;
}

bool is_integer(const NpyField& field, char kind) {
    const bool size = field.bytes == 1 || field.bytes == 2 || field.bytes == 4 || field.bytes == 8;
    return size && (kind == 'u' || kind == 'i' || kind == 'b');
}

/// One "('t', '<u8')" of the list.
const char* parse_field(std::string_view text, NpyLayout& layout) {
    std::string_view name, type;
    NpyField field;
    char kind = 0;
    if (!take_quoted(text, name) || !take_quoted(text, type) || !parse_type(type, field, kind)) {
        return "a field's name or type is not understood";
    }
    if (!trimmed(text).empty()) return "a field is an array of its own";
    field.offset = layout.record_bytes;
    layout.record_bytes += field.bytes;
    if (layout.record_bytes > largest_record) return "the records are longer than 256 bytes";
    NpyField* const role = role_of(name, layout);
    if (role == nullptr) return nullptr;
    if (role->bytes != 0) return "two fields have the same meaning";
    if (!is_integer(field, kind)) return "a field is no integer";
    *role = field;
    return nullptr;
}

} // namespace

std::int64_t NpyField::load(const std::byte* record, bool& too_large) const {
    const std::byte* const from = record + offset;
    std::uint64_t value = 0;
    if (bytes == 1) value = load_as<std::uint8_t>(from, big_endian);
    if (bytes == 2) value = load_as<std::uint16_t>(from, big_endian);
    if (bytes == 4) value = load_as<std::uint32_t>(from, big_endian);
    if (bytes == 8) value = load_as<std::uint64_t>(from, big_endian);
    if (!is_signed) {
        too_large = too_large || (value >> 63) != 0;
        return static_cast<std::int64_t>(value & ~(std::uint64_t{1} << 63));
    }
    const auto unused = static_cast<int>(64 - 8 * bytes); // sign extension
    return static_cast<std::int64_t>(value << unused) >> unused;
}

const char* parse_npy_header(std::string_view text, NpyLayout& layout) {
    std::string_view list = value_of(text, "descr");
    if (list.empty() || list.front() != '[') return "the type has no named fields";
    list = list.substr(1, list.find(']') - 1);
    for (auto open = list.find('('); open != std::string_view::npos; open = list.find('(')) {
        list.remove_prefix(open + 1);
        if (!contains(list, ")")) return "the list of fields is not closed";
        const char* const wrong = parse_field(cut_at(list, ')'), layout);
        if (wrong != nullptr) return wrong;
    }
    if (layout.t.bytes == 0 || layout.x.bytes == 0 || layout.y.bytes == 0 || layout.p.bytes == 0) {
        return "there are no fields t, x, y and p (or on)";
    }
    std::string_view shape = value_of(text, "shape");
    if (shape.empty() || shape.front() != '(') return "the shape is not understood";
    shape.remove_prefix(1);
    if (!parse(trimmed(cut_at(shape, ',')), layout.records)) return "the shape is not understood";
    if (!trimmed(cut_at(shape, ')')).empty()) return "the array has more than one dimension";
    return nullptr;
}

} // namespace saltus::io
