// An index of Elasticsearch as a store of a run: any node coordinates what a client asks it. A write goes to the primary of the document's
// shard, and from there to all copies in sync before it is acknowledged; a search asks one copy of each shard, fetches the best hits from
// those that have them, and is as fast as the slowest of both.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/stores/acknowledged.hpp"
#include "models/stores/elasticsearch/cluster.hpp"
#include "models/stores/elasticsearch/rest_client.hpp"
#include "models/stores/store.hpp"
#include "sim-core/random.hpp"
#include "sim-core/servers/semaphore.hpp"

namespace streamtwin::elasticsearch {

class Index final : public stores::Store {
 public:
  Index(rpc::Network& network, const ElasticsearchSpec& spec, const rpc::Service& service, Recorder& recorder);

  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) override;
  void start() override;
  void started(rpc::Instance& self) override {
    if (running_) cluster_of(self.zone).started(self);
  }
  void stopped(const rpc::Instance& self) override {
    if (running_) cluster_of(self.zone).stopped(self);
  }

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  bool screens() const override { return true; }
  bool admits(rpc::Instance& self, const rpc::Envelope& request) override;

  /// Of the slots that the service has when it is first asked.
  Cluster& cluster_of(ZoneIndex zone);

 private:
  enum class Step : std::uint8_t { read, write, query, fetch, get, write_primary, write_replica };
  struct Message {
    std::uint64_t id = 0;
    Version version = never_written;
    float bytes = 0;
    std::uint16_t shard = 0;
    Step step = Step::read;
  };
  /// What a copy tells besides what it has found.
  struct Found {
    Version version = never_written;
    Duration service{0};
    int queue = 0;
  };
  struct NodeState;
  struct Phase;
  static NodeState& state_of(const rpc::Instance& self);
  static Pool* pool_of(NodeState& state, Step step);

  // What a client does.
  RestClient& client_of(const rpc::Instance& client);

  // A coordinator.
  Task<> read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> gather(rpc::Instance& self, std::shared_ptr<Phase> phase, Step step, const rpc::Envelope& request);
  Task<> ask_copies(rpc::Instance& self, std::shared_ptr<Phase> phase, std::size_t part, Step step, rpc::Envelope request);
  std::shared_ptr<Phase> query_of(rpc::Instance& self, std::uint64_t id, Instant deadline);
  std::shared_ptr<Phase> fetch_of(rpc::Instance& self, const Phase& query);
  void judge(stores::Acknowledged::Write known, Version found, Instant began);

  // A copy.
  void tell(rpc::Instance& self, const Message& asked, rpc::Reply& reply);
  Task<> write_primary(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);

  rpc::Network& network_;
  const ElasticsearchSpec spec_;
  const rpc::Service& service_;
  Measures measures_;
  bool running_ = false;                                ///< until then all nodes are there, and in sync
  std::vector<stores::Acknowledged> acknowledged_;      ///< by region
  std::unordered_map<InstanceId, RestClient> clients_;  ///< looked up only
  std::vector<std::unique_ptr<Cluster>> clusters_;      ///< by region
};

}  // namespace streamtwin::elasticsearch
