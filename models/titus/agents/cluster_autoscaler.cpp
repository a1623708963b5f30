#include "models/titus/agents/cluster_autoscaler.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "models/titus/agents/agent_types.hpp"

namespace streamtwin::titus {
namespace {

/// ClusterAgentAutoScaler TASK_IDS_PREVIOUSLY_SCALED_TTL_MS
constexpr Duration counted_for = 600s;
/// SCALE_UP_TOKEN_BUCKET_CAPACITY, SCALE_DOWN_TOKEN_BUCKET_CAPACITY
constexpr int at_once_max = 50;

std::size_t index_of(Tier tier) { return static_cast<std::size_t>(tier); }

bool elapsed(std::optional<Instant> since, Instant now, Duration time) { return !since || now - *since >= time; }

int agents_by_dominant_resource(const fenzo::Resources& needs, const fenzo::Resources& agent) {
  const auto agents = [](double needed, double there) { return needed == 0 ? 0 : static_cast<int>(std::ceil(needed / there)); };
  return std::max({agents(needs.cpus.value(), agent.cpus.value()), agents(needs.memory.value(), agent.memory.value()),
                   agents(needs.disk.value(), agent.disk.value()), agents(needs.network.value(), agent.network.value())});
}

std::array<ClusterAutoscaler::Primary, 2> primaries(const ClusterScalingSpec& spec) {
  std::array<ClusterAutoscaler::Primary, 2> found;
  for (const Tier tier : {Tier::critical, Tier::flex}) {
    const std::string& name = spec.tier(tier).primary_type;
    const AgentType* const type = agent_type(name);
    if (!type) throw std::invalid_argument("there is no instance type `" + name + "` that agents can have");
    found[index_of(tier)] = {type->resources, type->gpus};
  }
  return found;
}

}  // namespace

ClusterAutoscaler::ClusterAutoscaler(const ClusterScalingSpec& spec, std::array<Primary, 2> primary, Instant begin)
    : spec_(spec), primary_(primary), states_{TierState(begin), TierState(begin)} {}

ClusterAutoscaler::ClusterAutoscaler(const ClusterScalingSpec& spec, Instant begin) : ClusterAutoscaler(spec, primaries(spec), begin) {}

bool ClusterAutoscaler::scales(const ScalableGroup& group, Tier tier) const {
  return group.tier == tier && group.type == spec_.tier(tier).primary_type &&
         (group.state == GroupState::active || group.state == GroupState::phased_out);
}

bool ClusterAutoscaler::could_run(const UnplacedTask& task, const Primary& agent) const {
  return !task.bound && fenzo::within(task.needs, agent.resources) && task.gpus <= agent.gpus;
}

bool ClusterAutoscaler::count_once(std::uint64_t task, Instant now) {
  while (!counted_at_.empty() && now - counted_at_.front().first >= counted_for) {
    counted_.erase(counted_at_.front().second);
    counted_at_.pop_front();
  }
  if (!counted_.insert(task).second) return false;
  counted_at_.emplace_back(now, task);
  return true;
}

ScalingDecision ClusterAutoscaler::look(Instant now, std::span<const ScalableGroup> groups, std::span<const UnplacedTask> tasks) {
  ScalingDecision decision;
  for (const Tier tier : {Tier::critical, Tier::flex}) look_at(tier, now, groups, tasks, decision);
  // Marks of this look are too young to be withdrawn by it.
  for (const ScalableGroup& group : groups) {
    if (group.state != GroupState::active && group.state != GroupState::phased_out) continue;
    for (const ScalableAgent& agent : group.agents) {
      if (agent.removable && now - *agent.removable >= spec_.removable_timeout) decision.unmark.push_back(agent.id);
    }
  }
  return decision;
}

void ClusterAutoscaler::look_at(Tier tier, Instant now, std::span<const ScalableGroup> groups, std::span<const UnplacedTask> tasks,
                                ScalingDecision& decision) {
  const TierScalingSpec& spec = spec_.tier(tier);
  const Primary& primary = primary_[index_of(tier)];
  TierState& state = states_[index_of(tier)];
  TierReading& reading = decision.tiers[index_of(tier)];

  Idle idle(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!scales(groups[i], tier) || groups[i].not_removable) continue;
    for (const ScalableAgent& agent : groups[i].agents) {
      const bool is_idle = agent.started && now - agent.launched >= spec.idle_grace && !agent.removable && !agent.not_removable;
      if (is_idle && agent.tasks <= 0) idle[i].push_back(agent.id);
    }
    reading.idle += static_cast<int>(idle[i].size());
  }

