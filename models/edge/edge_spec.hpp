// The edge of a region as a scenario describes it.
#pragma once

#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::edge {

struct EdgeSpec {
  std::string gateway = "zuul";
  Duration node_connect_timeout = 3s;
  Duration node_idle_timeout = 60s;
  bool cross_zone = true;
  Duration health_interval = 30s;
  int unhealthy_after = 2;
  int healthy_after = 10;
  Duration origin_connect_timeout = 500ms;
  Duration origin_read_timeout = 5s;
  int origin_concurrency = 200;
  int retries_next_server = 1;
  Duration region_failover_after = 120s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.gateway, {.name = "gateway", .doc = "The service that runs the filters and proxies to the API", .names = "service"});
    visit(self.node_connect_timeout, {.name = "node_connect_timeout", .doc = "A client tries the next address of the load balancer after this",
                                      .source = assumption, .min = 0.1, .max = 60});
    visit(self.node_idle_timeout, {.name = "node_idle_timeout", .doc = "A connection without an answer is closed after this",
                                   .source = "AWS classic load balancer: 60 s, from memory", .min = 1, .max = 3600});
    visit(self.cross_zone, {.name = "cross_zone", .doc = "A node sends to instances of every zone of its region",
                            .source = "AWS classic load balancer: off by API, on by console, from memory"});
    visit(self.health_interval, {.name = "health_interval", .doc = "Between two health checks of an instance",
                                 .source = "AWS classic load balancer: 30 s", .min = 1, .max = 300});
    visit(self.unhealthy_after, {.name = "unhealthy_after", .doc = "Failed checks in a row that take an instance out",
                                 .source = "AWS classic load balancer console: 2, from memory", .min = 2, .max = 10});
    visit(self.healthy_after, {.name = "healthy_after", .doc = "Passed checks in a row that take it in again",
                               .source = "AWS classic load balancer console: 10, from memory", .min = 2, .max = 10});
    visit(self.origin_connect_timeout, {.name = "origin_connect_timeout", .doc = "The gateway gives up connecting after this",
                                        .source = "Netflix/zuul ConnectionPoolConfigImpl: 500 ms", .min = 1e-3, .max = 60});
    visit(self.origin_read_timeout, {.name = "origin_read_timeout", .doc = "The gateway waits this long for an answer",
                                     .source = "Netflix/ribbon CommonClientConfigKey: ReadTimeout 5000 ms", .min = 1e-2, .max = 90});
    visit(self.origin_concurrency, {.name = "origin_concurrency", .doc = "Concurrent requests to an origin per gateway instance; one more "
                                    "than this gets through", .source = "Netflix/zuul BasicNettyOrigin: 200", .min = 0, .max = 1e6});
    visit(self.retries_next_server, {.name = "retries_next_server", .doc = "Repetitions on another server",
                                     .source = "Netflix/ribbon CommonClientConfigKey: MaxAutoRetriesNextServer 1", .min = 0, .max = 10});
    visit(self.region_failover_after, {.name = "region_failover_after", .doc = "A region without a living load balancer is taken out of DNS after this",
                                       .source = "regional failover: detection and decision 2 min with prepared capacity", .min = 0, .max = 86400});
  }
};

}  // namespace streamtwin::edge
