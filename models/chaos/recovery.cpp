#include "models/chaos/recovery.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace streamtwin::chaos {
namespace {

constexpr std::size_t in_a_row = 3;
constexpr double of_the_mean = 0.95, deviations = 3;

/// How a figure was in the windows before a fault: the worst that it may be to be so again.
struct Band {
  std::optional<double> least, most;

  bool contains(double value) const { return std::isnan(value) || ((!least || value >= *least) && (!most || value <= *most)); }
};

Band band_of(const WatchedObjective& objective, std::size_t windows) {
  std::vector<double> before(objective.values.begin(), objective.values.begin() + static_cast<std::ptrdiff_t>(windows));
  std::erase_if(before, [](double value) { return std::isnan(value); });
  if (before.empty()) return {};
  double sum = 0, squares = 0;
  for (const double value : before) {
    sum += value;
    squares += value * value;
  }
  const auto windows_before = static_cast<double>(before.size());
  const double mean = sum / windows_before;
  const double spread = deviations * std::sqrt(std::max(0.0, squares / windows_before - mean * mean));
  const auto [low, high] = std::minmax_element(before.begin(), before.end());
  Band band;
  if (objective.at_least) band.least = std::min({*low, of_the_mean * mean, mean - spread});
  if (objective.at_most) band.most = std::max({*high, mean / of_the_mean, mean + spread});
  return band;
}

Instant begin_of(const Watch& watch, std::size_t window) { return window == 0 ? watch.begins : watch.ends[window - 1]; }

/// From the first window that is not good, before `next`, to the first of three good ones.
std::optional<Duration> time_to_good(const Watch& watch, std::size_t first, Instant fault, Instant next,
                                     const std::function<bool(std::size_t)>& good) {
  const std::size_t windows = watch.ends.size();
  std::size_t bad = first;
  while (bad < windows && good(bad)) ++bad;
  if (bad == windows || begin_of(watch, bad) >= next) return Duration{0};
  std::size_t row = 0;
  for (std::size_t i = bad; i < windows; ++i) {
    row = good(i) ? row + 1 : 0;
    if (row == in_a_row) return std::max(Duration{0}, begin_of(watch, i + 1 - in_a_row) - fault);
  }
  return std::nullopt;
}

}  // namespace

bool WatchedObjective::holds(std::size_t window) const {
  const double value = values[window];
  return std::isnan(value) || (!(at_least && value < *at_least) && !(at_most && value > *at_most));
}

std::optional<Aftermath> aftermath(const Watch& watch, Instant fault, Instant next) {
  const auto all_hold = [&](std::size_t window) {
    return std::all_of(watch.objectives.begin(), watch.objectives.end(), [&](const WatchedObjective& one) { return one.holds(window); });
  };
  std::size_t first = 0;  // window that ends after the fault
  while (first < watch.ends.size() && watch.ends[first] <= fault) ++first;
  if (first < in_a_row || watch.objectives.empty()) return std::nullopt;
  for (std::size_t i = first - in_a_row; i < first; ++i) {
    if (!all_hold(i)) return std::nullopt;
  }
  const auto seen_before = [&](const WatchedObjective& one) {
    const auto end = one.values.begin() + static_cast<std::ptrdiff_t>(first);
    return std::any_of(one.values.begin(), end, [](double value) { return !std::isnan(value); });
  };
  if (!std::all_of(watch.objectives.begin(), watch.objectives.end(), seen_before)) return std::nullopt;
  std::vector<Band> bands;
  for (const WatchedObjective& objective : watch.objectives) bands.push_back(band_of(objective, first));
  const auto as_before = [&](std::size_t window) {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      if (!bands[i].contains(watch.objectives[i].values[window])) return false;
    }
    return true;
  };
  return Aftermath{time_to_good(watch, first, fault, next, all_hold), time_to_good(watch, first, fault, next, as_before)};
}

Duration broken_time(const Watch& watch, const WatchedObjective& objective) {
  Duration broken{0};
  for (std::size_t i = 0; i < watch.ends.size(); ++i) {
    if (!objective.holds(i)) broken += watch.ends[i] - begin_of(watch, i);
  }
  return broken;
}

}  // namespace streamtwin::chaos
