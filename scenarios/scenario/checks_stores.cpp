// What must hold of databases: their servers, and what their clients ask of them.
#include <fmt/format.h>

#include "scenarios/scenario/checks.hpp"

namespace streamtwin {
namespace {

int instances_of_clients(const Scenario& scenario, const std::string& store) {
  int all = 0;
  for (const auto& [name, service] : scenario.services) {
    if (!service.data || service.data->store != store) continue;
    for (const places::RegionSpec& region : scenario.regions) all += service.instances_in(region);
  }
  return all;
}

}  // namespace

void check_mysql(const Scenario& scenario, const std::string& name, Checker& checker) {
  const services::ServiceSpec& service = scenario.services.at(name);
  const mysql::MysqlSpec spec = service.store->mysql.value_or(mysql::MysqlSpec{});
  const std::string at = fmt::format("services.{}.store.mysql", name);
  int servers = 0;
  for (const places::RegionSpec& region : scenario.regions) {
    for (int z = 0; z < region.zones; ++z) {
      const std::string zone = places::name_of_zone(region.name, z);
      const int here = service.instances_in(region.name, zone);
      checker.require(spec.shards <= here, at + ".shards",
                      fmt::format("each zone has a server of each of {} clusters, and {} has {} instances", spec.shards, zone, here));
      servers += here / spec.shards;
    }
  }
  if (servers == 1) return checker.warning(at, "there is no replica: nothing takes the primary's place when it is lost");
  checker.require(spec.replication == mysql::Replication::async || spec.semi_sync.acks < servers, at + ".semi_sync.acks",
                  fmt::format("a commit waits for {} replicas, and a cluster has {}", spec.semi_sync.acks, servers - 1));
  const int clients = instances_of_clients(scenario, name), connections = clients * spec.pool.size;
  if (connections > spec.connections_max) {
    checker.warning(at + ".connections_max",
                    fmt::format("{} instances of clients may open {} connections to a primary that takes {}: what comes then waits for one "
                                "that is free",
                                clients, connections, spec.connections_max));
  }
}

void check_dynamodb(const Scenario& scenario, const std::string& name, Checker& checker) {
  const services::ServiceSpec& service = scenario.services.at(name);
  for (const places::RegionSpec& region : scenario.regions) {
    if (service.instances_in(region) >= 3) continue;
    checker.warning(fmt::format("services.{}.store", name),
                    fmt::format("{} has {} storage nodes for three copies of a partition: no node can be lost", region.name,
                                service.instances_in(region)));
  }
}

}  // namespace streamtwin
