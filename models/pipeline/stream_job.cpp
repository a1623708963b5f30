#include "models/pipeline/stream_job.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

using kafka::Extent;
using kafka::LivePartition;
using kafka::Offset;
using streams::CheckpointId;
using streams::Engine;

JobMeasures::JobMeasures(Recorder& recorder, const std::string& prefix)
    : read(recorder.counter(prefix + ".read")),
      replayed(recorder.counter(prefix + ".replayed")),
      missed(recorder.counter(prefix + ".missed")),
      late(recorder.counter(prefix + ".late")),
      dropped(recorder.counter(prefix + ".dropped")),
      fired(recorder.counter(prefix + ".fired")),
      restarts(recorder.counter(prefix + ".restarts")),
      checkpoints(recorder.counter(prefix + ".checkpoints")),
      failed_checkpoints(recorder.counter(prefix + ".failed_checkpoints")),
      blocked(recorder.counter(prefix + ".blocked", "s")),
      reading(recorder.counter(prefix + ".reading", "s")),
      result(recorder.histogram(prefix + ".result")),
      checkpoint(recorder.histogram(prefix + ".checkpoint")),
      lag(recorder.gauge(prefix + ".lag")),
      answers(recorder.counter(prefix + ".answers")),
      precomputed(recorder.counter(prefix + ".precomputed")),
      age(recorder.histogram(prefix + ".age")) {
  recorder.rate_series(prefix + ".read", "/s", read);
  recorder.count_series(prefix + ".late", late);
  recorder.last_series(prefix + ".lag", lag);
  recorder.quantile_series(prefix + ".result.p99", result, 0.99);
  recorder.quantile_series(prefix + ".checkpoint.p99", checkpoint, 0.99);
  recorder.quantile_series(prefix + ".age.p50", age, 0.5);
}

StreamJob::TaskCounter::TaskCounter(const JobSpec& spec, std::size_t count)
    : inputs(count),
      credits(count, spec.buffers.own, spec.buffers.shared),
      alignment(count),
      watermarks(count),
      windows(spec.window.size, spec.window.lateness),
      kept{.windows = windows, .inputs = inputs},
      keeping(kept) {}

StreamJob::StreamJob(const JobSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::vector<Worker> workers, Random random,
                     JobMeasures& measures)
    : spec_(spec),
      cluster_(cluster),
      topic_(topic),
      reader_(cluster.add_reader(topic)),
      measures_(measures),
      checkpoints_(spec.checkpoint, static_cast<std::size_t>(spec.parallelism), Instant{}),
      machines_(spec, spec.engine, std::move(workers), *this,
                topic.partitions.size() + (by_partition() ? 0 : static_cast<std::size_t>(spec.parallelism)), random, measures.restarts) {
  const std::size_t partitions = topic.partitions.size();
  const std::size_t counters = by_partition() ? partitions : static_cast<std::size_t>(spec.parallelism);
  for (std::size_t p = 0; p < partitions; ++p) sources_.emplace_back(spec.window.bound);
  for (std::size_t c = 0; c < counters; ++c) counters_.emplace_back(spec, by_partition() ? 1 : partitions);
}

void StreamJob::start() {
  machines_.start();
  if (spec_.engine == Engine::flink) scope_.spawn_service("a job's checkpoints", take_checkpoints());
  if (spec_.engine == Engine::samza) scope_.spawn_service("tasks' commits", commit_each());
}

double StreamJob::lag() const {
  double lag = 0;
  for (const LivePartition& partition : topic_.partitions) {
    lag += static_cast<double>(partition.log.end() - partition.readers[reader_].position);
  }
  return lag;
}

void StreamJob::begin(std::size_t task, const Worker&, Scope& life) {
  ++running_;
  const std::size_t partitions = sources_.size();
  if (task < partitions) {
    restore_source(task);
    life.spawn_service("a job's reader", read(task));
  }
  if (!by_partition() && task < partitions) return;
  const std::size_t counter = by_partition() ? task : task - partitions;
  restore_counter(counter);
  life.spawn_service("a job's window", count(counter));
}

void StreamJob::begun() { changed_.notify_all(); }

