#include "scenarios/scenario/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/services/call_graph.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

// Calls that share a Hystrix command cannot differ in what it is.
void check_commands(const std::vector<services::CallSpec>& calls, const std::string& at, Checker& checker) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const services::CallSpec& call = calls[i];
    for (const auto& [chosen, name] : {std::pair(call.command.any_end_answers_probe, "any_end_answers_probe"),
                                       std::pair(call.command.lose_close_race, "lose_close_race")}) {
      checker.require(!chosen || call.command.circuit_breaker == hystrix::BreakerVersion::hystrix_1_5_12,
                      fmt::format("{}.calls[{}].command.{}", at, i, name),
                      "only the breaker of 1.5.12 is ever half open and so can do this; choose `circuit_breaker: hystrix_1_5_12`");
    }
    const auto first =
        std::find_if(calls.begin(), calls.end(), [&](const services::CallSpec& other) { return other.shares_command(call); });
    if (&*first == &call) continue;
    const auto same = [](const auto& a, const auto& b) { return language::canonical(a) == language::canonical(b); };
    std::string differing;
    if (!same(call.command, first->command)) differing = "command";
    if (!same(call.pool, first->pool)) differing = "pool";
    if (!same(call.balancer, first->balancer)) differing = "balancer";
    if (!same(call.client, first->client)) differing = "client";
    if (call.dashboard != first->dashboard) differing = "dashboard";
    checker.require(
        differing.empty(), fmt::format("{}.calls[{}].{}", at, i, differing),
        fmt::format("this differs from what calls[{}] says, and the two share one Hystrix command for {}; say the same, or give "
                    "one of them a `command_key` of its own",
                    first - calls.begin(), call.service));
  }
}

void check_fallback(const Scenario& scenario, const services::CallSpec& call, const std::string& at, Checker& checker) {
  const auto callee = scenario.services.find(call.service);
  if (call.fallback != services::Fallback::stale_cache || callee == scenario.services.end()) return;
  const bool has_cache = callee->second.data && !callee->second.data->cache.empty();
  checker.require(has_cache, at + ".fallback",
                  fmt::format("`stale_cache` answers from the callee's cache, and {} has none: give it `data` with a `cache`, or write "
                              "`fixed_answer`",
                              call.service));
}

void check_cassandra(const Scenario& scenario, const services::ServiceSpec& service, const std::string& at, Checker& checker) {
  using cassandra::Consistency;
  const stores::StoreSpec& store = *service.store;
  checker.require(scenario.regions.size() <= cassandra::datacenters_max, at,
                  fmt::format("a cluster of Cassandra spans {} regions at most", cassandra::datacenters_max));
  int all_copies = 0;
  bool two_in_a_region = false;
  for (const places::RegionSpec& region : scenario.regions) {
    const int nodes = service.instances_in(region), copies = store.copies_in(region.zones);
    all_copies += copies;
    two_in_a_region = two_in_a_region || copies == 2;
    checker.require(copies <= nodes, at + ".replicas",
                    fmt::format("{} copies in each region need as many nodes, and {} has {}", copies, region.name, nodes));
  }
  checker.require(!is_serial(store.write_level), at + ".write_level",
                  "replicas do not agree on plain writes: `serial` and `local_serial` are levels of reads, and of `transactions`");
  checker.require(is_serial(store.transactions.level), at + ".transactions.level", "expected `serial` or `local_serial`");
  for (const auto& [level, name] : {std::pair(store.read_level, "read_level"), std::pair(store.write_level, "write_level")}) {
    const bool spans = level == Consistency::quorum || level == Consistency::each_quorum;
    if (spans && scenario.regions.size() == 1) {
      checker.warning(fmt::format("{}.{}", at, name), "of one region this is what `local_quorum` is");
    }
    const bool of_each_region = level == Consistency::local_quorum || level == Consistency::each_quorum;
    if ((of_each_region && two_in_a_region) || (level == Consistency::quorum && all_copies == 2)) {
      checker.warning(fmt::format("{}.{}", at, name),
                      "a quorum of 2 copies is both: no node can be lost. It takes 3 `replicas` to bear that");
    }
  }
}

void check_index(const Scenario& scenario, const services::ServiceSpec& service, const std::string& at, Checker& checker) {
  const elasticsearch::ElasticsearchSpec index = service.store->elasticsearch.value_or(elasticsearch::ElasticsearchSpec{});
  for (const places::RegionSpec& region : scenario.regions) {
    const int nodes = service.instances_in(region);
    if (index.replicas < nodes) continue;
    checker.warning(
        at + ".elasticsearch.replicas",
        fmt::format("a primary and {} replicas of each shard need as many nodes, and {} has {}: the index is yellow all the time",
                    index.replicas, region.name, nodes));
  }
}

