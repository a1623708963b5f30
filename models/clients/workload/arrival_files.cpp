#include "models/clients/workload/arrival_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "models/clients/workload/access_log.hpp"
#include "models/clients/workload/course_files.hpp"
#include "models/files/text_file.hpp"
#include "models/files/time_stamp.hpp"

namespace streamtwin::workload {
namespace {

using files::shown;
using files::Table;

constexpr std::array<std::string_view, 14> time_names{"time",       "timestamp",  "arrival", "arrival_time",  "time_stamp",
                                                      "event_time", "datetime",   "date",    "end_timestamp", "interval_start",
                                                      "minute",     "@timestamp", "period",  "start_time"};
constexpr std::array<std::string_view, 14> value_names{"count",       "counts", "requests",  "rate", "event_count", "arrivals", "value",
                                                       "invocations", "hits",   "req_count", "rps",  "qps",         "calls",    "total"};

std::string_view name_of(TimeUnit unit) { return enum_names<TimeUnit>[static_cast<std::size_t>(unit)].name; }

/// The times of a table in seconds, counted as the scenario says.
class TimeColumn {
 public:
  /// `before`: times below zero may stand in it, too.
  TimeColumn(const Table& table, const FileTimes& said, bool before = false) : table_(table), said_(said), before_(before) {
    column_ = table.column(time_names).value_or(0);
    if (const auto date = table.column("date"); date && table.column("time") == *date + 1) column_ = *date;
    unit_ = said.unit ? said.unit : unit_in(named());
    dates_ = files::time_stamp_in(table[0][column_]).has_value();
    split_ = dates_ && table[0][column_ + 1].find(':') != std::string_view::npos && files::time_stamp_in(date_and_time(0)).has_value();
    if (said.from == TimeZero::end_of_warm_up && dates_) {
      table.refuse(table[0].line(), "dates have no place on the scenario's clock; `from: first` counts them from the first");
    }
    for (std::size_t row = 0; row < table.rows(); ++row) seconds_.push_back(read(row));
    const bool from_first = dates_ || said.from == TimeZero::first;
    const double zero = from_first && !seconds_.empty() ? *std::min_element(seconds_.begin(), seconds_.end()) : 0;
    for (double& time : seconds_) time = from_first ? time - zero : time;
  }

  std::size_t column() const { return column_; }
  /// How many columns the time takes: a date and a time of day are two.
  std::size_t width() const { return split_ ? 2 : 1; }
  double operator[](std::size_t row) const { return seconds_[row]; }

 private:
  std::string_view named() const { return column_ < table_.header().size() ? std::string_view(table_.header()[column_]) : ""; }
  std::string date_and_time(std::size_t row) const { return fmt::format("{} {}", table_[row][column_], table_[row][column_ + 1]); }

  double read(std::size_t row) const {
    const Table::Row cells = table_[row];
    if (dates_) {
      if (const auto time = split_ ? files::time_stamp_in(date_and_time(row)) : files::time_stamp_in(cells[column_])) return *time;
      table_.refuse(cells.line(), fmt::format("expected a date as in the lines before, found `{}`", shown(cells[column_])));
    }
    const auto number = cells.number(column_);
    if (!number || (*number < 0 && !before_ && said_.from != TimeZero::first)) {
      table_.refuse(cells.line(),
                    fmt::format("expected a time in {}, found `{}`", name_of(unit_.value_or(TimeUnit::seconds)), shown(cells[column_])));
    }
    // A division by a whole number is rounded once: 1500 ms are 1.5 s.
    const double unit = seconds_in(unit_.value_or(TimeUnit::seconds));
    return unit < 1 ? *number / std::round(1 / unit) : *number * unit;
  }

