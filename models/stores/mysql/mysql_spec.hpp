// A MySQL database as a scenario describes it: a primary with replicas, who replaces it, and how its clients connect.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::mysql {

enum class Replication : std::uint8_t { async, semi_sync };
/// When what is committed is on the disk.
enum class Flush : std::uint8_t { at_commit, written_at_commit, each_second };
/// Whom clients read from.
enum class ReadFrom : std::uint8_t { primary, replicas };

struct SemiSyncProperties {
  int acks = 1;
  Duration timeout = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.acks, {.name = "acks",
                      .doc = "How many replicas must have received a transaction before its client is told",
                      .source = "mysql-server rpl_semi_sync_source_wait_for_replica_count",
                      .min = 1,
                      .max = 10});
    visit(self.timeout, {.name = "timeout",
                         .doc = "Longest wait for them; after that the primary goes on without, until they have caught up",
                         .source = "mysql-server rpl_semi_sync_source_timeout",
                         .min = 1e-3,
                         .max = 86400});
  }
};

struct OrchestratorProperties {
  bool enabled = true;
  Duration analysis_interval = 1s;
  Duration poll_interval = 5s;
  Duration recovery_block = 1h;
  Duration promotion = 3s;
  Duration publication_least = 2s;
  Duration publication_most = 3s;

  void check(Checker& checker) const {
    checker.require(publication_least <= publication_most, "publication_least", "this is above `publication_most`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled,
          {.name = "enabled", .doc = "Whether another one is made the primary when it is lost", .source = "openark/orchestrator"});
    visit(self.analysis_interval, {.name = "analysis_interval",
                                   .doc = "How often it looks at what it knows of each cluster",
                                   .source = "openark/orchestrator docs/configuration-failure-detection.md",
                                   .min = 0.1,
                                   .max = 3600});
    visit(self.poll_interval, {.name = "poll_interval",
                               .doc = "How often it asks each server",
                               .source = "openark/orchestrator InstancePollSeconds",
                               .min = 0.1,
                               .max = 3600});
    visit(self.recovery_block, {.name = "recovery_block",
                                .doc = "For so long after a recovery there is no other one of the same cluster",
                                .source = "openark/orchestrator RecoveryPeriodBlockSeconds",
                                .min = 0,
                                .max = 864000});
    visit(self.promotion, {.name = "promotion",
                           .doc = "From the decision until the replicas follow a new primary",
                           .source = "assumption: with its detection and publication 10 to 13 s in all, as github.blog 2018-06-20 has it",
                           .min = 0,
                           .max = 3600});
    visit(self.publication_least, {.name = "publication_least",
                                   .doc = "From then on until clients know where it is, at least",
                                   .source = "as `promotion`: assumption",
                                   .min = 0,
                                   .max = 3600});
    visit(self.publication_most,
          {.name = "publication_most", .doc = "The same, at most", .source = "as `promotion`: assumption", .min = 0, .max = 3600});
  }
};

struct ConnectionPoolProperties {
  int size = 10;
  Duration acquire_timeout = 30s;
  Duration lifetime = 30min;
  Duration socket_timeout{924.6};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.size, {.name = "size",
                      .doc = "Connections of an instance of a client, to the primary and as many to a replica",
                      .source = "brettwooldridge/HikariCP maximumPoolSize",
                      .min = 1,
                      .max = 10000});
    visit(self.acquire_timeout, {.name = "acquire_timeout",
                                 .doc = "Longest wait for one that is free and connected",
                                 .source = "brettwooldridge/HikariCP connectionTimeout",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.lifetime, {.name = "lifetime",
                          .doc = "How old a connection gets",
                          .source = "brettwooldridge/HikariCP maxLifetime",
                          .min = 1,
                          .max = 864000});
    visit(self.socket_timeout, {.name = "socket_timeout",
                                .doc = "Longest wait for an answer, all the while the connection is taken; the driver itself waits for "
                                       "ever, and so until TCP gives up",
                                .source = "mysql-connector-j socketTimeout 0; Linux tcp_retries2 15: 924.6 s",
                                .min = 1e-3,
                                .max = 86400});
  }
};

