#include "models/titus/network/instance_limits.hpp"

#include <algorithm>

namespace streamtwin::titus {

namespace {

struct Branches {
  std::string_view type;
  int count;
};

// Netflix/titus-executor vpc/instance_limits.go, of the types that carry more of them than they have interfaces.
constexpr Branches branches[] = {
    {"c5.12xlarge", 60},  {"c5.18xlarge", 120}, {"c5.24xlarge", 120}, {"g4dn.metal", 120}, {"m5.4xlarge", 60},
    {"m5.24xlarge", 120}, {"m5.metal", 122},    {"r5.24xlarge", 120}, {"r5.metal", 220},
};

}  // namespace

InterfaceLimits limits_for_containers(int interfaces, int addresses_each, int branches_of_trunk) {
  const int for_containers = branches_of_trunk > 0 ? branches_of_trunk : interfaces - 1;
  return {std::max(0, for_containers), std::max(0, addresses_each - 1)};
}

int branch_interfaces(std::string_view instance_type) {
  for (const Branches& known : branches) {
    if (known.type == instance_type) return known.count;
  }
  return 0;
}

}  // namespace streamtwin::titus