void check_file_system(const Scenario& scenario, const services::ServiceSpec& service, const std::string& at, Checker& checker) {
  const hdfs::HdfsSpec files = service.store->hdfs.value_or(hdfs::HdfsSpec{});
  for (const places::RegionSpec& region : scenario.regions) {
    const int nodes = service.instances_in(region);
    checker.require(
        files.replication.replicas <= nodes, at + ".hdfs.replication.replicas",
        fmt::format("{} replicas of a block need as many DataNodes, and {} has {}", files.replication.replicas, region.name, nodes));
    const double blocks = files.stored / files.block * nodes / files.replication.replicas;
    checker.require(blocks <= 1e5, at + ".hdfs.stored",
                    fmt::format("these are {:.0f} blocks in {}, more than 100,000, which a run follows one by one", blocks, region.name));
  }
}

void check_store(const Scenario& scenario, const std::string& name, Checker& checker) {
  const services::ServiceSpec& service = scenario.services.at(name);
  const std::string at = fmt::format("services.{}.store", name);
  const stores::StoreSpec& store = *service.store;
  const stores::CassandraSpec& said = store;
  checker.require(store.kind == stores::StoreKind::cassandra || language::canonical(said) == language::canonical(stores::CassandraSpec{}),
                  at,
                  fmt::format("keys of Cassandra, such as `replicas` and `read_level`, say nothing of a store of kind {}: leave them out",
                              name_of(store.kind)));
  switch (store.kind) {
    case stores::StoreKind::cassandra: check_cassandra(scenario, service, at, checker); break;
    case stores::StoreKind::elasticsearch: check_index(scenario, service, at, checker); break;
    case stores::StoreKind::hdfs: check_file_system(scenario, service, at, checker); break;
    case stores::StoreKind::mysql: check_mysql(scenario, name, checker); break;
    case stores::StoreKind::dynamodb: check_dynamodb(scenario, name, checker); break;
    case stores::StoreKind::s3: break;
  }
}

void check_no_misses(const services::ServiceSpec& service, const std::string& at, Checker& checker) {
  for (std::size_t i = 0; i < service.calls.size(); ++i) {
    checker.require(!service.calls[i].on_miss, fmt::format("{}.calls[{}].on_miss", at, i),
                    "the service has no `data` that its cache could miss: leave this out, or say `data: {cache: …}`");
  }
}

// A store has the data, or whoever is called for what the cache does not have.
void check_owner(const services::ServiceSpec& service, const std::string& at, Checker& checker) {
  const bool has_store = !service.data->store.empty();
  bool asks_on_miss = false;
  for (std::size_t i = 0; i < service.calls.size(); ++i) {
    if (!service.calls[i].on_miss) continue;
    asks_on_miss = true;
    checker.require(!has_store, fmt::format("{}.calls[{}].on_miss", at, i),
                    "the data have a store, which is asked after a miss: leave one out");
  }
  checker.require(has_store || asks_on_miss, at + ".data", "data need a store that owns them, or a call that is made `on_miss` of a cache");
  if (has_store || !asks_on_miss) return;
  checker.require(!service.data->cache.empty(), at + ".data.cache", "calls are made `on_miss` of a cache: name it");
  checker.require(service.data->items == 1, at + ".data.items", "who is called `on_miss` answers with one item: leave this out");
  checker.require(service.data->writes.value() == 0, at + ".data.writes", "nobody takes writes where there is no store: say `writes: 0 %`");
}

}  // namespace

void check_services(const Scenario& scenario, Checker& checker) {
  if (const auto cycle = services::CallGraph(scenario.services).cycle()) {
    checker.error("services", fmt::format("services call each other in a circle: {}; a request would never end", *cycle));
  }
  for (const auto& [name, service] : scenario.services) {
    const std::string at = fmt::format("services.{}", name);
    check_commands(service.calls, at, checker);
    for (std::size_t i = 0; i < service.calls.size(); ++i)
      check_fallback(scenario, service.calls[i], fmt::format("{}.calls[{}]", at, i), checker);
    const Duration between_pauses = service.garbage_collection.interval;
    checker.require(between_pauses == Duration{0} || between_pauses >= 1ms, at + ".garbage_collection.interval",
                    "pauses more often than every millisecond would be all that happens; `0 s` is no pauses");
    if (service.role == services::Role::playback_apps || service.role == services::Role::steering) {
      checker.require(
          scenario.members.has_value(), at + ".role",
          "this role decides on the plays of members, and the scenario has no `members`; without them it would have to be `generic`");
    }
    if (service.store) check_store(scenario, name, checker);
    if (!service.data) {
      check_no_misses(service, at, checker);
      continue;
    }
    const auto cache = scenario.services.find(service.data->cache), store = scenario.services.find(service.data->store);
    checker.require(cache == scenario.services.end() || cache->second.cache, at + ".data.cache",
                    fmt::format("{} is no cache; it would have to say `cache: {{}}`", service.data->cache));
    checker.require(store == scenario.services.end() || store->second.store, at + ".data.store",
                    fmt::format("{} is no store; it would have to say `store: {{}}`", service.data->store));
    check_owner(service, at, checker);
    const bool agrees =
        store == scenario.services.end() || !store->second.store || store->second.store->kind == stores::StoreKind::cassandra;
    checker.require(service.data->transactions == Fraction{0} || agrees, at + ".data.transactions",
                    fmt::format("{} is no Cassandra: its replicas do not agree on an item", service.data->store));
  }
}

