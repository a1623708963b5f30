// The edge of a region as a scenario describes it.
#pragma once

#include <string>

#include "models/edge/elb/classic.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/edge/zuul/properties.hpp"
#include "models/edge/zuul/server_choice.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::edge {

/// What a run drives of the connection pool. An instance has an event loop for each of its cores; how long it tries to
/// connect is said of the origin.
using DrivenConnections = Without<zuul::ConnectionPoolProperties, "event_loops", "connect_timeout">;

struct EdgeSpec {
  std::string gateway = "zuul";
  elb::ClassicProperties elb = cross_zone_balancer();
  zuul::OriginProperties origin = origin_with_ribbon_timeout();
  zuul::BalancingProperties balancing;
  DrivenConnections connections;
  zuul::GatewaySheddingSpec shedding;
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

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.gateway,
          {.name = "gateway",
           .doc = "The service that runs the filters and proxies to the API; without a service of this name no edge is built"});
    visit(self.elb, {.name = "elb", .doc = "The classic load balancer in front of the gateway"});
    visit(self.origin, {.name = "origin", .doc = "How the gateway calls the API"});
    visit(self.balancing, {.name = "balancing", .doc = "Which of the API's servers the gateway asks"});
    visit(self.connections,
          {.name = "connections", .doc = "The pools of connections to the API's servers, one for each event loop of a gateway instance"});
    visit(self.shedding,
          {.name = "shedding", .doc = "Which requests a gateway instance turns away by their priority as loads rise; the worst counts"});
    visit(self.node_connect_timeout, {.name = "node_connect_timeout",
                                      .doc = "A client tries the next address of the load balancer after this",
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
