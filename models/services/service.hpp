// A microservice as the scenario describes it: whom it calls, where its data lie, and of a cache, which node has what. What its
// callers find is rpc::Service.
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/evcache/absence.hpp"
#include "models/cache/evcache/access.hpp"
#include "models/cache/evcache/cluster.hpp"
#include "models/rpc/service.hpp"
#include "models/services/caller.hpp"
#include "models/services/service_spec.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::services {

using rpc::Envelope;
using rpc::Reply;
using rpc::ServiceMeasures;

/// What callers did against callees that failed, over all callers; counted where a scenario asks for any of it.
struct DefenceMeasures {
  DefenceMeasures() = default;
  explicit DefenceMeasures(Recorder& recorder);

  /// At a sweep of a caller's.
  void look_at(const outlier::OutlierDetector& detector) {
    servers_seen.add(static_cast<std::uint64_t>(detector.hosts()));
    ejected_seen.add(static_cast<std::uint64_t>(detector.ejected()));
  }

  Counter ejections, servers_seen, ejected_seen, held_back;
  Counter hedges, hedges_won;  ///< further tries beside one that was under way, and those that were the first with a good answer
  Counter hedges_spare;        ///< answers, good or bad, to calls that were over
  Counter hedges_taken_back;   ///< tries of such calls that were cancelled
};

/// What fills caches that start empty did; counted where a scenario has that.
struct WarmerMeasures {
  WarmerMeasures() = default;
  explicit WarmerMeasures(Recorder& recorder);

  Counter items;   ///< that were added
  Histogram time;  ///< of a copy or a node, until it was full
};

/// What a caller's Hystrix commands and fallbacks did, over all callers.
struct MeshMeasures {
  MeshMeasures() = default;
  explicit MeshMeasures(Recorder& recorder);

  Counter hops, retries, timeouts, late_answers, short_circuited, pool_rejected, fallbacks, stale_answers, cache_reads, cache_hits,
      cache_misses, cache_other_copies, calls_to_dead;
  std::array<Counter, evcache::absences> cache_missed_when;  ///< by evcache::Absence
  evcache::ClientMeasures cache_client;
  evcache::StaleMeasures cache_stale;  ///< as the ledger has them
  Histogram dead_for;                  ///< of those calls: since the instance has died
  Counter expired;                     ///< requests given up because their deadline had passed, where deadlines are propagated
  Counter retries_throttled;           ///< where retries have a budget
  DefenceMeasures defences;
  WarmerMeasures warmers;
  Counter injection_marks;  ///< requests that a gateway has marked, where failures are injected
  Counter injected_calls;   ///< calls of such requests that were delayed or failed
  Counter shared_answers;   ///< calls that were answered by an equal one of their request, where calls have cache keys
};

class Service : public rpc::Service {
 public:
  Service(std::uint16_t index, std::string name, ServiceSpec spec, Recorder& recorder);

  /// One of its instances serves from now on. Of a cache: it has its part of the zone's copy.
  void take_in(const Instance& instance);

  const ServiceSpec spec;
  /// The position of a call at which a request asks that takes a route.
  std::size_t position_on(std::uint16_t route, std::size_t position) const { return route == 0 ? position : detour_on(route, position); }
  /// On a route the calls to `usual` go to `instead`. Before any instance is launched.
  void add_detours(std::uint16_t route, const Service& usual, Service& instead);
  /// How many of its calls requests make: the others are detours.
  std::size_t calls_without_detours() const { return own_calls_; }

  std::vector<CallSpec> calls;        ///< those that its instances make; of a gateway, to its origins
  std::vector<Service*> callees;      ///< by position in `calls`
  std::vector<CallRules> call_rules;  ///< by position in `calls`
  std::vector<std::size_t> commands;  ///< by position in `calls`, the first position with the same callee and command key
  /// By position in `calls`, of commands with a dashboard: how often their circuits opened or closed on any instance.
  mutable std::vector<Counter> circuit_changes;
  /// What the names of a dashboard's series begin with.
  std::string dashboard_of(std::size_t position) const;
  const Plug<ribbon::PluggedRule>* balancer_rule = nullptr;  ///< of its clients that are made from now on
  std::optional<evcache::Cluster> cluster;                   ///< of a cache: its nodes as clients find them
  Instant circuit_noticed{Duration{-HUGE_VAL}};              ///< when a caller last said that its circuit is open
  const Service* original = nullptr;                         ///< of a clone: whose data it has
  Service* cache = nullptr;
  Service* store = nullptr;

 private:
  std::size_t detour_on(std::uint16_t route, std::size_t position) const;
  void record_dashboards(Recorder& recorder);

  struct Detour {
    std::uint16_t route;
    std::size_t position, instead;
  };
  std::vector<Detour> detours_;
  const std::size_t own_calls_;
};

/// Instances of a mesh belong to services of its own.
inline Service& service_of(const Instance& instance) { return static_cast<Service&>(instance.service); }

}  // namespace streamtwin::services
