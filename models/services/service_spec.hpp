// A microservice as a scenario describes it: how many instances, what a request costs, whom it calls and where its
// data live; or that it is a gateway, a cache or a store. The composition turns each into a services::Service with running
// instances.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/cache/evcache/eviction.hpp"
#include "models/cache/evcache/replicas.hpp"
#include "models/cache/evcache/request.hpp"
#include "models/cache/evcache/warmer_spec.hpp"
#include "models/cloud/auto_scaling/scaling_spec.hpp"
#include "models/cloud/ec2/instance_types.hpp"
#include "models/places/region_spec.hpp"
#include "models/places/zone_name.hpp"
#include "models/rpc/instance_spec.hpp"
#include "models/services/call_spec.hpp"
#include "models/stores/store_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/math.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

using rpc::AdmissionSpec;
using rpc::Cost;
using rpc::CostShape;
using rpc::ExecutionModel;
using rpc::ExecutionSpec;
using rpc::GarbageCollectionSpec;
using rpc::InstanceSpec;
using rpc::LimitKind;
using rpc::SheddingProperties;
using rpc::WarmUpSpec;

/// What a service does besides its work, its calls and its data.
enum class Role { generic, playback_apps, steering };

/// Data that a service owns: read through a cache, kept in a store.
struct DataSpec {
  std::string cache;
  std::string store;
  bool keyed_by_title = false;
  Duration time_to_live = 900s;
  Duration kept_stale = 24h;
  Bytes item{1000};
  Fraction writes{0.02};
  Fraction transactions{0};
  int items = 1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cache, {.name = "cache", .doc = "EVCache cluster that answers first", .names = "service"});
    visit(self.store, {.name = "store", .doc = "Store that owns the data", .names = "service"});
    visit(self.keyed_by_title, {.name = "keyed_by_title", .doc = "The key is the title, not the member"});
    visit(self.time_to_live, {.name = "time_to_live",
                              .doc = "Time to live of a cached item",
                              .source = "Netflix/EVCache EVCache.Builder: 900 s",
                              .min = 1,
                              .max = 1e8});
    visit(
        self.kept_stale,
        {.name = "kept_stale", .doc = "How much longer an item stays readable for fallbacks", .source = assumption, .min = 0, .max = 1e8});
    visit(self.item, {.name = "item", .doc = "Size of one item's value", .source = assumption, .min = 1, .max = 20e6});
    visit(self.writes, {.name = "writes", .doc = "Share of requests that also write their item", .source = assumption, .min = 0, .max = 1});
    visit(self.transactions, {.name = "transactions",
                              .doc = "Share of these that write only if nobody else has since they have read: `IF` in CQL, of which more "
                                     "than half of the replicas agree",
                              .source = assumption,
                              .min = 0,
                              .max = 1});
    visit(self.items, {.name = "items",
                       .doc = "Items that a request reads, all of its subject; of several the cache is asked in bulk, each node once for "
                              "those that it has, and the store for those that are missing. A write is of one of them",
                       .source = assumption,
                       .min = 1,
                       .max = evcache::items_max});
  }
};

/// A service that a gateway proxies to.
struct GatewayOriginSpec {
  std::string service;
  std::optional<int> priority;
  ribbon::BalancerProperties balancer;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service, {.name = "service", .doc = "The service that is asked", .required = true, .names = "service"});
    visit(self.priority, {.name = "priority",
                          .doc = "How much its requests matter, from 0, the most important, to 100; as much as they say if absent",
                          .min = 0,
                          .max = rpc::priority_lowest});
    visit(self.balancer, {.name = "balancer", .doc = "The Ribbon balancer of each gateway instance"});
  }
};

/// Runs the filters and proxies to its origins, as `edge` says.
struct GatewaySpec {
  std::vector<GatewayOriginSpec> origins;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.origins, {.name = "origins",
                         .doc = "The services that it proxies to; plays and requests without a path of their own go to the first",
                         .min = 1,
                         .required = true});
  }
};

/// What a run drives of an EVCache client; how long an item lives is said where the data are.
using DrivenCacheClient = Without<evcache::CacheProperties, "time_to_live">;

/// An EVCache cluster: one full copy in each zone.
struct CacheSpec : DrivenCacheClient {
  using Origin = CacheSpec;  ///< a class of its own in Python

