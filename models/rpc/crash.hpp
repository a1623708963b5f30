// Whether an instance's build lets it crash as it starts: on machines of its own as in a container.
#pragma once

#include "models/rpc/instance.hpp"

namespace streamtwin::rpc {

inline bool crashes(const Instance& instance) {
  const ServerGroup* const group = instance.group();
  return group != nullptr && group->spec.crashes > Fraction{0} && instance.stream("crash").chance(group->spec.crashes.value());
}

}  // namespace streamtwin::rpc
