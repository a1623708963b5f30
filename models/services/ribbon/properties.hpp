// Ribbon's client and balancer properties with the defaults of CommonClientConfigKey, LoadBalancerStats and
// ZoneAwareLoadBalancer (Netflix/ribbon 2a55b5d).
#pragma once

#include <array>
#include <limits>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::ribbon {

enum class RuleKind : unsigned char {
  round_robin,
  availability_filtering,
  zone_avoidance,
  best_available,
  weighted_response_time,
  retry,
};

/// What a client keeps of the registry's list.
enum class ListFilterKind : unsigned char { zone_affinity, subset };

struct ZoneAffinityProperties {
  bool affinity = false;
  bool exclusive = false;
  Fraction blackout_max{0.8};
  double load_max = 0.6;
  int available_min = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon ZoneAffinityServerListFilter";
    visit(self.affinity, {.name = "affinity", .doc = "Prefer servers of the own zone", .source = source});
    visit(self.exclusive, {.name = "exclusive", .doc = "Never use another zone", .source = source});
    visit(self.blackout_max,
          {.name = "blackout_max", .doc = "All zones from this share of tripped servers on", .source = source, .min = 0, .max = 1});
    visit(self.load_max,
          {.name = "load_max", .doc = "All zones from this many active requests per server on", .source = source, .min = 0, .max = 1e9});
    visit(self.available_min,
          {.name = "available_min", .doc = "All zones below this many available servers", .source = source, .min = 0, .max = 1e6});
  }
};

struct SubsetProperties {
  int size = 20;
  Fraction force_eliminate{0.1};
  int failure_threshold = 0;
  int connection_threshold = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon ServerListSubsetFilter";
    visit(self.size, {.name = "size", .doc = "Servers kept", .source = source, .min = 1, .max = 1e6});
    visit(self.force_eliminate,
          {.name = "force_eliminate", .doc = "Share replaced at every refresh at least", .source = source, .min = 0, .max = 1});
    visit(
        self.failure_threshold,
        {.name = "failure_threshold", .doc = "More recent failures than this eliminate a server", .source = source, .min = 0, .max = 1e9});
    visit(self.connection_threshold, {.name = "connection_threshold",
                                      .doc = "More active requests than this eliminate a server",
                                      .source = source,
                                      .min = 0,
                                      .max = 1e9});
  }
};

struct BalancerProperties {
  RuleKind rule = RuleKind::availability_filtering;
  bool zone_aware = true;
  double triggering_load = 0.2;
  Fraction triggering_blackout{0.99999};
  int active_connections_limit = std::numeric_limits<int>::max();
  int connection_failure_threshold = 3;
  Duration blackout_factor = 10s;
  Duration blackout_max = 30s;
  Duration active_count_timeout = 600s;
  Duration stats_expiry = 1800s;
  Duration weight_interval = 30s;
  ListFilterKind list_filter = ListFilterKind::zone_affinity;
  ZoneAffinityProperties zone_affinity;
  SubsetProperties subset;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view stats = "Netflix/ribbon LoadBalancerStats";
    visit(self.rule, {.name = "rule", .doc = "How a server is chosen", .source = "Netflix/ribbon CommonClientConfigKey"});
    visit(
        self.zone_aware,
        {.name = "zone_aware", .doc = "Leave out the worst zone under load or failure", .source = "Netflix/ribbon ZoneAwareLoadBalancer"});
    visit(self.triggering_load, {.name = "triggering_load",
                                 .doc = "Active requests per server from which the most loaded zone is left out",
                                 .source = "Netflix/ribbon ZoneAwareLoadBalancer",
                                 .min = 0,
                                 .max = 1e9});
    visit(self.triggering_blackout, {.name = "triggering_blackout",
                                     .doc = "Share of tripped servers from which a zone is left out",
                                     .source = "Netflix/ribbon ZoneAwareLoadBalancer",
                                     .min = 0,
                                     .max = 1});
    visit(self.active_connections_limit, {.name = "active_connections_limit",
                                          .doc = "A server with so many active requests is skipped",
                                          .source = "Netflix/ribbon AvailabilityPredicate",
                                          .min = 1,
                                          .max = 2147483647});
    visit(self.connection_failure_threshold,
          {.name = "connection_failure_threshold", .doc = "Successive failures that trip a server", .source = stats, .min = 1, .max = 1e6});
    visit(self.blackout_factor,
          {.name = "blackout_factor", .doc = "First blackout; doubles with each further failure", .source = stats, .min = 0, .max = 86400});
    visit(self.blackout_max, {.name = "blackout_max", .doc = "Longest blackout", .source = stats, .min = 0, .max = 86400});
    visit(self.active_count_timeout, {.name = "active_count_timeout",
                                      .doc = "Active requests are forgotten after so long without a change",
                                      .source = stats,
                                      .min = 1,
                                      .max = 864000});
    visit(self.stats_expiry, {.name = "stats_expiry",
                              .doc = "Statistics of an unlisted server are dropped after this",
                              .source = stats,
                              .min = 1,
                              .max = 864000});
    visit(self.weight_interval, {.name = "weight_interval",
                                 .doc = "How often response-time weights are recomputed",
                                 .source = "Netflix/ribbon WeightedResponseTimeRule",
                                 .min = 1,
                                 .max = 86400});
    visit(self.list_filter, {.name = "list_filter",
                             .doc = "What is kept of the registry's list at each refresh",
                             .source = "Netflix/ribbon CommonClientConfigKey.NIWSServerListFilterClassName"});
    visit(self.zone_affinity, {.name = "zone_affinity", .doc = "When servers of other zones are left out"});
    visit(self.subset, {.name = "subset", .doc = "How many servers are kept and which are exchanged, with `list_filter: subset`"});
  }
};

