#include "models/chaos/monkey/army.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace streamtwin::chaos {

int runs_per_day(OfficeHours hours, Duration frequency) {
  return static_cast<int>(std::floor(Duration{std::chrono::hours{hours.close - hours.open}} / frequency));
}

std::vector<std::size_t> select_instances(std::size_t present, double probability, Random& random) {
  const double whole = std::floor(probability);
  std::vector<std::size_t> left(present), chosen;
  std::iota(left.begin(), left.end(), 0);
  const double fraction = probability - whole;
  if (fraction > 0 && random.uniform() <= fraction && present > 0) {
    const auto one = left.begin() + static_cast<std::ptrdiff_t>(random.below(present));
    chosen.push_back(*one);
    left.erase(one);
  }
  for (double more = whole; more >= 1 && !left.empty(); --more) {
    std::swap(left[random.below(left.size())], left.back());
    chosen.push_back(left.back());
    left.pop_back();
  }
  return chosen;
}

std::optional<TerminationLimit> termination_limit(double terminations_max_per_day) {
  constexpr double next_to_nothing = 0.001;
  if (terminations_max_per_day <= next_to_nothing) return std::nullopt;
  if (terminations_max_per_day >= 1) return TerminationLimit{static_cast<int>(terminations_max_per_day), 1};
  return TerminationLimit{1, static_cast<int>(std::ceil(1 / terminations_max_per_day))};
}

double effective_probability(double configured, const std::optional<MandatoryTermination>& mandate, std::optional<Duration> opted_in_ago,
                             int terminations_in_window) {
  const bool due = mandate && mandate->window_days > 0 && opted_in_ago && *opted_in_ago > std::chrono::days{mandate->window_days} &&
                   terminations_in_window <= 0;
  return due ? mandate->probability : configured;
}

std::optional<ChaosType> pick_chaos_type(const std::vector<ChaosType>& applicable, Random& random) {
  if (applicable.empty()) return std::nullopt;
  return applicable[random.below(applicable.size())];
}

}  // namespace streamtwin::chaos
