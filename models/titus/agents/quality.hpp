// How well tasks fared on each agent of late. Replays Netflix/titus-control-plane ContainerFailureBasedAgentQualityTracker.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/titus/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

enum class AgentFault : std::uint8_t { lost_before_started, lost_after_started, local_start_error, system_start_error, crash };

/// O(1) for each event; `refresh` costs O(agents with faults).
class AgentQuality {
 public:
  /// SchedulerConfiguration.getContainerFailureTrackingRetentionMs
  explicit AgentQuality(Duration retention = 900s) : retention_(retention) {}

  /// An agent is there, of which nothing bad is known.
  void add(AgentId agent);
  /// It has gone; who comes in its place begins anew.
  void remove(AgentId agent);
  /// A task has started there: what was is forgotten.
  void started(AgentId agent);
  void failed(AgentId agent, AgentFault fault, Instant now);

  /// From 0 to 1; -1 for one that is not known.
  double quality(AgentId agent, Instant now) const;
  /// What the placement goes by, as of the last event or `refresh`: one that is not known, and one that fails everything, count as
  /// 0.5. AgentManagementFitnessCalculator.QUALITY_OF_UNKNOWN_AGENT
  double score(AgentId agent) const { return agent < scores_.size() ? scores_[agent] : unknown_score; }
  /// Faults fade by the minute: before each iteration. Those whose score may have changed since the last time, each once.
  std::vector<AgentId> refresh(Instant now);

  static constexpr double unknown_score = 0.5;

 private:
  struct Fault {
    double weight;
    Instant at;
  };
  void update(AgentId agent, Instant now);
  void set(AgentId agent, double score);

  Duration retention_;
  std::vector<bool> known_;
  std::vector<double> scores_;
  std::vector<std::deque<Fault>> faults_;
  std::vector<AgentId> faulty_;  ///< those that have any, in the order in which they got them
  std::vector<AgentId> changed_;
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::AgentFault> = std::to_array<EnumName<titus::AgentFault>>({
    {titus::AgentFault::lost_before_started, "lost_before_started", "A container was lost while it was launched"},
    {titus::AgentFault::lost_after_started, "lost_after_started", "A container was lost while it ran"},
    {titus::AgentFault::local_start_error, "local_start_error", "A container did not start, for reasons of the agent"},
    {titus::AgentFault::system_start_error, "system_start_error", "A container did not start, for reasons elsewhere; does not count"},
    {titus::AgentFault::crash, "crash", "A container crashed"},
});

}  // namespace streamtwin
