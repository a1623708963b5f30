#include "models/files/time_stamp.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>

namespace streamtwin::files {
namespace {

/// Takes what it recognises off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// From `least` to `most` digits, and no further one behind them.
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < rest_.size() && std::isdigit(static_cast<unsigned char>(rest_[count])) != 0) {
      if (++count > most) return std::nullopt;
      value = value * 10 + (rest_[count - 1] - '0');
    }
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  double fraction() {
    double value = 0;
    for (double unit = 0.1; !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0; unit /= 10) {
      value += unit * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  std::optional<int> month() {
    constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    if (rest_.size() < 3) return std::nullopt;
    std::array<char, 3> three{};
    std::transform(rest_.begin(), rest_.begin() + 3, three.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = std::find(names.begin(), names.end(), std::string_view(three.data(), three.size()));
    if (found == names.end()) return std::nullopt;
    rest_.remove_prefix(3);
    return static_cast<int>(found - names.begin()) + 1;
  }

 private:
  std::string_view rest_;
};

std::optional<double> day(std::optional<int> year, std::optional<int> month, std::optional<int> day_of_month) {
  if (!year || !month || !day_of_month) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day_of_month)}};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count()) * 86400.0;
}

std::optional<double> date(Scanner& text) {
  Scanner as_year = text;
  if (const auto year = as_year.digits(4, 4); year && as_year.take("-/.")) {
    const auto month = as_year.digits(1, 2);
    if (!month || !as_year.take("-/.")) return std::nullopt;
    text = as_year;
    const auto day_of_month = text.digits(1, 2);
    return day(year, month, day_of_month);
  }
  const auto day_of_month = text.digits(1, 2);
  if (!day_of_month) return std::nullopt;
  if (text.take("/-")) {  // only with the month as a word: 05/04/2026 has two meanings
    const auto month = text.month();
    if (!month || !text.take("/-")) return std::nullopt;
    return day(text.digits(4, 4), month, day_of_month);
  }
  if (!text.take(".")) return std::nullopt;
  const auto month = text.digits(1, 2);
  if (!month || !text.take(".")) return std::nullopt;
  return day(text.digits(4, 4), month, day_of_month);
}

std::optional<double> time_of_day(Scanner& text) {
  const auto hour = text.digits(1, 2);
  if (!hour || *hour > 24 || !text.take(":.")) return std::nullopt;
  const auto minute = text.digits(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  double second = 0;
  if (text.take(":.")) {
    const auto whole = text.digits(2, 2);
    if (!whole || *whole > 60) return std::nullopt;
    second = *whole;
    if (text.take(".,")) second += text.fraction();
  }
  return *hour * 3600.0 + *minute * 60.0 + second;
}

/// Seconds east of Greenwich.
std::optional<double> zone(Scanner& text) {
  while (text.take(" ")) {
  }
  if (text.done() || text.take("Zz")) return 0.0;
  for (const char letter : {'U', 'T', 'C'}) {
    if (text.front() != letter) break;
    text.take(std::string_view(&letter, 1));
    if (letter == 'C') return 0.0;
  }
  const double sign = text.front() == '-' ? -1 : 1;
  if (!text.take("+-")) return std::nullopt;
  auto hours = text.digits(1, 4);
  int minutes = 0;
  if (!hours) return std::nullopt;
  if (*hours > 24) {
    minutes = *hours % 100;
    hours = *hours / 100;
  } else if (text.take(":")) {
    minutes = text.digits(2, 2).value_or(99);
  }
  if (*hours > 14 || minutes > 59) return std::nullopt;
  return sign * (*hours * 3600.0 + minutes * 60.0);
}

}  // namespace

std::optional<double> time_stamp_in(std::string_view text) {
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  Scanner scanner(text);
  const std::optional<double> midnight = date(scanner);
  if (!midnight) return std::nullopt;
  if (scanner.done()) return midnight;
  if (!scanner.take("Tt :_")) return std::nullopt;
  while (scanner.take(" ")) {
  }
  const std::optional<double> seconds = time_of_day(scanner);
  if (!seconds) return std::nullopt;
  const std::optional<double> east = zone(scanner);
  if (!east || !scanner.done()) return std::nullopt;
  return *midnight + *seconds - *east;
}

}  // namespace streamtwin::files
