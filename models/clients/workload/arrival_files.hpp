// The files of arrivals that others write: times of arrival, one in each line or as a log of requests, and numbers beside
// times (LIMBO's arrival rates, minute counts of monitoring).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/workload/file_times.hpp"
#include "models/files/table.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::workload {

/// A number and the time that it stands beside.
struct TimedValue {
  Duration at{0};
  double value = 0;
};

/// Times of arrival, in rising order. They stand in the first column, or in the one that the header calls `time`,
/// `timestamp` or the like, as numbers or dates; or the file is an access log (access_log.hpp), or the tasks of a cluster of
/// Google (2011), which arrive when they are submitted. Throws std::invalid_argument with file and line for what is no time
/// or goes back in time.
std::vector<Duration> read_arrival_times(const std::string& file, const FileTimes& times = {});
std::vector<Duration> parse_arrival_times(const std::string& name, std::string_view text, const FileTimes& times = {});

/// What the name of a column says of its unit: "sched_us", "time (ms)", "Time [s]".
std::optional<TimeUnit> unit_in(std::string_view header);

/// A time and a number up to `most` in each line, sorted by time; of more than two columns those that the header names.
/// Throws std::invalid_argument with file and line.
/// `called`: what the header calls them, if it does.
std::vector<TimedValue> timed_values(const files::Table& table, const FileTimes& times, double most, std::string* called = nullptr);

}  // namespace streamtwin::workload
