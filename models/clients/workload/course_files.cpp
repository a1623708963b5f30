#include "models/clients/workload/course_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "models/files/text_file.hpp"

namespace streamtwin::workload {
namespace {

using files::shown;
using files::Table;

constexpr double rate_max = 1e8;     ///< as of `rate`
constexpr double number_max = 1e15;  ///< totals of years, and still whole numbers
constexpr double minute_s = 60, hour_s = 3600;

/// From a time to a time so many requests per second.
struct Stretch {
  Duration from, to;
  double rate;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view first_line(std::string_view text) { return files::trimmed(text.substr(0, text.find('\n'))); }

/// "http_requests_total{code="200"} 42 1764410400.5", or the comments about it.
bool is_open_metrics(std::string_view line) {
  if (line.starts_with("# TYPE ") || line.starts_with("# HELP ") || line.starts_with("# UNIT ")) return true;
  const std::size_t brace = line.find('{');
  return brace != std::string_view::npos && brace > 0 && line.find("=\"") != std::string_view::npos &&
         line.find('}') != std::string_view::npos && line.substr(0, brace).find_first_of(" \t,;\"") == std::string_view::npos;
}

bool is_wide(std::string_view line) {
  const std::string header = lower(line);
  return header.starts_with("hashowner,") && header.find(",1,2,") != std::string::npos;
}

/// Each row a function, whose calls of the 1440 minutes stand beside each other: too wide a table to be held at once.
Readings minutes_of_functions(const std::string& name, std::string_view text) {
  const Table header(name, std::string(first_line(text)), Table::Header::always);
  const auto first = header.column("1");
  if (!first) throw std::invalid_argument(fmt::format("{}: no column is called `1`, the first minute of the day", name));
  Readings readings{.metric = {}, .values = {}, .are = CourseValues::counts, .known_between = false};
  for (std::size_t minute = 0; minute + *first < header.header().size(); ++minute)
    readings.values.push_back({Duration{static_cast<double>(minute) * minute_s}, 0});
  std::size_t line = 1;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;) {
    text.remove_prefix(end + 1);
    end = text.find('\n');
    ++line;
    const Table one(name, std::string(first_line(text)), Table::Header::never);
    if (one.rows() == 0) continue;  // nothing but blanks, separators or a comment
    if (one[0].size() > *first + readings.values.size()) header.refuse(line, "more minutes than the header has");
    for (std::size_t i = 0; i + *first < one[0].size(); ++i) {
      const auto calls = one[0].number(*first + i);
      if (!calls || *calls < 0)
        header.refuse(line, fmt::format("expected the invocations of minute {}, found `{}`", i + 1, shown(one[0][*first + i])));
      readings.values[i].value += *calls;
    }
  }
  if (line == 1 || readings.values.size() < 2) throw std::invalid_argument(fmt::format("{}: holds no invocations", name));
  return readings;
}

/// "en Main_Page 240000 0": domain, title, views, and a column of zeros.
bool are_pageviews(const Table& table) {
  return table.header().empty() && table.separator() == Table::Separator::blanks && table.columns() == 4 && table.rows() > 0 &&
         table[0].size() == 4 && !table[0].number(0) && table[0].number(2) && table[0].number(3) == 0;
}

std::vector<Stretch> hour_of_pageviews(const Table& table) {
  double views = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto of_title = table[row].number(2);
    if (!of_title || *of_title < 0)
      table.refuse(table[row].line(), fmt::format("expected the views of a title in the hour, found `{}`", shown(table[row][2])));
    views += *of_title;
  }
  return {{Duration{0}, Duration{hour_s}, views / hour_s}};
}

CourseValues values_called(std::string_view header) {
  const std::string name = lower(header);
  if (name == "rate" || name == "rps" || name == "qps" || name.ends_with("_rps") || name.ends_with("/s")) return CourseValues::rates;
  return name.ends_with("_total") ? CourseValues::totals : CourseValues::counts;
}

/// What a run of numbers says, stretch by stretch.
class Stretches {
 public:
  Stretches(std::string name, const CourseFile& course) : name_(std::move(name)), course_(course) {}

  std::vector<Stretch> of(const Readings& readings) const {
    const std::vector<Duration> ends = ends_of(readings);
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const TimedValue& value = readings.values[i];
      const Duration width = ends[i] - value.at;
      double rate = value.value / in_seconds(readings.are == CourseValues::counts ? width : course_.per);
      if (readings.are == CourseValues::totals) {
        const double next = readings.values[i + 1].value;
        rate = (next >= value.value ? next - value.value : next) / in_seconds(width);  // what falls began again at 0
      }
      stretches.push_back({value.at, ends[i], rate});
    }
    return stretches;
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const { throw std::invalid_argument(fmt::format("{}: {}", name_, what)); }

  /// Until when each value holds. Clocks of monitoring waver: a line that is a little late leaves no gap.
  std::vector<Duration> ends_of(const Readings& readings) const {
    constexpr double late_max = 1.5;
    const std::vector<TimedValue>& values = readings.values;
    std::vector<Duration> gaps, ends;
    for (std::size_t i = 1; i < values.size(); ++i) {
      gaps.push_back(values[i].at - values[i - 1].at);
      ends.push_back(values[i].at);
      if (!(gaps.back() > Duration{0}))
        refuse(fmt::format("the time {} s stands there twice; one line for each interval", in_seconds(values[i].at)));
    }
    if (readings.are == CourseValues::totals) {
      if (ends.empty()) refuse("a single line; totals need two");
      return ends;
    }
    if (gaps.empty() && !course_.interval) refuse("a single line; say how long its `interval` is");
    std::sort(gaps.begin(), gaps.end());
    const Duration usual = course_.interval ? *course_.interval : gaps[gaps.size() / 2];
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const Duration begin = values[i].at;
      if (ends[i] - begin > usual * late_max && !readings.known_between) ends[i] = begin + usual;
    }
    if (!values.empty()) ends.push_back(values.back().at + usual);
    return ends;
  }

