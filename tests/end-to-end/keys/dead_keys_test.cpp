// No dead keys: whatever a scenario can say changes what happens. Each key of the language gets another legal value on
// a small platform on which everything breaks once; then the run, or the platform itself, must not be the same as
// before. Keys that matter only beside another value get that value first.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::filesystem::path folder = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys";

using Sets = std::vector<std::string>;

const Sets slow_lines{"members.access.median=400 kbps", "members.access.least=200 kbps"};
const Sets no_room{"open_connect.sample=0.002 %"};
const Sets shared_bottleneck{"members.abr.rule=throughput", "open_connect.access_per_member=300 kbps"};
const Sets no_grace{"eureka.server.self_preservation=false", "eureka.server.double_lease_duration=false",
                    "eureka.server.eviction_interval=1 s", "eureka.client.lease_duration=6 s"};
const Sets trigger_happy{"services.apps.instances_per_zone=1", "services.apps.calls[0].command.request_volume_threshold=1"};
const Sets breakers_of_1_5_12{"mesh.call_defaults.command.circuit_breaker=hystrix_1_5_12",
                              "services.apps.calls[0].command.sleep_window=300 ms"};
const Sets one_thread{"services.apps.instances_per_zone=1", "services.apps.calls[0].pool.core_size=1",
                      "services.apps.calls[0].pool.maximum_size=2", "services.apps.calls[0].pool.max_queue_size=5"};

Sets with(Sets sets, const Sets& more) {
  sets.insert(sets.end(), more.begin(), more.end());
  return sets;
}

const Sets busy{"services.apps.instances_per_zone=1", "services.apps.cores=1", "services.apps.cost.median=900 ms"};
const Sets fast_fills{"open_connect.topology.appliances.storage.fill_max=40 Gbps",
                      "open_connect.topology.appliances.small_site.fill_max=40 Gbps",
                      "open_connect.topology.appliances.flash.fill_max=40 Gbps",
                      "open_connect.title_size=30 GB",
                      "open_connect.bulk_step=2 s",
                      "members.plays_at_peak=4 /s"};
const Sets second_thread{"services.apps.instances_per_zone=1", "services.apps.calls[0].pool.core_size=1",
                         "services.apps.calls[0].pool.maximum_size=2", "services.apps.calls[0].pool.max_queue_size=-1",
                         "services.apps.calls[0].pool.allow_maximum_to_diverge=true"};
const Sets failing_steering{"method=[{at: 20 s, action: add_errors, target: steering, errors: 60 %, lasts: 60 s}]"};
const Sets restarted_steering{"members.plays_at_peak=4 /s", "services.steering.boot_time=10 min",
                              "method=[{at: 20 s, action: kill_instance, target: steering/homea/0, lasts: 100 ms}]"};
const Sets stopped_instance{"method=[{at: 20 s, action: stop_instance, target: play/homea/0}]"};
/// Some load, data points every 10 s; `what` acts on them.
Sets scaled_by(const std::string& what) {
  return {"members.plays_at_peak=4 /s", "services.steering.cost.median=300 ms",
          "services.steering.scaling={min: 2, max: 12, metric_period: 10 s, metric_delay: 10 s, " + what + "}"};
}
const Sets scaled_in = scaled_by("target_tracking: {cpu: 50 %, scale_in: true}");
const Sets scaled_at_an_hour =
    scaled_by("warm_up: 20 s, target_tracking: {scale_in: true}, scheduled: [{at: 36040 s, min: 3, max: 9, desired: 8}]");
const Sets step_down =
    scaled_by("step_policies: [{below: 4 %, periods: 4, periods_to_alarm: 3, adjustment_min: 2, steps: [{beyond: 1 %, by: -20}]}]");
/// From 3 to 8 instances, and a minute later to 3 again.
const Sets with_a_pool = scaled_by(
    "warm_pool: {max_prepared: 8, min_size: 0, boot_left: 40 %}, scheduled: [{at: 36030 s, desired: 8}, {at: 36090 s, desired: 3}]");
const std::string all_servers_restart =
    "method=[{at: 20 s, action: kill_instance, target: eureka/awaya, lasts: 5 s}, {at: 20 s, action: kill_instance, target: eureka/awayb, "
    "lasts: 5 s}]";
Sets limited(const std::string& limit);
Sets shed_at_gateway(const std::string& by, const std::string& threshold, const std::string& capacity);

