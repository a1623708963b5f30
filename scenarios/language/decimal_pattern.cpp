// A decimal is compared as people compare it: first by the number of digits before the point, then digit by
// digit. Each digit in which it may differ from the bound is one alternative of the expression.
#include "scenarios/language/decimal_pattern.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <vector>

namespace streamtwin::language {

namespace {

/// The digits before the point without leading zeros, and those after it without trailing ones.
struct Decimal {
  std::string whole, fraction;
};

Decimal decimal_of(double bound) {
  char text[400];  // the largest double has 309 digits before the point
  const auto end = std::to_chars(text, text + sizeof text, bound, std::chars_format::fixed).ptr;
  const std::string_view digits(text, static_cast<std::size_t>(end - text));
  const std::size_t point = std::min(digits.find('.'), digits.size());
  Decimal decimal{std::string(digits.substr(0, point)), std::string(digits.substr(std::min(point + 1, digits.size())))};
  decimal.whole.erase(0, std::min(decimal.whole.find_first_not_of('0'), decimal.whole.size()));
  decimal.fraction.erase(decimal.fraction.find_last_not_of('0') + 1);
  return decimal;
}

constexpr std::string_view any_fraction = R"((\.[0-9]*)?)";

/// `[3-7]`, or the digit itself.
std::string digits_between(char low, char high) { return low == high ? std::string(1, low) : fmt::format("[{}-{}]", low, high); }

std::string so_many_digits(std::size_t count) { return count == 0 ? "" : fmt::format("[0-9]{{{}}}", count); }

std::string joined(const std::vector<std::string>& alternatives) { return fmt::format("0*(?:{})", fmt::join(alternatives, "|")); }

}  // namespace

std::string at_least_pattern(double bound) {
  const auto [whole, fraction] = decimal_of(bound);
  std::vector<std::string> alternatives{fmt::format("[1-9][0-9]{{{},}}{}", whole.size(), any_fraction)};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == '9') continue;
    alternatives.push_back(whole.substr(0, i) + digits_between(static_cast<char>(whole[i] + 1), '9') +
                           so_many_digits(whole.size() - i - 1) + std::string(any_fraction));
  }
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    if (fraction[i] == '9') continue;
    alternatives.push_back(
        fmt::format(R"({}\.{}{}[0-9]*)", whole, fraction.substr(0, i), digits_between(static_cast<char>(fraction[i] + 1), '9')));
  }
  alternatives.push_back(fraction.empty() ? whole + std::string(any_fraction) : fmt::format(R"({}\.{}[0-9]*)", whole, fraction));
  return joined(alternatives);
}

std::string at_most_pattern(double bound) {
  const auto [whole, fraction] = decimal_of(bound);
  std::vector<std::string> alternatives;
  if (!whole.empty()) alternatives.push_back(fmt::format("[0-9]{{0,{}}}{}", whole.size() - 1, any_fraction));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == '0') continue;
    alternatives.push_back(whole.substr(0, i) + digits_between('0', static_cast<char>(whole[i] - 1)) +
                           so_many_digits(whole.size() - i - 1) + std::string(any_fraction));
  }
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    alternatives.push_back(fmt::format(R"({}\.{})", whole, fraction.substr(0, i)));
    if (fraction[i] == '0') continue;
    alternatives.push_back(
        fmt::format(R"({}\.{}{}[0-9]*)", whole, fraction.substr(0, i), digits_between('0', static_cast<char>(fraction[i] - 1))));
  }
  alternatives.push_back(whole + R"((\.0*)?)");
  if (!fraction.empty()) alternatives.push_back(fmt::format(R"({}\.{}0*)", whole, fraction));
  return joined(alternatives);
}

}  // namespace streamtwin::language
