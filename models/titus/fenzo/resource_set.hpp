// A set of like resources of a host, each with sub-resources: network interfaces, which carry one list of security groups each,
// with their addresses. Replays Netflix/Fenzo PreferentialNamedConsumableResourceSet and its default evaluator.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/fenzo/lease.hpp"
#include "models/titus/fenzo/task.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::fenzo {

/// The value of a resource for tasks that do not ask for the set. Fenzo's CustomResAbsentKey.
inline constexpr const char* absent_value = "CustomResAbsent";

/// How good a resource is for a task; 0: not at all, which may not become more while no host changes. Netflix/Fenzo
/// PreferentialNamedConsumableResourceEvaluator
class SetEvaluator {
 public:
  virtual ~SetEvaluator() = default;
  /// One that nobody uses. Should always be less than `used`, or resources are not shared.
  virtual double idle(const TaskRequest& task, std::uint32_t host, int index, int needed, int limit) const = 0;
  /// One that carries the task's value already; so many of its sub-resources are in use.
  virtual double used(const TaskRequest& task, std::uint32_t host, int index, int needed, int in_use, int limit) const = 0;
};

class ResourceSet {
 public:
  /// `host`: Host::number, for the evaluator.
  explicit ResourceSet(const SetShape& shape, std::uint32_t host = 0);

  /// Where a task would get its place, and how good that is.
  struct Place {
    int index = -1;
    double fitness = 0;  ///< 0: nowhere
  };

  const std::string& name() const { return name_; }
  /// The fullest resource that carries the value already, else the first idle one. O(resources).
  Place best_place(const TaskRequest& task) const {
    const SetRequest* const wanted = task.wants(name_);
    return best_place(task, wanted, key_of(wanted));
  }
  /// The same of what the task wants of this set, if anything, and its key: for many hosts.
  Place best_place(const TaskRequest& task, const SetRequest* wanted, std::uint64_t key) const;
  /// A number for the value that a resource must carry, never 0.
  static std::uint64_t key_of(const SetRequest* wanted) { return hash_text(wanted ? wanted->value : absent_value) | 1; }
  /// Into a place that `best_place` gave.
  void take(const TaskRequest& task, int index);
  /// A resource that a task asked for is idle again when its last user goes. One that was taken by tasks which did not ask keeps
  /// its mark for good: Fenzo looks for the request that such a task does not have.
  void give_back(const TaskRequest& task);
  /// The value that a resource carries; nothing while it is idle.
  const std::optional<std::string>& value(int index) const { return resources_[index].value; }
  int used(int index) const { return resources_[index].used; }
  bool idle() const {
    return std::none_of(resources_.begin(), resources_.end(), [](const Resource& r) { return r.value.has_value(); });
  }
  int limit() const { return limit_; }
  const SetEvaluator* evaluator() const { return evaluator_; }
  int size() const { return static_cast<int>(resources_.size()); }

 private:
  struct Resource {
    std::optional<std::string> value;
    std::map<std::string, int> users;  ///< with what they use; negative: did not ask
    int used = 0;
  };

  double fitness(const TaskRequest& task, int index, const SetRequest* wanted) const;

  std::string name_;
  int limit_;
  const SetEvaluator* evaluator_;
  std::uint32_t host_;
  std::vector<Resource> resources_;
  std::vector<std::uint64_t> keys_;  ///< of the values that they carry; 0: idle
};

}  // namespace streamtwin::fenzo
