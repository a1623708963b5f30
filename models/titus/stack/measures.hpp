// What an operator sees of a stack, and the key figures that are read off it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/cloud/ec2/cost.hpp"
#include "models/titus/ids.hpp"
#include "models/titus/jobs/task_state.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::titus {

/// Of one tier of a stack.
struct TierMeasures {
  TierMeasures() = default;
  /// `name`: "titus.us-east-1.critical".
  TierMeasures(Recorder& recorder, const std::string& name);

  Gauge waiting;     ///< containers that Fenzo has no place for yet
  Gauge running;     ///< containers that have started
  Gauge cpus_given;  ///< of containers that have a place
  Gauge cpus_there;  ///< of agents that serve
  Gauge memory_given, memory_there;
  Histogram wait;           ///< from accepted to launched
  Histogram reserved_wait;  ///< the same, where the container came within its capacity group's reservation
  Histogram start;          ///< from launched to started
  Histogram launch;         ///< from accepted to started
  Gauge stranded;           ///< share of the free room that lies in pieces too small, stranded_share; at the ends of windows
  Histogram stranded_shares;
  ec2::Cost cost;  ///< of its agents
};

struct StackMeasures {
  StackMeasures() = default;
  /// `name`: "titus.us-east-1".
  StackMeasures(Recorder& recorder, const std::string& name);

  TierMeasures& of(Tier tier) { return tiers[static_cast<std::size_t>(tier)]; }

  std::array<TierMeasures, 2> tiers;
  Counter jobs, jobs_refused, sizes_refused, updates_done, updates_failed, jobs_done, accepted, launched, started, retried;
  Counter held_back;           ///< replacements that ECS's service throttle lets wait
  Counter commands_throttled;  ///< to start or stop a container, that waited for tokens
  Counter done, failed, killed, lost, stuck, ran_too_long, preempted, evicted, evictions_refused;
  Counter work_lost;  ///< processors times seconds of batch containers that began anew
  AuditKind containers;
};

/// As titus.<stack>.<tier>.<row>.
extern const std::vector<KpiRow<TierMeasures>> tier_kpis;
/// As titus.<stack>.<row>.
extern const std::vector<KpiRow<StackMeasures>> stack_kpis;

}  // namespace streamtwin::titus