void check_expected_outcome(const Scenario& scenario, Checker& checker) {
  if (!scenario.expects) return;
  std::vector<std::string> judged;
  for (const Tolerance& tolerance : scenario.steady_state_hypothesis.tolerances) judged.push_back(tolerance.kpi);
  for (const Tolerance& tolerance : scenario.slos) judged.push_back(tolerance.kpi);
  const std::vector<std::string>& broken = scenario.expects->broken;
  checker.require(!broken.empty(), "expects.broken", "expected the KPI of a tolerance; without `expects` all of them hold");
  for (std::size_t i = 0; i < broken.size(); ++i) {
    checker.one_of(fmt::format("expects.broken[{}]", i), broken[i], "KPI with a tolerance in this scenario", judged);
  }
}

void check_load(const Scenario& scenario, Checker& checker) {
  checker.require(scenario.members || !scenario.load.empty() || !scenario.titus.empty() || !scenario.work.empty(), "",
                  "nothing would happen: a scenario has `members`, `load`, `titus` or `work`");
  checker.require(!scenario.members || scenario.open_connect, "members",
                  "members watch from Open Connect, and the scenario has no `open_connect`; `open_connect: {}` takes its defaults");
  checker.require(scenario.members || !scenario.open_connect, "open_connect",
                  "appliances serve members, and the scenario has no `members`");
  bool through_edge = scenario.members.has_value();
  for (const auto& [name, service] : scenario.services) through_edge |= service.gateway.has_value();
  for (const auto& [name, workload] : scenario.load) through_edge |= workload.entry == workload::Entry::edge;
  const auto gateway = scenario.services.find(scenario.edge.gateway);
  if (gateway == scenario.services.end()) {
    if (through_edge) checker.name("edge.gateway", scenario.edge.gateway, "service");
    return;
  }
  checker.require(gateway->second.gateway.has_value(), "edge.gateway",
                  fmt::format("{} is no gateway; it would have to say `gateway: {{origins: [{{service: ...}}]}}`", scenario.edge.gateway));
  const auto is_origin = [origins = gateway->second.origins()](const std::string& target) {
    return std::any_of(origins.begin(), origins.end(), [&](const services::GatewayOriginSpec& origin) { return origin.service == target; });
  };
  for (std::size_t i = 0; i < scenario.edge.routes.size(); ++i) {
    const zuul::RouteProperties& route = scenario.edge.routes[i];
    checker.require(is_origin(route.service), fmt::format("edge.routes[{}].service", i),
                    fmt::format("{} is no origin of the gateway {}", route.service, scenario.edge.gateway));
  }
  for (const auto& [name, workload] : scenario.load) {
    const std::string& target = workload.target;
    const bool routed = is_origin(target);
    checker.require(workload.entry != workload::Entry::edge || routed, fmt::format("load.{}.target", name),
                    fmt::format("the gateway {} proxies to its `origins`, and {} is none of them", scenario.edge.gateway, target));
  }
}

void check_windows(const ClockSpec& clock, Checker& checker) {
  constexpr double windows_max = 1e5;
  const Duration whole = clock.warm_up + clock.lasts;
  const double windows = whole / clock.window;
  checker.require(clock.window <= clock.lasts, "clock.window", "a window is longer than the run");
  checker.require(
      windows <= windows_max, "clock.window",
      fmt::format("`window` of {:g} s in a `warm_up` and `lasts` of {:g} s together make {:.0f} points of every series; at most "
                  "{:.0f}: a `window` of {:g} s or more",
                  in_seconds(clock.window), in_seconds(whole), windows, windows_max, in_seconds(whole) / windows_max));
}

}  // namespace streamtwin