/// What must be in force for a key, or for all that begin so, to matter. The longest beginning counts.
const std::map<std::string, Sets> beside{
    {"members.abr.parameters.bba_", {"members.abr.rule=bba_0"}},
    {"members.abr.parameters.bola_e_", {"members.abr.rule=bola_e", "members.access.median=1 Mbps"}},
    {"members.abr.parameters.dynamic_dash_low_threshold", {"members.abr.rule=dynamic_dash", "members.access.median=1 Mbps"}},
    {"members.abr.parameters.dynamic_threshold", {"members.abr.rule=dynamic", "members.access.median=1 Mbps"}},
    {"members.abr.parameters.throughput_safety", {"members.abr.rule=throughput"}},
    {"members.abr.parameters.insufficient_buffer_rule", {"members.abr.rule=throughput", "members.access.median=1 Mbps"}},
    {"members.abr.parameters.long_half_life", shared_bottleneck},
    {"members.abr.parameters.short_half_life", shared_bottleneck},
    {"members.access.least", {"members.access.median=700 kbps"}},
    {"members.ladder", {"members.ladder=[300 kbps, 900 kbps, 3 Mbps]"}},
    {"members.found_watching.chunks_seen", shared_bottleneck},
    {"members.player.resume_chunks", slow_lines},
    {"members.switching.slow_chunks", slow_lines},
    {"members.switching.least_stay", slow_lines},
    {"members.switching.list_wait", with({"members.switching.lists_max=10"}, no_room)},
    {"members.switching.lists_max", no_room},
    {"open_connect.topology.appliances.small_site", {"open_connect.topology.small_sites_up_to=1"}},
    {"eureka.server.replication_", no_grace},
    {"eureka.server.replication_batch", with({"network.cross_zone_rtt=900 ms"}, no_grace)},
    {"eureka.server.threshold_update_interval", {"eureka.server.eviction_lowers_expected_clients=false"}},
    {"eureka.rate_limiter",
     {"eureka.rate_limiter={enabled: true, throttle_standard_clients: true, burst: 2, registry_fetch_average: 2, full_fetch_average: 1}"}},
    {"eureka.server.wait_when_sync_empty",
     {"eureka.server.wait_when_sync_empty=30 s", "eureka.server.sync_retries=0", "members.plays_at_peak=4 /s", all_servers_restart}},
    {"eureka.server.sync_retr", {"eureka.server.sync_retry_wait=5 s", all_servers_restart}},
    {"eureka.server.read_write_cache_expiry",
     {"eureka.group_rules=true", "method=[{at: 20 s, action: disable_group, target: apps, lasts: 60 s}]"}},
    {"eureka.server.delta_", {"eureka.deltas=true", "eureka.server.delta_retention=20 s", "eureka.server.delta_sweep_interval=10 s"}},
    {"fleet.drain", stopped_instance},
    {"fleet.launch.burst", {"fleet.launch={burst: 1, refill: 0.5 /s}"}},
    {"fleet.launch.refill", {"fleet.launch={burst: 1, refill: 0.5 /s}"}},
    {"fleet.launch.slow", {"fleet.launch.slow=50 %"}},
    {"fleet.stop_timeout", with(stopped_instance, {"fleet.drain=0 s", "members.plays_at_peak=4 /s", "services.play.cost.median=5 s"})},
    {"edge.origin.concurrency_protection", {"edge.origin.max_concurrent_requests=0"}},
    {"services.*.queue_limit", {"services.plan.cores=1", "services.plan.cost.median=500 ms"}},
    {"services.*.calls[].balancer.active_connections_limit", with(busy, {"members.plays_at_peak=4 /s"})},
    {"services.*.calls[].balancer.active_count_timeout", {"services.play.calls[0].balancer.rule=best_available"}},
    // Servers that are there leave the list and come back to it: leases run out before they are renewed.
    {"services.*.calls[].balancer.stats_expiry", with(no_grace, {"eureka.client.lease_duration=3 s"})},
    {"services.*.calls[].balancer.weight_interval", {"services.play.calls[0].balancer.rule=weighted_response_time"}},
    {"services.*.calls[].balancer.zone_affinity", {"services.play.calls[0].balancer.zone_affinity.affinity=true"}},
    {"services.*.calls[].balancer.subset",
     with(busy, {"services.play.calls[0].balancer={list_filter: subset, subset: {size: 3}}", "members.plays_at_peak=3 /s"})},
    {"services.*.calls[].balancer.list_filter", {"services.play.calls[0].balancer.subset.size=3"}},
    {"services.*.calls[].client.retry_throttle",
     {"services.apps.calls[0].client.retry_throttle={enabled: true, max_tokens: 3, token_ratio: 0.02}",
      "services.apps.calls[0].client.read_timeout=300 ms", "members.plays_at_peak=3 /s"}},
    {"services.*.calls[].client.library", {"services.apps.calls[0].client.connect_timeout=100 ms"}},
    {"services.*.calls[].client.retries", {"services.apps.calls[0].client.connect_timeout=100 ms"}},
    {"services.*.calls[].client.retry_on.errors", failing_steering},
    {"services.*.calls[].client.retry_on.refused", restarted_steering},
    {"services.*.calls[].client.retry_on.resets", restarted_steering},
    {"services.*.calls[].client.retry_on.timeouts",
     {"services.play.calls[1].client.read_timeout=300 ms", "services.play.calls[1].command.timeout=3 s",
      "method=[{at: 20 s, action: add_latency, target: steering, latency: 1 s, lasts: 60 s}]"}},
    {"services.*.calls[].client.retry_on.overload",
     {"members.plays_at_peak=4 /s", "services.steering.cores=1", "services.steering.cost.median=900 ms",
      "services.steering.queue_limit=1"}},
    {"services.*.calls[].client.retry_writes", with(failing_steering, {"services.play.calls[1].method=post"})},
    {"services.*.calls[].method", with(failing_steering, {"services.play.calls[1].client.retry_writes=false"})},
    {"services.*.calls[].client.back_off", failing_steering},
    {"services.*.calls[].command", trigger_happy},
    {"services.*.calls[].command.any_end_answers_probe",
     with(with(trigger_happy, breakers_of_1_5_12),
          {"members.plays_at_peak=6 /s", "services.plan.cost.median=400 ms", "services.plan.cores=16"})},
    {"services.*.calls[].command.lose_close_race", with(with(trigger_happy, breakers_of_1_5_12), {"members.plays_at_peak=6 /s"})},
    {"services.*.calls[].command.interrupt_on_timeout", with(trigger_happy, {"services.apps.calls[0].command.honours_interrupt=true"})},
    {"services.*.calls[].command.request_cache_enabled",
     {"services.apps.calls=[{service: plan, cache_key: plan}, {service: plan, cache_key: plan, stage: 1}]"}},
    {"services.*.calls[].command.execution_semaphore", with({"services.apps.calls[0].command.isolation=semaphore"}, one_thread)},
    {"services.*.calls[].command.isolation", one_thread},
    {"services.*.calls[].priority", with(busy, {"services.apps.shedding={enabled: true, throttling_threshold: 0.1, capacity: 0.4}"})},
    {"services.*.calls[].pool", one_thread},
    {"services.*.calls[].pool.allow_maximum_to_diverge", second_thread},
    {"services.*.calls[].pool.maximum_size", second_thread},
    {"services.*.admission.fixed", with(busy, {"services.apps.admission={limit: fixed, fixed: 2}"})},
    {"services.*.admission.backlog",
     with(busy, {"services.apps.admission={limit: fixed, fixed: 2, backlog: {size: 5}}", "members.plays_at_peak=3 /s"})},
    {"services.*.admission.aimd.", limited("aimd")},
    {"services.*.admission.vegas.", limited("vegas")},
    {"services.*.admission.vegas.alpha",
     with(limited("vegas"), {"services.apps.admission.vegas.alpha=1", "services.apps.admission.vegas.beta=2"})},
    {"services.*.admission.vegas.decrease_factor",
     with(limited("vegas"), {"services.apps.admission.vegas.decrease_factor=0.5", "services.apps.admission.vegas.alpha=1",
                             "services.apps.admission.vegas.beta=2"})},
    {"services.*.admission.gradient.back_off", with(limited("gradient"), {"services.apps.queue_limit=1"})},
    {"services.*.admission.gradient.", limited("gradient")},
    {"services.*.admission.gradient2.", limited("gradient2")},
    {"services.*.cache.eviction", {"services.cache.cache.memory=5 kB"}},
    {"services.*.cache.latch", {"services.cache.cache.await_writes=true"}},
    {"services.*.cache.operation_timeout", {"services.cache.cache={await_writes: true, latch: all}"}},
    {"services.*.execution.model", with(busy, {"services.apps.execution.threads=1"})},
    {"services.*.execution.threads", with(busy, {"services.apps.execution={model: blocking_threads, threads: 2}"})},
    {"services.*.execution.dispatch_delay",
     with(busy, {"services.apps.execution={model: blocking_threads, threads: 4, dispatch_delay: 100 ms}", "members.plays_at_peak=3 /s"})},
    {"services.*.garbage_collection", {"services.apps.garbage_collection.interval=5 s"}},
    {"services.*.scaling.", scaled_in},
    {"services.*.scaling.request_tracking", scaled_by("request_tracking: {requests: 10 /min, scale_in: true}")},
    {"services.*.scaling.warm_pool", with_a_pool},
    {"services.*.scaling.warm_pool.volume", with(with_a_pool, {"services.steering.instance_type=m5.large"})},
    {"services.*.scaling.max", scaled_by("scheduled: [{at: 36040 s, desired: 11}]")},
    {"services.*.scaling.warm_up", scaled_at_an_hour},
    {"services.*.scaling.termination", scaled_at_an_hour},
    {"services.*.scaling.scheduled[]", scaled_at_an_hour},
    {"services.*.scaling.predictive",
     scaled_by("predictive: {history: " + (folder / "load-history.csv").string() + ", interval: 6 h, cpu: 30 %}")},
    {"services.*.scaling.step_policies[]", step_down},
    {"services.*.scaling.step_policies[].periods",
     scaled_by("step_policies: [{below: 0.8 %, periods: 4, periods_to_alarm: 2, steps: [{by: -20}]}]")},
    {"services.*.scaling.step_policies[].above", scaled_by("step_policies: [{above: 0 %, steps: [{by: 50}]}]")},
    {"services.*.shedding", with(busy, {"services.apps.shedding={enabled: true, throttling_threshold: 0.1, capacity: 0.4}"})},
    {"services.*.warm_up.lasts", {"services.play.warm_up.cold_factor=50", "services.play.cost.median=200 ms"}},
    {"edge.elb.health_check.timeout", {"edge.elb.health_check.interval=20 s", "members.plays_at_peak=5 /s"}},
    {"edge.elb.surge_queue", {"edge.dns.check_interval=60 s", "edge.geo_dns.stragglers=80 %"}},
    {"edge.geo_dns.straggler_mean", {"edge.geo_dns.stragglers=50 %"}},
    {"edge.geo_dns.resolve_timeout", {"method=[{at: 20 s, action: fail_client_dns, target: home, lasts: 60 s}]"}},
    {"registry.static_lists",
     {"registry={kind: static_lists, static_lists: {edit_delay: 10 s, push_delay: 5 s, restart_time: 5 s, restart_pause: 5 s}}"}},
    {"registry.consensus", {"registry={kind: consensus, consensus: {tick: 1 s, sync_limit: 2, session_timeout: 8 s}}"}},
    {"registry.eureka2",
     {"registry={kind: eureka2, eureka2: {heartbeat_interval: 3 s, heartbeat_tolerance: 6 s, "
      "server_heartbeat_interval: 8 s, reconnect: 2 s, connect_timeout: 2 s}}"}},
    // Who is cut off finds its own server dead, and is back with another before that has given it up.
    {"registry.eureka2.evict_returning",
     {"registry={kind: eureka2, eureka2: {heartbeat_interval: 3 s, heartbeat_tolerance: 6 s, server_heartbeat_interval: 60 s, "
      "reconnect: 1 s, connect_timeout: 1 s}}",
      "method=[{at: 15 s, action: kill_instance, target: eureka/homea, lasts: 100 s}, {at: 30 s, action: cut_network, target: homea, "
      "lasts: 14 s}]"}},
    {"registry.dns.check_timeout",
     {"registry={kind: dns, dns: {check_interval: 9 s, check_timeout: 4 s, propagation: 1 s, ttl: 1 s, answer_max: 2}}"}},
    {"registry.dns", {"registry={kind: dns, dns: {check_interval: 5 s, check_timeout: 1 s, propagation: 5 s, ttl: 5 s, answer_max: 2}}"}},
    {"edge.target_group.slow_start",
     {"edge.balancer=application", "edge.target_group.health_check={interval: 5 s, timeout: 2 s, healthy_threshold: 2}",
      "method=[{at: 20 s, action: kill_instance, target: zuul/homea/0, lasts: 10 s}]"}},
    {"edge.target_group",
     {"edge.balancer=application", "edge.target_group.health_check={interval: 5 s, timeout: 2 s, healthy_threshold: 2}"}},
    {"edge.dns.fallback_delay", {"edge.dns.next_address=fast_fallback"}},
    {"edge.filter_concurrency_limit", {"edge.filters[0].takes=2 ms"}},
    {"edge.filters[].", {"edge.filters[0].takes=2 ms"}},
    {"edge.balancing.", {"edge.balancing.technique=choice_of_two"}},
    {"edge.balancing.technique", {}},
    {"edge.shedding.cpu.", with(shed_at_gateway("cpu", "0.05", "0.4"), {"services.zuul.cores=1", "services.zuul.cost.median=200 ms"})},
    {"edge.shedding.in_flight.", shed_at_gateway("in_flight", "1", "3")},
    {"edge.shedding.origin_in_flight.", with(shed_at_gateway("origin_in_flight", "0.1", "0.6"), {"edge.origin.max_concurrent_requests=6"})},
    {"edge.shedding.back_off.", shed_at_gateway("in_flight", "1", "3")},
    {"edge.shedding.back_off.critical_", with(shed_at_gateway("in_flight", "1", "3"), {"members.priority=15"})},
    {"edge.shedding.back_off.degraded_", with(shed_at_gateway("in_flight", "1", "3"), {"members.priority=50"})},
    {"edge.connections.close_on_circuit_breaker", with(busy, {"members.plays_at_peak=3 /s", "edge.origin.read_timeout=1 s"})},
    {"edge.connections.leak_on_max_connections", with(busy, {"members.plays_at_peak=3 /s", "edge.connections.max_connections_per_host=1",
                                                             "services.zuul.gateway.origins[0].balancer.rule=best_available"})},
    {"edge.connections.max_connections_per_host", with(busy, {"members.plays_at_peak=3 /s"})},
    {"edge.shedding.origin_errors.", shed_at_gateway("origin_errors", "0.01", "0.3")},
    {"members.priority", shed_at_gateway("in_flight", "1", "3")},
    {"edge.proxy_ramp", {"method=[{at: 20 s, action: proxy_region, target: home}]"}},
    {"network.bulk_latency", {"network.bulk_latency=5 s", "members.plays_at_peak=3 /s", "services.plan.data.writes=100 %"}},
    {"open_connect.bulk_latency", {"open_connect.bulk_latency=5 s"}},
    {"open_connect.origin.latency",
     {"open_connect.origin.latency=5 s", "open_connect.fill={tier_wait: 60 s, network_wait: 60 s, origin_wait: 1 s}"}},
    {"open_connect.placement.ring_points", {"open_connect.title_size=5 GB"}},
    {"open_connect.bulk_step", fast_fills},
    {"open_connect.bulk_share", fast_fills},
    {"open_connect.fill.tier_reach", {"open_connect.fill.network_wait=100 s"}},
    {"open_connect.fill.network_wait", {"open_connect.fill.tier_reach=1 km"}},
};

