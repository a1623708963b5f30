#include "models/stores/elasticsearch/index.hpp"

#include <algorithm>

#include "models/stores/elasticsearch/node_state.hpp"
#include "models/stores/elasticsearch/routing.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::elasticsearch {

Index::NodeState& Index::state_of(const rpc::Instance& self) { return static_cast<NodeState&>(*self.state); }

Index::Index(rpc::Network& network, const ElasticsearchSpec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network),
      spec_(spec),
      service_(service),
      measures_(recorder, "stores." + service.name + "."),
      acknowledged_(network.geography.regions()),
      clusters_(network.geography.regions()) {}

Cluster& Index::cluster_of(ZoneIndex zone) {
  const RegionIndex region = network_.geography.region_of(zone);
  std::unique_ptr<Cluster>& cluster = clusters_[region];
  if (!cluster) cluster = std::make_unique<Cluster>(network_, service_, spec_, region, measures_);
  return *cluster;
}

void Index::start() {
  running_ = true;
  for (std::size_t region = 0; region < clusters_.size(); ++region) {
    cluster_of(network_.geography.first_zone(static_cast<RegionIndex>(region))).start();
  }
}

std::unique_ptr<rpc::HandlerState> Index::make_state(rpc::Instance& self) { return std::make_unique<NodeState>(self, spec_); }

Pool* Index::pool_of(NodeState& state, Step step) {
  switch (step) {
    case Step::query:
    case Step::fetch: return &state.searches;
    case Step::get: return &state.gets;
    case Step::write_primary: return &state.writes;
    // Coordinators wait without a thread, and what a primary has taken its copies take, too.
    case Step::read:
    case Step::write:
    case Step::write_replica: break;
  }
  return nullptr;
}

bool Index::admits(rpc::Instance& self, const rpc::Envelope& request) {
  if (!self.state) return true;
  Pool* const pool = pool_of(state_of(self), request.body.as<Message>().step);
  if (pool == nullptr || pool->enter(static_cast<int>(self.execution.taken_up()))) return true;
  ++measures_.rejected;
  return false;
}

Task<> Index::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Message>();
  NodeState& state = state_of(self);
  if (Pool* const pool = pool_of(state, asked.step)) {
    pool->leave();
    state.has_worked(self.execution.worked());
  }
  switch (asked.step) {
    case Step::read: return read(self, request, reply);
    case Step::write: return write(self, request, reply);
    case Step::write_primary: return write_primary(self, request, reply);
    case Step::query:
    case Step::fetch:
    case Step::get: tell(self, asked, reply); break;
    case Step::write_replica: {
      Cluster& cluster = cluster_of(self.zone);
      cluster.copy(cluster.index_of(self), asked.shard).write(asked.id, asked.version, now());
      break;
    }
  }
  return {};
}

void Index::tell(rpc::Instance& self, const Message& asked, rpc::Reply& reply) {
  Cluster& cluster = cluster_of(self.zone);
  NodeState& state = state_of(self);
  const Searchable& copy = cluster.copy(cluster.index_of(self), asked.shard);
  reply.enclosed = rpc::Enclosure(Found{.version = asked.step == Step::get ? copy.get(asked.id) : copy.search(asked.id, now()),
                                        .service = state.service(),
                                        .queue = state.searches.queued()});
}

RestClient& Index::client_of(const rpc::Instance& client) {
  return clients_.try_emplace(client.id, cluster_of(client.zone).nodes()).first->second;
}

Task<rpc::Reply> Index::request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  Cluster& cluster = cluster_of(client.zone);
  request.body = Message{
      .id = item.key, .version = item.version, .bytes = item.bytes, .step = item.access == stores::Access::read ? Step::read : Step::write};
  const Instant patient = now() + spec_.request_timeout;
  for (std::size_t tries = 0; tries < cluster.nodes() && now() < patient; ++tries) {
    const NodeIndex node = client_of(client).next(now());
    rpc::Instance* const there = cluster.instance(node);
    const bool connects = there != nullptr && there->alive() && network_.way(client.zone, cluster.zone(node)).connects();
    if (!connects) {
      if (!cluster.refuses(node)) co_await delay(spec_.connect_timeout);
      client_of(client).failed(node, now());
      continue;
    }
    Future<rpc::Reply> answering = network_.ask(client, there, request);
    std::optional<rpc::Reply> answer = co_await answering.within(patient - now());
    if (!answer || answer->status == rpc::Status::reset) {
      client_of(client).failed(node, now());
      continue;
    }
    client_of(client).answered(node);
    co_return *answer;
  }
  co_return rpc::Reply{.status = rpc::Status::timed_out};
}

}  // namespace streamtwin::elasticsearch
