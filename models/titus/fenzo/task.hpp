// What is to run, and what it needs. Replays Netflix/Fenzo TaskRequest and QueuableTask.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/titus/fenzo/plug_in.hpp"
#include "models/titus/fenzo/resources.hpp"

namespace streamtwin::fenzo {

/// A place in a resource set: a resource that carries this value, with so many of its sub-resources; of network interfaces a
/// security group and addresses.
struct SetRequest {
  std::string set, value;
  int sub_resources = 0;
};

struct TaskRequest {
  std::string id;
  Resources needs;
  int ports = 0;
  Scalars scalars;
  std::string group = "default";  ///< whose limits hold
  std::vector<SetRequest> sets;
  std::vector<HardConstraint> hard;  ///< asked in this order
  std::vector<SoftConstraint> soft;

  // In a tiered queue.
  int tier = 0;
  std::string bucket;
  Instant ready_at{};

  /// Tasks of one number are alike to plug-ins that last (Constraint::lasting); 0: like no other.
  std::uint64_t kind = 0;

  const SetRequest* wants(const std::string& set) const {
    const auto found = std::find_if(sets.begin(), sets.end(), [&](const SetRequest& s) { return s.set == set; });
    return found == sets.end() ? nullptr : &*found;
  }
};

/// Shared by whoever knows of the task.
using Task = std::shared_ptr<const TaskRequest>;

}  // namespace streamtwin::fenzo