Sets limited(const std::string& limit) {
  const std::string at = "services.apps.admission.";
  Sets sets = with(busy, {"members.plays_at_peak=3 /s", at + "limit=" + limit, at + limit + ".initial=6", at + limit + ".most=12"});
  if (limit != "vegas") sets.push_back(at + limit + ".least=2");
  return sets;
}

Sets shed_at_gateway(const std::string& by, const std::string& threshold, const std::string& capacity) {
  return with(busy, {"members.priority=90",
                     "edge.shedding." + by + "={enabled: true, throttling_threshold: " + threshold + ", capacity: " + capacity + "}"});
}

/// Keys that change nothing here, and why that is right.
const std::map<std::string, std::string> exceptions{
    {"streamtwin", "the version has one legal value"},
    {"edge.authentication.enabled", "members have valid credentials; tests of their own look at workloads without"},
    {"edge.authentication.exempt", "an empty list; tests of their own look at services that are named"},
    {"edge.target_group.health_check.healthy_threshold",
     "a gateway that comes back is a new target, which its first pass brings in: conformance tests of target groups look at that"},
    {"edge.filters[].overrides_stop", "matters for requests without credentials: a test of its own looks at that"},
    {"edge.filters[].services", "an empty list; a test of its own looks at services that are named"},
    {"services.*.scaling.scale_in_cool_down", "of services in containers: HostedService.CoolsDownAfterItHasBecomeSmaller"},
    {"services.*.calls[].on_miss", "needs data without a store: TwinKeys"},
    {"services.*.runs_on", "needs a stack with a job of the service's name: HostedService.ServesItsCallersAsOnMachinesOfItsOwn"},
    {"method[].action", "decides which other keys a step needs"},
    {"services.*.role", "decides what else a service does"},
    {"eureka.rate_limiter.full_fetch_average",
     "few fetch the whole registry here, as clients know what the run begins with: EurekaRateLimitingFilter"},
    {"eureka.group_rules", "a step that disables a group needs it: EurekaClusterTest.WhoseGroupIsDisabledLeavesListsLateAndByNoDelta"},
    {"eureka.client.read_timeout", "matters when a server dies while a message is on its way to it"},
    {"eureka.server.replication_congestion_pause", "matters when a peer dies while a batch is on its way to it"},
    {"services.*.calls[].pool.keep_alive", "how long a thread sleeps before it ends is not seen by any request"},
    {"open_connect.routing.peering_exchanges", "matters for client groups with more exchanges near than here"},
    {"open_connect.topology.flash_from_site_size", "matters in countries with larger sites"},
    {"open_connect.topology.flash_share_in_isps", "matters in countries with larger sites"},
    {"outputs.registry", "adds a file to the results; a test of its own looks at that"},
    {"outputs.server_log", "adds a table to the results; a test of its own looks at that"},
    {"outputs.steering_manifest_log", "adds a table to the results; a test of its own looks at that"},
};

