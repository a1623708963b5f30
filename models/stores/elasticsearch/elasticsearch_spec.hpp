// An index of Elasticsearch as a scenario describes it.
#pragma once

#include <array>

#include "models/stores/elasticsearch/allocation.hpp"
#include "models/stores/elasticsearch/fault_detection.hpp"
#include "models/stores/elasticsearch/pools.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elasticsearch {

/// What a read of the store is.
enum class Reads : std::uint8_t { search, get };

/// A cluster in each region, of the store's instances there, with one index.
struct ElasticsearchSpec {
  int shards = 5;
  int replicas = 1;
  Reads reads = Reads::search;
  int hits = 10;
  Duration refresh_interval = 1s;
  bool adaptive_replica_selection = true;
  int shard_requests = 5;
  bool partial_results = true;
  Bytes shard{5e9};
  PoolProperties pools;
  CheckProperties fault_detection;
  AllocationProperties allocation;
  Duration request_timeout = 30s;
  Duration connect_timeout = 1s;
  Duration write_timeout = 1min;

  void check(Checker& checker) const {
    checker.require(write_timeout >= fault_detection.interval, "write_timeout",
                    "a write has to wait for longer than the `interval` of `fault_detection`, or none outlives the loss of its primary");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.shards, {.name = "shards",
                        .doc = "Primary shards, over which documents are spread by the hash of their ids",
                        .source = "elastic/elasticsearch index.number_of_shards: 5 before 7.0, 1 since",
                        .min = 1,
                        .max = 1024});
    visit(self.replicas, {.name = "replicas",
                          .doc = "Further copies of each shard, in other zones as far as that can be",
                          .source = "elastic/elasticsearch index.number_of_replicas",
                          .min = 0,
                          .max = 9});
    visit(self.reads, {.name = "reads", .doc = "What a read is", .source = "Netflix keeps in Elasticsearch what is searched"});
    visit(self.hits, {.name = "hits",
                      .doc = "Documents that a search returns: they are fetched from the shards that have them, drawn at random",
                      .source = "elastic/elasticsearch SearchService DEFAULT_SIZE",
                      .min = 1,
                      .max = 10000});
    visit(self.refresh_interval, {.name = "refresh_interval",
                                  .doc = "How often each copy makes visible to searches what was written",
                                  .source = "elastic/elasticsearch index.refresh_interval",
                                  .min = 1e-3,
                                  .max = 86400});
    visit(self.adaptive_replica_selection,
          {.name = "adaptive_replica_selection",
           .doc = "Whether a coordinator asks the copy that has answered best of late, or all of them in turn",
           .source = "elastic/elasticsearch cluster.routing.use_adaptive_replica_selection: on since 7.0"});
    visit(self.shard_requests, {.name = "shard_requests",
                                .doc = "Shards that a search asks one node for at a time",
                                .source = "elastic/elasticsearch max_concurrent_shard_requests: from memory",
                                .min = 1,
                                .max = 1024});
    visit(self.partial_results, {.name = "partial_results",
                                 .doc = "Whether a search of which some shards fail is answered with what the others have found",
                                 .source = "elastic/elasticsearch search.default_allow_partial_results"});
    visit(self.shard, {.name = "shard",
                       .doc = "Size of a shard, which is what a copy that is made anew has to be sent",
                       .source = assumption,
                       .min = 0,
                       .max = 1e13});
    visit(self.pools, {.name = "pools", .doc = "What a node takes at once"});
    visit(self.fault_detection, {.name = "fault_detection", .doc = "When the master takes a silent node for lost"});
    visit(self.allocation, {.name = "allocation", .doc = "What becomes of the copies of a node that has left"});
    visit(self.request_timeout, {.name = "request_timeout",
                                 .doc = "How long a client waits for an answer before it asks another node",
                                 .source = "elastic/elasticsearch client RestClientBuilder DEFAULT_SOCKET_TIMEOUT_MILLIS",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "How long it waits for the connection to a machine that is silent",
                                 .source = "elastic/elasticsearch client RestClientBuilder DEFAULT_CONNECT_TIMEOUT_MILLIS",
                                 .min = 1e-3,
                                 .max = 600});
    visit(self.write_timeout, {.name = "write_timeout",
                               .doc = "How long a write waits for a primary",
                               .source = "elastic/elasticsearch ReplicationRequest DEFAULT_TIMEOUT",
                               .min = 1e-3,
                               .max = 3600});
  }
};

}  // namespace streamtwin::elasticsearch

namespace streamtwin {
template <>
inline constexpr auto enum_names<elasticsearch::Reads> = std::to_array<EnumName<elasticsearch::Reads>>({
    {elasticsearch::Reads::search, "search", "A search over all shards: what has been written is found after the next refresh"},
    {elasticsearch::Reads::get, "get", "A document by its id, of one shard, as it was written last"},
});
}  // namespace streamtwin
