// Zuul's prioritised load shedding, which throttles by the load of the gateway itself and by that of each origin, and
// what it tells the devices whose requests it has shed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/rpc/shedding.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

enum class RequestClass : std::uint8_t { critical, degraded_experience, non_critical };

using rpc::overload;
using rpc::priority_threshold;
using rpc::SheddingProperties;
using rpc::should_shed;

/// The measures of load by which one gateway instance throttles: of itself, and of the origin that a request goes to.
struct GatewayLoad {
  double cpu = 0;               ///< share of its cores that worked
  double in_flight = 0;         ///< requests inside
  double origin_in_flight = 0;  ///< attempts at the origin, over the limit on them
  double origin_errors = 0;     ///< share of the attempts that the origin did not answer
};

/// Sheds as a program says that runs a scenario, for one gateway instance.
class PluggedShedding {
 public:
  virtual ~PluggedShedding() = default;
  /// Whether a request of this priority, 0 (most important) to 100, is let in. `origin`: the service it goes to, empty where that is
  /// not known.
  virtual bool admits(int priority, const GatewayLoad& load, std::string_view origin, Instant now) = 0;
};

/// What Zuul tells the devices whose requests it has shed, by how much those matter.
struct BackOffProperties {
  bool enabled = true;
  int critical_up_to = 20;
  int degraded_up_to = 60;
  int critical_retries = 3;
  Duration critical_window = 10s;
  int degraded_retries = 2;
  Duration degraded_window = 30s;
  int non_critical_retries = 1;
  Duration non_critical_window = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled",
                         .doc = "Whether clients are told, and heed it: their own policy holds, too",
                         .source = "Zuul tells devices how often and over which time to retry, by priority"});
    visit(self.critical_up_to,
          {.name = "critical_up_to", .doc = "Requests up to this priority are critical", .source = assumption, .min = 0, .max = 100});
    visit(self.degraded_up_to, {.name = "degraded_up_to",
                                .doc = "Without further ones up to this priority the experience is degraded; nobody misses the others",
                                .source = assumption,
                                .min = 0,
                                .max = 100});
    visit(self.critical_retries,
          {.name = "critical_retries", .doc = "Retries allowed to a critical request", .source = assumption, .min = 0, .max = 100});
    visit(self.critical_window,
          {.name = "critical_window", .doc = "Time over which those retries are spread", .source = assumption, .min = 0, .max = 86400});
    visit(self.degraded_retries, {.name = "degraded_retries",
                                  .doc = "Retries allowed to one whose absence degrades the experience",
                                  .source = assumption,
                                  .min = 0,
                                  .max = 100});
    visit(self.degraded_window,
          {.name = "degraded_window", .doc = "Time over which those retries are spread", .source = assumption, .min = 0, .max = 86400});
    visit(self.non_critical_retries,
          {.name = "non_critical_retries", .doc = "Retries allowed to one that nobody misses", .source = assumption, .min = 0, .max = 100});
    visit(self.non_critical_window,
          {.name = "non_critical_window", .doc = "Time over which those retries are spread", .source = assumption, .min = 0, .max = 86400});
  }
};

/// What a gateway tells the client of a request that it has shed: how often it may retry, and over which time it must
/// spread that.
struct BackOffDirective {
  int retries_max = 0;
  Duration window{0};
};

constexpr BackOffDirective directive_for(RequestClass request, const BackOffProperties& properties) {
  switch (request) {
    case RequestClass::critical: return {properties.critical_retries, properties.critical_window};
    case RequestClass::degraded_experience: return {properties.degraded_retries, properties.degraded_window};
    case RequestClass::non_critical: break;
  }
  return {properties.non_critical_retries, properties.non_critical_window};
}

constexpr RequestClass class_of(int priority, const BackOffProperties& properties) {
  if (priority <= properties.critical_up_to) return RequestClass::critical;
  return priority <= properties.degraded_up_to ? RequestClass::degraded_experience : RequestClass::non_critical;
}

struct GatewaySheddingSpec {
  SheddingProperties cpu;
  SheddingProperties in_flight{.throttling_threshold = 1000, .capacity = 2000};
  SheddingProperties origin_in_flight;
  SheddingProperties origin_errors{.throttling_threshold = 0.1, .capacity = 0.8};
  BackOffProperties back_off;

  bool any() const { return cpu.enabled || in_flight.enabled || origin_in_flight.enabled || origin_errors.enabled; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cpu, {.name = "cpu", .doc = "By the share of its cores that worked lately, over about a second"});
    visit(self.in_flight, {.name = "in_flight", .doc = "By the number of requests inside one gateway instance"});
    visit(self.origin_in_flight,
          {.name = "origin_in_flight", .doc = "By the attempts in flight to the request's origin, as a share of max_concurrent_requests"});
    visit(self.origin_errors, {.name = "origin_errors",
                               .doc = "By the share of the latest attempts (of about a second) that the request's origin did not answer"});
    visit(self.back_off,
          {.name = "back_off",
           .doc = "What a client is told whose request was shed: how often it may retry, and over which time it spreads that"});
  }
};

constexpr bool should_shed(int priority, const GatewayLoad& load, const GatewaySheddingSpec& spec) {
  const auto of = [](const SheddingProperties& properties, double measure) {
    return properties.enabled ? overload(measure, properties) : 0.0;
  };
  return should_shed(priority, of(spec.cpu, load.cpu), of(spec.in_flight, load.in_flight), of(spec.origin_in_flight, load.origin_in_flight),
                     of(spec.origin_errors, load.origin_errors));
}

}  // namespace streamtwin::zuul

namespace streamtwin {
template <>
inline constexpr auto enum_names<zuul::RequestClass> = std::to_array<EnumName<zuul::RequestClass>>({
    {zuul::RequestClass::critical, "critical", "without it nothing plays"},
    {zuul::RequestClass::degraded_experience, "degraded_experience", "without it the experience suffers"},
    {zuul::RequestClass::non_critical, "non_critical", "nobody notices: logs, prefetch"},
});
}  // namespace streamtwin
