// Eureka 2 as a scenario describes it: constants of Netflix/eureka, branch 2.x-archive at ebd57549.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka2 {

enum class Subscribe : unsigned char { application, vip, secure_vip, full };

struct Properties {
  Subscribe subscribe = Subscribe::application;
  bool full_registry = false;
  Duration heartbeat_interval = 30s;
  Duration heartbeat_tolerance = 90s;
  Duration server_heartbeat_interval = 90s;
  Duration reconnect = 5s;
  Duration replication_reconnect = 500ms;
  Duration connect_timeout = 30s;
  Fraction eviction_drop{0.2};
  bool evict_returning = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view channels = "Netflix/eureka 2.x-archive EurekaTransportConfig";
    visit(self.subscribe, {.name = "subscribe",
                           .doc = "What an instance subscribes to at a read server",
                           .source = "Netflix/eureka 2.x-archive Interests: whatever a client asks for"});
    visit(self.full_registry,
          {.name = "full_registry",
           .doc = "Whether read servers subscribe to the whole registry at once; else to what somebody has asked them for",
           .source = "Netflix/eureka 2.x-archive FullFetchBatchingRegistry, an option"});
    visit(self.heartbeat_interval, {.name = "heartbeat_interval",
                                    .doc = "How often who has opened a channel sends a heartbeat",
                                    .source = channels,
                                    .min = 1,
                                    .max = 3600});
    visit(self.heartbeat_tolerance, {.name = "heartbeat_tolerance",
                                     .doc = "Who has opened a channel gives it up when the last answer is older than that",
                                     .source = channels,
                                     .min = 1,
                                     .max = 86400});
    visit(self.server_heartbeat_interval,
          {.name = "server_heartbeat_interval",
           .doc = "How often a server looks at a channel: it gives up one of which it has heard nothing for as long",
           .source = channels,
           .min = 1,
           .max = 86400});
    visit(self.reconnect, {.name = "reconnect",
                           .doc = "Pause until clients and read servers open a channel again that has failed",
                           .source = "Netflix/eureka 2.x-archive RetryStrategyFunc",
                           .min = 0,
                           .max = 3600});
    visit(self.replication_reconnect, {.name = "replication_reconnect",
                                       .doc = "The same between write servers",
                                       .source = "Netflix/eureka 2.x-archive ReplicationSender",
                                       .min = 0,
                                       .max = 3600});
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "Time limit of connecting to a server",
                                 .source = "netty/netty DefaultChannelConfig, which Eureka 2 leaves as it is",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.eviction_drop,
          {.name = "eviction_drop",
           .doc = "So much of its registrations a write server gives up, of those whose channels have failed, until others "
                  "register",
           .source = "Netflix/eureka 2.x-archive EurekaRegistryConfig.evictionAllowedPercentageDrop",
           .min = 0,
           .max = 1});
    visit(self.evict_returning,
          {.name = "evict_returning",
           .doc = "Quirk: who registers on another channel while what it has registered before is still listed waits for eviction itself",
           .source = "Netflix/eureka 2.x-archive PreservableRegistrationProcessor.connect; off, as it looks like a mistake: assumption"});
  }
};

}  // namespace streamtwin::eureka2

namespace streamtwin {
template <>
inline constexpr auto enum_names<eureka2::Subscribe> = std::to_array<EnumName<eureka2::Subscribe>>({
    {eureka2::Subscribe::application, "application", "the applications that it calls"},
    {eureka2::Subscribe::vip, "vip", "their virtual addresses, here one for each application"},
    {eureka2::Subscribe::secure_vip, "secure_vip", "those for encrypted connections, the same"},
    {eureka2::Subscribe::full, "full", "everything"},
});
}  // namespace streamtwin
