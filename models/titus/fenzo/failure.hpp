// Why a task got no host, host by host, and what is missing. Replays Netflix/Fenzo TaskAssignmentResult and AssignmentFailure.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "models/titus/fenzo/task.hpp"

namespace streamtwin::fenzo {

class Host;

enum class Lack { group_limit, cpus, memory, network, disk, ports, resource_set, fitness, scalar };

/// As Fenzo calls it: `CPU`, `ResAllocs`.
const char* name_of(Lack lack);

struct Shortage {
  Lack what;
  std::string scalar;  ///< its name, of `Lack::scalar`
  /// How much more the host that comes nearest would have to have; 0 where nothing is counted.
  double missing = 0;

  bool same_kind(const Shortage& other) const { return what == other.what && scalar == other.scalar; }
};

/// What is told of a task that got no host. The cost is that of one task.
enum class FailureDetail {
  hosts,   ///< every cause with its hosts, as Fenzo has it: O(hosts)
  counts,  ///< every cause, and of how many hosts: O(hosts), and little memory
  first    ///< the cause of the first host by name alone: O(1)
};

/// One reason, and the hosts for which it is the first.
struct Cause {
  std::string constraint;           ///< that says no; else
  std::vector<Shortage> shortages;  ///< all that is too little, in the order in which Fenzo looks at them
  std::vector<const Host*> hosts;   ///< none: it is about no host, or they are not told; valid until the next iteration
  std::size_t count = 0;            ///< hosts for which it is the reason, told or not; of `FailureDetail::first` 1
  std::string reason;               ///< what a plug-in constraint says, of the first of the hosts
};

/// `CPU,Memory`, `Other:gpu`, `constraint:ExclusiveHostConstraint`.
std::string name_of(const Cause& cause);

/// Shared by all tasks that fail in the same way.
class Causes {
 public:
  Causes(std::vector<Cause> causes) : causes_(std::make_shared<const std::vector<Cause>>(std::move(causes))) {}
  auto begin() const { return causes_->begin(); }
  auto end() const { return causes_->end(); }
  std::size_t size() const { return causes_->size(); }
  const Cause& operator[](std::size_t i) const { return (*causes_)[i]; }
  const Cause& at(std::size_t i) const { return causes_->at(i); }

 private:
  std::shared_ptr<const std::vector<Cause>> causes_;
};

struct TaskFailure {
  Task task;
  Causes causes;
};

}  // namespace streamtwin::fenzo
