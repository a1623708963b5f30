// What strikes the calls from some instances to some others, and nothing else that either of them does: in the caller's proxy
// before the callee is contacted, where Envoy injects faults (source/extensions/filters/http/fault), or on the wire between the
// two. A call to an instance that is not there fails as it does without.
#pragma once

#include <cstddef>
#include <vector>

#include "models/rpc/group.hpp"
#include "models/rpc/roads.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

struct CallTrouble {
  Duration latency{0};    ///< for which the proxy holds each request
  Duration deviation{0};  ///< of it from request to request: normal, negative draws are repeated
  Fraction errors{0};     ///< of the requests, which the proxy answers then: the callee never has them
  Road road;              ///< that each message of a call takes
  bool both_ways = true;  ///< answers, too
};

class CallFaults {
 public:
  using Number = std::size_t;

  /// One that can begin and end, as often as one likes but once at a time. It strikes those of both groups that are there when it
  /// begins, and until it ends those that the groups take in.
  Number add(Group callers, Group callees, const CallTrouble& trouble, Random random);
  void begin(Number number);
  void end(Number number);

  bool none() const { return active_ == 0; }
  /// What becomes of a call that is made now.
  void strike(const Instance& caller, const Instance& callee, Way& way);

 private:
  /// One end of the calls.
  class End {
   public:
    explicit End(Group group) : group_(std::move(group)) {}
    void choose();
    bool has(const Instance& instance) const;

   private:
    Group group_;
    std::vector<InstanceId> chosen_;  ///< in rising order
  };
  struct Known {
    End callers, callees;
    CallTrouble trouble;
    Random random;
    bool active = false;
  };

  std::vector<Known> known_;
  std::size_t active_ = 0;
};

}  // namespace streamtwin::rpc
