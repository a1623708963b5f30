// Zuul 2's defaults: origin and filter concurrency, retries, time-outs and the connection pool (Netflix/zuul f3144f6).
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

struct ConnectionPoolProperties {
  Duration connect_timeout = 500ms;
  int max_connections_per_host = 50;
  int waterline = 4;
  int max_requests_per_connection = 1000;
  Duration idle_timeout = 60s;
  bool close_on_circuit_breaker = true;
  bool leak_on_max_connections = true;
  int event_loops = 4;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/zuul ConnectionPoolConfigImpl";
    visit(self.connect_timeout,
          {.name = "connect_timeout", .doc = "Time limit of connecting to an origin server", .source = source, .min = 1e-3, .max = 3600});
    visit(
        self.max_connections_per_host,
        {.name = "max_connections_per_host", .doc = "Connections to one server; -1 is unlimited", .source = source, .min = -1, .max = 1e6});
    visit(self.waterline, {.name = "waterline",
                           .doc = "Idle connections kept per server and event loop; -1 is unlimited",
                           .source = source,
                           .min = -1,
                           .max = 1e6});
    visit(self.max_requests_per_connection, {.name = "max_requests_per_connection",
                                             .doc = "A connection is closed after more requests than this",
                                             .source = source,
                                             .min = 1,
                                             .max = 1e9});
    visit(self.idle_timeout,
          {.name = "idle_timeout", .doc = "An idle connection is closed after this", .source = source, .min = 0, .max = 86400});
    visit(self.close_on_circuit_breaker,
          {.name = "close_on_circuit_breaker", .doc = "Close rather than keep when the server is tripped", .source = source});
    visit(self.leak_on_max_connections, {.name = "leak_on_max_connections",
                                         .doc = "Quirk: a rejection for too many connections leaves the server's active count one too high",
                                         .source = "Netflix/zuul PerServerConnectionPool"});
    visit(self.event_loops, {.name = "event_loops",
                             .doc = "Event loops of an instance, one per core; a pooled connection stays on its own",
                             .source = "Netflix/zuul DefaultEventLoopConfig",
                             .min = 1,
                             .max = 1024});
  }
};

struct OriginProperties {
  bool concurrency_protection = true;
  int max_concurrent_requests = 200;
  int max_retries = 1;
  Duration connect_timeout = 500ms;
  Duration read_timeout = 90s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(
        self.concurrency_protection,
        {.name = "concurrency_protection", .doc = "Limit the attempts in flight to the origin", .source = "Netflix/zuul BasicNettyOrigin"});
    visit(self.max_concurrent_requests, {.name = "max_concurrent_requests",
                                         .doc = "Refuse when more than this are in flight (so one more really runs)",
                                         .source = "Netflix/zuul BasicNettyOrigin",
                                         .min = 0,
                                         .max = 1e9});
    visit(self.max_retries, {.name = "max_retries",
                             .doc = "Attempts after the first",
                             .source = "Netflix/ribbon MaxAutoRetriesNextServer",
                             .min = 0,
                             .max = 100});
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "Time limit of connecting to a server of the origin",
                                 .source = "Netflix/zuul ConnectionPoolConfigImpl",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.read_timeout, {.name = "read_timeout",
                              .doc = "Time limit of one attempt, at most 90 s",
                              .source = "Netflix/zuul OriginTimeoutManager",
                              .min = 1e-3,
                              .max = 3600});
  }
};

}  // namespace streamtwin::zuul
