// An instance as Eureka knows it, and the rules by which its status is decided when it registers or renews
// (EK/registry/rule and AwsInstanceRegistry): first match wins.
#pragma once

#include <array>
#include <optional>

#include "models/registry/view.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka {

using registry::AppId;

enum class InstanceStatus : std::uint8_t { up, down, starting, out_of_service, unknown };
enum class ActionType : std::uint8_t { added, modified, deleted };
enum class AsgState : std::uint8_t { none, enabled, disabled };

struct InstanceInfo {
  InstanceId id = 0;
  AppId app = 0;
  ZoneIndex zone = 0;
  InstanceStatus status = InstanceStatus::starting;
  InstanceStatus overridden = InstanceStatus::unknown;
  ActionType action = ActionType::added;
  AsgState asg = AsgState::none;
  Instant last_dirty{};
};

struct OverrideInputs {
  InstanceStatus own;
  std::optional<InstanceStatus> override_of_id;
  AsgState asg = AsgState::none;
  bool replication = false;
  std::optional<InstanceStatus> existing_lease;
};

/// The status under which the instance is listed; `unknown` on a renewal asks the client to register again.
constexpr InstanceStatus decided_status(const OverrideInputs& in) {
  if (in.own != InstanceStatus::up && in.own != InstanceStatus::out_of_service) return in.own;
  if (in.override_of_id) return *in.override_of_id;
  if (in.asg != AsgState::none) return in.asg == AsgState::enabled ? InstanceStatus::up : InstanceStatus::out_of_service;
  if (!in.replication && in.existing_lease &&
      (*in.existing_lease == InstanceStatus::up || *in.existing_lease == InstanceStatus::out_of_service))
    return *in.existing_lease;
  return in.own;
}

}  // namespace streamtwin::eureka

namespace streamtwin {
template <>
inline constexpr auto enum_names<eureka::InstanceStatus> = std::to_array<EnumName<eureka::InstanceStatus>>({
    {eureka::InstanceStatus::up, "UP", "takes traffic"},
    {eureka::InstanceStatus::down, "DOWN", "its own health check fails"},
    {eureka::InstanceStatus::starting, "STARTING", "boots, or is dark capacity"},
    {eureka::InstanceStatus::out_of_service, "OUT_OF_SERVICE", "taken out by a deployment"},
    {eureka::InstanceStatus::unknown, "UNKNOWN", ""},
});
}  // namespace streamtwin
