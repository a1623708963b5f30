// What came before a run: how long ago units came of which something may be left as it begins. Pure.
#pragma once

#include <vector>

#include "models/titus/stack/arrivals.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::work {

/// Of those that come each day at a time of day, those within `longest`. `clock`: when the run begins.
std::vector<Duration> daily_ages(Duration at, Duration clock, Duration longest);
/// Of those that come at random, by a rate that follows the hour.
std::vector<Duration> random_ages(const titus::DailyRate& rate, Duration longest, Random& random);

}  // namespace streamtwin::work
