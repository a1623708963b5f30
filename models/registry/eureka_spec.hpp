// The service registry as a scenario describes it.
#pragma once

#include "models/registry/eureka/properties.hpp"
#include "models/registry/eureka/rate_limiter.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

/// What a run drives of Eureka. Nobody misses so many deltas that it mattered how long they are kept; every change empties the
/// read-write cache before an entry there expires; who has a status override renews long before that is forgotten; a server that
/// comes back copies a peer's registry at once or not at all.
using EurekaServer = Without<eureka::ServerProperties, "read_write_cache_expiry", "delta_retention", "delta_sweep_interval",
                             "override_expiry", "sync_retries", "sync_retry_wait">;
using EurekaClient = Without<eureka::ClientProperties, "replication_interval">;

struct EurekaSpec {
  EurekaServer server;
  eureka::RateLimiterProperties rate_limiter;
  EurekaClient client;
  bool deltas = false;
  Duration server_list_refresh = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.server, {.name = "server", .doc = "Eureka servers"});
    visit(self.rate_limiter, {.name = "rate_limiter", .doc = "How often a server lets its clients fetch the registry"});
    visit(self.client, {.name = "client", .doc = "Discovery clients"});
    visit(self.deltas,
          {.name = "deltas",
           .doc = "Whether each client keeps a registry of its own, in an order of its own, by fetching what has changed; if not all fetch "
                  "one list, whole, that they share",
           .source = "Netflix/eureka EurekaClientConfig.shouldDisableDelta: upstream has deltas; one list needs far less memory and time"});
    visit(self.server_list_refresh, {.name = "server_list_refresh",
                                     .doc = "How often a balancer takes its list from the client",
                                     .source = "Netflix/ribbon PollingServerListUpdater",
                                     .min = 0.1,
                                     .max = 3600});
  }
};

}  // namespace streamtwin::registry
