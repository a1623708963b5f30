#include "models/titus/agents/agent_types.hpp"

#include <algorithm>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/data/tables.hpp"

namespace streamtwin::titus {

const std::vector<AgentType>& agent_types() {
  static const std::vector<AgentType> types = [] {
    std::vector<AgentType> listed;
    for (const std::vector<std::string>& row : data::csv_rows(data::titus_agent_types_csv)) {
      AgentType& type = listed.emplace_back();
      type.name = row[0];
      type.resources = {fenzo::Cores{data::csv_number(row[1])}, fenzo::Megabytes{data::csv_number(row[2]) * 1024},
                        fenzo::Megabits{data::csv_number(row[4])}, fenzo::Megabytes{data::csv_number(row[3]) * 1024}};
      type.gpus = static_cast<int>(data::csv_number(row[5]));
      if (const ec2::InstanceType* const machine = ec2::instance_type(type.name)) {
        type.interfaces = machine->interfaces;
        type.addresses_each = machine->addresses_each;
        type.usd_per_hour = machine->usd_per_hour;
      }
    }
    return listed;
  }();
  return types;
}

const AgentType* agent_type(std::string_view name) {
  const std::vector<AgentType>& all = agent_types();
  const auto found = std::find_if(all.begin(), all.end(), [name](const AgentType& type) { return type.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> agent_type_names() {
  std::vector<std::string> names;
  for (const AgentType& type : agent_types()) {
    if (type.usd_per_hour > 0) names.push_back(type.name);
  }
  return names;
}

}  // namespace streamtwin::titus
