// How a cluster comes from one server group to the next: what the two are to be, step after step, and when. Facts: spinnaker/orca
// RedBlackStrategy, RollingRedBlackStrategy (titus/jobs/rolling_update), RollingPushStrategy, rollback/ExplicitRollback,
// ShrinkClusterTask; Netflix/asgard DeploymentWorkflowImpl; spinnaker/clouddriver EnableDisablePercentageCategorizer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "models/delivery/strategies/strategy_spec.hpp"
#include "models/titus/jobs/rolling_update.hpp"

namespace streamtwin::delivery {

/// What the two server groups are to be at a time.
struct Sizes {
  int next = 0;
  Fraction next_disabled{0};  ///< share of it that is out of service
  int old = 0;
  Fraction old_disabled{0};
  friend bool operator==(const Sizes&, const Sizes&) = default;
};

/// What is wanted, and what must be so before the next step is.
struct Step {
  Sizes sizes;
  int next_up = 0, old_up = 0;  ///< instances that serve
  Duration then{0};             ///< and how long all stays so
};

/// The steps of the strategies that have no algorithm of their own upstream, for an old group of this size.
std::vector<Step> brute_force(int size, const StrategySpec& spec);
std::vector<Step> rolling(int size, const StrategySpec& spec);
/// `balanced`: the next ones have to pass a load balancer's checks before they have any traffic, and the old ones serve until then.
std::vector<Step> blue_green(int size, const StrategySpec& spec, bool balanced = false);
/// Back to the old group, which is there and has this size, from a next one of that size: it serves first, then the next does not.
std::vector<Step> roll_back(int size, int next_size, const StrategySpec& spec);

class Rollout {
 public:
  enum class Phase : std::uint8_t { comes_up, waits, completed, failed };

  /// From an old group of this size.
  Rollout(const StrategySpec& spec, int size, Instant now, bool balanced = false);
  Rollout(std::vector<Step> steps, Duration up_timeout, Instant now);

  const Sizes& wanted() const { return wanted_; }
  /// Instances of the groups that serve. True if something has changed; then it is to be asked again.
  bool advance(int next_up, int old_up, Instant now);
  Phase phase() const;
  bool ended() const { return phase() == Phase::completed || phase() == Phase::failed; }

 private:
  struct InSteps {
    std::vector<Step> steps;
    Duration up_timeout;
    std::size_t at = 0;
    Phase phase = Phase::comes_up;
    Instant until{};
  };
  bool advance(InSteps& steps, int next_up, int old_up, Instant now);
  static InSteps begin(std::vector<Step> steps, Duration up_timeout, Instant now);
  static std::variant<InSteps, titus::RollingUpdate> begin(const StrategySpec& spec, int size, Instant now, bool balanced);
  void take_over();

  int size_ = 0;
  std::variant<InSteps, titus::RollingUpdate> way_;
  Sizes wanted_;
};

/// How many instances more are to be taken out of service, or put back, for a share of all to be so.
int instances_to_change(int changed, int unchanged, Fraction share);

/// A server group, for the choice of those that are destroyed.
struct GroupSeen {
  bool active = true;  ///< it takes traffic
  int size = 0;
  Instant created{};
};
/// Which are destroyed so that so many remain, in the order in which they go: newer ones are kept, or larger ones; active ones before all.
std::vector<std::size_t> groups_to_destroy(std::span<const GroupSeen> groups, int keep, bool also_active, bool larger_over_newer);

}  // namespace streamtwin::delivery
