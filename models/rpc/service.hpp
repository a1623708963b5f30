// A service as its callers find it: instances over zones and regions, what handles its requests, and what is counted of it.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "models/rpc/code_path.hpp"
#include "models/rpc/handler.hpp"
#include "models/rpc/instance.hpp"
#include "models/rpc/instance_spec.hpp"
#include "models/rpc/known_work.hpp"
#include "sim-core/plug.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::rpc {

/// What the operator sees of a service, over all its instances.
struct ServiceMeasures {
  ServiceMeasures() = default;
  ServiceMeasures(Recorder& recorder, const std::string& service);

  Counter requests, failures, rejections, busy;
  Counter retries, retries_refused;  ///< further tries at the service, and those that their callers' budgets refused
  Counter over_limit, shed;          ///< of the rejections, where there is a limit or shedding
  Histogram latency;
};

class Service {
 public:
  Service(std::uint16_t index, std::string name, const InstanceSpec& spec, Recorder& recorder);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Who answers the requests that its instances have worked on; without anybody the work is all there is to do. Must outlive
  /// the service. Instances that run already get their state now, later ones when they are launched.
  void bind(Handler& handler);
  Handler* handler() const { return handler_; }
  /// The handler, where it looks at requests before they are let in.
  Handler* screen() const { return screen_; }

  /// Adds an instance in slot `number` of a zone, which gets ready; it takes the place of a dead one. For Lives.
  Instance& launch(Host& machine, ZoneIndex zone, int number, InstanceId id);
  /// It serves from now on. For Lives.
  void start(Instance& instance);
  /// One that has stopped goes over to `gone`; what it has worked is kept. For Lives.
  void take_leave(Instance& instance, std::list<Instance>& gone);
  /// The newest instance of a slot, null when it has gone or was never filled.
  Instance* slot(ZoneIndex zone, int number) const;
  /// Slots of a zone that have been filled at some time.
  int slots(ZoneIndex zone) const { return zone < slots_.size() ? static_cast<int>(slots_[zone].size()) : 0; }
  /// Those that are there, in the order of their launch.
  const std::list<Instance>& instances() const { return instances_; }
  std::list<Instance>& instances() { return instances_; }

  /// What the instances of a zone have done that have gone.
  struct Past {
    Duration worked{0};   ///< core-seconds
    Duration present{0};  ///< core-seconds that they were there to work in
  };
  Past past(ZoneIndex zone) const { return zone < past_.size() ? past_[zone] : Past{}; }

  /// A request of a region is served by a group now: by which the one before was, null for the first.
  const ServerGroup* served_by(RegionIndex region, const ServerGroup& group);

  const std::uint16_t index;
  const std::string name;
  const std::uint64_t identity;  ///< of the name alone: other services do not move it, as they do the index
  const InstanceSpec instance_spec;
  bool tells_utilisation = false;                  ///< with each answer, to gateways that choose servers by it
  std::vector<CodePath*> paths;                    ///< of its code, besides the usual; they outlive it
  std::vector<const KnownWork*> known_work;        ///< of requests that are replayed; they outlive it
  const Plug<limits::Learner>* learner = nullptr;  ///< of the limits of instances that are launched from now on

  ServiceMeasures measures;

 private:
  void record_admission(Recorder& recorder);
  double mean_limit() const;
  static Task<> collect_garbage(Instance& instance);

  Handler* handler_ = nullptr;
  Handler* screen_ = nullptr;
  struct Slot {
    Instance* newest = nullptr;
    std::uint32_t filled = 0;  ///< times
    InstanceId last = 0;       ///< who filled it
  };
  std::list<Instance> instances_;
  std::vector<std::vector<Slot>> slots_;       ///< by zone, by number
  std::vector<Past> past_;                     ///< by zone
  std::vector<const ServerGroup*> served_by_;  ///< the last request, by region
};

}  // namespace streamtwin::rpc