  const std::string name_;
  const CourseFile& course_;
};

/// One course for all: at each time the sum of what holds then. 0 where nothing does.
std::vector<RatePoint> sum_of(const std::string& name, const std::vector<std::vector<Stretch>>& all) {
  std::set<Duration> bounds;
  for (const std::vector<Stretch>& stretches : all) {
    for (const Stretch& stretch : stretches) {
      bounds.insert(stretch.from);
      bounds.insert(stretch.to);
    }
  }
  const std::vector<Duration> at(bounds.begin(), bounds.end());
  std::vector<double> sums(at.size(), 0);
  for (const std::vector<Stretch>& stretches : all) {
    std::size_t i = 0;
    for (const Stretch& stretch : stretches) {
      for (i = static_cast<std::size_t>(std::lower_bound(at.begin() + static_cast<std::ptrdiff_t>(i), at.end(), stretch.from) - at.begin());
           at[i] < stretch.to; ++i)
        sums[i] += stretch.rate;
    }
  }
  std::vector<RatePoint> points;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!(sums[i] <= rate_max))
      throw std::invalid_argument(
          fmt::format("{}: {:g} requests/s from {} s on; at most {:g}", name, sums[i], in_seconds(at[i]), rate_max));
    points.push_back({at[i], Rate{sums[i]}});
  }
  return points;
}

/// Metrics have times since 1970 and are counted from their first, unless the scenario says otherwise.
void count_from_first(std::vector<Readings>& series, const FileTimes& said) {
  Duration first{HUGE_VAL};
  for (const Readings& readings : series) {
    for (const TimedValue& value : readings.values) first = std::min(first, value.at);
  }
  for (Readings& readings : series) {
    if (said.from == TimeZero::end_of_warm_up) {
      std::erase_if(readings.values, [](const TimedValue& value) { return value.at < Duration{0}; });  // before the run
    } else {
      for (TimedValue& value : readings.values) value.at -= first;
    }
  }
}

std::vector<Readings> series_of(const std::string& name, std::string_view text, std::string_view format, const CourseFile& course,
                                const FileTimes& said, std::vector<std::string>& remarks) {
  std::vector<Readings> series =
      format.front() == 'O' ? series_of_open_metrics(name, text, remarks) : series_of_prometheus(name, text, remarks);
  std::set<std::string> metrics;
  for (const Readings& readings : series) metrics.insert(readings.metric);
  if (metrics.size() > 1) {
    std::string list;
    for (const std::string& metric : metrics) list += (list.empty() ? "" : ", ") + shown(metric);
    throw std::invalid_argument(fmt::format("{}: holds {} metrics ({}); export the one that counts requests", name, metrics.size(), list));
  }
  count_from_first(series, said);
  if (!course.values) {
    const bool totals = series.front().are == CourseValues::totals;
    remarks.push_back(
        fmt::format("taken as {}; `values` says so, or otherwise", totals ? "totals since some start" : "requests per second"));
  }
  if (series.size() > 1) remarks.push_back(fmt::format("the sum of {} series", series.size()));
  return series;
}

}  // namespace

std::string_view course_format(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  const std::string_view line = first_line(text.substr(first));
  if (line.front() == '{' || line.front() == '[') return "JSON as Prometheus answers";
  if (is_open_metrics(line)) return "OpenMetrics text";
  return is_wide(line) ? "invocations per minute of Azure Functions" : "";
}

std::vector<RatePoint> parse_course(const std::string& name, const std::string& text, const CourseFile& course, const FileTimes& times,
                                    std::vector<std::string>* remarks) {
  std::vector<std::string> unread;
  std::vector<std::string>& said = remarks != nullptr ? *remarks : unread;
  const std::string_view format = course_format(text);
  std::vector<Readings> series;
  if (format.starts_with("JSON") || format.starts_with("Open")) {
    series = series_of(name, text, format, course, times, said);
  } else if (!format.empty()) {
    series.push_back(minutes_of_functions(name, text));
  } else {
    const Table table(name, text);
    if (are_pageviews(table)) return sum_of(name, {hour_of_pageviews(table)});
    if (table.column("HashFunction") && table.column("Average"))
      table.refuse(table.header_line(),
                   "how long functions of Azure take, and not when they are invoked; the file of invocations has "
                   "columns 1, 2, 3, ... for the minutes of the day");
    Readings& readings = series.emplace_back();
    readings.values = timed_values(table, times, number_max, &readings.metric);
    readings.are = values_called(readings.metric);
  }
  const Stretches stretches(name, course);
  std::vector<std::vector<Stretch>> all;
  for (Readings& readings : series) {
    readings.are = course.values.value_or(readings.are);
    all.push_back(stretches.of(readings));
  }
  std::vector<RatePoint> points = sum_of(name, all);
  if (points.empty()) throw std::invalid_argument(fmt::format("{}: all its times are before the run", name));
  return points;
}

std::vector<RatePoint> read_course(const CourseFile& course, const FileTimes& times, std::vector<std::string>* remarks) {
  return parse_course(course.file.path, files::text_of(course.file.path, "counts or rates over time"), course, times, remarks);
}

}  // namespace streamtwin::workload
