#include "models/titus/jobs/rolling_update.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

namespace {

/// A share written in per cent is one of whole numbers: 0.07 * 100 is a little more than 7.
int share_of(int size, Fraction share) { return static_cast<int>(std::ceil(size * share.value() - 1e-9)); }

}  // namespace

RollingUpdate::RollingUpdate(const RollingUpdateSpec& spec, const Capacity& old, const Capacity& wanted, Instant now)
    : spec_(spec), source_(old), wanted_(wanted), old_{old.desired, old.desired, old.max} {
  if (spec_.steps.empty() || spec_.steps.back() < Fraction{1}) spec_.steps.push_back(Fraction{1});
  grow(now);
}

void RollingUpdate::grow(Instant now) {
  const int size = share_of(source_.desired, spec_.steps[step_]);
  const bool last = step_ + 1 == spec_.steps.size();
  new_ = last ? Capacity{std::min(wanted_.min, size), size, std::max(wanted_.max, size)} : Capacity{size, size, size};
  phase_ = Phase::grows;
  until_ = add_exactly(now, spec_.up_timeout);
}

int RollingUpdate::up_needed() const {
  if (new_.desired == 0) return 0;
  return std::max(1, static_cast<int>(std::lround(new_.desired * spec_.up.value())));
}

bool RollingUpdate::advance(int up, Instant now) {
  if (ended()) return false;
  if (phase_ == Phase::grows && up >= up_needed()) {
    phase_ = Phase::waits;
    until_ = add_exactly(now, spec_.delay);
    return true;
  }
  if (now < until_) return false;
  if (phase_ == Phase::grows) {
    phase_ = Phase::failed;
    old_ = source_;  // its minimum is no longer held at its size
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
