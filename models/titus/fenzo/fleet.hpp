// All hosts that the scheduler knows: their leases, which come, run out and are withdrawn, which hosts are disabled or of a group
// that is not active, and what the largest of each group has. Replays Netflix/Fenzo AssignableVMs, VMCollection and ActiveVmGroups.
#pragma once

#include <climits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/fenzo/failure.hpp"
#include "models/titus/fenzo/host.hpp"
#include "models/titus/fenzo/java_order.hpp"
#include "models/titus/fenzo/tracker.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::fenzo {

struct FleetProperties {
  Duration lease_expiry = 120s;  ///< Netflix/Fenzo TaskScheduler.Builder
  int rejected_hosts_max = 4;    ///< hosts whose leases may run out in so long a time; INT_MAX: all
  bool single_offer = false;     ///< a host is offered once, and what runs on it is taken off
  std::string group_attribute;   ///< that the autoscaler goes by; empty: none
};

class Fleet {
 public:
  Fleet(FleetProperties properties, Random random) : properties_(std::move(properties)), random_(random) {}

  Host* find(const std::string& name) const;
  /// One that no lease has told of yet is of the group DEFAULT.
  Host& find_or_add(const std::string& name);
  /// In the order in which Fenzo walks through them.
  std::vector<Host*> all() const;
  std::size_t size() const { return hosts_.size(); }
  std::size_t size(const std::string& group) const;
  /// No host has this number, nor a higher one.
  HostNumber numbers() const { return static_cast<HostNumber>(by_number_.size()); }
  bool single_offer() const { return properties_.single_offer; }

  // What is told between iterations.
  void expire_lease(const std::string& id);
  void expire_all_leases();
  void expire_leases_of(const std::string& host);
  void disable(const std::string& host, Instant until) { to_disable_.emplace_back(host, until); }
  void enable(const std::string& host);
  /// Without groups all are active. A host without the attribute is not.
  void set_active_groups(std::string attribute, std::vector<std::string> groups, Instant now);
  /// None were ever set: none.
  std::optional<Instant> groups_set_at() const { return groups_set_at_; }
  bool active(const Host& host) const;

  // An iteration, in this order. Ids of leases that are dropped go to `rejected`.
  /// Takes the leases in. Throws std::invalid_argument for one whose id its host has already.
  void take_leases(std::vector<Lease> leases, Instant now, std::vector<std::string>& rejected);
  /// Tasks that have ended leave. The hosts that can be assigned to, as `all()` has them.
  std::vector<Host*> begin_iteration(TaskTracker& tasks, Instant now);
  /// What active hosts have in all; number of ports in Fenzo's way. The queue looks whether it changes.
  const Host::Size& total() const { return total_; }
  /// The first thing of which no group's largest host has enough, if the autoscaler goes by groups.
  std::optional<Shortage> too_large(const TaskRequest& task) const;
  std::vector<std::string> consume_leases(Host& host);
  /// Leases that are too old run out, of hosts in random order.
  void run_out(const std::vector<Host*>& unused, Instant now, std::vector<std::string>& rejected);
  /// Once a minute: hosts with nothing to remember go, though what an iteration has said of them holds until the next.
  /// Netflix/Fenzo TaskScheduler.purgeVMsIntervalSecs
  void purge(Instant now, const std::set<const Host*>& assigned);

 private:
  HostNumber free_number();
  void free_purged();
  Host& place(const std::string& name, const std::string& group);
  void forget_leases(std::vector<std::string>& rejected, std::size_t from);
  void expire_known(const std::string& id, const std::string& host);

  FleetProperties properties_;
  Random random_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::vector<Host*> by_number_;  ///< null: nobody has it
  std::vector<HostNumber> free_numbers_;
  JavaMap<std::unique_ptr<JavaMap<Host*>>> groups_{JavaMapKind::concurrent};
  std::vector<std::unique_ptr<Host>> purged_;  ///< by the last iteration
  std::unordered_map<std::string, std::string> host_of_lease_;
  std::vector<std::string> unknown_leases_;  ///< that were withdrawn before they came
  std::vector<std::pair<std::string, Instant>> to_disable_;
  std::string active_attribute_;
  std::vector<std::string> active_groups_;
  std::optional<Instant> groups_set_at_;
  JavaMap<Host::Size> largest_{JavaMapKind::hash_map};  ///< by group
  Host::Size total_;
  int rejected_hosts_ = 0;
  std::optional<Instant> rejected_at_;
  Instant purged_at_{};
};

}  // namespace streamtwin::fenzo
