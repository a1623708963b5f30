// Metrics as Prometheus and its relatives export them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "models/clients/workload/course_files.hpp"
#include "models/files/json_text.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::workload {
namespace {

using nlohmann::json;

/// Samples of one series, and how many hold no number: NaN, +Inf.
struct Samples {
  std::string metric;
  std::map<double, double> by_time;
};

CourseValues values_of(std::string_view metric, bool counter) {
  return counter || metric.ends_with("_total") || metric.ends_with("_count") ? CourseValues::totals : CourseValues::rates;
}

Readings readings_of(const Samples& samples, bool counter) {
  Readings readings{.metric = samples.metric, .values = {}, .are = values_of(samples.metric, counter), .known_between = true};
  for (const auto& [time, value] : samples.by_time) readings.values.push_back({Duration{time}, std::max(value, 0.0)});
  return readings;
}

void remark_on(std::size_t numberless, std::vector<std::string>& remarks) {
  if (numberless > 0) remarks.push_back(fmt::format("{} samples are no finite numbers and are passed over", numberless));
}

const json& member(const json& object, const char* key) {
  static const json none;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? none : *found;
}

std::string text_of_member(const json& object, const char* key) {
  const json& found = member(object, key);
  return found.is_string() ? found.get<std::string>() : "";
}

/// The list of series, in the whole answer, its `data`, or bare.
const json& result_of(const std::string& name, const json& document) {
  constexpr std::string_view expected = "expected the answer of Prometheus to query_range: `resultType` \"matrix\" with a list `result`";
  const auto refuse = [&](std::string_view what) { throw std::invalid_argument(fmt::format("{}: {}; {}", name, what, expected)); };
  if (document.is_array()) return document;
  if (text_of_member(document, "status") == "error")
    refuse(fmt::format("an answer that is an error: {}", files::shown(text_of_member(document, "error"))));
  const json& data = member(document, "data").is_object() ? member(document, "data") : document;
  const std::string type = text_of_member(data, "resultType");
  if (!type.empty() && type != "matrix")
    refuse(fmt::format("a `{}`, which has one value for each series and no course", files::shown(type)));
  if (!member(data, "result").is_array()) refuse("JSON without metrics");
  return member(data, "result");
}

/// A line of the text format, taken apart.
struct Sample {
  std::string metric, labels;
  std::string_view value, time;
};

// name{l="v",...} value [timestamp] [# exemplar]
Sample sample_in(const std::string& name, std::size_t number, std::string_view line) {
  const auto refuse = [&](std::string_view what) {
    throw std::invalid_argument(fmt::format("{}:{}: {}; expected `name{{label=\"value\"}} number time`", name, number, what));
  };
  Sample sample;
  std::size_t end = line.find_first_of("{ \t");
  if (end == std::string_view::npos || end == 0) refuse(fmt::format("no sample of a metric: `{}`", files::shown(line)));
  sample.metric = line.substr(0, end);
  if (line[end] == '{') {
    bool quoted = false;
    std::size_t close = end + 1;
    for (; close < line.size() && (quoted || line[close] != '}'); ++close) {
      if (quoted && line[close] == '\\')
        ++close;
      else if (line[close] == '"')
        quoted = !quoted;
    }
    if (close >= line.size()) refuse("labels that do not close");
    sample.labels = line.substr(end, close + 1 - end);
    end = close + 1;
  }
  std::string_view rest = files::trimmed(line.substr(end));
  const auto next = [&rest] {
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest = files::trimmed(rest.substr(word.size()));
    return word;
  };
  sample.value = next();
  sample.time = next();
  if (sample.time.empty() || sample.time.front() == '#')
    refuse("a sample without a time: what an exporter says at one moment has no course; ask Prometheus with query_range");
  return sample;
}

/// Parts of histograms and summaries that do not count requests.
bool is_detail(std::string_view metric, std::string_view labels) {
  return metric.ends_with("_bucket") || metric.ends_with("_sum") || metric.ends_with("_created") ||
         labels.find("quantile=\"") != std::string_view::npos;
}

}  // namespace

std::vector<Readings> series_of_prometheus(const std::string& name, std::string_view text, std::vector<std::string>& remarks) {
  const json document = files::json_of(name, text);
  std::vector<Readings> all;
  std::size_t entry = 0, numberless = 0;
  for (const json& series : result_of(name, document)) {
    const auto refuse = [&](std::string_view what) {
      throw std::invalid_argument(fmt::format("{}: series {}: {}; expected `values`, a list of [seconds, \"number\"]", name, entry, what));
    };
    ++entry;
    if (!member(series, "values").is_array()) refuse(member(series, "value").is_array() ? "has one value and no course" : "has no values");
    Samples samples{.metric = text_of_member(member(series, "metric"), "__name__"), .by_time = {}};
    for (const json& pair : member(series, "values")) {
      if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !(pair[1].is_string() || pair[1].is_number()))
        refuse(fmt::format("value {} is no pair", samples.by_time.size() + 1));
      const auto value =
          pair[1].is_number() ? std::optional(pair[1].get<double>()) : files::number_in(pair[1].get_ref<const std::string&>());
      if (value)
        samples.by_time[pair[0].get<double>()] = *value;
      else
        ++numberless;
    }
    if (!samples.by_time.empty()) all.push_back(readings_of(samples, false));
  }
  remark_on(numberless, remarks);
  if (all.empty()) throw std::invalid_argument(fmt::format("{}: no series with a value: the query found nothing", name));
  return all;
}

std::vector<Readings> series_of_open_metrics(const std::string& name, std::string_view text, std::vector<std::string>& remarks) {
  std::map<std::string, Samples> series;
  std::set<std::string> counters;
  std::size_t number = 0, numberless = 0, details = 0;
  // OpenMetrics is in seconds and says where it ends; Prometheus's older text is in milliseconds.
  const bool ends = text.substr(0, text.find_last_not_of(" \t\r\n") + 1).ends_with("\n# EOF");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = files::trimmed(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    ++number;
    if (line.starts_with("# TYPE ") && line.ends_with(" counter")) counters.insert(std::string(line.substr(7, line.size() - 7 - 8)));
    if (line.empty() || line.front() == '#') continue;
    const Sample sample = sample_in(name, number, line);
    if (is_detail(sample.metric, sample.labels)) {
      ++details;
      continue;
    }
    const auto time = files::number_in(sample.time);
    if (!time) throw std::invalid_argument(fmt::format("{}:{}: the time is not a number: `{}`", name, number, files::shown(sample.time)));
    Samples& samples = series[sample.metric + sample.labels];
    samples.metric = sample.metric;
    if (const auto value = files::number_in(sample.value))
      samples.by_time[ends ? *time : *time / 1e3] = *value;
    else
      ++numberless;
  }
  std::vector<Readings> all;
  for (const auto& [labels, samples] : series) {
    if (!samples.by_time.empty()) all.push_back(readings_of(samples, counters.contains(samples.metric)));
  }
  if (details > 0)
    remarks.push_back(fmt::format("{} samples of buckets, sums and quantiles count no requests and are passed over", details));
  remark_on(numberless, remarks);
  if (all.empty()) throw std::invalid_argument(fmt::format("{}: no metric that counts requests", name));
  return all;
}

}  // namespace streamtwin::workload
