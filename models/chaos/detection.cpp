#include "models/chaos/detection.hpp"

#include <algorithm>
#include <set>

namespace streamtwin::chaos {
namespace {

/// From when on what `name` means is another strike's.
Instant end_of(const std::vector<Strike>& strikes, const Strike& strike, const std::string& name) {
  Instant end = never;
  for (const Strike& other : strikes) {
    if (other.time > strike.time && other.hit(name)) end = std::min(end, other.time);
  }
  return end;
}

}  // namespace

std::vector<Detection> detections(const std::vector<Strike>& strikes, std::size_t number, const std::vector<Notice>& notices) {
  const Strike& strike = strikes[number];
  std::vector<Detection> found;
  std::set<std::pair<NoticeKind, std::string>> named;
  for (const Notice& notice : notices) {
    if (notice.time < strike.time || !strike.hit(notice.target) || notice.time >= end_of(strikes, strike, notice.target)) continue;
    const Duration after = notice.time - strike.time;
    auto of_kind = std::find_if(found.begin(), found.end(), [&](const Detection& one) { return one.what == notice.kind; });
    if (of_kind == found.end()) of_kind = found.insert(found.end(), {notice.kind, after, 0, after, notice.target, notice.by});
    if (!named.emplace(notice.kind, notice.target).second) continue;
    ++of_kind->targets;
    of_kind->last = after;
  }
  return found;
}

std::optional<Duration> time_to_detect(const std::vector<Detection>& detections) {
  for (const Detection& detection : detections) {
    if (detection.what != NoticeKind::serving) return detection.after;
  }
  return std::nullopt;
}

}  // namespace streamtwin::chaos
