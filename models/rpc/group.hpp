// Some of the instances of a run, of whom something is said.
#pragma once

#include <functional>
#include <vector>

#include "models/rpc/instance.hpp"

namespace streamtwin::rpc {

struct Group {
  std::function<std::vector<Instance*>()> present;  ///< those that are there
  /// Whether one that comes later belongs to it; null: none does.
  std::function<bool(const Instance&)> takes_in;
};

}  // namespace streamtwin::rpc
