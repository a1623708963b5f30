// Keys that a service's role would leave without effect are refused with what to write instead, as long as they say
// anything else than their defaults do.
#include "scenarios/scenario/roles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/language/canonical.hpp"

namespace streamtwin {
namespace {

using services::Role;

/// The fields of a struct, and of those inside it, that do not have the values of a standard.
void fields_that_differ(const language::Type& type, const void* value, const void* standard, const std::string& path,
                        std::vector<std::string>& found) {
  if (type.kind != language::Type::Kind::structure) {
    if (language::canonical_scalar(type, value) != language::canonical_scalar(type, standard)) found.push_back(path);
    return;
  }
  for (const language::Member& member : type.members) {
    fields_that_differ(member.type(), static_cast<const char*>(value) + member.offset, static_cast<const char*>(standard) + member.offset,
                       path + "." + std::string{member.field.name}, found);
  }
}

struct GatewayRefusal {
  std::string_view key, message;
};
constexpr GatewayRefusal gateway_refusals[] = {
    {".stage", "a gateway sends each request to one of its calls: there are no stages"},
    {".probability", "a gateway sends each request to the call that it is for: nothing is left to chance"},
    {".cache_key", "a gateway sends each request to one of its calls: no other asks for the same"},
    {".dashboard", "a gateway calls its origins under `edge.origin`, not under a Hystrix command: `zuul.latency` and its kin show them"},
    {".fallback", "a gateway has no fallbacks: what its origin does not answer is an error to the client"},
    {".command.timeout",
     "a gateway calls its origins under `edge.origin`, not under a Hystrix command: `edge.origin.read_timeout` bounds each attempt"},
    {".command",
     "a gateway calls its origins under `edge.origin`, not under a Hystrix command: `edge.origin.max_concurrent_requests` and "
     "`edge.connections` protect them"},
    {".pool",
     "a gateway calls its origins from event loops, not from a Hystrix thread pool: `edge.origin.max_concurrent_requests` and "
     "`edge.connections` bound what is in flight"},
    {".method", "a gateway passes on the method of each request: write it at the workload, `load.<name>.method`"},
    {".client.read_timeout", "a gateway calls its origins with Zuul's client, not with this one: set `edge.origin.read_timeout`"},
    {".client.connect_timeout", "a gateway calls its origins with Zuul's client, not with this one: set `edge.origin.connect_timeout`"},
    {".client.retry_throttle", "a gateway has no budget for retries: set `edge.origin.max_retries`"},
    {".client", "a gateway calls its origins with Zuul's client, not with this one: set `edge.origin.max_retries`"},
};

void check_gateway_call(const services::CallSpec& call, const std::string& at, Checker& checker) {
  static const services::CallSpec standard;
  std::vector<std::string> differing;
  fields_that_differ(language::type_of<services::CallSpec>(), &call, &standard, "", differing);
  for (const std::string& path : differing) {
    const auto refusal = std::find_if(std::begin(gateway_refusals), std::end(gateway_refusals),
                                      [&](const GatewayRefusal& r) { return path.starts_with(r.key); });
    if (refusal != std::end(gateway_refusals)) checker.error(at + path, refusal->message);
  }
}

void check_fallback(const Scenario& scenario, const services::CallSpec& call, const std::string& at, Checker& checker) {
  const auto callee = scenario.services.find(call.service);
  if (call.fallback != services::Fallback::stale_cache || callee == scenario.services.end()) return;
  const bool has_cache = callee->second.data && !callee->second.data->cache.empty();
  checker.require(has_cache, at + ".fallback",
                  fmt::format("`stale_cache` answers from the callee's cache, and {} has none: give it `data` with a `cache`, or write "
                              "`fixed_answer`",
                              call.service));
}

}  // namespace

void check_roles(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, service] : scenario.services) {
    if ((service.role == Role::cache || service.role == Role::store) && !service.calls.empty()) {
      checker.error(fmt::format("services.{}.calls", name),
                    fmt::format("a {0} answers by itself and calls nobody: leave the calls out, or the role `{0}`",
                                service.role == Role::cache ? "cache" : "store"));
      continue;
    }
    for (std::size_t i = 0; i < service.calls.size(); ++i) {
      const std::string at = fmt::format("services.{}.calls[{}]", name, i);
      if (service.role == Role::gateway) {
        check_gateway_call(service.calls[i], at, checker);
      } else {
        check_fallback(scenario, service.calls[i], at, checker);
      }
    }
  }
}

}  // namespace streamtwin
