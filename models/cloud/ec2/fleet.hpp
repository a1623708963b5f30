// The fleet: which machine carries which instance, and what replaces one that died. Each zone of each service is an
// EC2 auto scaling group with a desired capacity: a status check finds a dead machine, a spare one copies the image,
// boots, and the new instance registers with Eureka as any other does. One that is terminated drains first.
#pragma once

#include <algorithm>
#include <list>
#include <vector>

#include "models/cloud/call_limit.hpp"
#include "models/cloud/ec2/fleet_spec.hpp"
#include "models/cloud/ec2/held_capacity.hpp"
#include "models/places/geography.hpp"
#include "models/rpc/life.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::ec2 {

/// What a machine needs before an instance of a service serves on it.
struct Image {
  Bytes size;
  Duration boot_time;                  ///< processor time of one core
  const InstanceType* type = nullptr;  ///< of the machine; null: of none that is listed
};

/// The token bucket of RunInstances.
struct LaunchLimit : cloud::CallLimit {
  explicit LaunchLimit(const LaunchSpec& spec) : CallLimit(spec.burst, spec.refill) {}
};

/// What becomes of machines that a group gives up, in place of spare ones. False: it does not want it.
class MachineKeeper {
 public:
  virtual ~MachineKeeper() = default;
  virtual bool keep(ZoneIndex zone, Host& machine) = 0;
};

/// Who has lent machines that are idle, and can get them back.
class Lender {
 public:
  virtual ~Lender() = default;
  /// So many instances of a type are wanted in zones that have no machine for them.
  virtual void ask_back(const InstanceType& type, const std::vector<ZoneIndex>& zones, int instances) = 0;
};

/// An instance that has booted before, and waits.
struct Prepared {
  Host& machine;
  bool runs;           ///< EC2 need not start it
  Fraction boot_left;  ///< of its boot time
};

class Fleet {
 public:
  /// `image_stores`: a host for each region, from which images are copied.
  Fleet(rpc::Lives& lives, const places::Geography& geography, const FleetSpec& spec, std::vector<Host*> image_stores, Recorder& recorder);

  /// Machines of a zone that no instance has yet.
  void add_spare(ZoneIndex zone, Host& machine) { spares_[zone].push_back(&machine); }
  /// Of a zone's machines so many are for instances of a type alone, those that there are included. Before the first of them.
  void hold(ZoneIndex zone, const InstanceType& type, int instances) { held_[zone].hold(type, instances); }
  void lend_through(Lender& lender) { lender_ = &lender; }
  /// A slot of a zone's group, with an instance that is found serving on its machine when the run begins.
  void launch(rpc::Service& service, const Image& image, ZoneIndex zone, int number, Host& machine, rpc::ServerGroup* group = nullptr);
  /// A further slot of a zone's group, the first that is free. An instance comes as soon as there is a machine: now, or when a
  /// status check finds one.
  void grow(rpc::Service& service, const Image& image, ZoneIndex zone, rpc::ServerGroup* group = nullptr);
  /// The same, with an instance that is prepared.
  void grow(rpc::Service& service, const Image& image, ZoneIndex zone, const Prepared& prepared, rpc::ServerGroup* group);
  /// The slots of a service in a zone that have no group become this one's, and their instances run its build.
  void adopt(const rpc::Service& service, ZoneIndex zone, rpc::ServerGroup& group);
  /// An instance that serves is replaced by one of another server group, which has its slot from then on. False if it does not serve.
  bool regroup(const rpc::Instance& instance, rpc::ServerGroup& group);
  /// Slots of a group in a zone, but those that are given up.
  int size(const rpc::ServerGroup& group, ZoneIndex zone) const;
  /// Gives up a slot of a group in a zone in which nobody serves. False where there is none.
  bool give_up_one(const rpc::ServerGroup& group, ZoneIndex zone);
  /// Gives up the slots of a service, or of one server group of it, in a zone for whose dead instances there is no machine; how many those were.
  int give_up_lost(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group = nullptr);
  /// A spare machine that is on, for an instance of a type; null where there is none that this may have.
  Host* take_spare(ZoneIndex zone, const InstanceType* type);
  /// It is no longer that instance's.
  void give_back(ZoneIndex zone, Host& machine, const InstanceType* type);
  /// Until an instance has been launched, has its image and has booted.
  Task<Outcome> boot(Image image, ZoneIndex zone, Host& machine, Random random);
  /// Slots of a service, or of one server group of it, in a zone, but those that are given up.
  int size(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group = nullptr) const;
  /// Whether an instance of it gets ready there.
  bool is_starting(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group = nullptr) const;
  /// Whether a machine is free there that a further instance of a type can have.
  bool has_capacity(ZoneIndex zone, const InstanceType* type) const;
  /// Of the free machines there those that such an instance may have.
  int free_machines(ZoneIndex zone, const InstanceType* type) const;
  /// EC2 had none for so many instances in all of the zones: what is lent there is to come back.
  void ask_back(const Image& image, const std::vector<ZoneIndex>& zones, int instances);
  /// The API of EC2 fails in a region, until it is restored: nothing is launched, started or terminated there, and groups ask again at
  /// their next look.
  void fail_api(RegionIndex region) { launch_limits_[region].fail(); }
  void restore_api(RegionIndex region) { launch_limits_[region].restore(); }
  bool api_answers(ZoneIndex zone) const { return launch_limits_[geography_.region_of(zone)].answers(); }
  /// Begins to watch for dead machines.
  void start();