  Bytes memory{4e9};
  evcache::Eviction eviction = evcache::Eviction::memcached;
  std::optional<evcache::WarmerSpec> warmer;
  std::vector<std::string> write_only;
  bool begins_empty = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.memory, {.name = "memory", .doc = "Memory of one instance", .source = assumption, .min = 1e3, .max = 1e13});
    visit(
        self.eviction,
        {.name = "eviction",
         .doc = "What keeps its items: memcached's own memory, where an item takes a chunk of its class and 59 bytes beside key and value, "
                "or a policy in its place, which counts keys and values alone",
         .source = "memcached/memcached items.c, slabs.c"});
    visit(self.warmer,
          {.name = "warmer",
           .doc = "Fills a zone's copy, or an instance, that starts empty from another zone's; a copy is not read before it is full",
           .source = "Netflix Technology Blog 2018, Cache warming: Agility for a stateful service"});
    visit(self.write_only, {.name = "write_only",
                            .doc = "Zones whose copy is written and not read, as one that is being filled",
                            .source = "Netflix/EVCache EVCacheClientPool.writeOnly"});
    visit(self.begins_empty,
          {.name = "begins_empty",
           .doc = "Whether a run finds nothing in it, as after a flush; otherwise what the load with which the run begins "
                  "would have left there",
           .source = assumption});
    DrivenCacheClient::describe(self, visit);
  }
};

/// What carries a service's instances.
enum class RunsOn { ec2, titus };

struct ServiceSpec : rpc::InstanceSpec {
  Role role = Role::generic;
  int instances_per_zone = 2;
  std::map<std::string, int> instances;  ///< in each zone of a region, or in a zone
  RunsOn runs_on = RunsOn::ec2;
  std::string instance_type;
  std::optional<auto_scaling::ScalingSpec> scaling;
  std::vector<CallSpec> calls;
  std::optional<DataSpec> data;
  std::optional<GatewaySpec> gateway;
  std::optional<CacheSpec> cache;
  std::optional<stores::StoreSpec> store;
  Duration boot_time = 90s;
  Bytes image{500e6};

  std::span<const GatewayOriginSpec> origins() const {
    return gateway ? std::span<const GatewayOriginSpec>(gateway->origins) : std::span<const GatewayOriginSpec>{};
  }

  int instances_in(const std::string& region, const std::string& zone) const {
    for (const std::string& place : {zone, region}) {
      if (const auto said = instances.find(place); said != instances.end()) return said->second;
    }
    return instances_per_zone;
  }
  int instances_in(const places::RegionSpec& region) const {
    int all = 0;
    for (int z = 0; z < region.zones; ++z) all += instances_in(region.name, places::name_of_zone(region.name, z));
    return all;
  }

  void check(Checker& checker) const {
    const int kinds = (role != Role::generic) + gateway.has_value() + cache.has_value() + store.has_value();
    checker.require(kinds <= 1, "", "a service is one thing: a `gateway`, a `cache`, a `store`, or what its `role` says");
    for (const auto& [is_kind, kind] : {std::pair(cache.has_value(), "cache"), std::pair(store.has_value(), "store")}) {
      const std::string answers = std::string("a ") + kind + " answers by itself: leave ";
      checker.require(!is_kind || calls.empty(), "calls", answers + "the calls out, or `" + kind + "`");
      checker.require(!is_kind || !data, "data", answers + "the data out, or `" + kind + "`");
      checker.require(!is_kind || !scaling, "scaling",
                      std::string("instances of a ") + kind + " hold data, which an auto scaling group would throw away: leave it out");
    }
    if (!instance_type.empty()) check_instance_type(checker);
    if (runs_on == RunsOn::titus) check_in_containers(checker);
    checker.require(!gateway || calls.empty(), "calls", "a gateway sends each request to one of its `gateway.origins`: name them there");
    checker.require(!gateway || !data, "data", "a gateway has no data: give them to one of its origins");
  }