  const Table& table_;
  const FileTimes& said_;
  bool before_;
  std::size_t column_ = 0;
  std::optional<TimeUnit> unit_;
  bool dates_ = false, split_ = false;
  std::vector<double> seconds_;
};

/// The column of the numbers beside the times.
std::size_t value_column(const Table& table, const TimeColumn& times) {
  const std::size_t first = table[0].line(), others = table.columns() - std::min(table.columns(), times.width());
  if (others == 0) table.refuse(first, "one column; expected a time and a number of requests in each line");
  const std::size_t next = times.column() == 0 ? times.width() : 0;
  if (const auto named = table.column(value_names); named && *named != times.column()) return *named;
  if (others == 1) return next;
  if (table.header().empty()) {
    table.refuse(first, fmt::format("{} columns; expected a time and a number of requests: name the columns in a header, as `time,count`, "
                                    "or, if commas stand for decimal points, separate with semicolons",
                                    table.columns()));
  }
  table.refuse(table.header_line(),
               fmt::format("{} columns, and none is called `count` or `rate`; which one holds the requests?", table.columns()));
}

std::vector<Duration> sorted(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  std::vector<Duration> times;
  times.reserve(seconds.size());
  for (const double time : seconds) times.emplace_back(time);
  return times;
}

std::vector<Duration> times_of_log(std::vector<double> times, const FileTimes& said) {
  const double zero = said.from == TimeZero::end_of_warm_up ? 0 : *std::min_element(times.begin(), times.end());
  for (double& time : times) time -= zero;
  return sorted(std::move(times));
}

/// Azure Functions 2021 gives the end of an invocation and how long it took, in the order of neither.
std::vector<Duration> times_from_ends(const Table& table, std::size_t end, std::size_t duration, const FileTimes& said) {
  std::vector<double> begins;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto at = table[row].number(end), took = table[row].number(duration);
    if (!at || !took || *took < 0) table.refuse(table[row].line(), "expected a time of end and a duration in seconds");
    begins.push_back(std::max(*at - *took, 0.0));
  }
  const double zero = said.from == TimeZero::first ? *std::min_element(begins.begin(), begins.end()) : 0;
  for (double& begin : begins) begin -= zero;
  return sorted(std::move(begins));
}

/// task_events of Google's cluster of 2011: thirteen columns without a header, the time in microseconds, of which the first
/// 600 s are before the trace, in the sixth what happened.
bool are_cluster_tasks(const Table& table) {
  constexpr std::size_t columns = 13, event = 5;
  return table.header().empty() && table.columns() == columns && table[0].size() >= event + 3 && table[0].number(0) &&
         table[0].number(event).value_or(-1) >= 0 && table[0].number(event).value_or(9) <= 8;
}

std::vector<Duration> times_of_tasks(const Table& table, const FileTimes& said) {
  constexpr std::size_t event = 5;
  constexpr double submitted = 0, before_s = 600, after_s = 9e12;  // those of 2^63 - 1 are after the trace
  std::vector<double> times;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto at = table[row].number(0), what = table[row].number(event);
    if (!at || !what) table.refuse(table[row].line(), "expected a time in microseconds and, sixth, the number of an event");
    if (*what == submitted && *at / 1e6 >= before_s && *at / 1e6 < after_s) times.push_back(*at / 1e6 - before_s);
  }
  if (times.empty()) throw std::invalid_argument(fmt::format("{}: no task is submitted during the trace", table.name()));
  const double zero = said.from == TimeZero::first ? *std::min_element(times.begin(), times.end()) : 0;
  for (double& time : times) time -= zero;
  return sorted(std::move(times));
}

}  // namespace

