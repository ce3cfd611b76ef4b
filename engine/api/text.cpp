// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/text.hpp"

#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace saltus::api {

std::string text(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string result(static_cast<std::size_t>(length), '\0');
    va_start(arguments, format);
    std::vsnprintf(result.data(), result.size() + 1, format, arguments);
    va_end(arguments);
    return result;
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::string with_prefix(double number) {
    constexpr const char* prefixes[] = {"", " k", " M", " G", " T"};
    std::size_t p = 0;
    while (p < 4 && number >= 999.5) number /= 1000.0, ++p;
    const int decimals = p == 0 || number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
    return text("%.*f%s", decimals, number, prefixes[p]);
}

std::string clock_time(double seconds) {
    const auto s = static_cast<long long>(std::llround(std::fmin(seconds, 1e9)));
    if (s < 3600) return text("%lld:%02lld", s / 60, s % 60);
    return text("%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

std::string percent(double fraction) { return text("%.1f %%", 100.0 * fraction); }

} // namespace saltus::api
