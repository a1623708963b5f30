// What a host has to give for now. Replays Netflix/Fenzo VirtualMachineLease, a Mesos offer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/titus/fenzo/resources.hpp"

namespace streamtwin::fenzo {

class SetEvaluator;

/// In Fenzo the text of the attribute `res`: ResourceSet-<name>-<resources>-<sub-resources of each>.
struct SetShape {
  std::string name;
  int resources = 0;
  int sub_resources = 0;
  const SetEvaluator* evaluator = nullptr;  ///< null: Fenzo's own. It outlives the host
};

struct Lease {
  std::string id, host;
  Resources amounts;
  std::vector<PortRange> ports;  ///< handed out in this order
  Scalars scalars;
  std::map<std::string, std::string> attributes;
  std::vector<SetShape> sets;
  Instant offered{};
};

}  // namespace streamtwin::fenzo