void StreamJob::ended(std::size_t task) {
  --running_;
  checkpoints_.drop(now());
  const bool counts = by_partition() || task >= sources_.size();
  if (!counts) return;
  TaskCounter& counter = counters_[by_partition() ? task : task - sources_.size()];
  ++counter.life;
  counter.inputs.assign(counter.inputs.size(), {});
  counter.current.reset();
}

void StreamJob::restore_source(std::size_t p) {
  Source& source = sources_[p];
  kafka::Reader& reads = reader(p);
  source.watermark = streams::SourceWatermark(spec_.window.bound);
  source.asked = 0;
  source.idle = false;
  source.pending = source.kept.pending;
  reads.position = reads.committed;
  if (spec_.engine != Engine::mantis) return;
  const Offset newest = topic_.partitions[p].log.high_watermark();
  measures_.missed.add(newest - std::min(newest, reads.furthest));
  reads.position = newest;
  cluster_.finish(topic_, topic_.partitions[p], reader_, newest);
}

// Watermarks are no state of Flink's: they come anew.
void StreamJob::restore_counter(std::size_t c) {
  TaskCounter& counter = counters_[c];
  const std::size_t inputs = counter.inputs.size();
  ++counter.life;
  counter.inputs = counter.kept.inputs;
  counter.windows = counter.kept.windows;
  counter.credits = streams::Credits(inputs, spec_.buffers.own, spec_.buffers.shared);
  counter.alignment = streams::Alignment(inputs);
  counter.watermarks = streams::Watermarks(inputs);
  counter.current.reset();
  for (std::size_t input = 0; input < inputs; ++input) {
    for (Element& element : counter.inputs[input]) {
      if (!counter.credits.take(input, element.buffers)) element.buffers = 0;
    }
  }
}

Task<> StreamJob::read(std::size_t p) {
  constexpr Bytes fetch{1024.0 * 1024};  // apache/kafka max.partition.fetch.bytes
  LivePartition& partition = topic_.partitions[p];
  for (;;) {
    const Instant began = now();
    co_await hand_on(p);
    measures_.blocked.add(now() - began);
    if (sources_[p].asked != 0) send_barrier(p);
    skip_what_is_gone(p);
    const auto where = cluster_.readable_at(partition);
    const std::vector<Extent> extents = where ? partition.log.read(reader(p).position, fetch) : std::vector<Extent>{};
    if (extents.empty()) {
      const bool woken = co_await within(spec_.window.idle.value_or(1h), partition.readable.wait());
      if (!woken && spec_.window.idle && !sources_[p].idle) {
        sources_[p].idle = true;
        for (std::size_t c = 0; c < counters_.size(); ++c) {
          if (!by_partition() || c == p) put(p, {.counter = c, .element = {.idle = true}});
        }
      }
    } else {
      co_await delay(cluster_.roads().one_way(*where, *where) * 2);
      sources_[p].idle = false;
      for (const Extent& extent : extents) {
        deal_out(p, extent);
        const Instant full = now();
        co_await hand_on(p);
        measures_.blocked.add(now() - full);
        if (sources_[p].asked != 0) send_barrier(p);
      }
    }
    measures_.reading.add(now() - began);
  }
}

void StreamJob::skip_what_is_gone(std::size_t p) {
  LivePartition& partition = topic_.partitions[p];
  kafka::Reader& reads = reader(p);
  const Offset start = partition.log.start();
  if (reads.position >= start) return;
  measures_.missed.add(start - std::min(start, std::max(reads.position, reads.furthest)));
  reads.position = start;
  cluster_.finish(topic_, partition, reader_, start);
}

