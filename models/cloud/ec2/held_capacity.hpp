// What zonal reservations hold of a zone's machines: as many as they have no instance for yet are for their types alone. Facts: Amazon
// EC2 User Guide, "Regional and zonal Reserved Instances (scope)": a regional one holds nothing.
#pragma once

#include <algorithm>
#include <map>

#include "models/cloud/ec2/instance_types.hpp"

namespace streamtwin::ec2 {

class HeldCapacity {
 public:
  void hold(const InstanceType& type, int instances) { types_[&type].held += instances; }
  /// An instance of a type has got a machine; or has left it.
  void take(const InstanceType* type) { count(type, 1); }
  void give_back(const InstanceType* type) { count(type, -1); }

  /// Of so many free machines those that an instance of a type may have.
  int open_to(const InstanceType* type, int free) const {
    for (const auto& [other, count] : types_) {
      if (other != type) free -= std::max(0, count.held - count.used);
    }
    return std::max(0, free);
  }
  bool empty() const { return types_.empty(); }

 private:
  struct Count {
    int held = 0, used = 0;
  };
  void count(const InstanceType* type, int instances) {
    if (const auto found = types_.find(type); found != types_.end()) found->second.used += instances;
  }

  std::map<const InstanceType*, Count> types_;  ///< summed over and looked up: an order of addresses decides nothing
};

}  // namespace streamtwin::ec2