  /// EC2's TerminateInstanceInAutoScalingGroup: the instance drains, closes, and stops. The group replaces it, or is smaller
  /// by its slot when the desired capacity is to be decremented: its machine is then `keeper`'s, if that wants it. False if it
  /// does not serve.
  bool terminate(const rpc::Instance& instance, bool decrement_desired_capacity, MachineKeeper* keeper = nullptr);
  /// The process of an instance is killed; after this another one is at its address, cold. False if it does not serve.
  bool crash(rpc::Instance& instance, Duration back_after);
  /// The same with a process that ends of itself, as at a deployment.
  bool restart(const rpc::Instance& instance, Duration takes);

  /// Slots of all groups, and machines without one (for inspection).
  std::size_t slots() const { return slots_.size(); }
  std::size_t spares(ZoneIndex zone) const { return spares_[zone].size(); }

 private:
  struct Slot {
    rpc::Service* service;
    Image image;
    ZoneIndex zone;
    int number;
    Host* machine;                      ///< null as long as none has been found
    rpc::Instance* instance = nullptr;  ///< null when there is none
    rpc::ServerGroup* group = nullptr;  ///< null where the service is never delivered
    bool busy = false;                  ///< replacing, terminating or restarting
    bool given_up = false;              ///< it ends with what it is busy with
    std::optional<InstanceId> lost{};   ///< died with its machine, and no status check has seen that yet
    MachineKeeper* keeper = nullptr;    ///< of its machine, when it ends
    Subscription machine_subscription;
  };

  static bool belongs(const Slot& slot, const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group) {
    return slot.service == &service && slot.zone == zone && (group == nullptr || slot.group == group);
  }
  Slot* slot_of(const rpc::Instance& instance);
  rpc::Instance& begin(Slot& slot, std::optional<InstanceId> address = {});
  void watch_over(Slot& slot, rpc::Instance& instance);
  void machine_changed(Slot& slot, const Host& machine);
  void stop(Slot& slot);
  void end_of_work(Slot& slot);
  void replace_if_dead(Slot& slot);
  Task<> watch();
  Slot& free_slot(rpc::Service& service, const Image& image, ZoneIndex zone);
  Task<> replace(Slot& slot, Host& machine);
  Task<> resume(Slot& slot, Prepared prepared);
  void booted(Slot& slot, rpc::Instance& instance, Outcome outcome);
  Task<Outcome> compute(Host& machine, Duration boot_time) const;
  Duration time_to_run(LaunchLimit& limit, Random random) const;
  Task<> drain_and_stop(Slot& slot);
  Task<> come_back(Slot& slot, InstanceId address, Duration takes);
  Host* machine_for(Slot& slot);

  rpc::Lives& lives_;
  const places::Geography& geography_;
  const FleetSpec spec_;
  std::vector<Host*> image_stores_;
  std::vector<std::vector<Host*>> spares_;  ///< by zone
  std::vector<HeldCapacity> held_;          ///< by zone
  Lender* lender_ = nullptr;                ///< null where nothing is lent
  std::vector<LaunchLimit> launch_limits_;  ///< by region
  std::vector<LaunchLimit> start_limits_;   ///< of StartInstances, which has a bucket of its own, of the same size
  std::list<Slot> slots_;
  Notices& notices_;
  Counter replaced_, died_;
  Scope scope_;
};

}  // namespace streamtwin::ec2
