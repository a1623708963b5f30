// Arrivals over time as monitoring exports them, read as a course of rates: tables of counts, rates or totals; what
// Prometheus answers to query_range; OpenMetrics text whose samples have times; Azure Functions' invocations per minute of
// the day (2019); Wikipedia's pageviews of an hour.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/clients/workload/arrival_files.hpp"
#include "models/clients/workload/course.hpp"

namespace streamtwin::workload {

/// What the text is, if it is of a tool that writes nothing else: "metrics of Prometheus"; empty otherwise.
std::string_view course_format(std::string_view text);

/// `remarks` takes what was guessed or dropped, a sentence each. Throws std::invalid_argument with file and line.
std::vector<RatePoint> read_course(const CourseFile& course, const FileTimes& times = {}, std::vector<std::string>* remarks = nullptr);
/// The same from text already read. `name` is used in messages, and holds the hour of pageviews.
std::vector<RatePoint> parse_course(const std::string& name, const std::string& text, const CourseFile& course, const FileTimes& times = {},
                                    std::vector<std::string>* remarks = nullptr);

/// A run of numbers over time, and what they are.
struct Readings {
  std::string metric;  ///< what they are called, if anything
  std::vector<TimedValue> values;
  CourseValues are = CourseValues::counts;
  bool known_between = false;  ///< that a value is missing says nothing: the one before goes on
};

/// Of metrics: each series by itself, in seconds since 1970. Throws std::invalid_argument.
std::vector<Readings> series_of_prometheus(const std::string& name, std::string_view text, std::vector<std::string>& remarks);
std::vector<Readings> series_of_open_metrics(const std::string& name, std::string_view text, std::vector<std::string>& remarks);

}  // namespace streamtwin::workload