// Keys are spread evenly over the tasks: of a batch each has its share, and what does not come out even goes round.
void StreamJob::deal_out(std::size_t p, const Extent& extent) {
  Source& source = sources_[p];
  kafka::Reader& reads = reader(p);
  const Offset end = std::min(extent.end(), topic_.partitions[p].log.end());
  const Offset again = std::clamp(reads.furthest, extent.begin, extent.end()) - extent.begin;
  measures_.read.add(extent.batch.records - again);
  measures_.replayed.add(again);
  source.watermark.saw(extent.batch.born);
  const std::size_t shares = by_partition() ? 1 : counters_.size();
  for (std::size_t s = 0; s < shares; ++s) {
    const std::size_t c = by_partition() ? p : s;
    const auto records = static_cast<std::uint32_t>((extent.batch.records + (extent.begin + s) % shares) / shares);
    kafka::Batch part = extent.batch;
    part.bytes *= static_cast<double>(records) / extent.batch.records;
    part.records = records;
    const int buffers = records == 0 ? 0 : static_cast<int>(std::ceil(part.bytes.value() / spec_.buffers.size.value()));
    source.pending.push_back({.counter = c, .element = {.batch = part, .watermark = source.watermark.watermark(), .buffers = buffers}});
  }
  reads.position = end;
  cluster_.finish(topic_, topic_.partitions[p], reader_, end);
  if (spec_.engine == Engine::mantis) cluster_.commit(topic_.partitions[p], reader_, end);
}

Task<> StreamJob::hand_on(std::size_t p) {
  Source& source = sources_[p];
  while (!source.pending.empty()) {
    const Part part = source.pending.front();
    TaskCounter& counter = counters_[part.counter];
    if (counter.credits.take(input_of(p), part.element.buffers)) {
      put(p, part);
    } else if (spec_.engine == Engine::mantis) {
      measures_.dropped.add(std::uint64_t{part.element.batch.records});
    } else {
      co_await counter.room.wait();
      continue;
    }
    source.pending.pop_front();
  }
}

void StreamJob::put(std::size_t p, const Part& part) {
  TaskCounter& counter = counters_[part.counter];
  counter.inputs[input_of(p)].push_back(part.element);
  counter.work.notify_all();
}

void StreamJob::send_barrier(std::size_t p) {
  Source& source = sources_[p];
  source.keeping = {.position = reader(p).position, .pending = {}};
  for (std::size_t c = 0; c < counters_.size(); ++c) {
    if (!by_partition() || c == p) put(p, {.counter = c, .element = {.barrier = source.asked}});
  }
  source.asked = 0;
}

std::optional<std::size_t> StreamJob::choose_input(TaskCounter& counter) const {
  for (std::size_t step = 0; step < counter.inputs.size(); ++step) {
    const std::size_t input = counter.next++ % counter.inputs.size();
    if (!counter.inputs[input].empty() && !counter.alignment.blocked(input)) return input;
  }
  return std::nullopt;
}

Task<> StreamJob::count(std::size_t c) {
  TaskCounter& counter = counters_[c];
  for (;;) {
    const auto input = choose_input(counter);
    if (!input) {
      co_await counter.work.wait();
      continue;
    }
    const Element element = counter.inputs[*input].front();
    counter.inputs[*input].pop_front();
    counter.credits.give_back(*input, element.buffers);
    counter.room.notify_all();
    if (element.barrier != 0) {
      if (!counter.alignment.arrived(*input, element.barrier)) continue;
      counter.keeping.windows = counter.windows;
      scope_.spawn_service("a task's state", store(c, element.barrier, counter.life));
      continue;
    }
    counter.current.emplace(*input, element);
    if (element.batch.records > 0) co_await delay(spec_.cost * static_cast<double>(element.batch.records));
    counter.current.reset();
    take_in(counter, *input, element);
  }
}

void StreamJob::take_in(TaskCounter& counter, std::size_t input, const Element& element) {
  std::vector<streams::Fired> fired;
  if (element.idle) {
    counter.watermarks.idle(input);
  } else {
    const std::uint64_t events = element.batch.records;
    if (events > 0 && !counter.windows.add(element.batch.born, events, counter.watermarks.current(), fired)) measures_.late.add(events);
    counter.watermarks.heard(input, element.watermark);
  }
  counter.windows.advance(counter.watermarks.current(), fired);
  show(counter, fired);
}

void StreamJob::show(TaskCounter& counter, const std::vector<streams::Fired>& fired) {
  for (const streams::Fired& result : fired) {
    ++measures_.fired;
    if (result.end <= counter.newest) continue;
    counter.newest = result.end;
    measures_.result.record(std::max(Duration{0}, now() - result.end));
  }
}

}  // namespace streamtwin::pipeline
