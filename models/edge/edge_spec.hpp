// The edge of a region as a scenario describes it.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/edge/dns/geo_dns.hpp"
#include "models/edge/elb/classic.hpp"
#include "models/edge/elb/node_dns.hpp"
#include "models/edge/elb/target_group.hpp"
#include "models/edge/zuul/authentication.hpp"
#include "models/edge/zuul/filters.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/edge/zuul/properties.hpp"
#include "models/edge/zuul/routing.hpp"
#include "models/edge/zuul/server_choice.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::edge {

/// What a run drives of the connection pool. An instance has an event loop for each of its cores; how long it tries to
/// connect is said of the origin.
using DrivenConnections = Without<zuul::ConnectionPoolProperties, "event_loops", "connect_timeout">;

/// What a run drives of a target group: one that is taken out serves as long as its fleet lets it drain.
using DrivenTargetGroup = Without<elb::TargetGroupProperties, "deregistration_delay">;

enum class BalancerKind : unsigned char { classic, application };

struct EdgeSpec {
  std::string gateway = "zuul";
  BalancerKind balancer = BalancerKind::classic;
  DrivenTargetGroup target_group;
  elb::ClassicProperties elb = cross_zone_balancer();
  elb::NodeDnsProperties dns;
  dns::GeoDnsSpec geo_dns;
  zuul::OriginProperties origin = origin_with_ribbon_timeout();
  zuul::BalancingProperties balancing;
  DrivenConnections connections;
  zuul::GatewaySheddingSpec shedding;
  zuul::AuthenticationProperties authentication;
  std::vector<zuul::FilterProperties> filters;
  int filter_concurrency_limit = zuul::filter_concurrency_default;
  std::vector<zuul::RouteProperties> routes;
  Duration node_connect_timeout = 3s;
  Duration region_failover_after = 120s;
  Duration proxy_ramp = 150s;

  /// Cross-zone balancing is the console's default, off is the API's.
  static elb::ClassicProperties cross_zone_balancer() {
    elb::ClassicProperties properties;
    properties.cross_zone = true;
    return properties;
  }
  /// Zuul's own cap is 90 s; Ribbon's client configuration says 5 s.
  static zuul::OriginProperties origin_with_ribbon_timeout() {
    zuul::OriginProperties properties;
    properties.read_timeout = 5s;
    return properties;
  }

  /// What stands in front of the gateway, unless it is the classic load balancer.
  std::optional<elb::TargetGroupProperties> group() const {
    if (balancer == BalancerKind::classic) return std::nullopt;
    return target_group;
  }
  /// Whether a request meets anything before the endpoint asks its target.
  bool has_filters() const { return authentication.enabled || !filters.empty() || !routes.empty(); }

  void check(Checker& checker) const {
    const auto endpoints = std::count_if(filters.begin(), filters.end(),
                                         [](const zuul::FilterProperties& filter) { return filter.phase == zuul::FilterPhase::endpoint; });
    checker.require(endpoints <= 1, "filters", "a request has one endpoint; of the filters at most one stands there");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.gateway,
          {.name = "gateway",
           .doc = "The service that runs the filters and proxies to the API; without a service of this name no edge is built"});
    visit(self.balancer, {.name = "balancer",
                          .doc = "Which load balancer stands in front of the gateway",
                          .source = "Netflix/zuul wiki: a classic ELB in front of Zuul"});
    visit(self.target_group, {.name = "target_group", .doc = "What the gateway's instances are as targets, with `balancer: application`"});
    visit(self.elb, {.name = "elb", .doc = "The classic load balancer in front of the gateway"});
    visit(self.dns, {.name = "dns", .doc = "The load balancer's nodes in DNS, and what clients make of the answers"});
    visit(self.geo_dns,
          {.name = "geo_dns", .doc = "Geographic DNS, which names a region to members and to workloads that come through the edge"});
    visit(self.origin, {.name = "origin", .doc = "How the gateway calls the API"});
    visit(self.balancing, {.name = "balancing", .doc = "Which of the API's servers the gateway asks"});
    visit(self.connections,
          {.name = "connections", .doc = "The pools of connections to the API's servers, one for each event loop of a gateway instance"});
    visit(self.shedding,
          {.name = "shedding", .doc = "Which requests a gateway instance turns away by their priority as loads rise; the worst counts"});
    visit(self.authentication, {.name = "authentication", .doc = "The first inbound filter: who may come in"});
    visit(self.filters, {.name = "filters", .doc = "Further filters, phase by phase in this order; none if absent", .source = assumption});
    visit(self.filter_concurrency_limit, {.name = "filter_concurrency_limit",
                                          .doc = "A filter whose own limit is 4000 refuses when so many requests are inside",
                                          .source = "Netflix/zuul BaseFilter",
                                          .min = 0,
                                          .max = 1e9});
    visit(self.routes,
          {.name = "routes",
           .doc = "Where requests that have a path go: by the longest that leads to it, 404 without one; if absent to their target",
           .source = "a table of prefixes: assumption; 404: Netflix/zuul ProxyEndpoint"});
    visit(self.node_connect_timeout, {.name = "node_connect_timeout",
                                      .doc = "A client gives an address of the load balancer up after this",
                                      .source = assumption,
                                      .min = 0.1,
                                      .max = 60});
    visit(self.region_failover_after,
          {.name = "region_failover_after",
           .doc = "A region without a load balancer node or a gateway in service is taken out of DNS after this",
           .source = "regional failover: detection and decision 2 min with prepared capacity",
           .min = 0,
           .max = 86400});
    visit(self.proxy_ramp, {.name = "proxy_ramp",
                            .doc = "Time until the gateways of a region that proxy_region evacuates proxy all of their requests",
                            .source = "in increments, as published of regional failover; 10 % every 15 s is an assumption",
                            .min = 0,
                            .max = 86400});
  }
};

}  // namespace streamtwin::edge

namespace streamtwin {
template <>
inline constexpr auto enum_names<edge::BalancerKind> = std::to_array<EnumName<edge::BalancerKind>>({
    {edge::BalancerKind::classic, "classic", "AWS's classic load balancer, as `elb` says"},
    {edge::BalancerKind::application, "application",
     "AWS's application load balancer, as `target_group` says: no surge queue, all zones, all targets when none is healthy; of `elb` the "
     "idle time-out counts"},
});
}  // namespace streamtwin