Scenario small_platform(Sets sets) {
  auto loaded = parse<Scenario>(Document::read(folder / "small.yaml", {.overrides = std::move(sets)}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

Sets sets_beside(const std::string& path) {
  Sets found;
  std::size_t longest = 0;
  for (const auto& [beginning, sets] : beside) {
    if (!path.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = sets;
  }
  return found;
}

/// "members.abr", "services.*.calls[].command": parts small enough for one test each.
std::string section_of(const std::string& path) {
  constexpr std::string_view calls = "services.*.calls[]";
  if (path.starts_with(calls)) return path.substr(0, path.find('.', calls.size() + 1));
  const std::size_t end = path.find('.');
  const bool large = path.starts_with("open_connect.") || path.starts_with("eureka.") || path.starts_with("members.");
  const std::size_t next = large ? path.find('.', end + 1) : end;
  return path.substr(0, next == std::string::npos ? end : next);
}

std::vector<std::string> sections() {
  std::set<std::string> found;
  Scenario plain = small_platform({});
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) found.insert(section_of(path));
  return {found.begin(), found.end()};
}

const std::set<std::string> of_cache_clients{"services.*.cache.read_queue", "services.*.cache.write_queue", "services.*.cache.pool_size",
                                             "services.*.cache.write_only"};

class Keys : public testing::TestWithParam<std::string> {};

TEST_P(Keys, AllChangeWhatHappens) {
  Scenario plain = small_platform({});
  std::map<Sets, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");  // a beginning of paths, for whoever looks into one key
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    const bool elsewhere = path.starts_with("services.*.store.") || of_cache_clients.contains(path);  // StoreKeys, ReplicatedCacheKeys
    if (names_something || absent || elsewhere || section_of(path) != GetParam() || (only && !path.starts_with(only))) continue;
    const Sets sets = sets_beside(path);
    const Scenario base = small_platform(sets);
    if (!outcomes.contains(sets)) outcomes[sets] = outcome(base);
    const bool alive = matters(path, base, outcomes[sets]);
    EXPECT_NE(alive, exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Keys, testing::ValuesIn(sections()), [](const auto& section) {
  std::string name = section.param;
  std::replace(name.begin(), name.end(), '[', '_');
  std::erase(name, ']');
  std::replace(name.begin(), name.end(), '.', '_');
  std::erase(name, '*');
  return name;
});

TEST(Exceptions, AreKeysOfTheLanguage) {
  Scenario plain = small_platform({});
  const auto keys = keys_of(type_of<Scenario>(), &plain);
  for (const auto& [path, reason] : exceptions) EXPECT_TRUE(keys.contains(path)) << path << ": " << reason;
}

}  // namespace
}  // namespace streamtwin::language
