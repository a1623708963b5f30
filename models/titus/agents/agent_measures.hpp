// What the operator sees of a stack's agents, and the key figures that are read off it.
#pragma once

#include <string>

#include "models/cloud/ec2/cost.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::titus {

struct AgentMeasures {
  AgentMeasures() = default;
  /// `prefix`: "titus.<stack>". `split_costs`: there are reservations.
  AgentMeasures(Recorder& recorder, const std::string& prefix, bool split_costs);

  Gauge launching, started, desired;
  ec2::Cost cost;
  Counter launched, terminated, lost, replaced;
  Counter refused;  ///< each time that a group wanted an agent for which EC2 had no machine in any of its zones
  Histogram launch_time;
};

/// As <prefix>.<row>.
inline constexpr KpiRow<AgentMeasures> agent_kpis[] = {
    {"agents.hours", KpiKind::hours, "Hours of agents that were started",
     [](const AgentMeasures& m) { return m.started.measured_area() / in_seconds(Duration{1h}); }},
    {"agents.max", KpiKind::count, "Most agents that were started at once",
     [](const AgentMeasures& m) { return m.started.measured_peak(); }},
    {"agents.launched", KpiKind::count, "Agents that were launched", [](const AgentMeasures& m) { return m.launched.measured(); }},
    {"agents.terminated", KpiKind::count, "Agents that were terminated as not needed, or to be replaced",
     [](const AgentMeasures& m) { return m.terminated.measured(); }},
    {"agents.lost", KpiKind::count, "Agents whose machine died", [](const AgentMeasures& m) { return m.lost.measured(); }},
    {"agents.refused", KpiKind::count, "How often a group asked EC2 for a machine and no zone had one (InsufficientInstanceCapacity)",
     [](const AgentMeasures& m) { return m.refused.measured(); }},
    {"agents.launch_time.p50", KpiKind::duration, "From the decision to launch an agent to its registration, median",
     [](const AgentMeasures& m) { return record::quantile(m.launch_time, 0.5); }},
    {"agents.launch_time.p99", KpiKind::duration, "From the decision to launch an agent to its registration, 99th percentile",
     [](const AgentMeasures& m) { return record::quantile(m.launch_time, 0.99); }},
    {"agents.cost", KpiKind::money, "What its agents cost, from their launch to their end: on demand, but for what reservations cover",
     [](const AgentMeasures& m) { return ec2::in_dollars(m.cost.per_hour); }},
};

}  // namespace streamtwin::titus
