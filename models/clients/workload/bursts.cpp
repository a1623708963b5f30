#include "models/clients/workload/bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/clients/workload/table_text.hpp"

namespace streamtwin::workload {
namespace {

constexpr double count_most = 1e6;

}  // namespace

// Below zero, where a fitted profile dips, nobody comes, as in MiSim.
std::vector<Burst> parse_arrival_counts(const std::string& name, std::string_view text) {
  std::vector<Burst> bursts;
  bool any = false;
  for (Lines lines(text); lines.next(); any = true) {
    const std::string_view line = lines.line();
    const std::size_t comma = line.find_first_of(",;");
    const auto at = number_in(line.substr(0, comma));
    const auto count = comma == std::string_view::npos ? std::nullopt : number_in(line.substr(comma + 1));
    if (!at || !count || *at < 0 || *count > count_most) {
      throw std::invalid_argument(
          fmt::format("{}:{}: expected a time in seconds, a comma and a number of requests up to {:.0f}, found `{}`", name, lines.number(),
                      count_most, line.substr(0, 40)));
    }
    if (const int size = static_cast<int>(std::floor(std::max(*count, 0.0) + 0.5)); size > 0) bursts.push_back({Duration{*at}, size});
  }
  if (!any)
    throw std::invalid_argument(
        fmt::format("{}: holds no arrival counts; each line is a time in seconds, a comma and a number of requests", name));
  std::stable_sort(bursts.begin(), bursts.end(), [](const Burst& a, const Burst& b) { return a.at < b.at; });
  return bursts;
}

std::vector<Burst> read_arrival_counts(const std::filesystem::path& file) {
  return parse_arrival_counts(file.string(), text_of(file, "arrival counts"));
}

Bursts::Bursts(const BurstSpec& spec) : spec_(spec) {
  if (spec.file.text.empty()) {
    over_ = std::all_of(spec.sizes.begin(), spec.sizes.end(), [](int size) { return size == 0; });
    return;
  }
  of_file_ = read_arrival_counts(spec.file.path);
  over_ = of_file_.empty();
  if (!over_ && spec.repeat && !spec.repetitions && of_file_.back().at + spec.gap <= Duration{0}) {
    throw std::invalid_argument(
        fmt::format("{}: all its requests come at time 0, and it is repeated without a `gap`: time would stand still", spec.file.path));
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
