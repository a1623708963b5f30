// The service registry as a scenario describes it.
#pragma once

#include "models/registry/eureka/properties.hpp"
#include "models/registry/eureka/rate_limiter.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

/// What a run drives of Eureka. Who has a status override renews long before that is forgotten.
using EurekaServer = Without<eureka::ServerProperties, "override_expiry">;
using EurekaClient = Without<eureka::ClientProperties, "replication_interval">;

struct EurekaSpec {
  EurekaServer server;
  eureka::RateLimiterProperties rate_limiter;
  EurekaClient client;
  bool deltas = false;
  bool group_rules = false;
  InputFile snapshot;
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
    visit(
        self.group_rules,
        {.name = "group_rules",
         .doc = "Whether instances stand under the rule of their auto scaling group, as with the registry on AWS: UP while it is enabled, "
                "OUT_OF_SERVICE from their next renewal on when it is not, of which no delta tells",
         .source = "Netflix/eureka AwsInstanceRegistry, AsgEnabledRule"});
    visit(self.snapshot,
          {.name = "snapshot",
           .doc = "JSON of GET /eureka/apps of a living fleet, in which the run begins: its instances take the statuses and the ages of "
                  "leases of those of the same application and zone, in turn; what more is listed has no instance, and its leases end"});
    visit(self.server_list_refresh, {.name = "server_list_refresh",
                                     .doc = "How often a balancer takes its list from the client",
                                     .source = "Netflix/ribbon PollingServerListUpdater",
                                     .min = 0.1,
                                     .max = 3600});
  }
};

}  // namespace streamtwin::registry
