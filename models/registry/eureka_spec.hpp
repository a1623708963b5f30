// The service registry as a scenario describes it.
#pragma once

#include "models/registry/eureka/properties.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

struct EurekaSpec {
  eureka::ServerProperties server;
  eureka::ClientProperties client;
  Duration server_list_refresh = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.server, {.name = "server", .doc = "Eureka servers"});
    visit(self.client, {.name = "client", .doc = "Discovery clients"});
    visit(self.server_list_refresh, {.name = "server_list_refresh", .doc = "How often a balancer takes its list from the client",
                                     .source = "Netflix/ribbon PollingServerListUpdater", .min = 0.1, .max = 3600});
  }
};

}  // namespace streamtwin::registry
