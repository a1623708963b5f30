#include "models/rpc/limits/limiter.hpp"

#include <cmath>

#include "sim-core/assert.hpp"

namespace streamtwin::limits {

Limiter::Limiter(AnyLimit limit, std::vector<Partition> partitions, int delayed_max)
    : limit_(std::move(limit)), partitions_(std::move(partitions)), busy_(partitions_.size() + 1), delayed_max_(delayed_max) {}

std::optional<Duration> Limiter::delay_refusal(std::uint32_t partition) {
  if (partition >= partitions_.size() || !(partitions_[partition].reject_delay > Duration{0}) || delayed_ >= delayed_max_)
    return std::nullopt;
  ++delayed_;
  return partitions_[partition].reject_delay;
}

void Limiter::delay_over() {
  STREAMTWIN_ASSERT(delayed_ > 0, "a refusal was told that nobody held back");
  --delayed_;
}

int Limiter::limit() const {
  if (const auto* plain = std::get_if<Limit>(&limit_)) return limit_of(*plain);
  return std::get<WindowedLimit>(limit_).limit();
}

int Limiter::partition_limit(std::uint32_t partition) const {
  if (partition >= partitions_.size()) return 0;
  return std::max(1, static_cast<int>(std::ceil(limit() * partitions_[partition].share.value())));
}

std::optional<Grant> Limiter::acquire(Instant now, std::uint32_t partition, bool bypass) {
  if (bypass) return Grant{.start = now, .bypass = true};
  const std::uint32_t counted = std::min<std::uint32_t>(partition, static_cast<std::uint32_t>(partitions_.size()));
  const bool guaranteed = !partitions_.empty() && busy_[counted] < partition_limit(counted);
  if (in_flight_ >= limit() && !guaranteed) return std::nullopt;
  ++busy_[counted];
  ++in_flight_;
  return Grant{.start = now, .in_flight = in_flight_, .partition = counted};
}

void Limiter::release(const Grant& grant, Ending ending, Instant now, Random& random) {
  if (grant.bypass) return;
  STREAMTWIN_ASSERT(in_flight_ > 0, "a limiter's place was released that nobody held");
  --in_flight_;
  --busy_[grant.partition];
  if (ending == Ending::ignored) return;
  const Sample sample{grant.start, now - grant.start, grant.in_flight, ending == Ending::dropped};
  if (auto* plain = std::get_if<Limit>(&limit_)) {
    on_sample(*plain, sample, random);
  } else {
    std::get<WindowedLimit>(limit_).on_sample(sample, random);
  }
}

std::optional<LifoBacklog::Admitted> LifoBacklog::unblock(Limiter& limiter, Instant now) {
  if (waiting_.empty()) return std::nullopt;
  const auto grant = limiter.acquire(now, waiting_.back().partition);
  if (!grant) return std::nullopt;
  const Admitted admitted{waiting_.back().ticket, *grant};
  waiting_.pop_back();
  return admitted;
}

bool LifoBacklog::timed_out(std::uint64_t ticket) {
  const auto place = std::find_if(waiting_.begin(), waiting_.end(), [ticket](const Waiting& w) { return w.ticket == ticket; });
  if (place == waiting_.end()) return false;
  waiting_.erase(place);
  return true;
}

}  // namespace streamtwin::limits
