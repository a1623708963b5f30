// The states of Titus's jobs and tasks, and the reasons that stand beside them. Facts: Netflix/titus-control-plane
// jobmanager/model/job TaskState, JobState, TaskStatus.
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/description.hpp"

namespace streamtwin::titus {

enum class JobState : std::uint8_t {
  accepted,        ///< its tasks wait or run
  kill_initiated,  ///< they are being ended, no more are started
  finished,
};

/// In this order, except that nothing is before or after `disconnected`.
enum class TaskState : std::uint8_t {
  accepted,         ///< waits for resources
  launched,         ///< has them on an agent
  start_initiated,  ///< its container is set up there
  started,
  kill_initiated,
  disconnected,  ///< its agent does not answer
  finished,
};

/// Holds resources, or nobody knows whether it does. A task that is accepted does not run.
constexpr bool is_running(TaskState state) { return state != TaskState::accepted && state != TaskState::finished; }
/// On its way out, or gone.
constexpr bool is_terminating(TaskState state) { return state == TaskState::kill_initiated || state == TaskState::finished; }
/// Counts against the limit of tasks that are active and have not started: those being killed do, too.
constexpr bool is_active_not_started(TaskState state) { return state != TaskState::started && state != TaskState::finished; }
constexpr bool is_before(TaskState checked, TaskState reference) {
  return checked != TaskState::disconnected && reference != TaskState::disconnected && checked < reference;
}
constexpr bool is_after(TaskState checked, TaskState reference) { return is_before(reference, checked); }
/// Forwards, over any number of states; to `disconnected` and back from it.
constexpr bool may_move(TaskState from, TaskState to) {
  if (from == TaskState::finished || from == to) return false;
  return from == TaskState::disconnected || to == TaskState::disconnected || is_before(from, to);
}

enum class ReasonCode : std::uint8_t {
  normal,
  filled_in,
  pod_created,
  pod_scheduled,
  killed,
  evicted,
  lost,
  invalid_request,
  scaled_down,
  stuck_in_state,
  stuck_in_killing_state,
  runtime_limit_exceeded,
  failed,
  crashed,
  transient_system_error,
  local_system_error,
  unknown_system_error,
  unknown,
};

/// Errors of the system, which use up nobody's retries. A lost task is none, nor is one that could not be killed.
/// Netflix/titus-control-plane TaskStatus SYSTEM_LEVEL_ERRORS
constexpr bool is_system_error(ReasonCode reason) {
  return reason == ReasonCode::stuck_in_state || reason == ReasonCode::crashed || reason == ReasonCode::transient_system_error ||
         reason == ReasonCode::local_system_error || reason == ReasonCode::unknown_system_error;
}

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::JobState> = std::to_array<EnumName<titus::JobState>>({
    {titus::JobState::accepted, "Accepted"},
    {titus::JobState::kill_initiated, "KillInitiated"},
    {titus::JobState::finished, "Finished"},
});
template <>
inline constexpr auto enum_names<titus::TaskState> = std::to_array<EnumName<titus::TaskState>>({
    {titus::TaskState::accepted, "Accepted"},
    {titus::TaskState::launched, "Launched"},
    {titus::TaskState::start_initiated, "StartInitiated"},
    {titus::TaskState::started, "Started"},
    {titus::TaskState::kill_initiated, "KillInitiated"},
    {titus::TaskState::disconnected, "Disconnected"},
    {titus::TaskState::finished, "Finished"},
});
template <>
inline constexpr auto enum_names<titus::ReasonCode> = std::to_array<EnumName<titus::ReasonCode>>({
    {titus::ReasonCode::normal, "normal"},
    {titus::ReasonCode::filled_in, "filledIn"},
    {titus::ReasonCode::pod_created, "podCreated"},
    {titus::ReasonCode::pod_scheduled, "podScheduled"},
    {titus::ReasonCode::killed, "killed"},
    {titus::ReasonCode::evicted, "evicted"},
    {titus::ReasonCode::lost, "lost"},
    {titus::ReasonCode::invalid_request, "invalidRequest"},
    {titus::ReasonCode::scaled_down, "scaledDown"},
    {titus::ReasonCode::stuck_in_state, "stuckInState"},
    {titus::ReasonCode::stuck_in_killing_state, "stuckInKillingState"},
    {titus::ReasonCode::runtime_limit_exceeded, "runtimeLimitExceeded"},
    {titus::ReasonCode::failed, "failed"},
    {titus::ReasonCode::crashed, "crashed"},
    {titus::ReasonCode::transient_system_error, "transientSystemError"},
    {titus::ReasonCode::local_system_error, "localSystemError"},
    {titus::ReasonCode::unknown_system_error, "unknownSystemError"},
    {titus::ReasonCode::unknown, "unknown"},
});

}  // namespace streamtwin