std::vector<Duration> parse_arrival_times(const std::string& name, std::string_view text, const FileTimes& said) {
  if (const auto log = access_log_times(name, files::without_byte_order_mark(name, text))) return times_of_log(*log, said);
  const std::string_view format = course_format(text);
  if (format.starts_with("JSON") && text.find("\"resultType\"") == std::string_view::npos)
    throw std::invalid_argument(
        fmt::format("{}: JSON, which is not read as requests; expected a time in each line, or an access log", name));
  if (!format.empty())
    throw std::invalid_argument(fmt::format("{}: {}, which are no single requests; `course_from` reads them", name, format));
  const Table table(name, std::string(text));
  if (table.rows() == 0) throw std::invalid_argument(fmt::format("{}: holds no times of arrival", name));
  if (are_cluster_tasks(table)) return times_of_tasks(table, said);
  if (table.may_be_decimal_commas()) {
    table.refuse(table[0].line(), fmt::format("`{},{}` is a decimal comma or two columns; write decimal points, or name the columns in a "
                                              "header",
                                              table[0][0], table[0][1]));
  }
  const auto end = table.column("end_timestamp"), duration = table.column("duration");
  if (end && duration) return times_from_ends(table, *end, *duration, said);
  const TimeColumn seconds(table, said);
  std::vector<Duration> times;
  times.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (row > 0 && seconds[row] < seconds[row - 1]) {
      table.refuse(table[row].line(), fmt::format("{} s comes after {} s; times of arrival rise", seconds[row], seconds[row - 1]));
    }
    times.emplace_back(seconds[row]);
  }
  return times;
}

std::optional<TimeUnit> unit_in(std::string_view header) {
  constexpr std::array<std::pair<std::string_view, TimeUnit>, 12> units{{{"s", TimeUnit::seconds},
                                                                         {"sec", TimeUnit::seconds},
                                                                         {"seconds", TimeUnit::seconds},
                                                                         {"ms", TimeUnit::milliseconds},
                                                                         {"milliseconds", TimeUnit::milliseconds},
                                                                         {"us", TimeUnit::microseconds},
                                                                         {"ns", TimeUnit::nanoseconds},
                                                                         {"min", TimeUnit::minutes},
                                                                         {"minutes", TimeUnit::minutes},
                                                                         {"minute", TimeUnit::minutes},
                                                                         {"h", TimeUnit::hours},
                                                                         {"hours", TimeUnit::hours}}};
  while (!header.empty() && (header.back() == ')' || header.back() == ']' || header.back() == ' ')) header.remove_suffix(1);
  const std::size_t before = header.find_last_of("_([ ");
  std::string last(before == std::string_view::npos ? header : header.substr(before + 1));
  std::transform(last.begin(), last.end(), last.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [name, unit] : units) {
    if (last == name && (before != std::string_view::npos || name == "minute")) return unit;
  }
  return std::nullopt;
}

std::vector<Duration> read_arrival_times(const std::string& file, const FileTimes& times) {
  return parse_arrival_times(file, files::text_of(file, "arrival times"), times);
}

std::vector<TimedValue> timed_values(const Table& table, const FileTimes& said, double most, std::string* called) {
  if (table.rows() == 0) {
    throw std::invalid_argument(fmt::format("{}: holds no arrival counts; each line is a time and a number of requests", table.name()));
  }
  const TimeColumn times(table, said, true);
  const std::size_t column = value_column(table, times);
  if (called != nullptr && column < table.header().size()) *called = table.header()[column];
  std::vector<TimedValue> values;
  values.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto value = table[row].number(column);
    if (!value || *value > most) {
      table.refuse(table[row].line(), fmt::format("expected a number of requests up to {:g}, found `{}`", most, shown(table[row][column])));
    }
    if (table.header().empty() && table[row].size() > times.width() + 1) {
      table.refuse(table[row].line(), fmt::format("{} columns; expected a time and a number of requests", table[row].size()));
    }
    if (times[row] < 0) continue;  // before the run, as MiSim's LimboLoadGeneratorDescription leaves it out
    values.push_back({Duration{times[row]}, std::max(*value, 0.0)});  // below zero, where a fitted profile dips, nobody comes
  }
  std::stable_sort(values.begin(), values.end(), [](const TimedValue& a, const TimedValue& b) { return a.at < b.at; });
  return values;
}

}  // namespace streamtwin::workload
