#include "models/pipeline/kafka/cluster.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"

namespace streamtwin::kafka {

LogMeasures::LogMeasures(Recorder& recorder, const std::string& prefix)
    : bytes(recorder.counter(prefix + ".bytes", "B")),
      lost(recorder.counter(prefix + ".lost")),
      elections(recorder.counter(prefix + ".elections")),
      unclean(recorder.counter(prefix + ".unclean_elections")),
      audit(recorder.audit().kind("record of a stream")) {
  recorder.count_series(prefix + ".lost", lost);
}

Cluster::Cluster(const ClusterSpec& spec, std::vector<Broker> brokers, rpc::Roads& roads)
    : spec_(spec), brokers_(std::move(brokers)), roads_(roads) {}

Topic& Cluster::add_topic(int partitions, int copies, const LogMeasures& measures) {
  check(copies <= static_cast<int>(brokers_.size()), "each copy of a partition is on a broker of its own");
  Topic& topic = topics_.emplace_back();
  topic.measures = measures;
  for (int p = 0; p < partitions; ++p, ++placed_) {
    std::vector<BrokerIndex> on;
    for (int c = 0; c < copies; ++c) on.push_back(static_cast<BrokerIndex>((placed_ + static_cast<std::size_t>(c)) % brokers_.size()));
    topic.partitions.emplace_back(std::move(on), spec_.segment);
  }
  return topic;
}

std::size_t Cluster::add_reader(Topic& topic) {
  for (LivePartition& partition : topic.partitions) {
    const Offset from = partition.log.high_watermark();
    partition.readers.push_back({.position = from, .committed = from, .furthest = from});
  }
  return topic.partitions.front().readers.size() - 1;
}

void Cluster::start() {
  for (std::size_t broker = 0; broker < brokers_.size(); ++broker) {
    scope_.spawn_service("Kafka's controller", watch(static_cast<BrokerIndex>(broker)));
  }
  for (Topic& topic : topics_) {
    for (LivePartition& partition : topic.partitions) {
      for (std::size_t copy = 0; copy < partition.log.copies(); ++copy)
        scope_.spawn_service("Kafka follower", follow(topic, partition, copy));
    }
  }
  scope_.spawn_service("Kafka replicas in sync", shrink());
  scope_.spawn_service("Kafka's preferred leaders", give_back());
  scope_.spawn_service("Kafka's retention", expire());
}

Task<Cluster::Receipt> Cluster::produce(Topic& topic, BrokerIndex index, ZoneIndex from, std::vector<Parcel> parcels, Acks acks) {
  Broker& broker = brokers_[index];
  const Duration there = roads_.one_way(from, broker.zone);
  if (there >= rpc::never_arrives) co_await until(never);
  co_await delay(there);
  if (!broker.machine->is_on()) co_await until(never);
  Bytes size{0};
  for (const Parcel& parcel : parcels) size += parcel.batch.bytes;
  broker.free_at = std::max(broker.free_at, now()) + size / spec_.broker_rate;
  co_await until(broker.free_at);
  if (!broker.machine->is_on()) co_await until(never);

  Receipt receipt;
  std::vector<std::pair<LivePartition*, Offset>> awaited;
  for (const Parcel& parcel : parcels) {
    LivePartition& partition = topic.partitions[static_cast<std::size_t>(parcel.partition)];
    const bool takes = partition.log.leader() == index && (acks != Acks::all || partition.log.in_sync() >= spec_.min_in_sync);
    receipt.taken.push_back(takes);
    if (!takes) continue;
    awaited.emplace_back(&partition, partition.log.append(parcel.batch, now()));
    topic.measures.bytes.add(parcel.batch.bytes);
    topic.measures.audit.created(parcel.batch.records);
    partition.grew.notify_all();
    if (partition.log.high_watermark() == partition.log.end()) watermark_moved(topic, partition);  // nobody follows
  }
  if (acks == Acks::all) {
    for (const auto& [partition, end] : awaited) {
      while (partition->log.high_watermark() < end) co_await partition->readable.wait();
    }
  }
  const Duration back = roads_.one_way(broker.zone, from);
  if (back >= rpc::never_arrives || !broker.machine->is_on()) co_await until(never);
  co_await delay(back);
  co_return receipt;
}

void Cluster::watermark_moved(Topic& topic, LivePartition& partition) {
  partition.readable.notify_all();
  topic.readable.notify_all();
  if (partition.readers.empty()) settle(topic, partition);
}

void Cluster::finish(Topic& topic, LivePartition& partition, std::size_t index, Offset to) {
  Reader& reader = partition.readers[index];
  reader.furthest = std::max(reader.furthest, std::min(to, partition.log.end()));
  settle(topic, partition);
}

void Cluster::commit(LivePartition& partition, std::size_t index, Offset to) {
  partition.readers[index].committed = std::min(to, partition.log.end());
  partition.log.forget(std::ranges::min_element(partition.readers, {}, &Reader::committed)->committed);
}

void Cluster::settle(Topic& topic, LivePartition& partition) {
  const std::vector<Reader>& readers = partition.readers;
  const Offset by_all =
      readers.empty() ? partition.log.high_watermark() : std::ranges::min_element(readers, {}, &Reader::furthest)->furthest;
  if (by_all <= partition.settled) return;
  topic.measures.audit.finished(static_cast<double>(by_all - partition.settled));
  partition.settled = by_all;
  if (readers.empty()) partition.log.forget(by_all);
}

std::optional<ZoneIndex> Cluster::readable_at(const LivePartition& partition) const {
  const auto leader = partition.log.leader();
  if (!leader || !brokers_[*leader].machine->is_on()) return std::nullopt;
  return brokers_[*leader].zone;
}

Fraction Cluster::out_of_order() const {
  double out = 0, all = 0;
  for (const Topic& topic : topics_) {
    for (const LivePartition& partition : topic.partitions) {
      ++all;
      if (!readable_at(partition)) ++out;
    }
  }
  return Fraction{all > 0 ? out / all : 0};
}

double Cluster::unsettled() const {
  double unsettled = 0;
  for (const Topic& topic : topics_) {
    for (const LivePartition& partition : topic.partitions) unsettled += static_cast<double>(partition.log.end() - partition.settled);
  }
  return unsettled;
}

// A fetch waits at the leader until there is something, and the next one, sent as it arrives, tells the leader how far it has come.
Task<> Cluster::follow(Topic& topic, LivePartition& partition, std::size_t copy) {
  const BrokerIndex self = partition.log.broker_of(copy);
  constexpr Duration back_off = 1s;  // apache/kafka replica.fetch.backoff.ms
  for (;;) {
    const auto leader = partition.log.leader();
    if (!leader || *leader == self || (partition.log.end_of(copy) == partition.log.end() && partition.log.in_sync(copy))) {
      co_await partition.grew.wait();
      continue;
    }
    const ZoneIndex here = brokers_[self].zone, there = brokers_[*leader].zone;
    if (!listens(self) || !listens(*leader) || !roads_.connects(here, there)) {
      co_await delay(back_off);
      continue;
    }
    const std::uint32_t epoch = partition.log.epoch();
    const Offset to = partition.log.end();
    const Instant asked = now();
    co_await delay(roads_.one_way(there, here));
    co_await delay(roads_.one_way(here, there));
    if (partition.log.epoch() != epoch || !listens(self) || !listens(*leader)) continue;
    const Offset watermark = partition.log.high_watermark();
    partition.log.fetched(copy, to, asked);
    if (partition.log.high_watermark() > watermark) watermark_moved(topic, partition);
  }
}

// apache/kafka looks twice within the time that a follower has.
Task<> Cluster::shrink() {
  for (;;) {
    co_await delay(spec_.replica_lag / 2);
    for (Topic& topic : topics_) {
      for (LivePartition& partition : topic.partitions) {
        const auto leader = partition.log.leader();
        if (leader && listens(*leader) && partition.log.shrink(now(), spec_.replica_lag)) watermark_moved(topic, partition);
      }
    }
  }
}

Task<> Cluster::watch(BrokerIndex index) {
  Broker& broker = brokers_[index];
  for (;;) {
    co_await broker.machine->change();
    if (!broker.machine->is_on()) {
      co_await delay(spec_.session_timeout);
      if (broker.machine->is_on()) {  // its session is still good, and it leads what it led
        wake();
        has_controller_.notify_all();
        continue;
      }
      broker.registered = false;
      if (controller_ == index) co_await replace_controller();
      scope_.spawn_service("Kafka's elections", replace_leaders(index));
      while (!broker.machine->is_on()) co_await broker.machine->change();
    }
    broker.registered = true;
    if (!controller_) co_await replace_controller();
    scope_.spawn_service("Kafka's elections", replace_leaders(index));
    wake();
  }
}

// Whoever is there first; it reads what there is before it decides anything. Where nobody is, the first that comes back.
Task<> Cluster::replace_controller() {
  controller_.reset();
  co_await delay(spec_.controller_start);
  if (controller_) co_return;
  for (std::size_t broker = 0; broker < brokers_.size() && !controller_; ++broker) {
    if (listens(static_cast<BrokerIndex>(broker))) controller_ = static_cast<BrokerIndex>(broker);
  }
  if (controller_) has_controller_.notify_all();
}

Task<> Cluster::expire() {
  for (;;) {
    co_await delay(spec_.retention_check);
    for (Topic& topic : topics_) {
      for (LivePartition& partition : topic.partitions) partition.log.expire(now(), spec_.retention);
    }
  }
}

// Whoever waits for a log looks again.
void Cluster::wake() {
  for (Topic& topic : topics_) {
    for (LivePartition& partition : topic.partitions) {
      partition.grew.notify_all();
      partition.readable.notify_all();
    }
  }
}

// One partition after the other: those that it led, and those that nobody leads since no copy was there.
Task<> Cluster::replace_leaders(BrokerIndex of) {
  while (!controller_ || !listens(*controller_)) co_await has_controller_.wait();
  for (Topic& topic : topics_) {
    for (LivePartition& partition : topic.partitions) {
      if (!brokers_[of].registered) partition.log.leave(of);
      if (partition.log.leader()) continue;
      co_await delay(spec_.election);
      if (partition.log.leader()) continue;
      change_leader(topic, partition, [&] {
        return partition.log.elect([this](BrokerIndex broker) { return listens(broker); }, spec_.unclean_election, partition.settled,
                                   now());
      });
    }
  }
}

// What only the one before had is gone, also when it gives up leading in good health.
template <class Change>
void Cluster::change_leader(Topic& topic, LivePartition& partition, Change change) {
  const std::uint32_t epoch = partition.log.epoch();
  const Offset watermark = partition.log.high_watermark();
  const std::uint64_t lost = change();
  if (partition.log.epoch() == epoch) return;
  ++topic.measures.elections;
  if (partition.log.end() < watermark) ++topic.measures.unclean;
  topic.measures.lost.add(lost);
  topic.measures.audit.failed(static_cast<double>(lost));
  const Offset end = partition.log.end();
  for (Reader& reader : partition.readers) {
    reader = {.position = std::min(reader.position, end),
              .committed = std::min(reader.committed, end),
              .furthest = std::min(reader.furthest, end)};
  }
  partition.settled = std::min(partition.settled, partition.log.end());
  partition.grew.notify_all();
  watermark_moved(topic, partition);
}

Task<> Cluster::give_back() {
  for (;;) {
    co_await delay(spec_.preferred_check);
    for (std::size_t index = 0; index < brokers_.size(); ++index) {
      const auto broker = static_cast<BrokerIndex>(index);
      std::vector<std::pair<Topic*, LivePartition*>> away;
      std::size_t own = 0;
      for (Topic& topic : topics_) {
        for (LivePartition& partition : topic.partitions) {
          if (partition.log.preferred() != broker) continue;
          ++own;
          if (partition.log.leader() != broker && partition.log.in_sync(0) && listens(broker)) away.emplace_back(&topic, &partition);
        }
      }
      if (own == 0 || static_cast<double>(away.size()) <= spec_.imbalance.value() * static_cast<double>(own)) continue;
      for (const auto& [topic, given] : away) {
        LivePartition& partition = *given;
        change_leader(*topic, partition, [&partition] { return partition.log.prefer(partition.settled, now()); });
      }
    }
  }
}

}  // namespace streamtwin::kafka
