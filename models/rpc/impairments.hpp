// What ails which instances, and until when. Troubles of one instance are independent causes.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "models/rpc/group.hpp"
#include "models/rpc/life.hpp"
#include "models/rpc/trouble.hpp"

namespace streamtwin::rpc {

class Impairments : private LifeObserver {
 public:
  using Number = std::size_t;

  explicit Impairments(Lives& lives) : lives_(lives), subscription_(lives.subscribe(*this)) {}

  /// One that can begin and end, as often as one likes but once at a time. It strikes those of the group that are there when it
  /// begins, and until it ends those that the group takes in.
  Number add(Group group, const Trouble& trouble);
  void begin(Number number);
  void end(Number number);

 private:
  struct Known {
    Group group;
    Trouble trouble;
    bool active = false;
  };
  /// What ails an instance at the moment.
  struct Ill {
    Trouble all;
    std::vector<Number> causes;  ///< in the order of their beginnings
  };
  void starting(Instance& instance) override;
  void stopped(Instance& instance) override { ill_.erase(instance.id); }
  void strike(Instance& instance, Number number);
  void apply(Instance& instance, Ill& ill) const;

  Lives& lives_;
  std::vector<Known> known_;
  std::map<InstanceId, Ill> ill_;  ///< instances refer to what ails them
  Subscription subscription_;
};

}  // namespace streamtwin::rpc
