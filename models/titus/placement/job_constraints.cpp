#include "models/titus/placement/job_constraints.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

namespace streamtwin::titus {
namespace {

/// Titus's V3UniqueHostConstraint.
class UniqueHost final : public fenzo::Constraint {
 public:
  explicit UniqueHost(const PlacementTally& tally) : tally_(tally) {}
  std::string name() const override { return JobConstraints::unique_host_name; }
  bool holds(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    return tally_.of_job(container(task).job, host.number()) == 0;
  }
  std::uint64_t refuses_for_good(const fenzo::TaskRequest& task) const override { return container(task).job + 1ull; }
  std::optional<std::string> failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                     const fenzo::TaskTracker& tasks) const override {
    if (holds(task, host, tasks)) return std::nullopt;
    return "Task from the same job already running on the agent";
  }

 private:
  const PlacementTally& tally_;
};

int in_zone(const PlacementTally::ZoneCounts& counts, ZoneIndex zone) {
  const auto found = std::find_if(counts.begin(), counts.end(), [zone](const auto& entry) { return entry.first == zone; });
  return found == counts.end() ? 0 : found->second;
}

/// Titus's V3ZoneBalancedHardConstraintEvaluator.
class ZoneBalance final : public fenzo::Constraint {
 public:
  ZoneBalance(const PlacementTally& tally, int zones) : tally_(tally), zones_(zones) {}
  std::string name() const override { return JobConstraints::zone_balance_name; }
  bool holds(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    const AgentFacts& agent = tally_.facts(host.number());
    if (!agent.known) return false;
    const PlacementTally::ZoneCounts& counts = tally_.zones_of(container(task).job);
    const int here = in_zone(counts, agent.zone);
    if (here == 0) return true;
    int least = zones_ > static_cast<int>(counts.size()) ? 0 : INT_MAX, most = 0;
    for (const auto& [zone, count] : counts) {
      least = std::min(least, count);
      most = std::max(most, count);
    }
    return least == most || here < most;
  }
  std::optional<std::string> failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                     const fenzo::TaskTracker& tasks) const override {
    if (holds(task, host, tasks)) return std::nullopt;
    return tally_.facts(host.number()).known ? "Zone balancing constraints not met" : "Host without zone data";
  }

 private:
  const PlacementTally& tally_;
  int zones_;
};

/// Titus's V3ZoneBalancedFitnessCalculator.
class ZoneFitness final : public fenzo::Fitness {
 public:
  ZoneFitness(const PlacementTally& tally, int zones) : tally_(tally), zones_(zones) {}
  std::string name() const override { return "V3ZoneBalancedFitnessCalculator"; }
  double score(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    constexpr double not_matching = 0.01;
    const AgentFacts& agent = tally_.facts(host.number());
    if (!agent.known) return not_matching;
    const PlacementTally::ZoneCounts& counts = tally_.zones_of(container(task).job);
    const int here = in_zone(counts, agent.zone);
    if (here == 0) return 1.0;
    double sum = 0;
    for (const auto& [zone, count] : counts) sum += count;
    const double average = std::ceil((sum + 1) / std::max(zones_, static_cast<int>(counts.size())));
    return here < average ? (average - here) / average : not_matching;
  }

 private:
  const PlacementTally& tally_;
  int zones_;
};

/// Titus's ActiveHostConstraint: not on agents that are phased out.
class ActiveHost final : public fenzo::Constraint {
 public:
  explicit ActiveHost(const PlacementTally& tally) : tally_(tally) {}
  std::string name() const override { return "ActiveHostConstraint"; }
  bool holds(const fenzo::TaskRequest&, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    const AgentFacts& agent = tally_.facts(host.number());
    return agent.known && agent.group_active;
  }
  std::uint64_t refuses_for_good(const fenzo::TaskRequest&) const override { return 1; }
  std::optional<std::string> failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                     const fenzo::TaskTracker& tasks) const override {
    if (holds(task, host, tasks)) return std::nullopt;
    return "Instance group is not active";
  }

 private:
  const PlacementTally& tally_;
};

}  // namespace

