// Constraints that jobs may have, hard or soft. Replays Netflix/titus-control-plane V3ConstraintEvaluatorTransformer and what it
// makes. Each is one object for all tasks: what it asks about it finds in the request.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "models/titus/fenzo/plug_in.hpp"
#include "models/titus/fenzo/tracker.hpp"
#include "models/titus/placement/constraints_spec.hpp"
#include "models/titus/placement/tally.hpp"

namespace streamtwin::titus {

/// What a stack's names stand for.
class PlaceNames {
 public:
  virtual ZoneIndex zone(const std::string& name) const = 0;
  virtual AgentGroupId group(const std::string& name) const = 0;
  virtual std::uint32_t type(const std::string& name) const = 0;

 protected:
  ~PlaceNames() = default;
};

/// The constraints of a job, as its requests have them.
struct AskedConstraints {
  std::vector<fenzo::HardConstraint> hard;
  std::vector<fenzo::SoftConstraint> soft;
  bool counted_by_job = false, exclusive_host = false, bound = false;  ///< as in ContainerRequest

  void add_to(ContainerRequest& request) const;
};

/// Made once for a stack. Hard ones go into TaskRequest::hard behind SystemConstraints, soft ones into TaskRequest::soft; a request
/// with unique_host or a zone balance must be `counted_by_job`.
class JobConstraints {
 public:
  /// `zones`: those that a balance expects. EXPECTED_NUM_ZONES: 3
  explicit JobConstraints(const PlacementTally& tally, int zones = 3);

  /// No two tasks of a job on an agent.
  fenzo::HardConstraint unique_host() const { return unique_host_; }
  /// No zone gets a task that has as many as the fullest, unless all have the same.
  fenzo::HardConstraint zone_balance() const { return zone_balance_; }
  fenzo::HardConstraint active_host() const { return active_host_; }
  fenzo::HardConstraint availability_zone(ZoneIndex zone) const;
  fenzo::HardConstraint machine(AgentId agent) const;
  fenzo::HardConstraint machine_group(AgentGroupId group) const;
  fenzo::HardConstraint machine_type(std::uint32_t type) const;
  /// Only agents with this taint, a bit.
  fenzo::HardConstraint toleration(std::uint32_t taint) const;

  /// The further a zone is below the average, the better; 0.01 at or above it.
  fenzo::SoftConstraint soft_zone_balance() const { return fenzo::Calculator{zone_fitness_}; }
  AskedConstraints asked(const ConstraintsSpec& spec, const PlaceNames& names) const;
  /// 1 or 0.
  static fenzo::SoftConstraint soft(fenzo::HardConstraint constraint) { return fenzo::Satisfied{std::move(constraint)}; }

  static constexpr const char* unique_host_name = "UniqueAgentConstraint";
  static constexpr const char* zone_balance_name = "V3ZoneBalancedHardConstraintEvaluator";

 private:
  using Shared = std::shared_ptr<const fenzo::Constraint>;
  enum class Fact : std::uint8_t { zone, agent, group, type, taint };
  class Equal;
  Shared equal(Fact fact, std::uint32_t value) const;
  std::vector<fenzo::HardConstraint> as_hard(const ConstraintSpec& spec, const PlaceNames& names) const;

  const PlacementTally& tally_;
  Shared unique_host_, zone_balance_, active_host_;
  std::shared_ptr<const fenzo::Fitness> zone_fitness_;
  mutable std::map<std::pair<Fact, std::uint32_t>, Shared> equal_;
};

/// Tells the tally what an iteration assigns, for jobs that are counted, before it tells the next: Scheduler::tell_usage takes it.
class AssignmentCounter final : public fenzo::UsageListener {
 public:
  AssignmentCounter(PlacementTally& tally, const fenzo::TaskTracker& tasks, fenzo::UsageListener* next)
      : tally_(tally), tasks_(tasks), next_(next) {}
  void assigned(const fenzo::Task& task) override;
  void launched(const fenzo::Task& task) override {
    if (next_) next_->launched(task);
  }
  void removed(const fenzo::Task& task) override {
    if (next_) next_->removed(task);
  }

 private:
  PlacementTally& tally_;
  const fenzo::TaskTracker& tasks_;
  fenzo::UsageListener* next_;
};

}  // namespace streamtwin::titus
