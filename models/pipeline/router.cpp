#include "models/pipeline/router.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

using kafka::Batch;
using kafka::LivePartition;

SinkMeasures::SinkMeasures(Recorder& recorder, const std::string& prefix)
    : delivered(recorder.counter(prefix + ".delivered")),
      freshness(recorder.histogram(prefix + ".freshness")),
      lag(recorder.gauge(prefix + ".lag")) {
  recorder.rate_series(prefix + ".delivered", "/s", delivered);
  recorder.last_series(prefix + ".lag", lag);
  recorder.quantile_series(prefix + ".freshness.p99", freshness, 0.99);
}

Router::Router(const SinkSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, SinkMeasures& measures)
    : roll_(roll_of(spec)),
      rate_(spec.rate),
      cluster_(cluster),
      topic_(topic),
      consumer_(cluster.add_consumer(topic)),
      measures_(measures) {}

void Router::start() {
  for (LivePartition& partition : topic_.partitions) scope_.spawn_service("Keystone router", take_on(partition));
  if (roll_ > Duration{0}) scope_.spawn_service("Keystone sink", roll());
}

double Router::lag() const {
  double lag = 0;
  for (const LivePartition& partition : topic_.partitions) lag += static_cast<double>(partition.log.end() - partition.read[consumer_]);
  return lag;
}

// A fetch that waits at the leader is answered at once; nothing is read where nobody leads. Routers run in every zone: a task reads from
// one of its own (assumption).
Task<> Router::take_on(LivePartition& partition) {
  constexpr Bytes fetch{1024.0 * 1024};  // apache/kafka max.partition.fetch.bytes
  for (;;) {
    const auto leader = cluster_.leader_of(partition);
    const kafka::Offset from = partition.read[consumer_];
    if (!leader || from >= partition.log.high_watermark()) {
      co_await partition.readable.wait();
      continue;
    }
    const kafka::Cluster::Broker& broker = cluster_.broker(*leader);
    if (!broker.machine->is_on()) {
      co_await partition.readable.wait();
      continue;
    }
    const std::vector<kafka::Extent> extents = partition.log.read(from, fetch);
    if (extents.empty()) {
      co_await partition.readable.wait();
      continue;
    }
    double events = 0;
    for (const kafka::Extent& extent : extents) events += extent.batch.records;
    co_await delay(cluster_.roads().one_way(broker.zone, broker.zone) * 2 + Duration{events / rate_.value()});
    for (const kafka::Extent& extent : extents) hand_over(extent.batch);
    cluster_.advance(topic_, partition, consumer_, std::min(extents.back().end(), partition.log.end()));
  }
}

Task<> Router::roll() {
  for (;;) {
    co_await delay(roll_);
    for (const Batch& batch : open_) show(batch);
    open_.clear();
  }
}

void Router::hand_over(const Batch& batch) {
  if (roll_ > Duration{0}) {
    open_.push_back(batch);
  } else {
    show(batch);
  }
}

void Router::show(const Batch& batch) {
  measures_.delivered.add(std::uint64_t{batch.records});
  for (std::uint32_t i = 0; i < batch.records; ++i) measures_.freshness.record(now() - batch.born);
}

}  // namespace streamtwin::pipeline
