#include "models/clients/workload/access_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "models/files/time_stamp.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::workload {
namespace {

using files::number_in;
using files::time_stamp_in;
using Tokens = std::vector<std::string_view>;
using TimeOf = std::optional<double> (*)(const Tokens&);

/// Apart by blanks; what stands in quotes or brackets is one.
Tokens tokens_of(std::string_view line) {
  Tokens tokens;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(" \t\r", begin)) != std::string_view::npos;) {
    const char closing = line[begin] == '"' ? '"' : line[begin] == '[' ? ']' : '\0';
    std::size_t end = begin + 1;
    while (end < line.size() && (closing == '\0' ? line[end] != ' ' && line[end] != '\t' : line[end] != closing)) {
      end += closing == '"' && line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end + (closing == '\0' ? 0 : 1), line.size());
    tokens.push_back(files::trimmed(line.substr(begin, end - begin)));
    begin = end;
  }
  return tokens;
}

std::optional<double> stamp_at(const Tokens& tokens, std::size_t index) {
  return index < tokens.size() ? time_stamp_in(tokens[index]) : std::nullopt;
}

// host ident user [time] "request" status bytes
std::optional<double> time_of_common(const Tokens& tokens) {
  const bool has_request = tokens.size() >= 6 && tokens[3].starts_with('[') && tokens[4].starts_with('"');
  return has_request ? stamp_at(tokens, 3) : std::nullopt;
}

// time elb client:port backend:port t_request t_backend t_response ...; the time is of the answer, -1 is no answer
std::optional<double> time_of_classic_balancer(const Tokens& tokens) {
  if (tokens.size() < 12 || tokens[2].find(':') == std::string_view::npos) return std::nullopt;
  std::optional<double> time = stamp_at(tokens, 0);
  for (std::size_t part = 4; part < 7; ++part) {
    const auto took = number_in(tokens[part]);
    if (!took) return std::nullopt;
    if (time && *took > 0) *time -= *took;
  }
  return time;
}

// type time elb client target ..., in which the 22nd field is when the request came
std::optional<double> time_of_application_balancer(const Tokens& tokens) {
  constexpr std::array<std::string_view, 6> types{"http", "https", "h2", "grpcs", "ws", "wss"};
  constexpr std::size_t creation_time = 21;
  if (tokens.size() < 12 || std::find(types.begin(), types.end(), tokens[0]) == types.end()) return std::nullopt;
  const auto created = stamp_at(tokens, creation_time);
  return created ? created : stamp_at(tokens, 1);
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return files::trimmed(line);
}

/// CloudFront's and IIS's logs name their fields in a line of their own; the time is that of the end.
class NamedFields {
 public:
  explicit NamedFields(std::string_view fields) {
    const Tokens names = tokens_of(fields);
    const auto index = [&](std::string_view name) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    date_ = index("date");
    time_ = index("time");
    taken_ = index("time-taken");
    // CloudFront writes seconds, IIS milliseconds.
    unit_ = index("x-edge-location") < names.size() ? 1 : 1e-3;
  }
  std::optional<double> time_of(const Tokens& tokens) const {
    if (date_ >= tokens.size() || time_ >= tokens.size()) return std::nullopt;
    const auto end = time_stamp_in(fmt::format("{} {}", tokens[date_], tokens[time_]));
    const auto taken = taken_ < tokens.size() ? number_in(tokens[taken_]) : std::nullopt;
    return end && taken ? *end - *taken * unit_ : end;
  }

 private:
  std::size_t date_, time_, taken_;
  double unit_;
};

/// Requests that share a whole second come at any time of it.
void spread(std::vector<double>& times) {
  if (std::any_of(times.begin(), times.end(), [](double time) { return time != std::floor(time); })) return;
  Random random(0, "access log", "within the second");
  for (double& time : times) time += random.uniform();
}

/// All lines that begin with no `#`, by what tells a line's time.
template <class TimeOfLine>
std::vector<double> times_of_lines(const std::string& name, std::string_view text, const TimeOfLine& time_of) {
  constexpr std::size_t named_max = 5;
  std::vector<double> times;
  std::string bad;
  std::size_t bad_count = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (line.empty() || line.front() == '#') continue;
    if (const auto time = time_of(tokens_of(line))) {
      times.push_back(*time);
    } else if (++bad_count <= named_max) {
      bad += fmt::format("{}{}", bad.empty() ? "" : ", ", number);
    }
  }
  if (bad_count > 0) {
    throw std::invalid_argument(fmt::format("{}: {} of {} lines of this access log hold no time of arrival: line {}{}; take them out", name,
                                            bad_count, bad_count + times.size(), bad, bad_count > named_max ? ", ..." : ""));
  }
  if (times.empty()) throw std::invalid_argument(fmt::format("{}: an access log without requests", name));
  return times;
}

// Of the World Cup of 1998 (ita.ee.lbl.gov): 20 bytes a request, of which the first four are the time, the next four the
// client, whose highest byte is 0, all with the highest byte first.
constexpr std::size_t worldcup_bytes = 20;
constexpr double worldcup_begin = 893.9e6, worldcup_end = 901.7e6;  ///< 30 April to 28 July 1998

double worldcup_time(std::string_view record) {
  double time = 0;
  for (std::size_t i = 0; i < 4; ++i) time = time * 256 + static_cast<unsigned char>(record[i]);
  return time;
}

bool is_worldcup(std::string_view text) {
  if (text.size() < worldcup_bytes || text[4] != '\0') return false;
  const double time = worldcup_time(text);
  return time >= worldcup_begin && time <= worldcup_end;
}

std::vector<double> worldcup_times(const std::string& name, std::string_view text) {
  if (text.size() % worldcup_bytes != 0)
    throw std::invalid_argument(fmt::format("{}: {} bytes behind the last whole record of {}: the log is cut off", name,
                                            text.size() % worldcup_bytes, worldcup_bytes));
  std::vector<double> times;
  times.reserve(text.size() / worldcup_bytes);
  for (std::size_t at = 0; at < text.size(); at += worldcup_bytes) {
    times.push_back(worldcup_time(text.substr(at)));
    if (times.back() < worldcup_begin || times.back() > worldcup_end)
      throw std::invalid_argument(
          fmt::format("{}: record {}: a time that is not of the World Cup of 1998: {:.0f} s since 1970", name, times.size(), times.back()));
  }
  return times;
}

}  // namespace

std::optional<std::vector<double>> access_log_times(const std::string& name, std::string_view text) {
  if (is_worldcup(text)) {
    std::vector<double> times = worldcup_times(name, text);
    spread(times);
    return times;
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (line.starts_with("#Fields:")) {
      const NamedFields fields(line.substr(std::string_view("#Fields:").size()));
      std::vector<double> times = times_of_lines(name, text, [&](const Tokens& tokens) { return fields.time_of(tokens); });
      spread(times);
      return times;
    }
    if (line.empty() || line.front() == '#') continue;
    const Tokens tokens = tokens_of(line);
    for (const TimeOf time_of : {&time_of_common, &time_of_classic_balancer, &time_of_application_balancer}) {
      if (!time_of(tokens)) continue;
      std::vector<double> times = times_of_lines(name, text, time_of);
      spread(times);
      return times;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace streamtwin::workload
