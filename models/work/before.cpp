#include "models/work/before.hpp"

namespace streamtwin::work {

std::vector<Duration> daily_ages(Duration at, Duration clock, Duration longest) {
  constexpr Duration day = 24h;
  std::vector<Duration> ages;
  Duration ago = clock - at;
  for (ago += ago < Duration{0} ? day : Duration{0}; ago <= longest; ago += day) ages.push_back(ago);
  return ages;
}

std::vector<Duration> random_ages(const titus::DailyRate& rate, Duration longest, Random& random) {
  std::vector<Duration> ages;
  if (rate.peak().value() <= 0) return ages;
  for (Duration ago{0};;) {
    ago += random.exponential(Duration{1 / rate.peak().value()});
    if (ago > longest) return ages;
    if (random.chance(rate.at(-ago) / rate.peak())) ages.push_back(ago);
  }
}

}  // namespace streamtwin::work
