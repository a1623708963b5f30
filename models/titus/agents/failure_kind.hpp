// Why a task got no agent, and which reasons more agents would not help. Netflix/titus-control-plane TaskPlacementFailure.FailureKind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim-core/description.hpp"

namespace streamtwin::titus {

/// Kinds that need what is not modelled (static addresses, opportunistic CPUs, the API of Kubernetes) are never found by
/// `classify`; the autoscaler knows them all the same.
enum class FailureKind : std::uint8_t {
  no_active_agents,
  all_agents_full,
  kube_api_not_ready,
  above_capacity_limit,
  too_large_to_fit,
  launch_guard,
  agent_container_limit,
  job_hard_constraint,
  waiting_for_in_use_ip_allocation,
  opportunistic_resource,
  exclusive_host,
  unrecognized,
};

/// FailureKind.NEVER_TRIGGER_AUTOSCALING
constexpr bool never_scales(FailureKind kind) {
  return kind == FailureKind::waiting_for_in_use_ip_allocation || kind == FailureKind::opportunistic_resource ||
         kind == FailureKind::kube_api_not_ready;
}

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::FailureKind> = std::to_array<EnumName<titus::FailureKind>>({
    {titus::FailureKind::no_active_agents, "no_active_agents", "No agent takes tasks of its tier and kind"},
    {titus::FailureKind::all_agents_full, "all_agents_full", "Every agent is full"},
    {titus::FailureKind::kube_api_not_ready, "kube_api_not_ready", "Kubernetes' API is not ready"},
    {titus::FailureKind::above_capacity_limit, "above_capacity_limit", "Its capacity group has had what it may have"},
    {titus::FailureKind::too_large_to_fit, "too_large_to_fit", "No agent has as much left"},
    {titus::FailureKind::launch_guard, "launch_guard", "An agent would take it, but for one that is being launched there"},
    {titus::FailureKind::agent_container_limit, "agent_container_limit", "An agent has as many containers as it may have"},
    {titus::FailureKind::job_hard_constraint, "job_hard_constraint", "Its job wants tasks apart, or zones in balance"},
    {titus::FailureKind::waiting_for_in_use_ip_allocation, "waiting_for_in_use_ip_allocation", "Its static address is in use"},
    {titus::FailureKind::opportunistic_resource, "opportunistic_resource", "No opportunistic CPUs"},
    {titus::FailureKind::exclusive_host, "exclusive_host", "Tasks with a host for themselves are all that is in the way"},
    {titus::FailureKind::unrecognized, "unrecognized", "Anything else"},
});

namespace titus {
constexpr std::string_view name_of(FailureKind kind) { return enum_names<FailureKind>[static_cast<std::size_t>(kind)].name; }
}  // namespace titus

}  // namespace streamtwin
