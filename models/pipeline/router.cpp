#include "models/pipeline/router.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

using kafka::Batch;
using kafka::LivePartition;
using kafka::Offset;

SinkMeasures::SinkMeasures(Recorder& recorder, const std::string& prefix)
    : delivered(recorder.counter(prefix + ".delivered")),
      repeated(recorder.counter(prefix + ".repeated")),
      missed(recorder.counter(prefix + ".missed")),
      bytes(recorder.counter(prefix + ".bytes", "B")),
      restarts(recorder.counter(prefix + ".restarts")),
      checkpoints(recorder.counter(prefix + ".checkpoints")),
      freshness(recorder.histogram(prefix + ".freshness")),
      lag(recorder.gauge(prefix + ".lag")) {
  recorder.rate_series(prefix + ".delivered", "/s", delivered);
  recorder.rate_series(prefix + ".repeated", "/s", repeated);
  recorder.last_series(prefix + ".lag", lag);
  recorder.quantile_series(prefix + ".freshness.p99", freshness, 0.99);
  recorder.count_series(prefix + ".checkpoints", checkpoints);
}

Router::Router(const SinkSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::optional<Into> into, std::vector<Worker> workers,
               Random random, SinkMeasures& measures)
    : spec_(spec),
      roll_(roll_of(spec)),
      cluster_(cluster),
      topic_(topic),
      into_(std::move(into)),
      reader_(cluster.add_reader(topic)),
      measures_(measures),
      random_(random),
      tasks_(topic.partitions.size()),
      machines_(spec.router, spec.router.engine, std::move(workers), *this, topic.partitions.size(), random, measures.restarts) {}

void Router::start() {
  machines_.start();
  if (spec_.router.engine != streams::Engine::mantis) scope_.spawn_service("Keystone router's checkpoints", take_checkpoints());
  if (roll_ > Duration{0}) scope_.spawn_service("Keystone sink", roll());
}

double Router::lag() const {
  double lag = 0;
  for (const LivePartition& partition : topic_.partitions) {
    lag += static_cast<double>(partition.log.end() - partition.readers[reader_].position);
  }
  return lag;
}

// At most once, Mantis reads nothing again, and nothing that came while it was not there.
void Router::begin(std::size_t task, const Worker& on, Scope& life) {
  TaskState& state = tasks_[task];
  LivePartition& partition = topic_.partitions[task];
  state.runs = true;
  ++state.lives;
  if (spec_.router.engine == streams::Engine::mantis) {
    kafka::Reader& reads = reader(task);
    const Offset from = partition.log.high_watermark();
    measures_.missed.add(from - std::min(from, reads.furthest));
    reads.position = from;
    cluster_.finish(topic_, partition, reader_, from);
  } else {
    reader(task).position = reader(task).committed;
  }
  if (into_) {
    state.producer =
        std::make_unique<kafka::Producer>(into_->producer, *into_->cluster, *into_->topic, on.zone, random_, kafka::ProducerMeasures{});
    state.producer->on_delivered([this, task](const kafka::Parcel& parcel) { delivered(task, parcel.batch); });
  }
  life.spawn_service("Keystone router", take_on(task));
}

void Router::ended(std::size_t task) {
  tasks_[task].producer.reset();
  tasks_[task].sent.clear();
  tasks_[task].runs = false;
  ++tasks_[task].lives;
  gone_.notify_all();
}

// A fetch that waits at the leader is answered at once; nothing is read where nobody leads. A task reads from a machine of the leader's
// zone (assumption).
Task<> Router::take_on(std::size_t task) {
  constexpr Bytes fetch{1024.0 * 1024};  // apache/kafka max.partition.fetch.bytes
  LivePartition& partition = topic_.partitions[task];
  for (;;) {
    skip_what_is_gone(partition);
    const auto where = cluster_.readable_at(partition);
    const std::vector<kafka::Extent> extents = where ? partition.log.read(reader(task).position, fetch) : std::vector<kafka::Extent>{};
    if (extents.empty()) {
      co_await partition.readable.wait();
      continue;
    }
    double events = 0;
    for (const kafka::Extent& extent : extents) events += extent.batch.records;
    co_await delay(cluster_.roads().one_way(*where, *where) * 2 + Duration{events / spec_.rate.value()});
    for (const kafka::Extent& extent : extents) co_await hand_over(task, extent);
    if (spec_.router.engine == streams::Engine::mantis) cluster_.commit(partition, reader_, reader(task).position);
  }
}

