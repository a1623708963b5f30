#include "scenarios/language/nearest_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::language {

namespace {

constexpr std::size_t longest_compared = 64;  // names are short; an absurd key must not cost a large table

std::string folded(std::string_view text) {
  std::string result;
  for (char c : text.substr(0, longest_compared)) {
    if (c == '_') c = '-';
    result += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string_view> nearest_name(std::string_view text, std::span<const std::string_view> candidates) {
  const std::string wanted = folded(text);
  std::optional<std::string_view> nearest;
  std::size_t smallest = std::max<std::size_t>(1, std::min(text.size(), longest_compared) / 3) + 1;
  for (std::string_view candidate : candidates) {
    const std::string other = folded(candidate);
    const std::size_t apart = wanted.size() > other.size() ? wanted.size() - other.size() : other.size() - wanted.size();
    if (apart >= smallest) continue;
    const std::size_t distance = edit_distance(wanted, other);
    // A one-letter name is not "near" another one-letter name, unless only its case differs.
    if (distance >= smallest || distance >= std::max<std::size_t>(1, wanted.size())) continue;
    smallest = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates) {
  const auto nearest = nearest_name(text, candidates);
  return nearest ? fmt::format("; did you mean `{}`?", *nearest) : std::string{};
}

std::string enumerate(std::span<const std::string_view> names, std::size_t limit) {
  std::string result;
  for (std::size_t i = 0; i < std::min(limit, names.size()); ++i) result += fmt::format("{}`{}`", i == 0 ? "" : ", ", names[i]);
  if (names.size() > limit) result += fmt::format(" and {} more", names.size() - limit);
  return result;
}

}  // namespace streamtwin::language
