// Updates of load balancers, gathered into batches: the newest of each target counts, a batch goes when its oldest update has
// waited long enough and the rate limit lets it, the oldest batches first, of those of one time bucket the largest. A replay of
// Netflix/titus-control-plane titus-common util/rx/batch (RateLimitedBatcher, LargestPerTimeBucket) and of the token bucket that it
// is given (util/limiter/tokenbucket/internal/DefaultTokenBucket with FixedIntervalRefillStrategy).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "models/titus/grid_token_bucket.hpp"
#include "models/titus/load_balancing/load_balancing_spec.hpp"
#include "models/titus/container_id.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

using BalancerId = std::uint32_t;

enum class TargetState : std::uint8_t { registered, deregistered };
/// Updates from containers' own states go before those of the reconciliation.
enum class UpdatePriority : std::uint8_t { low, high };

struct TargetUpdate {
  ContainerId container = 0;
  TargetState state = TargetState::registered;
  UpdatePriority priority = UpdatePriority::high;
  Instant when{};
};

struct Batch {
  BalancerId balancer = 0;
  std::vector<TargetUpdate> updates;  ///< by container
  Instant oldest{};
};

/// An update costs O(log targets of its balancer), a flush O(balancers with updates).
class RegistrationBatcher {
 public:
  RegistrationBatcher(const LoadBalancingSpec& spec, Instant now);

  /// False if it changes nothing: there is one of a higher priority, a newer one, or one to the same effect.
  bool offer(BalancerId balancer, const TargetUpdate& update);
  /// What goes now, in its order. To be called at next_flush(), not before.
  std::vector<Batch> flush(Instant now);
  /// When it looks again at what is gathered. With nothing pending the looks before the next update may be left out: skip_to().
  Instant next_flush() const { return next_; }
  /// The first look at or after `now`, where all before it would have found nothing.
  void skip_to(Instant now);

  bool empty() const { return pending_.empty(); }
  std::size_t pending() const;
  std::uint64_t rate_limited() const { return rate_limited_; }

 private:
  using Pending = std::map<ContainerId, TargetUpdate>;
  std::vector<Batch> ready(Instant now) const;

  const LoadBalancingSpec spec_;
  GridTokenBucket tokens_;
  std::map<BalancerId, Pending> pending_;
  Duration delay_;
  Instant next_;
  std::uint64_t rate_limited_ = 0;
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::TargetState> = std::to_array<EnumName<titus::TargetState>>({
    {titus::TargetState::registered, "registered", "It is to be registered"},
    {titus::TargetState::deregistered, "deregistered", "It is to be deregistered"},
});

template <>
inline constexpr auto enum_names<titus::UpdatePriority> = std::to_array<EnumName<titus::UpdatePriority>>({
    {titus::UpdatePriority::low, "low", "Of the reconciliation"},
    {titus::UpdatePriority::high, "high", "Of a container's own state"},
});

}  // namespace streamtwin
