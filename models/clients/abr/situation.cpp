#include "models/clients/abr/situation.hpp"

#include <algorithm>
#include <array>

namespace streamtwin::abr {

namespace {
constexpr double safety_first = 0.9, safety_last = 0.5;

constexpr auto safety_by_decision = [] {
  std::array<double, decisions_counted_max + 1> safety{};
  double value = safety_first;
  for (double& s : safety) {
    s = value;
    value = std::max(value * safety_first, safety_last);
  }
  return safety;
}();
static_assert(safety_by_decision.back() == safety_last);
}  // namespace

Level limit_to_buffer(Level level, const Ladder& ladder, Duration chunk_duration, const Situation& now, std::uint32_t decisions_before) {
  const std::size_t step = std::min<std::size_t>(decisions_before, decisions_counted_max);
  const Bytes safe = now.throughput * ((now.buffer - now.latency) * safety_by_decision[step]);
  for (Level lower = 0; lower < level; ++lower)
    if (ladder.rate(lower + 1) * chunk_duration > safe) return lower;
  return level;
}

}  // namespace streamtwin::abr