void Router::skip_what_is_gone(LivePartition& partition) {
  kafka::Reader& reads = partition.readers[reader_];
  const Offset start = partition.log.start();
  if (reads.position >= start) return;
  measures_.missed.add(start - std::min(start, std::max(reads.position, reads.furthest)));
  reads.position = start;
  cluster_.finish(topic_, partition, reader_, start);
}

Task<> Router::hand_over(std::size_t task, const kafka::Extent& extent) {
  LivePartition& partition = topic_.partitions[task];
  const Offset end = std::min(extent.end(), partition.log.end());
  Batch batch = extent.batch;
  const Offset furthest = std::clamp(reader(task).furthest, extent.begin, extent.end());
  batch.repeated = std::max(batch.repeated, static_cast<std::uint32_t>(furthest - extent.begin));
  if (into_) {
    while (!tasks_[task].producer->forward(static_cast<int>(task), batch, now())) co_await gone_.wait();
    tasks_[task].sent.push_back(end);
  } else {
    cluster_.finish(topic_, partition, reader_, end);
    if (roll_ > Duration{0}) open_.push_back(batch);
    if (roll_ == Duration{0}) show(batch);
  }
  reader(task).position = end;
}

void Router::delivered(std::size_t task, const Batch& batch) {
  cluster_.finish(topic_, topic_.partitions[task], reader_, tasks_[task].sent.front());
  tasks_[task].sent.pop_front();
  show(batch);
  gone_.notify_all();
}

// Of Flink's job a checkpoint has all partitions or none; tasks of Samza's keep theirs each.
Task<> Router::take_checkpoints() {
  for (;;) {
    co_await delay(spec_.router.checkpoint);
    std::vector<Offset> positions;
    std::vector<std::uint32_t> lives;
    for (std::size_t task = 0; task < tasks_.size(); ++task) {
      positions.push_back(reader(task).position);
      lives.push_back(tasks_[task].lives);
    }
    co_await flush(positions);
    const auto kept = [&](std::size_t task) { return tasks_[task].runs && lives[task] == tasks_[task].lives; };
    bool all = true;
    for (std::size_t task = 0; task < tasks_.size(); ++task) all = all && kept(task);
    if (spec_.router.engine == streams::Engine::flink && !all) continue;
    for (std::size_t task = 0; task < tasks_.size(); ++task) {
      if (kept(task)) cluster_.commit(topic_.partitions[task], reader_, positions[task]);
    }
    ++measures_.checkpoints;
  }
}

// What has been handed on is where it belongs before it is not read again.
Task<> Router::flush(const std::vector<Offset>& positions) {
  for (std::size_t task = 0; task < tasks_.size(); ++task) {
    const std::uint32_t life = tasks_[task].lives;
    while (tasks_[task].lives == life && !tasks_[task].sent.empty() && tasks_[task].sent.front() <= positions[task]) co_await gone_.wait();
  }
}

Task<> Router::roll() {
  for (;;) {
    co_await delay(roll_);
    for (const Batch& batch : open_) show(batch);
    open_.clear();
  }
}

void Router::show(const Batch& batch) {
  const std::uint32_t anew = batch.records - batch.repeated;
  measures_.delivered.add(std::uint64_t{anew});
  measures_.repeated.add(std::uint64_t{batch.repeated});
  measures_.bytes.add(batch.bytes);
  for (std::uint32_t i = 0; i < anew; ++i) measures_.freshness.record(now() - batch.born);
}

}  // namespace streamtwin::pipeline
