// Eureka's constants: server (DefaultEurekaServerConfig) and client (DefaultEurekaClientConfig, LeaseInfo), at
// Netflix/eureka 61acc83, with the switches for the quirks that change behaviour.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka {

struct ServerProperties {
  Duration eviction_interval = 60s;
  bool self_preservation = true;
  Fraction renewal_threshold{0.85};
  Duration threshold_update_interval = 900s;
  Duration expected_renewal_interval = 30s;
  bool read_only_cache = true;
  Duration read_only_cache_interval = 30s;
  Duration read_write_cache_expiry = 180s;
  Duration delta_retention = 180s;
  Duration delta_sweep_interval = 30s;
  Duration override_expiry = 3600s;
  Duration wait_when_sync_empty = 300s;
  int sync_retries = 5;
  Duration sync_retry_wait = 30s;
  bool double_lease_duration = true;
  bool eviction_lowers_expected_clients = true;
  int replication_queue = 10000;
  int replication_batch = 250;
  Duration replication_delay = 500ms;
  Duration replication_congestion_pause = 1s;
  Duration replication_network_pause = 100ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view config = "Netflix/eureka DefaultEurekaServerConfig";
    visit(self.eviction_interval,
          {.name = "eviction_interval", .doc = "How often expired leases are evicted", .source = config, .min = 1, .max = 86400});
    visit(self.self_preservation, {.name = "self_preservation", .doc = "Keep everything while too few renewals arrive", .source = config});
    visit(self.renewal_threshold, {.name = "renewal_threshold",
                                   .doc = "Share of expected renewals below which leases are kept",
                                   .source = config,
                                   .min = 0,
                                   .max = 1});
    visit(self.threshold_update_interval, {.name = "threshold_update_interval",
                                           .doc = "How often the expected number of clients is counted anew",
                                           .source = config,
                                           .min = 1,
                                           .max = 86400});
    visit(self.expected_renewal_interval, {.name = "expected_renewal_interval",
                                           .doc = "Heartbeat interval that the threshold assumes",
                                           .source = config,
                                           .min = 1,
                                           .max = 3600});
    visit(self.read_only_cache,
          {.name = "read_only_cache", .doc = "Serve reads from the layer that is refreshed by a timer", .source = config});
    visit(self.read_only_cache_interval, {.name = "read_only_cache_interval",
                                          .doc = "Refresh of the read-only layer, at multiples on the clock",
                                          .source = "Netflix/eureka ResponseCacheImpl",
                                          .min = 1,
                                          .max = 3600});
    visit(
        self.read_write_cache_expiry,
        {.name = "read_write_cache_expiry", .doc = "Life of an answer in the read-write layer", .source = config, .min = 1, .max = 86400});
    visit(self.delta_retention,
          {.name = "delta_retention", .doc = "How long a change stays in the delta", .source = config, .min = 1, .max = 86400});
    visit(self.delta_sweep_interval,
          {.name = "delta_sweep_interval", .doc = "How often old changes leave the delta", .source = config, .min = 1, .max = 86400});
    visit(self.override_expiry, {.name = "override_expiry",
                                 .doc = "A status override is forgotten after this without access",
                                 .source = "Netflix/eureka AbstractInstanceRegistry",
                                 .min = 1,
                                 .max = 864000});
    visit(self.wait_when_sync_empty, {.name = "wait_when_sync_empty",
                                      .doc = "Refuse reads so long after a start without a peer's registry",
                                      .source = config,
                                      .min = 0,
                                      .max = 86400});
    visit(self.sync_retries,
          {.name = "sync_retries", .doc = "Tries to copy a peer's registry at start", .source = config, .min = 0, .max = 1000});
    visit(self.sync_retry_wait, {.name = "sync_retry_wait", .doc = "Time between those tries", .source = config, .min = 0, .max = 3600});
    visit(self.double_lease_duration, {.name = "double_lease_duration",
                                       .doc = "Quirk: a renewed lease lives twice its duration",
                                       .source = "Netflix/eureka Lease, issue 531"});
    visit(self.eviction_lowers_expected_clients, {.name = "eviction_lowers_expected_clients",
                                                  .doc = "Quirk: an eviction lowers the expected renewals, too (since pull request 1271)",
                                                  .source = "Netflix/eureka AbstractInstanceRegistry.internalCancel"});
    visit(self.replication_queue, {.name = "replication_queue",
                                   .doc = "Tasks waiting for a peer; then the oldest is dropped",
                                   .source = config,
                                   .min = 1,
                                   .max = 1e7});
    visit(self.replication_batch,
          {.name = "replication_batch", .doc = "Most tasks in a batch", .source = "Netflix/eureka PeerEurekaNode", .min = 1, .max = 1e6});
    visit(self.replication_delay, {.name = "replication_delay",
                                   .doc = "A batch leaves when its oldest task is this old",
                                   .source = "Netflix/eureka PeerEurekaNode",
                                   .min = 0,
                                   .max = 3600});
    visit(self.replication_congestion_pause, {.name = "replication_congestion_pause",
                                              .doc = "Silence after a peer was busy",
                                              .source = "Netflix/eureka PeerEurekaNode",
                                              .min = 0,
                                              .max = 30});
    visit(self.replication_network_pause, {.name = "replication_network_pause",
                                           .doc = "Silence after a network failure",
                                           .source = "Netflix/eureka PeerEurekaNode",
                                           .min = 0,
                                           .max = 30});
  }
};