/// Titus's AvailabilityZone-, MachineId-, MachineGroup-, MachineType- and TolerationConstraint.
class JobConstraints::Equal final : public fenzo::Constraint {
 public:
  Equal(const PlacementTally& tally, Fact fact, std::uint32_t value) : tally_(tally), fact_(fact), value_(value) {}
  std::string name() const override {
    switch (fact_) {
      case Fact::zone: return "AvailabilityZoneConstraint";
      case Fact::agent: return "MachineIdConstraint";
      case Fact::group: return "MachineGroupConstraint";
      case Fact::type: return "MachineTypeConstraint";
      case Fact::taint: return "TolerationConstraint";
    }
    return "";
  }
  bool holds(const fenzo::TaskRequest&, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    const AgentFacts& agent = tally_.facts(host.number());
    if (!agent.known) return false;
    switch (fact_) {
      case Fact::zone: return agent.zone == value_;
      case Fact::agent: return agent.agent == value_;
      case Fact::group: return agent.group == value_;
      case Fact::type: return agent.type == value_;
      case Fact::taint: return (agent.taints & value_) == value_;
    }
    return false;
  }
  std::uint64_t refuses_for_good(const fenzo::TaskRequest&) const override { return 1; }
  std::optional<std::string> failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                     const fenzo::TaskTracker& tasks) const override {
    if (holds(task, host, tasks)) return std::nullopt;
    return "The agent is another one than is asked for";
  }

 private:
  const PlacementTally& tally_;
  Fact fact_;
  std::uint32_t value_;
};

JobConstraints::JobConstraints(const PlacementTally& tally, int zones)
    : tally_(tally),
      unique_host_(std::make_shared<const UniqueHost>(tally)),
      zone_balance_(std::make_shared<const ZoneBalance>(tally, zones)),
      active_host_(std::make_shared<const ActiveHost>(tally)),
      zone_fitness_(std::make_shared<const ZoneFitness>(tally, zones)) {}

JobConstraints::Shared JobConstraints::equal(Fact fact, std::uint32_t value) const {
  Shared& made = equal_[{fact, value}];
  if (!made) made = std::make_shared<const Equal>(tally_, fact, value);
  return made;
}

fenzo::HardConstraint JobConstraints::availability_zone(ZoneIndex zone) const { return equal(Fact::zone, zone); }
fenzo::HardConstraint JobConstraints::machine(AgentId agent) const { return equal(Fact::agent, agent); }
fenzo::HardConstraint JobConstraints::machine_group(AgentGroupId group) const { return equal(Fact::group, group); }
fenzo::HardConstraint JobConstraints::machine_type(std::uint32_t type) const { return equal(Fact::type, type); }
fenzo::HardConstraint JobConstraints::toleration(std::uint32_t taint) const { return equal(Fact::taint, taint); }

// All but the balance, which is another thing where it is soft.
std::vector<fenzo::HardConstraint> JobConstraints::as_hard(const ConstraintSpec& spec, const PlaceNames& names) const {
  std::vector<fenzo::HardConstraint> made;
  if (spec.unique_host) made.push_back(unique_host());
  if (spec.exclusive_host) made.push_back(fenzo::ExclusiveHost{});
  if (spec.active_host) made.push_back(active_host());
  if (!spec.availability_zone.empty()) made.push_back(availability_zone(names.zone(spec.availability_zone)));
  if (!spec.machine_group.empty()) made.push_back(machine_group(names.group(spec.machine_group)));
  if (!spec.machine_type.empty()) made.push_back(machine_type(names.type(spec.machine_type)));
  return made;
}

AskedConstraints JobConstraints::asked(const ConstraintsSpec& spec, const PlaceNames& names) const {
  AskedConstraints asked;
  asked.hard = as_hard(spec.hard, names);
  if (spec.hard.zone_balance) asked.hard.push_back(zone_balance());
  for (fenzo::HardConstraint& preferred : as_hard(spec.soft, names)) asked.soft.push_back(soft(std::move(preferred)));
  if (spec.soft.zone_balance) asked.soft.push_back(soft_zone_balance());
  asked.counted_by_job = spec.hard.counts() || spec.soft.counts();
  asked.exclusive_host = spec.hard.exclusive_host;
  asked.bound = !spec.hard.machine_group.empty() || !spec.hard.machine_type.empty();
  return asked;
}

void AskedConstraints::add_to(ContainerRequest& request) const {
  request.hard.insert(request.hard.end(), hard.begin(), hard.end());
  request.soft.insert(request.soft.end(), soft.begin(), soft.end());
  request.counted_by_job |= counted_by_job;
  request.exclusive_host = exclusive_host;
  request.bound = bound;
}

void AssignmentCounter::assigned(const fenzo::Task& task) {
  if (next_) next_->assigned(task);
  const ContainerRequest& request = container(task);
  if (!request.counted_by_job) return;
  if (const fenzo::Host* const host = tasks_.host_of(task->id)) tally_.assigned(request, host->number());
}

}  // namespace streamtwin::titus
