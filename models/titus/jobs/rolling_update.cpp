#include "models/titus/jobs/rolling_update.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

RollingUpdate::RollingUpdate(const RollingUpdateSpec& spec, const Capacity& old, const Capacity& wanted, Instant now)
    : spec_(spec), source_(old), wanted_(wanted), old_{old.desired, old.desired, old.max} {
  if (spec_.steps.empty() || spec_.steps.back() < Fraction{1}) spec_.steps.push_back(Fraction{1});
  grow(now);
}

void RollingUpdate::grow(Instant now) {
  const bool last = step_ + 1 == spec_.steps.size();
  new_ = scaled({wanted_.min, source_.desired, wanted_.max}, spec_.steps[step_], !last);
  phase_ = Phase::grows;
  until_ = add_exactly(now, spec_.up_timeout);
}

bool RollingUpdate::advance(int up, Instant now) {
  if (ended()) return false;
  if (phase_ == Phase::grows && up >= up_needed(new_.desired, spec_.up)) {
    phase_ = Phase::waits;
    until_ = add_exactly(now, spec_.delay);
    return true;
  }
  if (now < until_) return false;
  if (phase_ == Phase::grows) {
    phase_ = Phase::failed;
    old_ = unpinned(old_, source_.min);
    return true;
  }
  disabled_ = std::max(disabled_, share_of(source_.desired, spec_.steps[step_]));
  if (++step_ < spec_.steps.size())
    grow(now);
  else
    finish();
  return true;
}

void RollingUpdate::finish() {
  phase_ = Phase::completed;
  old_ = spec_.scale_down ? Capacity{} : source_;
}

Instant RollingUpdate::next() const { return ended() ? never : until_; }

}  // namespace streamtwin::titus
