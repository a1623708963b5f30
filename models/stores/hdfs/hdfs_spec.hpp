// A file system of HDFS as a scenario describes it.
#pragma once

#include "models/stores/hdfs/name_node.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::hdfs {

/// One or two NameNodes, of which one serves.
struct NameNodeSpec {
  bool standby = true;
  Duration session_timeout = 10s;
  Duration load_time = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.standby, {.name = "standby",
                         .doc = "Whether a second NameNode, in another zone where there is one, takes over from one that is lost",
                         .source = "HDFS high availability, apache/hadoop 2.0"});
    visit(self.session_timeout, {.name = "session_timeout",
                                 .doc = "How long ZooKeeper waits for the one that serves before the other takes over",
                                 .source = "apache/hadoop ha.zookeeper.session-timeout.ms: from memory",
                                 .min = 0.1,
                                 .max = 600});
    visit(self.load_time, {.name = "load_time",
                           .doc = "How long one that has restarted reads its image before DataNodes can report to it",
                           .source = assumption,
                           .min = 0,
                           .max = 86400});
  }
};

/// How clients try again.
struct HdfsClientSpec {
  Duration connect_timeout = 20s;
  Duration socket_timeout = 60s;
  Duration timeout_extension = 5s;
  int attempts = 15;
  Duration sleep_base = 500ms;
  Duration sleep_max = 15s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "How long one waits for a NameNode that is silent",
                                 .source = "apache/hadoop ipc.client.connect.timeout: from memory",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.socket_timeout, {.name = "socket_timeout",
                                .doc = "How long one waits for a DataNode before it takes the next replica",
                                .source = "apache/hadoop dfs.client.socket-timeout",
                                .min = 1e-3,
                                .max = 3600});
    visit(self.timeout_extension, {.name = "timeout_extension",
                                   .doc = "How much longer for each DataNode behind that in a pipeline",
                                   .source = "apache/hadoop HdfsConstants READ_TIMEOUT_EXTENSION",
                                   .min = 0,
                                   .max = 600});
    visit(self.attempts, {.name = "attempts",
                          .doc = "Tries at NameNodes, in turn",
                          .source = "apache/hadoop dfs.client.failover.max.attempts",
                          .min = 1,
                          .max = 1000});
    visit(self.sleep_base, {.name = "sleep_base",
                            .doc = "Wait between these, which doubles; half of it to one and a half times, at random",
                            .source = "apache/hadoop dfs.client.failover.sleep.base.millis",
                            .min = 1e-3,
                            .max = 600});
    visit(self.sleep_max, {.name = "sleep_max",
                           .doc = "Longest wait between them",
                           .source = "apache/hadoop dfs.client.failover.sleep.max.millis",
                           .min = 1e-3,
                           .max = 3600});
  }
};

/// A file system in each region, of the store's instances there: all of them are DataNodes, their zones are the racks, and the first
/// instance of the first zone is the NameNode, too.
struct HdfsSpec {
  Bytes stored{50e9};
  Bytes block{128.0 * 1024 * 1024};
  Bytes throughput{100e6};
  HeartbeatProperties heartbeats;
  ReplicationProperties replication;
  SafemodeProperties safemode;
  NameNodeSpec name_node;
  HdfsClientSpec client;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.stored,
          {.name = "stored", .doc = "What a DataNode keeps as the run begins, in blocks", .source = assumption, .min = 1e6, .max = 1e14});
    visit(self.block,
          {.name = "block", .doc = "Size of a block", .source = "apache/hadoop dfs.blocksize: from memory", .min = 1e6, .max = 1e12});
    visit(self.throughput, {.name = "throughput",
                            .doc = "Bytes per second that a DataNode reads or writes, for all that it does",
                            .source = assumption,
                            .min = 1e3,
                            .max = 1e12});
    visit(self.heartbeats, {.name = "heartbeats", .doc = "When a DataNode is taken for stale, and for dead"});
    visit(self.replication, {.name = "replication", .doc = "How many replicas there are, and how fast those that are lost are made anew"});
    visit(self.safemode, {.name = "safemode", .doc = "When a NameNode that has restarted takes writes"});
    visit(self.name_node, {.name = "name_node", .doc = "What becomes of the NameNode when it is lost"});
    visit(self.client, {.name = "client", .doc = "How clients try again"});
  }
};

}  // namespace streamtwin::hdfs
