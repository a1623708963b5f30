// All hosts that the scheduler knows: their leases, which come, run out and are withdrawn, which hosts are disabled or of a group
// that is not active, and what the largest of each group has. An iteration looks at hosts that have changed since the last one, and
// at times that have come. Replays Netflix/Fenzo AssignableVMs, VMCollection and ActiveVmGroups.
#pragma once

#include <climits>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/fenzo/failure.hpp"
#include "models/titus/fenzo/host.hpp"
#include "models/titus/fenzo/host_table.hpp"
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
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  Host* find(const std::string& name) const;
  /// One that no lease has told of yet is of the group DEFAULT.
  Host& find_or_add(const std::string& name);
  /// In the order in which Fenzo walks through them, as of the last iteration's beginning.
  const std::vector<Host*>& all() const { return in_order_; }
  /// Of hosts that an iteration has to tell of: into that order.
  void sort(std::vector<Host*>& hosts) const;
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
  bool all_active() const { return active_groups_.empty(); }
  /// The next iteration looks at all hosts as if all had changed; its answers are the same.
  void look_anew();

  // An iteration, in this order. Ids of leases that are dropped go to `rejected`.
  /// Takes the leases in. Throws std::invalid_argument for one whose id its host has already.
  void take_leases(std::vector<Lease> leases, Instant now, std::vector<std::string>& rejected);
  /// Tasks that have ended leave; the table knows which hosts can be assigned to.
  void begin_iteration(TaskTracker& tasks, Instant now);
  HostTable& table() { return table_; }
  Slot slot_of(const Host& host) const { return rows_[host.number()].slot; }
  /// What active hosts have in all; number of ports in Fenzo's way. The queue looks whether it changes.
  const Host::Size& total() const { return total_; }
  /// The first thing of which no group's largest host has enough, if the autoscaler goes by groups.
  std::optional<Shortage> too_large(const TaskRequest& task) const;
  std::vector<std::string> consume_leases(Host& host);
  /// Leases that are too old run out, of hosts in random order.
  void run_out(Instant now, std::vector<std::string>& rejected);
  /// Once a minute: hosts with nothing to remember go, though what an iteration has said of them holds until the next.
  /// Netflix/Fenzo TaskScheduler.purgeVMsIntervalSecs
  void purge(Instant now, const std::vector<Host*>& assigned);

 private:
  /// What the last look at a host found, by its number.
  struct Row {
    Slot slot = 0;
    std::uint32_t rank = 0;  ///< in Fenzo's order
    bool usable = false;     ///< active, and not disabled
    bool old = false;        ///< in `old_`
  };
  /// When something about a host is due, in milliseconds.
  struct Due {
    std::int64_t at;
    HostNumber host;
    bool operator>(const Due& other) const { return at > other.at; }
  };
  using DueQueue = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

  HostNumber free_number();
  void free_purged();
  void order_again();
  void look_at(Host& host, Instant now);
  void count_total();
  void find_old(Instant now);
  bool has_old_lease(const Host& host, Instant now) const;
  Host& place(const std::string& name, const std::string& group);
  void forget_leases(std::vector<std::string>& rejected, std::size_t from);
  void expire_known(const std::string& id, const std::string& host);

  FleetProperties properties_;
  Random random_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::vector<Host*> by_number_;  ///< null: nobody has it
  std::vector<Row> rows_;
  std::vector<Host*> in_order_;
  std::vector<Host::Size> sizes_;  ///< in that order; of hosts that are not usable nothing
  std::vector<Host*> changed_;     ///< since the last iteration began
  bool moved_ = false;             ///< hosts have come or gone, or are of another group
  bool resized_ = false;
  HostTable table_;
  std::priority_queue<std::pair<Instant, HostNumber>, std::vector<std::pair<Instant, HostNumber>>, std::greater<>> disabled_;
  DueQueue lease_ends_;
  std::vector<HostNumber> old_;  ///< hosts with a lease that may run out
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
