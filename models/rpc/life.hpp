// The life of an instance, the same for whoever brings it up, a machine of EC2 or a container: it starts, serves, drains and
// ends. Registry, mesh, load balancers and load subscribe to it, and nobody has to know who else does. Here is also where a
// caller finds the instance behind an identity that it has of a list, or that there is nobody any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "models/rpc/service.hpp"
#include "sim-core/subscribers.hpp"

namespace streamtwin::rpc {

/// What happens to instances. Told in the order of subscription, at the instant at which it happens; who is told may begin
/// processes on the instance, and neither ends it nor begins another.
class LifeObserver {
 public:
  LifeObserver() = default;
  LifeObserver(const LifeObserver&) = delete;
  LifeObserver& operator=(const LifeObserver&) = delete;
  virtual ~LifeObserver() = default;

  /// Its machine has been chosen and gets ready: requests do not reach it yet.
  virtual void starting(Instance&) {}
  /// It serves. `launched_cold` says whether it does since just now, or was found serving when the run began.
  virtual void started(Instance&) {}
  /// It was dark, and takes traffic from now on.
  virtual void attached(Instance&) {}
  /// It will stop soon: it serves who still comes, and wants nobody new.
  virtual void draining(Instance&) {}
  /// Nothing of it runs any more, since it was stopped or died with its machine. It is gone when this instant is over.
  virtual void stopped(Instance&) {}
};

/// The instances of a run. An InstanceId is an entry of a table and a count of those who have had it; an entry rests before
/// it is used again, and an identity is never given twice: who holds one of somebody who has gone finds nobody.
class Lives {
 public:
  /// How long nobody else gets the entry of one that has gone. Until then its machine answers for it: longer than lists,
  /// leases and connections of the platform remember a server, of which Ribbon's statistics last longest, 30 minutes.
  static constexpr Duration rest = 1h;
  static constexpr unsigned entry_bits = 20;  ///< at most 1,048,576 are there, or rest, at once

  /// Who subscribes late is told of those that have started, as they are.
  [[nodiscard]] Subscription subscribe(LifeObserver& observer);

  /// A new one in slot `number` of a zone's group, whose predecessor there has stopped. With the `address` of one that has
  /// stopped within the rest, which is found there from now on, as a process that starts again.
  Instance& begin(Service& service, Host& machine, ZoneIndex zone, int number, std::optional<InstanceId> address = {});
  /// It serves from now on. `cold`: since just now; not when it is found serving.
  void start(Instance& instance, bool cold);
  /// One that is found serving when the run begins.
  Instance& launch(Service& service, Host& machine, ZoneIndex zone, int number);
  /// One that serves and is dark is to take traffic.
  void attach(Instance& instance);
  void drain(Instance& instance);
  /// Ends all that runs on it. A process of its own calls this as the last thing that it does.
  void stop(Instance& instance);

  /// Null when it has stopped.
  Instance* find(InstanceId id) const {
    const std::size_t at = id & entry_mask;
    return at < entries_.size() && entries_[at].id == id ? entries_[at].instance : nullptr;
  }
  /// Whether its machine says that nobody listens there (any more); otherwise one that is not alive is silent.
  bool refuses(InstanceId id) const;
  /// Of one that is there, or that is gone and rests: who finds out that it is gone calls it so.
  std::string name_of(InstanceId id) const;
  /// Since when one has been gone; nothing while it is there, or when that was too long ago.
  std::optional<Instant> gone_since(InstanceId id) const;

  std::size_t present() const { return present_; }
  /// Entries, of those that are there and of those that rest (for inspection), and those that wait to be taken apart.
  std::size_t entries() const { return entries_.size(); }
  std::size_t unburied() const { return gone_.size(); }

 private:
  static constexpr std::uint32_t entry_mask = (1u << entry_bits) - 1;
  static constexpr std::uint32_t one_life = 1u << entry_bits;
  struct Entry {
    InstanceId id;
    Instance* instance;  ///< null when it has gone
  };
  struct Whereabouts {
    Host* machine;  ///< where it is or was
    Instant gone{};
    std::string name{};  ///< when it has gone
  };
  struct Resting {
    std::uint32_t entry;
    Instant since;
  };

  InstanceId take_entry();
  InstanceId reclaim(InstanceId address) const;
  void bury();

  std::vector<Entry> entries_;            ///< what each request looks at
  std::vector<Whereabouts> whereabouts_;  ///< by entry
  std::deque<Resting> resting_;
  std::list<Instance> gone_;  ///< until the instant is over: others may just deal with them
  Instant gone_at_{};
  std::size_t present_ = 0;
  Subscribers<LifeObserver*> observers_;
};

}  // namespace streamtwin::rpc