struct ClientProperties {
  Duration lease_duration = 90s;
  Duration renewal_interval = 30s;
  Duration fetch_interval = 30s;
  Duration replication_interval = 30s;
  Duration initial_registration_delay = 40s;
  bool register_at_once = false;
  Duration connect_timeout = 5s;
  Duration read_timeout = 8s;
  int backoff_bound = 10;
  int request_tries = 3;
  Fraction quarantine_refresh{0.66};
  Duration session = 1200s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view config = "Netflix/eureka DefaultEurekaClientConfig";
    visit(self.lease_duration, {.name = "lease_duration",
                                .doc = "A lease not renewed expires after this (and see the server's double_lease_duration)",
                                .source = "Netflix/eureka LeaseInfo",
                                .min = 1,
                                .max = 86400});
    visit(self.renewal_interval, {.name = "renewal_interval",
                                  .doc = "Time from the end of a heartbeat to the next",
                                  .source = "Netflix/eureka LeaseInfo",
                                  .min = 1,
                                  .max = 3600});
    visit(self.fetch_interval,
          {.name = "fetch_interval", .doc = "Time from the end of a registry fetch to the next", .source = config, .min = 1, .max = 3600});
    visit(self.replication_interval,
          {.name = "replication_interval", .doc = "How often a changed status is sent", .source = config, .min = 1, .max = 3600});
    visit(self.initial_registration_delay,
          {.name = "initial_registration_delay", .doc = "A new instance registers after this", .source = config, .min = 0, .max = 3600});
    visit(self.register_at_once, {.name = "register_at_once",
                                  .doc = "A status-change event registers without that delay",
                                  .source = "Netflix/eureka InstanceInfoReplicator"});
    visit(self.connect_timeout,
          {.name = "connect_timeout", .doc = "Time limit of connecting to a server", .source = config, .min = 1e-3, .max = 3600});
    visit(self.read_timeout,
          {.name = "read_timeout", .doc = "Time limit of a server's answer", .source = config, .min = 1e-3, .max = 3600});
    visit(self.backoff_bound, {.name = "backoff_bound",
                               .doc = "After time-outs the interval doubles up to this multiple",
                               .source = config,
                               .min = 1,
                               .max = 1000});
    visit(self.request_tries, {.name = "request_tries",
                               .doc = "Servers tried per request",
                               .source = "Netflix/eureka RetryableEurekaHttpClient",
                               .min = 1,
                               .max = 100});
    visit(self.quarantine_refresh, {.name = "quarantine_refresh",
                                    .doc = "Share of failed servers from which all are tried again",
                                    .source = "Netflix/eureka DefaultEurekaTransportConfig",
                                    .min = 0,
                                    .max = 1});
    visit(self.session, {.name = "session",
                         .doc = "A client changes its server after about this long",
                         .source = "Netflix/eureka SessionedEurekaHttpClient",
                         .min = 1,
                         .max = 864000});
  }
};

}  // namespace streamtwin::eureka
