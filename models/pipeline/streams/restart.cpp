#include "models/pipeline/streams/restart.hpp"

#include <algorithm>

namespace streamtwin::streams {

std::optional<Duration> RestartStrategy::failed(Instant now) {
  ++failures_;
  switch (spec_.kind) {
    case RestartKind::none: return std::nullopt;
    case RestartKind::fixed: return failures_ <= spec_.failures ? std::optional(spec_.delay) : std::nullopt;
    case RestartKind::failure_rate: return too_often(now) ? std::nullopt : std::optional(spec_.delay);
    case RestartKind::exponential: break;
  }
  return next_wait(now);
}

// Calm counts from when it ran again, so the wait before is added to it.
Duration RestartStrategy::next_wait(Instant now) {
  if (!last_ || now - *last_ >= spec_.calm + wait_) {
    wait_ = spec_.delay;
  } else if (wait_ < spec_.most) {
    wait_ = std::clamp(wait_ * spec_.factor, spec_.delay, std::max(spec_.delay, spec_.most));
  }
  last_ = now;
  const double drawn = random_.uniform(-1, 1) * spec_.jitter.value();
  return std::min(wait_ * (1 + drawn), std::max(spec_.delay, spec_.most));
}

bool RestartStrategy::too_often(Instant now) {
  const auto borne = static_cast<std::size_t>(spec_.failures);
  if (recent_.size() > borne) recent_.pop_front();
  recent_.push_back(now);
  return recent_.size() > borne && now - recent_.front() <= spec_.interval;
}

}  // namespace streamtwin::streams
