#include "models/pipeline/kafka/producer.hpp"

#include <algorithm>

#include "models/pipeline/kafka/murmur2.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::kafka {

ProducerMeasures::ProducerMeasures(Recorder& recorder, const std::string& prefix)
    : published(recorder.counter(prefix + ".published")),
      dropped(recorder.counter(prefix + ".dropped")),
      expired(recorder.counter(prefix + ".expired")),
      abandoned(recorder.counter(prefix + ".abandoned")),
      repeated(recorder.counter(prefix + ".repeated")),
      audit(recorder.audit().kind("event at its producer")) {
  recorder.rate_series(prefix + ".published", "/s", published);
  recorder.rate_series(prefix + ".dropped", "/s", dropped);
}

Producer::Producer(const ProducerSpec& spec, Cluster& cluster, Topic& topic, ZoneIndex zone, Random random, ProducerMeasures measures)
    : spec_(spec),
      cluster_(cluster),
      topic_(topic),
      zone_(zone),
      measures_(measures),
      id_(cluster.number_producer()),
      accumulator_(spec, static_cast<int>(topic.partitions.size()), id_),
      sticky_(static_cast<int>(topic.partitions.size()), spec.batch_size, random),
      connections_(cluster.brokers()) {
  look_up_leaders();
}

Producer::~Producer() {
  scope_.cancel();
  measures_.abandoned.add(waiting());
  measures_.audit.abandoned(static_cast<double>(waiting()));
}

std::optional<Producer::Record> Producer::publish(Bytes size, std::optional<std::string_view> key, Instant now) {
  ++measures_.published;
  measures_.audit.created();
  const int partition = key ? partition_of_key(*key, static_cast<int>(topic_.partitions.size())) : sticky_.partition(available_);
  const Record record{id_, partition, accumulator_.next_sequence(partition)};
  const bool taken = accumulator_.append(partition, size, now);
  if (!key) sticky_.produced(size, accumulator_.full(partition));
  if (!taken) {
    ++measures_.dropped;
    measures_.audit.failed();
  }
  go(partition);
  return taken ? std::optional(record) : std::nullopt;
}

bool Producer::forward(int partition, const Batch& batch, Instant now) {
  const bool taken = accumulator_.append(partition, batch, now);
  if (taken) measures_.published.add(std::uint64_t{batch.records});
  go(partition);
  return taken;
}

void Producer::go(int partition) {
  if (const auto leader = leaders_[static_cast<std::size_t>(partition)]) {
    drain(*leader);
  } else {
    ask_who_leads();
  }
}

// As much as may be under way to a broker; what is not ready yet, or must not go yet, is looked at again.
void Producer::drain(BrokerIndex broker) {
  Connection& connection = connections_[broker];
  if (now() < connection.quiet_until) return;
  while (connection.in_flight < spec_.in_flight) {
    std::vector<Parcel> parcels = take(broker);
    if (parcels.empty()) break;
    ++connection.in_flight;
    for (const Parcel& parcel : parcels) under_way_ += parcel.batch.records;
    scope_.spawn_service("Kafka producer's request", send(broker, std::move(parcels)));
  }
  if (connection.in_flight > 0 || connection.waiting) return;
  Instant next = never;
  for (std::size_t p = 0; p < leaders_.size(); ++p) {
    if (leaders_[p] == broker) next = std::min(next, accumulator_.ready_at(static_cast<int>(p)));
  }
  if (next < never) scope_.spawn_service("Kafka producer's linger", drain_at(broker, std::max(next, now())));
}

Task<> Producer::drain_at(BrokerIndex broker, Instant when) {
  connections_[broker].waiting = true;
  co_await until(when);
  connections_[broker].waiting = false;
  drain(broker);
}

// A batch of each partition that the broker leads, beginning with another partition each time.
std::vector<Parcel> Producer::take(BrokerIndex broker) {
  std::vector<Parcel> parcels;
  Bytes size{0};
  const std::size_t partitions = leaders_.size();
  for (std::size_t step = 0; step < partitions; ++step) {
    const std::size_t p = (next_ + step) % partitions;
    const int partition = static_cast<int>(p);
    if (leaders_[p] != broker || !accumulator_.ready(partition, now())) continue;
    if (!parcels.empty() && size + accumulator_.next_size(partition) > spec_.request_size) break;
    parcels.push_back(accumulator_.take(partition));
    size += parcels.back().batch.bytes;
  }
  next_ = (next_ + 1) % partitions;
  weigh_queues();
  return parcels;
}

Task<> Producer::send(BrokerIndex broker, std::vector<Parcel> parcels) {
  if (spec_.acks == Acks::none) {
    for (const Parcel& parcel : parcels) delivered(parcel);
    --connections_[broker].in_flight;
    co_await within(spec_.request_timeout, cluster_.produce(topic_, broker, zone_, std::move(parcels), spec_.acks));
    co_return;
  }
  auto receipt = co_await within(spec_.request_timeout, cluster_.produce(topic_, broker, zone_, parcels, spec_.acks));
  --connections_[broker].in_flight;
  bool all = true;
  for (std::size_t i = parcels.size(); i-- > 0;) {  // the last is put back first, so that they stay in order
    const bool taken = receipt && receipt->taken[i];
    all = all && taken;
    if (taken) {
      delivered(parcels[i]);
    } else {
      failed(parcels[i]);
    }
  }
  if (all) {
    drain(broker);
    co_return;
  }
  give_up_expired();
  connections_[broker].quiet_until = now() + spec_.retry_backoff;
  ask_who_leads();
}

void Producer::ask_who_leads() {
  if (!asking_) scope_.spawn_service("Kafka producer's metadata", hear_who_leads());
}

// As long as something waits for a partition that nobody leads.
Task<> Producer::hear_who_leads() {
  asking_ = true;
  for (bool again = true; again;) {
    co_await delay(spec_.retry_backoff);
    look_up_leaders();
    give_up_expired();
    again = false;
    for (std::size_t p = 0; p < leaders_.size(); ++p) again = again || (!leaders_[p] && accumulator_.waiting(static_cast<int>(p)) > 0);
    for (std::size_t broker = 0; broker < connections_.size(); ++broker) drain(static_cast<BrokerIndex>(broker));
  }
  asking_ = false;
}

void Producer::delivered(const Parcel& parcel) {
  under_way_ -= parcel.batch.records;
  measures_.audit.finished(parcel.batch.records);
  accumulator_.release(parcel);
  if (on_delivered_) on_delivered_(parcel);
}

void Producer::failed(const Parcel& parcel) {
  under_way_ -= parcel.batch.records;
  measures_.repeated.add(std::uint64_t{parcel.batch.records});
  accumulator_.put_back(parcel);
}

void Producer::give_up_expired() {
  const std::uint64_t expired = accumulator_.expire(now());
  measures_.expired.add(expired);
  measures_.audit.failed(static_cast<double>(expired));
}

void Producer::look_up_leaders() {
  leaders_.clear();
  available_.clear();
  for (const LivePartition& partition : topic_.partitions) {
    leaders_.push_back(cluster_.leader_of(partition));
    if (leaders_.back()) available_.push_back(static_cast<int>(leaders_.size()) - 1);
  }
}

void Producer::weigh_queues() {
  queues_.clear();
  for (const int partition : available_) queues_.push_back(accumulator_.waiting(partition));
  sticky_.weigh(queues_, available_, static_cast<int>(topic_.partitions.size()));
}

}  // namespace streamtwin::kafka
