// A host as the scheduler knows it: what its leases add up to, what runs on it, and what this iteration has assigned to it.
// Whatever changes something that an iteration looks at puts the host on its fleet's list of changed hosts. Replays Netflix/Fenzo
// AssignableVirtualMachine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/fenzo/resource_set.hpp"

namespace streamtwin::fenzo {

class TaskTracker;

using HostNumber = std::uint32_t;

/// A place in a resource set that a task was given.
struct SetUse {
  std::string set;
  int index = 0;
  std::string value;
};

class Host {
 public:
  /// `changed`: where it puts itself when it changes, once until it is `seen`; null: nowhere.
  Host(std::string name, std::string group, HostNumber number = 0, std::vector<Host*>* changed = nullptr)
      : number_(number), name_(std::move(name)), group_(std::move(group)), changed_list_(changed) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  /// Its own among all hosts of the fleet, small, and the same as long as the fleet knows the host: an index for arrays that plug-ins
  /// keep. Another host may get it once this one is purged; copies that the autoscaler tries have numbers beyond those of the fleet.
  HostNumber number() const { return number_; }
  /// The value of the attribute that the autoscaler goes by.
  const std::string& group() const { return group_; }
  void set_group(std::string group) {
    group_ = std::move(group);
    touch();
  }
  /// Of the last lease, also when that is used up. Null: there is none.
  const std::string* attribute(const std::string& name) const;

  const std::map<std::string, std::string>& attributes() const { return attributes_; }
  /// Another whenever one of them is.
  std::uint32_t attributes_version() const { return attributes_version_; }
  std::vector<SetShape> set_shapes() const;

  /// What the leases give; running tasks are not in it.
  const Resources& total() const { return total_; }
  const Scalars& scalars() const { return scalars_; }
  const Resources& assigned() const { return assigned_total_; }
  const Resources& running() const { return running_total_; }
  double assigned_scalar(const std::string& name) const;
  int ports_total() const { return ports_total_; }
  int ports_used() const { return ports_used_; }
  const std::vector<Task>& assigned_tasks() const { return assigned_; }
  const std::map<std::string, Task>& running_tasks() const { return running_; }
  const std::vector<ResourceSet>& sets() const { return sets_; }
  /// The running task that has the host for itself.
  const std::optional<std::string>& exclusive_task() const { return exclusive_task_; }

  void touch() {
    if (changed_ || !changed_list_) return;
    changed_ = true;
    changed_list_->push_back(this);
  }
  void seen() { changed_ = false; }

  bool has_leases() const { return !leases_.empty(); }
  const std::vector<Lease>& leases() const { return leases_; }
  bool disabled(Instant now) const { return now < disabled_until_; }
  /// Worth remembering.
  bool alive(Instant now) const { return has_leases() || !running_.empty() || !ended_.empty() || !to_expire_.empty() || disabled(now); }
  /// The next iteration has something to drop.
  bool has_to_drop(bool active) const {
    return !to_expire_.empty() || expire_all_ || (!active && (has_leases() || (running_.empty() && !sets_.empty())));
  }
  /// All that the host ever had to give, with what its tasks use of it; its ports less one for each range, as in Fenzo.
  struct Size {
    Resources amounts;
    double ports = 0;

    bool operator==(const Size&) const = default;
  };
  Size size() const;

  // Leases. Those that are dropped are told to `rejected` where the cluster manager is to hear of it.
  /// In single-offer mode only the first counts; later ones make the host assignable again. Throws std::invalid_argument for an id
  /// that is there.
  void add_lease(Lease lease, bool single_offer);
  void expire_lease(const std::string& id) {
    to_expire_.push_back(id);
    touch();
  }
  void expire_all() {
    expire_all_ = true;
    touch();
  }
  void remove_expired(bool all, std::vector<std::string>& rejected);
  void disable_until(Instant until, std::vector<std::string>& rejected);
  void enable() {
    disabled_until_ = Instant{};
    touch();
  }
  void reject_all(std::vector<std::string>& rejected);
  /// Those that an iteration has used, as a whole.
  std::vector<std::string> consume_leases();
  /// Adds up the leases anew and forgets what was assigned of them. In single-offer mode they are added up once, and what runs is
  /// taken off and given back.
  void reset_resources(bool single_offer);

  // Tasks.
  void run(const Task& task, bool single_offer);
  void end(const std::string& id) {
    ended_.push_back(id);
    touch();
  }
  /// Of an iteration: tasks that have ended leave.
  void begin_iteration(TaskTracker& tasks, bool single_offer);
  struct Given {
    std::vector<int> ports;
    std::vector<SetUse> sets;
  };
  Given assign(const Task& task);
  void forget_assigned() { assigned_.clear(); }
  /// A place that a task holds from before the scheduler was made.
  void hold(const Task& task, const SetUse& use);

 private:
  void add_up(const Lease& lease);
  int next_port();
  void sum_running();

  // What plug-ins ask of every host lies together.
  HostNumber number_;
  std::vector<Task> assigned_;
  Resources assigned_total_, running_total_, total_;

  std::string name_, group_;
  std::vector<Host*>* changed_list_;
  bool changed_ = false;
  std::vector<Lease> leases_;
  std::vector<std::string> to_expire_, ended_;
  bool expire_all_ = false;
  bool added_up_ = false;
  Instant disabled_until_{};

  Scalars scalars_, assigned_scalars_;
  std::vector<PortRange> ports_;
  int ports_total_ = 0, ports_used_ = 0;
  std::map<std::string, std::string> attributes_;
  std::uint32_t attributes_version_ = 0;
  std::vector<ResourceSet> sets_;
  std::vector<std::pair<Task, SetUse>> held_;  ///< places of sets that no lease has told of yet
  std::map<std::string, Task> running_;
  std::optional<std::string> exclusive_task_;
};

}  // namespace streamtwin::fenzo
