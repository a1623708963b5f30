#include "scenarios/language/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "scenarios/language/decimal_pattern.hpp"

namespace streamtwin::language {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the number at the start of the text: -?(digits[.digits*]|.digits)([eE][-+]?digits)?
std::size_t number_length(std::string_view text) {
  const auto digits_from = [&](std::size_t i) {
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - i;
  };
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits_from(i);
  i += whole;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = digits_from(i + 1);
    if (whole == 0 && fraction == 0) return 0;
    i += 1 + fraction;
  } else if (whole == 0) {
    return 0;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    const std::size_t sign = i + 1 < text.size() && (text[i + 1] == '-' || text[i + 1] == '+') ? 1 : 0;
    const std::size_t exponent = digits_from(i + 1 + sign);
    if (exponent > 0) i += 1 + sign + exponent;
  }
  return i;
}

/// k if the factor is the double 10^k, for the powers that units have.
std::optional<int> power_of_ten(double factor) {
  static constexpr double powers[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1,    1e1,  1e2, 1e3,
                                      1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  for (int i = 0; i < static_cast<int>(std::size(powers)); ++i)
    if (powers[i] == factor) return i - 9;
  return std::nullopt;
}

/// The number that the digits say times 10^power, with a single rounding. Infinite if it does not fit a
/// double.
double shifted(std::string_view number, int power) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (e < number.size()) {
    const std::string_view digits = number.substr(e + (number[e + 1] == '+' ? 2 : 1));
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc{}) return HUGE_VAL;
  }
  constexpr int out_of_range = 100'000;
  if (exponent > out_of_range || exponent < -out_of_range) return HUGE_VAL;
  const std::string text = fmt::format("{}e{}", number.substr(0, e), exponent + power);
  double value = HUGE_VAL;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc{} ? value : HUGE_VAL;
}

/// The number of a unit in base units, and back. Decimal prefixes move the point, so 99.9 % is exactly 0.999.
double to_base(std::string_view number, const UnitName& unit) {
  if (const auto power = power_of_ten(unit.factor)) return shifted(number, *power);
  const double value = shifted(number, 0);
  return unit.factor >= 1 ? value * unit.factor : value / std::round(1 / unit.factor);
}

double from_base(double value, const UnitName& unit) {
  if (const auto power = power_of_ten(unit.factor)) return shifted(fmt::format("{}", value), -*power);
  return unit.factor >= 1 ? value / unit.factor : value * std::round(1 / unit.factor);
}

/// The same decimal number with its point moved: "0.25" by 3 is "250". No digit changes.
std::string point_moved(std::string_view number, int power) {
  std::string text{number.starts_with('-') ? "-" : ""};
  number.remove_prefix(text.size());
  const std::size_t e = std::min(number.find('e'), number.size());
  int point = 0;  // digits before the decimal point
  if (e < number.size()) {
    const std::string_view exponent = number.substr(e + (number[e + 1] == '+' ? 2 : 1));
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), point);
  }
  const std::string_view mantissa = number.substr(0, e);
  std::string digits;
  for (char c : mantissa)
    if (is_digit(c)) digits += c;
  point += power + static_cast<int>(std::min(mantissa.find('.'), mantissa.size()));
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  digits.erase(0, zeros);
  point -= static_cast<int>(zeros);
  digits.erase(digits.find_last_not_of('0') + 1);
  constexpr int plain_point_min = -5, plain_point_max = 17;
  const int size = static_cast<int>(digits.size());
  if (point < plain_point_min || point > plain_point_max) return fmt::format("{}{}e{}", text, digits, point - size);
  if (point <= 0) return fmt::format("{}0.{}{}", text, std::string(static_cast<std::size_t>(-point), '0'), digits);
  if (point >= size) return text + digits + std::string(static_cast<std::size_t>(point - size), '0');
  return text + digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
}

/// The shortest digits of the value in this unit.
std::string digits_in(double value, const UnitName& unit) {
  if (const auto power = power_of_ten(unit.factor)) return point_moved(fmt::format("{}", value), -*power);
  return fmt::format("{}", from_base(value, unit));
}

/// A suffix for display: no second name of the same unit, no powers of 1024.
bool is_display_unit(std::span<const UnitName> units, std::size_t i, bool binary_allowed) {
  if (units[i].text.empty() && units.size() > 1) return false;  // a fraction is shown in percent
  if (!binary_allowed && units[i].text.find('i') != std::string_view::npos && units[i].text.back() == 'B') return false;
  for (std::size_t j = 0; j < i; ++j)
    if (units[j].factor == units[i].factor) return false;
  return true;
}

std::string with_unit(std::string number, std::string_view unit) { return unit.empty() ? number : fmt::format("{} {}", number, unit); }

}  // namespace

std::optional<double> read_number(std::string_view text) {
  if (text.empty() || number_length(text) != text.size()) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return value;
}

ReadQuantity read_quantity(std::string_view text, std::span<const UnitName> units) {
  ReadQuantity read;
  const std::size_t length = number_length(text);
  const auto number = read_number(text.substr(0, length));
  if (!number) {
    read.fault = QuantityFault::no_number;
    return read;
  }
  read.number = text.substr(0, length);
  read.unit = text.substr(length);
  while (!read.unit.empty() && read.unit.front() == ' ') read.unit.remove_prefix(1);
  const bool spaces_only = read.unit.empty() && length != text.size();
  for (const UnitName& unit : units) {
    if (unit.text != read.unit || spaces_only) continue;
    read.value = to_base(read.number, unit);
    if (!std::isfinite(read.value)) read.fault = QuantityFault::no_number;
    return read;
  }
  read.fault = read.unit.empty() ? QuantityFault::no_unit : QuantityFault::unknown_unit;
  return read;
}