  void check_instance_type(Checker& checker) const {
    const ec2::InstanceType* const type = ec2::instance_type(instance_type);
    if (type == nullptr) return checker.one_of("instance_type", instance_type, "instance type", ec2::instance_type_names());
    checker.require(cores == type->vcpus || cores == InstanceSpec{}.cores, "cores",
                    "the `instance_type` says how many cores there are: leave this out, or that");
    checker.require(!cache || cache->memory <= type->memory, "cache", "the `memory` is more than a machine of the `instance_type` has");
  }
  void check_in_containers(Checker& checker) const {
    checker.require(instance_type.empty(), "instance_type",
                    "its containers run on Titus's agents, whose groups say their types: leave this out");
    for (const auto& [is_kind, kind] :
         {std::pair(cache.has_value(), "cache"), std::pair(store.has_value(), "store"), std::pair(gateway.has_value(), "gateway")}) {
      checker.require(!is_kind, "runs_on", std::string("a ") + kind + " runs on machines of its own: leave this out");
    }
    if (!scaling) return;
    checker.require(!scaling->warm_pool, "scaling.warm_pool",
                    "only groups of EC2 have warm pools, and its containers run on Titus: leave this out");
    checker.require(scaling->termination == auto_scaling::Termination::standard, "scaling.termination",
                    "Titus chooses which of its containers end: leave this out");
  }
  /// The cores of its machines follow from their type, where that is said.
  void complete() {
    if (const ec2::InstanceType* const type = ec2::instance_type(instance_type)) cores = type->vcpus;
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.role, {.name = "role", .doc = "What the service does besides its work, its calls and its data"});
    visit(self.instances_per_zone, {.name = "instances_per_zone",
                                    .doc = "Instances in each zone of each region, when the run begins",
                                    .source = assumption,
                                    .min = 1,
                                    .max = 10000});
    visit(self.instances, {.name = "instances",
                           .doc = "Where there are others: instances in each zone of the region, or in the zone, of that name",
                           .min = 1,
                           .max = 10000});
    visit(self.runs_on, {.name = "runs_on",
                         .doc = "What carries its instances. `titus`: containers of the service job of the same name, which a stack in "
                                "each region has",
                         .source = "Netflix's services ran on machines of EC2 first, and on Titus from 2016 on: assumption"});
    visit(self.instance_type,
          {.name = "instance_type",
           .doc = "EC2 type of its machines, such as `m5.xlarge`: says how many `cores` they have, a vCPU each, and what "
                  "they cost"});
    visit(self.scaling,
          {.name = "scaling",
           .doc = "Makes its instances in each region an auto scaling group over the zones, in place of a group of fixed size "
                  "in each zone"});
    InstanceSpec::describe(self, visit);
    visit(self.calls, {.name = "calls", .doc = "Downstream calls of one request"});
    visit(self.data, {.name = "data", .doc = "Data that the service owns"});
    visit(self.gateway, {.name = "gateway", .doc = "Makes it a gateway: it runs the filters of `edge` and proxies to its origins"});
    visit(self.cache, {.name = "cache", .doc = "Makes it an EVCache cluster, one full copy in each zone, that its clients use so"});
    visit(self.store, {.name = "store", .doc = "Makes it a store that owns data, replicated over the zones of each region"});
    visit(self.boot_time, {.name = "boot_time",
                           .doc = "Processor time from an empty machine, or from the start of its container, to a serving instance",
                           .source = "redeploying takes 5-15 minutes, an image of a small service boots faster: assumption",
                           .min = 0.1,
                           .max = 7200});
    visit(self.image,
          {.name = "image", .doc = "Size of the machine image or container image", .source = assumption, .min = 1e3, .max = 1e12});
  }
};

/// The calls that instances make: of a gateway, to each of its origins one.
inline std::vector<CallSpec> calls_of(const ServiceSpec& spec) {
  std::vector<CallSpec> calls = spec.calls;
  for (const GatewayOriginSpec& origin : spec.origins()) {
    CallSpec& call = calls.emplace_back();
    call.service = origin.service;
    call.priority = origin.priority;
    call.balancer = origin.balancer;
  }
  return calls;
}

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::RunsOn> = std::to_array<EnumName<services::RunsOn>>({
    {services::RunsOn::ec2, "ec2", "machines of their own"},
    {services::RunsOn::titus, "titus", "containers on agents of Titus"},
});
template <>
inline constexpr auto enum_names<services::Role> = std::to_array<EnumName<services::Role>>({
    {services::Role::generic, "generic", "work, downstream calls and data only"},
    {services::Role::playback_apps, "playback_apps", "checks plan, country and licence; may refuse"},
    {services::Role::steering, "steering", "ranks the appliances for a client and a title"},
});
}  // namespace streamtwin
