// Prioritised load shedding at the edge: every request carries a score from 1 (most important) to 100; as a measure
// of load rises from where throttling begins to what can be borne, the score above which requests are shed falls along
// a cubic. Published points: 35 % mid-90s, 80 % about 50, 95 % about 10; 100 * (1 - x^3) gives 95.7, 48.8, 14.3.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

enum class RequestClass : std::uint8_t { critical, degraded_experience, non_critical };

struct SheddingProperties {
  bool enabled = false;
  double throttling_threshold = 0.7;
  double capacity = 1.0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled", .doc = "Whether requests are shed by priority", .source = assumption});
    visit(self.throttling_threshold, {.name = "throttling_threshold", .doc = "Load from which the least important are shed",
                                      .source = assumption, .min = 0, .max = 1e9});
    visit(self.capacity, {.name = "capacity", .doc = "Load at which everything is shed", .source = assumption, .min = 0, .max = 1e9});
  }
};

/// 0 below the threshold, 1 at the capacity.
constexpr double overload(double load, const SheddingProperties& properties) {
  const double span = properties.capacity - properties.throttling_threshold;
  if (span <= 0) return load >= properties.capacity ? 1 : 0;
  return std::clamp((load - properties.throttling_threshold) / span, 0.0, 1.0);
}

constexpr double priority_threshold(double overload) { return 100 * (1 - overload * overload * overload); }

/// Several measures may throttle at once (CPU, requests in flight, connections, an origin's errors): the worst counts.
template <class... Overloads>
constexpr bool should_shed(int score, Overloads... overloads) {
  return score > priority_threshold(std::max({overloads...}));
}

/// What Zuul tells a device that was shed: how often it may retry and over which time it must spread that.
struct BackOffDirective {
  int retries_most;
  Duration window;
};

struct BackOffProperties {
  int critical_retries = 3;
  Duration critical_window = 10s;
  int degraded_retries = 2;
  Duration degraded_window = 30s;
  int non_critical_retries = 1;
  Duration non_critical_window = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.critical_retries, {.name = "critical_retries", .doc = "Retries allowed to a critical request", .source = assumption, .min = 0, .max = 100});
    visit(self.critical_window, {.name = "critical_window", .doc = "Over which they are spread", .source = assumption, .min = 0, .max = 86400});
    visit(self.degraded_retries, {.name = "degraded_retries", .doc = "Retries allowed to one whose absence degrades the experience", .source = assumption, .min = 0, .max = 100});
    visit(self.degraded_window, {.name = "degraded_window", .doc = "Over which they are spread", .source = assumption, .min = 0, .max = 86400});
    visit(self.non_critical_retries, {.name = "non_critical_retries", .doc = "Retries allowed to one that nobody misses", .source = assumption, .min = 0, .max = 100});
    visit(self.non_critical_window, {.name = "non_critical_window", .doc = "Over which they are spread", .source = assumption, .min = 0, .max = 86400});
  }
};

constexpr BackOffDirective directive_for(RequestClass request, const BackOffProperties& properties) {
  switch (request) {
    case RequestClass::critical: return {properties.critical_retries, properties.critical_window};
    case RequestClass::degraded_experience: return {properties.degraded_retries, properties.degraded_window};
    case RequestClass::non_critical: break;
  }
  return {properties.non_critical_retries, properties.non_critical_window};
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
