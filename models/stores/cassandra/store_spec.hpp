// How a store keeps its copies, as a scenario describes it.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::stores {

/// Replication of a store: apache/cassandra NetworkTopologyStrategy with LOCAL_QUORUM.
struct StoreSpec {
  int replicas = 3;
  Duration request_timeout = 2s;
  Duration speculative_retry = 50ms;
  Fraction disk{0.5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.replicas, {.name = "replicas",
                          .doc = "Copies of an item in each region, one to a zone",
                          .source = "apache/cassandra NetworkTopologyStrategy, replication factor 3 over 3 zones",
                          .min = 1,
                          .max = 9});
    visit(self.request_timeout, {.name = "request_timeout",
                                 .doc = "Longest wait for a replica",
                                 .source = "apache/cassandra Config: write 2 s (read 5 s)",
                                 .min = 1e-3,
                                 .max = 60});
    visit(self.speculative_retry, {.name = "speculative_retry",
                                   .doc = "Wait for one replica before another is asked, too",
                                   .source = "apache/cassandra: 99th percentile of the table; a fixed time is an assumption",
                                   .min = 1e-4,
                                   .max = 60});
    visit(self.disk, {.name = "disk",
                      .doc = "Part of a node's work on a request in which it waits for its disk, which a slow one makes longer",
                      .source = assumption,
                      .min = 0,
                      .max = 1});
  }
};

}  // namespace streamtwin::stores
