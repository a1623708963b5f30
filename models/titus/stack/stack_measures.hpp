// What is measured of a stack and its parts.
#pragma once

#include <string>

#include "models/titus/agents/agent_measures.hpp"
#include "models/titus/executor/executor.hpp"
#include "models/titus/load_balancing/registration.hpp"
#include "models/titus/stack/measures.hpp"

namespace streamtwin::titus {

struct AllStackMeasures {
  AllStackMeasures() = default;
  /// `name`: "titus.us-east-1". `processors`: whether who wants them is worth counting. `split_costs`: there are
  /// reservations.
  AllStackMeasures(Recorder& recorder, const std::string& name, bool processors, bool split_costs);

  StackMeasures stack;
  AgentMeasures agents;
  ExecutorMeasures executor;
  ProcessorMeasures processors;
  ImageMeasures images;
  NetworkMeasures network;
  LoadBalancingMeasures load_balancing;
};

}  // namespace streamtwin::titus
