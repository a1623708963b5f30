#include "models/pipeline/streams/windows.hpp"

#include <cmath>

namespace streamtwin::streams {
namespace {

// An event at the very end of a window is of the next one, and Flink's largest time stamp in a window is a millisecond less.
constexpr Duration least_step = 1ms;

}  // namespace

bool Windows::add(Instant event, std::uint64_t events, Instant watermark, std::vector<Fired>& fired) {
  const auto number = static_cast<std::int64_t>(std::floor(in_seconds(event) / in_seconds(size_)));
  const Instant end = at(size_ * static_cast<double>(number + 1));
  if (end - least_step + lateness_ <= watermark) return false;
  Count& count = counts_[number];
  count.events += events;
  if (end - least_step <= watermark) {
    count.fired = true;
    fired.push_back({.end = end, .events = count.events});
  }
  return true;
}

void Windows::advance(Instant watermark, std::vector<Fired>& fired) {
  for (auto next = counts_.begin(); next != counts_.end();) {
    const Instant end = at(size_ * static_cast<double>(next->first + 1));
    if (end - least_step > watermark) return;
    if (!next->second.fired) fired.push_back({.end = end, .events = next->second.events});
    next->second.fired = true;
    next = end - least_step + lateness_ <= watermark ? counts_.erase(next) : std::next(next);
  }
}

}  // namespace streamtwin::streams
