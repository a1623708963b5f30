// A microservice: its instances over zones and regions, what its requests cost, the faults it suffers at the moment,
// and what is counted of it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/evcache/ketama.hpp"
#include "models/rpc/envelope.hpp"
#include "models/services/instance.hpp"
#include "models/services/service_spec.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

using rpc::Envelope;
using rpc::Reply;

/// What the operator sees of a service, over all its instances.
struct ServiceMeasures {
  ServiceMeasures() = default;
  ServiceMeasures(Recorder& recorder, const std::string& service);

  Counter requests, failures, rejections, busy;
  Counter retries, retries_refused;  ///< further tries at the service, and those that their callers' budgets refused
  Counter over_limit, shed;          ///< of the rejections, where there is a limit or shedding
  Histogram latency;
};

/// What a caller's Hystrix commands and fallbacks did, over all callers.
struct MeshMeasures {
  MeshMeasures() = default;
  explicit MeshMeasures(Recorder& recorder);

  Counter hops, retries, timeouts, late_answers, short_circuited, pool_rejected, fallbacks, stale_answers, cache_reads, cache_hits,
      cache_misses;
  Counter expired;            ///< requests given up because their deadline had passed, where deadlines are propagated
  Counter retries_throttled;  ///< where retries have a budget
  Counter shared_answers;     ///< calls that were answered by an equal one of their request, where calls have cache keys
};

class Service {
 public:
  Service(std::uint16_t index, std::string name, ServiceSpec spec, Recorder& recorder);

  /// Adds an instance in slot `number` of a zone; it takes the place of a dead one.
  Instance& launch(Host& machine, ZoneIndex zone, int number, std::uint64_t serial, Instant now);
  /// The newest instance of a slot, null when it was never filled.
  Instance* slot(ZoneIndex zone, int number) const;
  /// Slots of a zone that have been filled at some time.
  int slots(ZoneIndex zone) const { return zone < slots_.size() ? static_cast<int>(slots_[zone].size()) : 0; }
  const std::deque<Instance>& instances() const { return instances_; }
  std::deque<Instance>& instances() { return instances_; }

  /// Of a cache: which node of a zone's copy an item belongs to.
  const evcache::KetamaRing* ring(ZoneIndex zone) const { return zone < rings_.size() && rings_[zone] ? &*rings_[zone] : nullptr; }
  /// Whether a request needs more than this service's own processor.
  bool has_more_to_do() const { return !callees.empty() || store != nullptr || spec.role != Role::generic; }

  const std::uint16_t index;
  const std::string name;
  const std::uint64_t identity;  ///< of the name alone: other services do not move it, as they do the index
  const ServiceSpec spec;
  std::vector<Service*> callees;      ///< by position in spec.calls
  std::vector<std::size_t> commands;  ///< by position in spec.calls, the first position with the same callee and command key
  Service* cache = nullptr;
  Service* store = nullptr;
  bool tells_utilisation = false;  ///< with each answer, to gateways that choose servers by it

  Duration added_latency{0};  ///< a fault: each request waits this much longer
  Fraction added_errors{0};   ///< a fault: this share of requests fails
  double slowdown = 1;        ///< a fault: each request needs so many times the processor time

  ServiceMeasures measures;

 private:
  void record_admission(Recorder& recorder);
  void record_dashboards(Recorder& recorder);
  double mean_limit() const;
  void build_ring(ZoneIndex zone);
  static Task<> collect_garbage(Instance& instance);

  std::deque<Instance> instances_;
  std::vector<std::optional<evcache::KetamaRing>> rings_;  ///< by zone
  std::vector<std::vector<Instance*>> slots_;              ///< by zone, by number
};

}  // namespace streamtwin::services
