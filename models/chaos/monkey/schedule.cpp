#include "models/chaos/monkey/schedule.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace streamtwin::chaos {

int hour_of_schedule(int start_hour) {
  if (start_hour < 0 || start_hour > 23) throw std::invalid_argument(fmt::format("{} is no hour of the clock, 0 to 23", start_hour));
  return (start_hour + 22) % 24;
}

Duration time_of_kill(int start_hour, int end_hour, Random& random) {
  const int minutes = (end_hour - start_hour) * 60;
  return std::chrono::hours{start_hour} + std::chrono::minutes{random.below(static_cast<std::uint64_t>(minutes))};
}

LocalTime no_kills_since(int work_days, const LocalTime& now, int end_hour) {
  if (work_days < 0) throw std::invalid_argument(fmt::format("a kill cannot come {} work days after another", work_days));
  Day day = now.day;
  for (int left = work_days; left > 0 || !is_weekday(day); day -= std::chrono::days{1}) left -= is_weekday(day) ? 1 : 0;
  return hour_of(day, end_hour);
}

bool respects_min_time(const std::vector<PastKill>& kills, const Cluster& of, const LocalTime& threshold, Grouping grouping,
                       bool regions_are_independent) {
  const ClusterName name(of.name);
  const auto forbids = [&](const PastKill& kill) {
    const ClusterName other(kill.of.name);
    if (kill.at < threshold || other.app != name.app || kill.of.account != of.account) return false;
    if (grouping == Grouping::stack && other.stack != name.stack) return false;
    if (grouping == Grouping::cluster && kill.of.name != of.name) return false;
    return !regions_are_independent || kill.of.region == of.region;
  };
  return std::none_of(kills.begin(), kills.end(), forbids);
}

}  // namespace streamtwin::chaos
