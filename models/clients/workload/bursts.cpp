#include "models/clients/workload/bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/clients/workload/course_files.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::workload {
namespace {

constexpr double count_max = 1e6;

}  // namespace

std::vector<Burst> parse_arrival_counts(const std::string& name, std::string_view text, const FileTimes& times) {
  std::vector<Burst> bursts;
  if (const std::string_view format = course_format(text); !format.empty())
    throw std::invalid_argument(fmt::format("{}: {}, which do not come at one instant; `course_from` spreads them", name, format));
  for (const TimedValue& value : timed_values(files::Table(name, std::string(text)), times, count_max)) {
    if (const int size = static_cast<int>(std::floor(value.value + 0.5)); size > 0) bursts.push_back({value.at, size});
  }
  return bursts;
}

std::vector<Burst> read_arrival_counts(const std::string& file, const FileTimes& times) {
  return parse_arrival_counts(file, files::text_of(file, "arrival counts"), times);
}

Bursts::Bursts(const BurstSpec& spec, const FileTimes& times) : spec_(spec) {
  if (spec.file.text.empty()) {
    over_ = std::all_of(spec.sizes.begin(), spec.sizes.end(), [](int size) { return size == 0; });
    return;
  }
  of_file_ = read_arrival_counts(spec.file.path, times);
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

// Not past the end, so that the last burst is found as it would be one by one.
void Bursts::pass_over_until(Duration at) {
  const Duration left_out = (spec_.until ? std::min(at, *spec_.until) : at) - spec_.from;
  const Duration round = of_file_.empty() ? spec_.every.value_or(Duration{0}) : of_file_.back().at + spec_.gap;
  if (round <= Duration{0} || left_out <= round) return;
  const double rounds = std::floor(left_out / round) - 1;  // one less than those: quotients are rounded
  if (of_file_.empty()) {
    read_ = std::max(read_, static_cast<std::size_t>(rounds));
    return;
  }
  if (!spec_.repeat || rounds <= static_cast<double>(round_)) return;
  round_ = static_cast<int>(spec_.repetitions ? std::min(rounds, static_cast<double>(*spec_.repetitions) - 1) : std::min(rounds, 2e9));
  read_ = 0;
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
