#include "models/chaos/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

namespace streamtwin::chaos {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Fraction share_of(std::string_view text, std::string_view whole) {
  const std::optional<double> percent = text.ends_with('%') ? number_of<double>(trimmed(text.substr(0, text.size() - 1))) : std::nullopt;
  if (!percent) throw std::invalid_argument(fmt::format("`{}`: expected a share such as `20 %`, found `{}`", whole, text));
  if (!(*percent > 0) || !(*percent < 100)) {
    throw std::invalid_argument(
        fmt::format("`{}`: expected more than 0 % and less than 100 %, found `{}`; without a share all are meant", whole, text));
  }
  return Fraction{*percent / 100};
}

Selection selection_of(std::string_view text, std::string_view whole) {
  if (text == "one") return {.kind = Selection::Kind::count, .count = 1};
  if (text.ends_with('%')) return {.kind = Selection::Kind::share, .share = share_of(text, whole)};
  const std::optional<std::size_t> count = number_of<std::size_t>(text);
  if (!count || *count == 0) {
    throw std::invalid_argument(
        fmt::format("`{}`: expected `one of`, a number from 1 such as `3 of`, a share such as `20 % of`, or `each of … with 20 %`", whole));
  }
  return {.kind = Selection::Kind::count, .count = *count};
}

}  // namespace

std::vector<std::size_t> Selection::choose(std::size_t present, Random& random) const {
  std::vector<std::size_t> chosen(present);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  if (kind == Kind::all || present == 0) return chosen;
  std::vector<double> draws(present);
  for (double& draw : draws) draw = random.uniform();
  if (kind == Kind::each) {
    std::erase_if(chosen, [&](std::size_t i) { return draws[i] >= share.value(); });
    return chosen;
  }
  const auto part = static_cast<std::size_t>(std::round(share.value() * static_cast<double>(present)));
  const std::size_t wanted = std::min(present, kind == Kind::count ? count : std::max<std::size_t>(1, part));
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) { return draws[a] < draws[b]; });
  chosen.resize(wanted);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

Target parse_target(std::string_view text) {
  Target target{.selection = {}, .place = trimmed(text)};
  const std::size_t of = target.place.find(" of ");
  if (of == std::string_view::npos) return target;
  const std::string_view which = trimmed(target.place.substr(0, of));
  target.place = trimmed(target.place.substr(of + 4));
  if (which != "each") {
    target.selection = selection_of(which, text);
    return target;
  }
  const std::size_t with = target.place.rfind(" with ");
  if (with == std::string_view::npos)
    throw std::invalid_argument(fmt::format("`{}`: expected `each of … with 20 %`, a probability for each", text));
  target.selection = {.kind = Selection::Kind::each, .share = share_of(trimmed(target.place.substr(with + 6)), text)};
  target.place = trimmed(target.place.substr(0, with));
  return target;
}

std::optional<CallEnds> parse_call(std::string_view text) {
  constexpr std::string_view arrow = "->";
  const std::size_t at = text.find(arrow);
  if (at == std::string_view::npos) return std::nullopt;
  const CallEnds ends{trimmed(text.substr(0, at)), trimmed(text.substr(at + arrow.size()))};
  if (ends.caller.empty() || ends.callee.empty() || ends.callee.find(arrow) != std::string_view::npos)
    throw std::invalid_argument(fmt::format("`{}`: expected who calls and who is called, such as `play-api -> ratings`", text));
  return ends;
}

}  // namespace streamtwin::chaos
