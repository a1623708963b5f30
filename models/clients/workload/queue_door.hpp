// Work that instances of a service take from a queue of their region, one item after another, as soon as they have room. Who drains takes
// no more and finishes what it has; and so does one that hears from Eureka that it is out of service, if it listens for that. Facts:
// Netflix/eureka DiscoveryClient updateInstanceRemoteStatus, onRemoteStatusChanged (StatusChangeEvent, with each fetch of the registry).
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "models/clients/workload/doors.hpp"
#include "models/clients/workload/workload_spec.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::workload {

class QueueDoor final : public Door, private rpc::LifeObserver {
 public:
  QueueDoor(services::Mesh& mesh, services::Service& target, const QueueSpec& spec);

  Task<rpc::Reply> ask(Way way, rpc::Envelope request, Random& random) override;
  /// What an instance has heard of itself.
  void status_changed(InstanceId instance, bool up);
  /// Items that wait (for inspection).
  std::size_t waiting(RegionIndex region) const { return regions_[region].items.size(); }

 private:
  class Waiting;
  struct Item {
    rpc::Envelope request;
    Promise<rpc::Reply> done;
  };
  struct Consumer {
    rpc::Instance* instance;
    bool takes = true;
    int busy = 0;
    std::uint64_t last = 0;  ///< when it was given something, counted over all
  };
  struct Region {
    std::map<std::uint64_t, Item> items;  ///< by ticket, the first that came first
    std::vector<Consumer> consumers;      ///< in the order in which they began
  };

  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { leave(instance); }
  void stopped(rpc::Instance& instance) override { leave(instance); }
  void leave(const rpc::Instance& instance);
  Consumer* with_room(Region& region) const;
  static Consumer* find(Region& region, InstanceId id);
  void hand_out(RegionIndex index);
  Task<> work(RegionIndex region, InstanceId consumer, Item item);

  services::Mesh& mesh_;
  services::Service& target_;
  const QueueSpec spec_;
  std::vector<Region> regions_;
  std::uint64_t tickets_ = 0, given_ = 0;
  Subscription lives_subscription_;
  Scope scope_;
};

}  // namespace streamtwin::workload
