// When Chaos Monkey kills, as version 2 decides it on the morning of each work day. Netflix/chaosmonkey schedule/schedule.go,
// config/monkey.go, mysql/mysql.go. It knows no holidays: a work day is no Saturday and no Sunday (cal/cal.go).
#pragma once

#include <algorithm>
#include <vector>

#include "models/chaos/monkey/groups.hpp"
#include "models/chaos/monkey/local_time.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::chaos {

/// The hour at which the schedule of a day is made: two before it begins, modulo 24. Of a day that begins at 0 or 1 that is late
/// in the evening of the same day, when all its times have passed, so that nothing is killed. Throws std::invalid_argument for
/// what is no hour.
int hour_of_schedule(int start_hour);

/// Whether a group loses an instance today; `drawn` is uniform in [0, 1). Zero is a kill whatever the mean.
inline bool kills_today(int mean_time_between_kills, double drawn) { return 1.0 / mean_time_between_kills >= drawn; }

/// A whole minute from the start hour on, before the end hour.
Duration time_of_kill(int start_hour, int end_hour, Random& random);

struct ScheduledKill {
  LocalTime at;
  InstanceGroup group;
};

/// Of the groups of one day, in the order of their times. `stream_of`: random numbers of a group on that day.
struct ScheduleRules {
  int mean_time_between_kills = 5;
  int start_hour = 9, end_hour = 15;
};
template <class StreamOf>
std::vector<ScheduledKill> schedule_of(Day day, const std::vector<InstanceGroup>& groups, const ScheduleRules& rules,
                                       StreamOf&& stream_of) {
  std::vector<ScheduledKill> kills;
  for (const InstanceGroup& group : groups) {
    Random random = stream_of(group);
    if (!kills_today(rules.mean_time_between_kills, random.uniform())) continue;
    kills.push_back({{day, time_of_kill(rules.start_hour, rules.end_hour, random)}, group});
  }
  std::stable_sort(kills.begin(), kills.end(), [](const ScheduledKill& a, const ScheduledKill& b) { return a.at < b.at; });
  return kills;
}

/// A kill at this time or later forbids another one now: the end hour of the work day so many work days ago. Without any it is
/// the end hour of today, so that kills on one day do not forbid each other. Throws std::invalid_argument for negative days.
LocalTime no_kills_since(int work_days, const LocalTime& now, int end_hour);

struct PastKill {
  LocalTime at;
  Cluster of;
};
/// Whether none of them forbids a kill in the cluster now, by grouping and regions.
bool respects_min_time(const std::vector<PastKill>& kills, const Cluster& of, const LocalTime& threshold, Grouping grouping,
                       bool regions_are_independent);

}  // namespace streamtwin::chaos
