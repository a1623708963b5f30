// A microservice as a scenario describes it: how many instances, what a request costs, whom it calls and where its
// data live. The composition turns each into a services::Service with running instances.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/evcache/replicas.hpp"
#include "models/rpc/http_request.hpp"
#include "models/rpc/instance_spec.hpp"
#include "models/services/client_spec.hpp"
#include "models/services/hystrix/properties.hpp"
#include "models/services/ribbon/properties.hpp"
#include "models/stores/cassandra/quorum_spec.hpp"
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
using rpc::Method;
using rpc::SheddingProperties;
using rpc::WarmUpSpec;

/// What a service does besides its work and its calls.
enum class Role { generic, gateway, playback_apps, steering, cache, store };

/// What the caller's Hystrix command answers when the call fails.
enum class Fallback { none, stale_cache, fixed_answer };

struct CallSpec {
  std::string service;
  int stage = 0;
  Fraction probability{1};
  Fallback fallback = Fallback::none;
  std::optional<int> priority;
  std::optional<Method> method;
  std::string command_key;
  std::string cache_key;
  bool dashboard = false;
  hystrix::CommandProperties command;
  hystrix::ThreadPoolProperties pool;
  ribbon::BalancerProperties balancer;
  ClientSpec client;

  /// Whether calls of a request that ask for the same share an answer.
  bool shares_answers() const { return !cache_key.empty() && command.request_cache_enabled; }
  /// Whether another call of the same service is made under the same Hystrix command.
  bool shares_command(const CallSpec& other) const { return service == other.service && command_key == other.command_key; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service, {.name = "service", .doc = "The service that is called", .required = true, .names = "service"});
    visit(self.stage, {.name = "stage",
                       .doc = "Calls of one stage run in parallel; stages run one after the other",
                       .source = "all at once, as independent calls of one handler are: assumption",
                       .min = 0,
                       .max = 100});
    visit(self.probability,
          {.name = "probability", .doc = "Share of requests that make this call", .source = assumption, .min = 0, .max = 1});
    visit(self.fallback, {.name = "fallback", .doc = "What the caller answers when the call fails", .source = assumption});
    visit(
        self.priority,
        {.name = "priority",
         .doc =
             "How much the call and all that it leads to matter, from 0, the most important, to 100; as much as the request that makes it if absent",
         .min = 0,
         .max = rpc::priority_min});
    visit(self.method,
          {.name = "method",
           .doc = "Of the call's requests: what may be tried again depends on it; that of the request that makes it if absent"});
    visit(self.command_key,
          {.name = "command_key",
           .doc = "Calls of a service to the same callee with the same key share their Hystrix command, its thread pool and "
                  "the Ribbon client, and must say the same of them",
           .source = "Netflix/Hystrix HystrixCommandKey; one key for each callee: assumption"});
    visit(self.cache_key,
          {.name = "cache_key",
           .doc = "Calls of one request under the same command with the same key share the answer of the first; none if absent",
           .source = "Netflix/Hystrix HystrixCommand.getCacheKey"});
    visit(
        self.dashboard,
        {.name = "dashboard",
         .doc = "Whether the series have what Hystrix's dashboard shows of the command: requests per second and the share of errors of the "
                "last 10 s, median and 99th percentile of the last minute's latencies, averaged over the calling instances as Turbine does",
         .source = "Netflix/Hystrix HystrixCommandMetrics; that nobody looks is an assumption"});
    visit(self.command, {.name = "command", .doc = "The Hystrix command around the call, one per calling instance"});
    visit(self.pool, {.name = "pool", .doc = "The thread pool of that command"});
    visit(self.balancer, {.name = "balancer", .doc = "The Ribbon balancer of each calling instance"});
    visit(self.client,
          {.name = "client", .doc = "The client that makes the call: time-outs and retries of its own, within the command's time-out"});
  }
};

/// Data that a service owns: read through a cache, kept in a store.
struct DataSpec {
  std::string cache;
  std::string store;
  bool keyed_by_title = false;
  Duration time_to_live = 900s;
  Duration kept_stale = 24h;
  Bytes item{1000};
  Fraction writes{0.02};

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
    visit(self.item, {.name = "item", .doc = "Size of one item", .source = assumption, .min = 1, .max = 20e6});
    visit(self.writes, {.name = "writes", .doc = "Share of requests that also write their item", .source = assumption, .min = 0, .max = 1});
  }
};

/// What a run drives of an EVCache client: connections and their queues are not modelled; how long an item lives is said where
/// the data are.
using DrivenCacheClient = Without<evcache::CacheProperties, "time_to_live", "read_queue", "write_queue", "pool_size">;

struct ServiceSpec : rpc::InstanceSpec {
  Role role = Role::generic;
  int instances_per_zone = 2;
  std::vector<CallSpec> calls;
  std::optional<DataSpec> data;
  stores::QuorumSpec quorum;
  Bytes cache_memory{4e9};
  DrivenCacheClient cache;
  Duration boot_time = 90s;
  Bytes image{500e6};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.role, {.name = "role", .doc = "What the service does besides its work and its calls"});
    visit(self.instances_per_zone,
          {.name = "instances_per_zone", .doc = "Instances in each zone of each region", .source = assumption, .min = 1, .max = 10000});
    InstanceSpec::describe(self, visit);
    visit(self.calls, {.name = "calls", .doc = "Downstream calls of one request"});
    visit(self.data, {.name = "data", .doc = "Data that the service owns"});
    visit(self.quorum, {.name = "quorum", .doc = "Replication of a store"});
    visit(self.cache_memory,
          {.name = "cache_memory", .doc = "Memory of one instance of a cache", .source = assumption, .min = 1e3, .max = 1e13});
    visit(self.cache, {.name = "cache", .doc = "How clients use this cache"});
    visit(self.boot_time, {.name = "boot_time",
                           .doc = "Processor time from an empty machine to a serving instance",
                           .source = "redeploying takes 5-15 minutes, an image of a small service boots faster: assumption",
                           .min = 0.1,
                           .max = 7200});
    visit(self.image,
          {.name = "image", .doc = "Size of the machine image or container image", .source = assumption, .min = 1e3, .max = 1e12});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Role> = std::to_array<EnumName<services::Role>>({
    {services::Role::generic, "generic", "work and downstream calls only"},
    {services::Role::gateway, "gateway", "runs the filters and proxies to the API it calls first"},
    {services::Role::playback_apps, "playback_apps", "checks plan, country and licence; may refuse"},
    {services::Role::steering, "steering", "ranks the appliances for a client and a title"},
    {services::Role::cache, "cache", "an EVCache cluster: one full copy in each zone"},
    {services::Role::store, "store", "a store that owns data, replicated over zones and regions"},
});
template <>
inline constexpr auto enum_names<services::Fallback> = std::to_array<EnumName<services::Fallback>>({
    {services::Fallback::none, "none", "the failure goes up to the caller"},
    {services::Fallback::stale_cache, "stale_cache", "the newest cached answer, however old"},
    {services::Fallback::fixed_answer, "fixed_answer", "a fixed, unpersonalised answer"},
});
}  // namespace streamtwin
