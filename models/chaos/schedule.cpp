#include "models/chaos/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::chaos {
namespace {

constexpr int most = 10000;  // occurrences of one step: what a run keeps of each is small, and none is forgotten

std::string text_of(Duration time) { return fmt::format("{:g} s", in_seconds(time)); }

int number_of(const Schedule& schedule, Duration run) {
  if (schedule.times) return *schedule.times;
  if (!schedule.every) return 1;
  const Duration end = std::min(run, schedule.until.value_or(run));
  if (end <= schedule.at) return 1;
  int number = 0;
  for (Duration next = schedule.at; next < end && number <= most; next = schedule.at + number * *schedule.every) ++number;
  return number;
}

Duration window_of(const Schedule& schedule) { return schedule.within.value_or(Duration{0}); }

std::optional<ScheduleFault> fault_of_period(const Schedule& schedule) {
  const Duration takes = window_of(schedule) + schedule.lasts;
  if (takes > *schedule.every)
    return ScheduleFault{"every",
                         fmt::format("each may last until {} after its period began, and the next begins {} after that: it would overlap "
                                     "its own end",
                                     text_of(takes), text_of(*schedule.every))};
  if (schedule.times && schedule.until) return ScheduleFault{"until", "`times` says already when it ends; leave one of both out"};
  if (schedule.until && *schedule.until <= schedule.at) return ScheduleFault{"until", "the repetition ends before it begins"};
  return std::nullopt;
}

std::optional<ScheduleFault> fault_of_window(const Schedule& schedule) {
  if (schedule.until) return ScheduleFault{"until", "only what is repeated `every` so often ends `until` some time"};
  if (schedule.times.value_or(1) > 1 && !schedule.within)
    return ScheduleFault{"times", "what happens several times does `every` so often, or `within` a window"};
  if (schedule.times.value_or(1) * schedule.lasts > window_of(schedule) && schedule.times.value_or(1) > 1)
    return ScheduleFault{"within", fmt::format("{} of {} each do not fit into {} one after the other", *schedule.times,
                                               text_of(schedule.lasts), text_of(window_of(schedule)))};
  return std::nullopt;
}

}  // namespace

std::optional<ScheduleFault> fault_of(const Schedule& schedule, Duration run) {
  if (const auto fault = schedule.every ? fault_of_period(schedule) : fault_of_window(schedule)) return fault;
  const int number = number_of(schedule, run);
  if (number > most) return ScheduleFault{"every", fmt::format("that is more than {} times", most)};
  const Duration last = schedule.at + (number - 1) * schedule.every.value_or(Duration{0});
  if (last + window_of(schedule) > run)
    return ScheduleFault{schedule.within  ? "within"
                         : schedule.times ? "times"
                                          : "at",
                         fmt::format("the run ends before this, {} after the warm-up", text_of(run))};
  return std::nullopt;
}

// Points that are uniform in what the faults leave of a window, pushed apart by what lies before them, are those of faults that are
// uniform in the window and do not overlap. One that is alone ends wherever it does.
std::vector<Duration> instants_of(const Schedule& schedule, Duration run, Random random) {
  const int number = number_of(schedule, run);
  std::vector<Duration> instants(static_cast<std::size_t>(number), schedule.at);
  if (schedule.every) {
    for (int i = 0; i < number; ++i) {
      instants[static_cast<std::size_t>(i)] += i * *schedule.every;
      if (schedule.within) instants[static_cast<std::size_t>(i)] += random.uniform(Duration{0}, *schedule.within);
    }
    return instants;
  }
  if (!schedule.within) return instants;
  const Duration taken = number > 1 ? number * schedule.lasts : Duration{0};
  for (Duration& instant : instants) instant += random.uniform(Duration{0}, *schedule.within - taken);
  std::sort(instants.begin(), instants.end());
  for (int i = 1; i < number; ++i) instants[static_cast<std::size_t>(i)] += i * schedule.lasts;
  return instants;
}

}  // namespace streamtwin::chaos
