#include "scenarios/composition/parts/client_groups.hpp"

#include <string>
#include <vector>

#include "scenarios/composition/parts/delivery.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

void check_client_group(const StepCheck& on) {
  if (on.step.client_group.empty()) return;
  if (on.delivery == nullptr) return on.error("client_group", "only members are in client groups, and this scenario has none");
  std::vector<std::string> groups;
  for (const openconnect::ClientGroup& group : on.delivery->groups) groups.push_back(group.name);
  on.one_of("client_group", on.step.client_group, "client group", groups);
}

std::optional<std::uint16_t> client_group_of(Twin::Parts& parts, const FaultSpec& step) {
  if (step.client_group.empty()) return std::nullopt;
  for (const openconnect::ClientGroup& group : parts.get<DeliveryPart>().delivery.topology().groups) {
    if (group.name == step.client_group) return static_cast<std::uint16_t>(group.id);
  }
  return std::nullopt;
}

}  // namespace streamtwin