struct ClientProperties {
  int max_auto_retries = 0;
  int max_auto_retries_next_server = 1;
  bool ok_to_retry_on_all_operations = false;
  Duration connect_timeout = 2s;
  Duration read_timeout = 5s;
  int max_connections_per_host = 50;
  int max_total_connections = 200;
  Duration idle_eviction = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon CommonClientConfigKey";
    visit(self.max_auto_retries,
          {.name = "max_auto_retries", .doc = "Retries on the same server", .source = source, .min = 0, .max = 1000});
    visit(self.max_auto_retries_next_server,
          {.name = "max_auto_retries_next_server", .doc = "Further choices of a server", .source = source, .min = 0, .max = 1000});
    visit(self.ok_to_retry_on_all_operations,
          {.name = "ok_to_retry_on_all_operations", .doc = "Retry every error of every verb", .source = source});
    visit(self.connect_timeout, {.name = "connect_timeout", .doc = "Time limit of connecting", .source = source, .min = 1e-3, .max = 3600});
    visit(self.read_timeout, {.name = "read_timeout", .doc = "Time limit of the answer", .source = source, .min = 1e-3, .max = 3600});
    visit(self.max_connections_per_host,
          {.name = "max_connections_per_host", .doc = "Connections to one server", .source = source, .min = 1, .max = 1e6});
    visit(self.max_total_connections,
          {.name = "max_total_connections", .doc = "Connections to all servers", .source = source, .min = 1, .max = 1e7});
    visit(self.idle_eviction,
          {.name = "idle_eviction", .doc = "An idle connection is closed after this", .source = source, .min = 0, .max = 86400});
  }
};

}  // namespace streamtwin::ribbon

namespace streamtwin {
template <>
inline constexpr auto enum_names<ribbon::ListFilterKind> = std::to_array<EnumName<ribbon::ListFilterKind>>({
    {ribbon::ListFilterKind::zone_affinity, "zone_affinity", "all servers, or where zone_affinity says so those of the client's own zone"},
    {ribbon::ListFilterKind::subset, "subset", "of those a few at random, of which the worst are exchanged at each refresh"},
});
template <>
inline constexpr auto enum_names<ribbon::RuleKind> = std::to_array<EnumName<ribbon::RuleKind>>({
    {ribbon::RuleKind::round_robin, "round_robin", "each in turn"},
    {ribbon::RuleKind::availability_filtering, "availability_filtering", "each in turn, tripped and full servers skipped"},
    {ribbon::RuleKind::zone_avoidance, "zone_avoidance", "available servers of the zones that are not the worst"},
    {ribbon::RuleKind::best_available, "best_available", "fewest active requests"},
    {ribbon::RuleKind::weighted_response_time, "weighted_response_time", "at random, the faster the likelier"},
    {ribbon::RuleKind::retry, "retry", "round robin, asked again until a server is alive"},
});
}  // namespace streamtwin
