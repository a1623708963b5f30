#include "models/clients/workload/bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "models/clients/workload/table_text.hpp"

namespace streamtwin::workload {
namespace {

std::optional<double> cell_value(std::string_view text) {
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

constexpr double count_most = 1e6;

}  // namespace

std::vector<Burst> parse_arrival_counts(const std::string& name, std::string_view text) {
  std::vector<Burst> bursts;
  std::size_t line_number = 0, lines = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trimmed(text.substr(start, end - start));
    start = end + 1;
    ++line_number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t comma = line.find_first_of(",;");
    const auto at = cell_value(trimmed(line.substr(0, comma)));
    const auto count = comma == std::string_view::npos ? std::nullopt : cell_value(trimmed(line.substr(comma + 1)));
    if (!at || !count || *at < 0 || *count > count_most) {
      throw std::invalid_argument(fmt::format("{}:{}: expected a time in seconds, a comma and a number of requests up to {:.0f}, found `{}`",
                                              name, line_number, count_most, line.substr(0, 40)));
    }
    ++lines;  // below zero, where a fitted profile dips, nobody comes, as in MiSim
    if (const int size = static_cast<int>(std::floor(*count + 0.5)); size > 0) bursts.push_back({Duration{*at}, size});
  }
  if (lines == 0) throw std::invalid_argument(fmt::format("{}: holds no arrival counts; each line is a time in seconds, a comma and a number of requests", name));
  std::stable_sort(bursts.begin(), bursts.end(), [](const Burst& a, const Burst& b) { return a.at < b.at; });
  return bursts;
}

std::vector<Burst> read_arrival_counts(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!std::filesystem::is_regular_file(file) || !(text << in.rdbuf())) {
    throw std::invalid_argument(fmt::format("{}: cannot be read as a file of arrival counts", file.string()));
  }
  return parse_arrival_counts(file.string(), text.str());
}

Bursts::Bursts(const BurstSpec& spec) : spec_(spec) {
  if (spec.file.text.empty()) {
    over_ = std::all_of(spec.sizes.begin(), spec.sizes.end(), [](int size) { return size == 0; });
    return;
  }
  of_file_ = read_arrival_counts(spec.file.path);
  over_ = of_file_.empty();
  if (!over_ && spec.repeat && !spec.repetitions && of_file_.back().at + spec.gap <= Duration{0}) {
    throw std::invalid_argument(fmt::format("{}: all its requests come at time 0, and it is repeated without a `gap`: time would stand still", spec.file.path));
  }
}

// As MiSim's generators it looks at the clock when a burst has come: the first one at or after `until` still comes.
std::optional<Burst> Bursts::next() {
  if (over_) return std::nullopt;
  if (!of_file_.empty()) return next_of_file();
  Burst burst{};
  do {
    burst = {spec_.from + *spec_.every * static_cast<double>(read_), spec_.sizes[read_ % spec_.sizes.size()]};
    ++read_;
    over_ = spec_.until && burst.at >= *spec_.until;
  } while (burst.size == 0 && !over_);
  return burst;
}

std::optional<Burst> Bursts::next_of_file() {
  if (read_ == of_file_.size()) {
    ++round_;
    read_ = 0;
    over_ = !spec_.repeat || (spec_.repetitions && round_ >= *spec_.repetitions);
    if (over_) return std::nullopt;
  }
  Burst burst = of_file_[read_++];
  burst.at += spec_.from + (of_file_.back().at + spec_.gap) * static_cast<double>(round_);
  over_ = spec_.until && burst.at >= *spec_.until;
  return burst;
}

double Bursts::mean_rate() const {
  double requests = 0;
  if (of_file_.empty()) {
    for (const int size : spec_.sizes) requests += size;
    return spec_.every ? requests / (in_seconds(*spec_.every) * static_cast<double>(spec_.sizes.size())) : 0;
  }
  for (const Burst& burst : of_file_) requests += burst.size;
  const double length = in_seconds(of_file_.back().at + spec_.gap);
  return length > 0 ? requests / length : 0;
}

}  // namespace streamtwin::workload