std::string quantity_pattern(std::span<const UnitName> units) {
  std::string suffixes;
  for (const UnitName& unit : units) {
    if (unit.text.empty()) continue;
    suffixes += fmt::format("{}{}", suffixes.empty() ? "" : "|", unit.text);
  }
  return fmt::format(R"(^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)? *({})$)", suffixes);
}

std::string quantity_bound_pattern(std::span<const UnitName> units, BoundKind kind, double bound) {
  std::vector<std::string> alternatives{".*[0-9.][eE][-+]?[0-9].*"};
  for (const UnitName& unit : units) {
    if (unit.text.empty()) continue;
    const double in_unit = from_base(bound, unit);
    const bool least = kind == BoundKind::at_least;
    // "-3" is at least "-5" because 3 is at most 5.
    const bool negative = bound < 0 || (least && bound == 0);
    const std::string size = least != negative ? at_least_pattern(std::abs(in_unit)) : at_most_pattern(std::abs(in_unit));
    alternatives.push_back(fmt::format("{}{} *{}", negative ? "-" : "", size, unit.text));
  }
  // Of the other sign, everything is larger than a negative bound, or smaller than a positive one.
  if (kind == BoundKind::at_least && bound <= 0) alternatives.emplace_back("[^-].*");
  if (kind == BoundKind::at_most && bound >= 0) alternatives.emplace_back("-.*");
  return fmt::format("^(?:{})$", fmt::join(alternatives, "|"));
}

QuantityTraits quantity_traits(std::span<const UnitName> units) {
  const auto is = [&](std::span<const UnitName> other) { return units.data() == other.data(); };
  if (is(unit_names<Duration>)) return {"a duration", "30 s", 100 * 365.25 * 86400};
  if (is(unit_names<Bytes>)) return {"a size", "1.5 GB", 1e21};
  if (is(unit_names<BitRate>)) return {"a bit rate", "8 Gbps", 1e18};
  if (is(unit_names<Rate>)) return {"a rate", "120 /s", 1e15};
  if (is(unit_names<Fraction>)) return {"a share", "70 %", 1};
  if (is(unit_names<Flops>)) return {"an amount of work", "20 Gflop", 1e27};
  if (is(unit_names<Speed>)) return {"a speed of computation", "4 Gflop/s", 1e24};
  if (is(unit_names<Distance>)) return {"a distance", "350 km", 1e6};
  if (is(unit_names<Bound>)) return {"a bound", "99.9 %", HUGE_VAL};
  return {"a quantity", "1", 1e300};
}

std::string unit_list(std::span<const UnitName> units) {
  std::vector<UnitName> sorted(units.begin(), units.end());
  const bool of_one_dimension = units.data() != unit_names<Bound>.data();
  if (of_one_dimension) std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.factor < b.factor; });
  std::string list;
  for (const UnitName& unit : sorted)
    if (!unit.text.empty()) list += fmt::format("{}{}", list.empty() ? "" : ", ", unit.text);
  return list;
}

std::string exact_text(double value, std::span<const UnitName> units) {
  if (units.empty()) return fmt::format("{}", value);
  const std::string base = with_unit(fmt::format("{}", value), units.front().text);
  if (value == 0 && units.front().text.empty() && units.size() > 1) return with_unit("0", units[1].text);
  if (value == 0 || !std::isfinite(value)) return base;
  const bool is_rate = units.front().text.starts_with('/');
  constexpr std::size_t short_rate = 10;  // of rates, people expect "0.5 /s" rather than "30 /min"
  if (is_rate && base.size() <= short_rate) return base;
  std::string best = base;
  double best_score = HUGE_VAL;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_display_unit(units, i, true)) continue;
    const std::string digits = digits_in(value, units[i]);
    const double number = read_number(digits).value_or(0);
    if (to_base(digits, units[i]) != value) continue;
    const bool in_range = std::abs(number) >= 1 && std::abs(number) < 1000;
    const bool scientific = digits.find('e') != std::string::npos;
    const double score = static_cast<double>(digits.size()) + (in_range ? 0 : 8) + (scientific ? 30 : 0);
    if (score <= best_score) {  // of equals the larger unit, which comes later
      best_score = score;
      best = with_unit(digits, units[i].text);
    }
  }
  return best;
}

std::string human_text(double value, std::span<const UnitName> units, int digits) {
  if (!std::isfinite(value)) return std::isnan(value) ? "n/a" : value > 0 ? "unlimited" : "-unlimited";
  const auto rounded = [&](double number) {
    std::string text = fmt::format("{:.{}g}", number, digits);
    // %g turns 1234 into 1.23e+03; people read 1230.
    if (text.find('e') != std::string::npos && std::abs(number) >= 1 && std::abs(number) < 1e15)
      text = fmt::format("{:.0f}", *read_number(text));
    return text;
  };
  if (units.empty()) return rounded(value);
  std::size_t chosen = 0;
  const bool is_rate = units.front().text.starts_with('/');
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_display_unit(units, i, false)) continue;
    const bool fraction = units[i].text == "%";
    if (fraction) chosen = i;
    if (is_rate || fraction || value == 0) continue;
    // 999.7 ms is "1 s" in three digits: compare what will be shown.
    const double shown = *read_number(rounded(std::abs(from_base(value, units[i]))));
    const double current = *read_number(rounded(std::abs(from_base(value, units[chosen]))));
    if (shown >= 1 ? units[i].factor > units[chosen].factor || current < 1 : current < 1 && units[i].factor < units[chosen].factor)
      chosen = i;
  }
  return with_unit(rounded(from_base(value, units[chosen])), units[chosen].text);
}

}  // namespace streamtwin::language