struct MysqlSpec {
  int shards = 1;
  std::string primary_region;
  Replication replication = Replication::async;
  SemiSyncProperties semi_sync;
  Flush flush = Flush::at_commit;
  Duration flush_time = 1ms;
  int applier_threads = 4;
  Duration apply_time = 500us;
  Duration net_timeout = 4s;
  Duration reconnect_interval = 1s;
  Duration restore_time = 600s;
  OrchestratorProperties orchestrator;
  ReadFrom read_from = ReadFrom::replicas;
  ConnectionPoolProperties pool;
  int connections_max = 151;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.shards, {.name = "shards",
                        .doc = "Clusters between which the items are divided, each of one server of so many in every zone",
                        .source = assumption,
                        .min = 1,
                        .max = 1000});
    visit(self.primary_region,
          {.name = "primary_region", .doc = "Where the primaries are as the run begins; in the first region if empty", .names = "region"});
    visit(self.replication,
          {.name = "replication", .doc = "What a commit waits for besides the disk", .source = "MySQL 8.0 reference manual 17.2, 17.4.10"});
    visit(self.semi_sync, {.name = "semi_sync", .doc = "With `replication: semi_sync`"});
    visit(self.flush, {.name = "flush",
                       .doc = "When a commit is on the primary's disk: what is not is lost with it",
                       .source = "mysql-server innodb_flush_log_at_trx_commit 1, sync_binlog 1"});
    visit(self.flush_time, {.name = "flush_time",
                            .doc = "What syncing redo log and binary log takes, of all transactions together that wait for it",
                            .source = "0.5 to 2 ms of an SSD: assumption",
                            .min = 0,
                            .max = 10});
    visit(self.applier_threads, {.name = "applier_threads",
                                 .doc = "Threads with which a replica applies what it has received, in the primary's order",
                                 .source = "mysql-server replica_parallel_workers: 4 since 8.0.27, one before",
                                 .min = 1,
                                 .max = 1024});
    visit(self.apply_time,
          {.name = "apply_time", .doc = "What applying a transaction takes one of them", .source = assumption, .min = 0, .max = 60});
    visit(self.net_timeout, {.name = "net_timeout",
                             .doc = "After so long without a word of its primary a replica takes its connection for broken",
                             .source = "openark/orchestrator docs/configuration-failure-detection.md: 4 s; replica_net_timeout itself 60 s",
                             .min = 0.1,
                             .max = 3600});
    visit(self.reconnect_interval, {.name = "reconnect_interval",
                                    .doc = "How often it then tries to connect, and otherwise sees whether it is connected",
                                    .source = "openark/orchestrator docs/configuration-failure-detection.md: MASTER_CONNECT_RETRY 1 s",
                                    .min = 0.1,
                                    .max = 3600});
    visit(self.restore_time, {.name = "restore_time",
                              .doc = "What restoring a backup takes on the machine that takes the place of one that is lost",
                              .source = assumption,
                              .min = 0,
                              .max = 864000});
    visit(self.orchestrator, {.name = "orchestrator", .doc = "Who finds a primary dead and puts another one in its place"});
    visit(self.read_from, {.name = "read_from",
                           .doc = "Where clients read; what they have just written a replica may not have yet",
                           .source = "read/write split as sysown/proxysql does it"});
    visit(self.pool, {.name = "pool", .doc = "Connections that each instance of a client keeps"});
    visit(self.connections_max, {.name = "connections_max",
                                 .doc = "Connections that a server takes, of all clients together",
                                 .source = "mysql-server max_connections",
                                 .min = 1,
                                 .max = 100000});
  }
};

}  // namespace streamtwin::mysql

namespace streamtwin {
template <>
inline constexpr auto enum_names<mysql::Replication> = std::to_array<EnumName<mysql::Replication>>({
    {mysql::Replication::async, "async", "nobody: what has not been shipped when it is lost is lost with it"},
    {mysql::Replication::semi_sync, "semi_sync", "replicas that have received it, as `semi_sync` says"},
});
template <>
inline constexpr auto enum_names<mysql::Flush> = std::to_array<EnumName<mysql::Flush>>({
    {mysql::Flush::at_commit, "at_commit", "before its client is told"},
    {mysql::Flush::written_at_commit, "written_at_commit",
     "once a second; until then the operating system has it, and a machine that crashes loses it"},
    {mysql::Flush::each_second, "each_second", "once a second; until then the process has it, and loses it when it crashes"},
});
template <>
inline constexpr auto enum_names<mysql::ReadFrom> = std::to_array<EnumName<mysql::ReadFrom>>({
    {mysql::ReadFrom::primary, "primary", "from the primary, wherever that is"},
    {mysql::ReadFrom::replicas, "replicas", "from the nearest replica of the region, or, where there is none, the primary"},
});
}  // namespace streamtwin
