// A downstream call as a scenario describes it: whom, when and how often, under which command, by which client.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "models/rpc/http_request.hpp"
#include "models/rpc/status.hpp"
#include "models/services/client_spec.hpp"
#include "models/services/hystrix/properties.hpp"
#include "models/services/ribbon/properties.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

using rpc::Method;

/// What the caller's Hystrix command answers when the call fails.
enum class Fallback { none, stale_cache, fixed_answer };

struct CallSpec {
  std::string service;
  int stage = 0;
  Fraction probability{1};
  bool on_miss = false;
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
    visit(
        self.on_miss,
        {.name = "on_miss",
         .doc = "Only requests make it whose item the cache of the service's `data` does not have; when they are answered the item is put "
                "there. For data without a store: the callee has them",
         .source = "all make it"});
    visit(self.fallback, {.name = "fallback", .doc = "What the caller answers when the call fails", .source = assumption});
    visit(
        self.priority,
        {.name = "priority",
         .doc =
             "How much the call and all that it leads to matter, from 0, the most important, to 100; as much as the request that makes it if absent",
         .min = 0,
         .max = rpc::priority_lowest});
    visit(self.method,
          {.name = "method",
           .doc = "Method of the call's requests: what may be tried again depends on it; that of the request that makes it if absent"});
    visit(self.command_key,
          {.name = "command_key",
           .doc = "Calls of a service to the same callee with the same key share their Hystrix command, its thread pool and "
                  "the Ribbon client, and must say the same of them",
           .source = "Netflix/Hystrix HystrixCommandKey; one key for each callee: assumption"});
    visit(self.cache_key,
          {.name = "cache_key",
           .doc = "Calls of one request under the same command with the same key share the answer of the first; none if absent",
           .source = "Netflix/Hystrix HystrixCommand.getCacheKey"});
    visit(self.dashboard,
          {.name = "dashboard",
           .doc =
               "Whether the series, the report's table of commands and the spans of traces have what Hystrix's dashboard shows of the "
               "command: requests per second and the share of errors of the last 10 s, whether its circuit is open, and the 50th, 90th, "
               "99th and 99.5th percentile of the last minute's latencies; in series and table over the calling instances, as Turbine does",
           .source = "Netflix/Hystrix HystrixCommandMetrics; that nobody looks is an assumption"});
    visit(self.command, {.name = "command", .doc = "The Hystrix command around the call, one per calling instance"});
    visit(self.pool, {.name = "pool", .doc = "The thread pool of that command"});
    visit(self.balancer, {.name = "balancer", .doc = "The Ribbon balancer of each calling instance"});
    visit(self.client,
          {.name = "client", .doc = "The client that makes the call: time-outs and retries of its own, within the command's time-out"});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Fallback> = std::to_array<EnumName<services::Fallback>>({
    {services::Fallback::none, "none", "the failure goes up to the caller"},
    {services::Fallback::stale_cache, "stale_cache", "the newest cached answer, however old"},
    {services::Fallback::fixed_answer, "fixed_answer", "a fixed, unpersonalised answer"},
});
}  // namespace streamtwin