  const bool cooled_down = elapsed(state.last_up, now, spec.scale_up_cool_down);
  bool uses_cool_down = cooled_down && reading.idle < spec.min_idle;
  if (uses_cool_down) reading.wanted_up = spec.min_idle - reading.idle;
  fenzo::Resources needs;
  for (const UnplacedTask& task : tasks) {
    if (task.tier != tier || never_scales(task.kind)) continue;
    ++reading.failed;
    if (!could_run(task, primary)) continue;
    const bool failed = cooled_down && task.kind != FailureKind::launch_guard;
    const bool past_slo = now - task.accepted >= spec.task_slo;
    uses_cool_down |= failed;
    reading.past_slo += past_slo;
    if (!(failed || past_slo) || !count_once(task.id, now)) continue;
    ++reading.counted;
    needs += task.needs;
  }
  reading.wanted_up += agents_by_dominant_resource(needs, primary.resources);

  if (reading.wanted_up > 0) {
    const std::optional<std::int64_t> tokens = state.up_tokens.try_take(1, std::min(at_once_max, reading.wanted_up), now);
    if (tokens) reading.up = scale_up(tier, static_cast<int>(*tokens), groups, decision);
    if (reading.up > 0 && uses_cool_down) state.last_up = now;
  }
  if (reading.up > 0 || !elapsed(state.last_down, now, spec.scale_down_cool_down)) return;
  reading.wanted_down = std::max(0, reading.idle - spec.max_idle);
  if (reading.wanted_down == 0) return;
  const std::optional<std::int64_t> tokens = state.down_tokens.try_take(1, std::min(at_once_max, reading.wanted_down), now);
  if (tokens) reading.down = scale_down(tier, static_cast<int>(*tokens), groups, idle, decision);
  if (reading.down > 0) state.last_down = now;
}

int ClusterAutoscaler::scale_up(Tier tier, int agents, std::span<const ScalableGroup> groups, ScalingDecision& decision) const {
  int count = 0;
  for (const GroupState state : {GroupState::active, GroupState::phased_out}) {
    for (const ScalableGroup& group : groups) {
      if (group.state != state || !scales(group, tier)) continue;
      const int here = std::min(agents - count, group.max - group.desired);
      if (here <= 0) continue;
      decision.scale_up.emplace_back(group.id, here);
      count += here;
    }
  }
  return count;
}

int ClusterAutoscaler::scale_down(Tier tier, int agents, std::span<const ScalableGroup> groups, const Idle& idle,
                                  ScalingDecision& decision) const {
  int count = 0;
  for (const GroupState state : {GroupState::phased_out, GroupState::active}) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const ScalableGroup& group = groups[i];
      if (group.state != state || !scales(group, tier)) continue;
      const auto marked = std::count_if(group.agents.begin(), group.agents.end(), [](const ScalableAgent& a) { return a.removable; });
      const int here = std::min({agents - count, group.current - group.min - static_cast<int>(marked), static_cast<int>(idle[i].size())});
      if (here <= 0) continue;
      decision.mark.insert(decision.mark.end(), idle[i].begin(), idle[i].begin() + here);
      count += here;
    }
  }
  return count;
}

}  // namespace streamtwin::titus
