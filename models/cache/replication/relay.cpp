#include "models/cache/replication/relay.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::evcache {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;
using rpc::Status;

Relay::Relay(const RelaySpec& spec, Replicator& replicator, const Cluster& cache, rpc::Network& network, Ledger& ledger, RegionIndex from,
             RegionIndex to, ReplicationMeasures& measures)
    : spec_(spec),
      replicator_(replicator),
      cache_(cache),
      network_(network),
      ledger_(ledger),
      from_(from),
      to_(to),
      measures_(measures),
      cluster_(*replicator.way(from).cluster),
      topic_(*replicator.way(from).topic),
      reader_(cluster_.add_reader(topic_)) {}

void Relay::start() {
  int number = 0;
  for (kafka::LivePartition& partition : topic_.partitions) scope_.spawn_service("a cache's relay", take_on(partition, number++));
}

double Relay::waiting() const {
  double waiting = 0;
  for (const kafka::LivePartition& partition : topic_.partitions)
    waiting += static_cast<double>(partition.log.end() - partition.readers[reader_].position);
  return waiting;
}

// It reads from a task of its leader's zone, and goes on when the other region has answered for what it has read.
Task<> Relay::take_on(kafka::LivePartition& partition, int number) {
  constexpr Bytes fetch{1024.0 * 1024};  // apache/kafka max.partition.fetch.bytes
  const auto zones = network_.geography.zones_of(to_);
  const auto there = static_cast<ZoneIndex>(network_.geography.first_zone(to_) + number % zones);
  for (;;) {
    kafka::Offset& position = partition.readers[reader_].position;
    position = std::max(position, partition.log.start());  // what was not read in time is gone
    const std::optional<ZoneIndex> here = cluster_.readable_at(partition);
    const std::vector<kafka::Extent> extents = here ? partition.log.read(position, fetch) : std::vector<kafka::Extent>{};
    if (extents.empty()) {
      co_await partition.readable.wait();
      continue;
    }
    Batch all = taken(extents, number);
    co_await delay(network_.roads.one_way(*here, *here) * 2 + Duration{static_cast<double>(all.size()) / spec_.rate.value()});
    for (std::size_t next = 0; next < all.size(); next += static_cast<std::size_t>(spec_.batch)) {
      const std::size_t end = std::min(all.size(), next + static_cast<std::size_t>(spec_.batch));
      co_await carry({all.begin() + static_cast<std::ptrdiff_t>(next), all.begin() + static_cast<std::ptrdiff_t>(end)}, *here, there);
    }
    const kafka::Offset end = std::min(extents.back().end(), partition.log.end());
    partition.readers[reader_].position = end;
    cluster_.finish(topic_, partition, reader_, end);
    cluster_.commit(partition, reader_, end);
  }
}

// What has been sent to the brokers twice is taken once.
Relay::Batch Relay::taken(const std::vector<kafka::Extent>& extents, int partition) {
  Batch messages;
  for (const kafka::Extent& extent : extents) {
    for (std::uint32_t i = 0; i < extent.batch.records; ++i) {
      const auto message = replicator_.take(from_, {extent.batch.producer, partition, extent.batch.sequence + i});
      if (message) messages.push_back(*message);
    }
  }
  return messages;
}

Task<> Relay::carry(Batch batch, ZoneIndex here, ZoneIndex there) {
  if (replicator_.mode() == ReplicationMode::values) batch = co_await look_up(std::move(batch), here);
  const Instant given_up = now() + spec_.patience;
  while (!network_.roads.connects(here, there)) {
    if (now() >= given_up) {
      for (const Message& message : batch) give_up(message);
      co_return;
    }
    co_await delay(spec_.round_time_out);
  }
  if (batch.empty()) co_return;
  co_await delay(network_.roads.one_way(here, there));
  co_await apply(batch, there);
  co_await delay(network_.roads.one_way(there, here));
}

// All at once, each from the copy of the relay's own zone, or of another one where that has no such node.
Task<Relay::Batch> Relay::look_up(Batch batch, ZoneIndex here) {
  std::vector<Future<Reply>> values;
  for (const Message& message : batch) {
    auto [promise, value] = make_promise<Reply>();
    values.push_back(std::move(value));
    Envelope request;
    request.body = Request{.key = message.what.key, .operation = Operation::fetch, .writer = Writer::relay};
    if (Instance* const node = node_near(here, message.hash))
      network_.send(*node, network_.way(here, node->zone), request, std::move(promise));
  }
  const Instant until = now() + cache_.properties().read_timeout;
  Batch kept;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::optional<Reply> found = co_await values[i].within(until - now());
    if (passes(batch[i], found)) kept.push_back(batch[i]);
  }
  co_return kept;
}

// By the checksum: what has been set since has a message of its own.
bool Relay::passes(const Message& message, const std::optional<Reply>& found) {
  if (!found || found->status != Status::ok) {
    ++measures_.gone;
    ledger_.given_up(message.what.key, message.what.version, to_);
    return false;
  }
  const auto* const version = found->enclosed.get<Version>();
  if (version != nullptr && *version == message.what.version) return true;
  ++measures_.superseded;
  if (version == nullptr || *version < message.what.version) ledger_.given_up(message.what.key, message.what.version, to_);
  return false;
}

Task<> Relay::apply(const Batch& batch, ZoneIndex there) {
  struct Sent {
    std::size_t message;
    Future<Reply> answer;
  };
  std::vector<Sent> sent;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Envelope request;
    Request what = batch[i].what;
    what.life = Duration{what.life} - (now() - batch[i].written);
    what.operation = replicator_.mode() == ReplicationMode::values ? Operation::set : Operation::remove;
    what.writer = Writer::relay;
    request.body = what;
    for (const ZoneIndex zone : network_.geography.zones_in(to_)) {
      Instance* const node = cache_.instance_of(zone, batch[i].hash);
      if (node == nullptr || !node->alive() || !network_.roads.connects(there, zone)) {
        ledger_.lost(what.key, what.version, zone);
        continue;
      }
      auto [promise, answer] = make_promise<Reply>();
      network_.send(*node, network_.way(there, zone), request, std::move(promise));
      sent.push_back({i, std::move(answer)});
    }
  }
  const Instant until = now() + cache_.properties().operation_timeout;
  std::vector<Duration> lags(batch.size(), Duration{-1});
  for (Sent& one : sent) {
    const std::optional<Reply> done = co_await one.answer.within(until - now());
    if (done && rpc::answered(done->status)) lags[one.message] = now() - batch[one.message].written;
  }
  const ZoneIndex looked_at = network_.geography.first_zone(to_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (lags[i] < Duration{0}) {
      give_up(batch[i]);
      continue;
    }
    ++measures_.applied;
    measures_.lag.record(lags[i]);
    const auto stale = ledger_.judge(batch[i].what.key, batch[i].what.version, looked_at, now());
    if (stale && stale->cause == StaleCause::overtaken) ++measures_.reordered;
  }
}

void Relay::give_up(const Message& message) {
  ++measures_.given_up;
  ledger_.given_up(message.what.key, message.what.version, to_);
}

Instance* Relay::node_near(ZoneIndex zone, std::uint32_t hash) const {
  for (int step = 0; step < network_.geography.zones_of(from_); ++step) {
    const ZoneIndex near = network_.neighbour(zone, step);
    Instance* const node = cache_.instance_of(near, hash);
    if (node != nullptr && node->alive() && network_.roads.connects(zone, near)) return node;
  }
  return nullptr;
}

}  // namespace streamtwin::evcache
