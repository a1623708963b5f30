// How a job keeps what it is to begin with again.
#include <algorithm>

#include "models/pipeline/stream_job.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

using streams::CheckpointId;
using streams::Engine;

Task<> StreamJob::take_checkpoints() {
  const std::size_t tasks = sources_.size() + counters_.size();
  for (;;) {
    if (running_ < tasks) {
      co_await changed_.wait();
      continue;
    }
    co_await within(std::max(Duration{0}, checkpoints_.next() - now()), changed_.wait());
    if (running_ < tasks || now() < checkpoints_.next()) continue;
    if (checkpoints_.under_way()) {
      give_up();
    } else {
      begin_checkpoint();
    }
  }
}

void StreamJob::begin_checkpoint() {
  const CheckpointId id = checkpoints_.begin(now());
  if (spec_.checkpoint.unaligned) {
    keep_all();
    for (std::size_t c = 0; c < counters_.size(); ++c) scope_.spawn_service("a task's state", store(c, id, counters_[c].life));
    return;
  }
  for (std::size_t p = 0; p < sources_.size(); ++p) {
    sources_[p].asked = id;
    topic_.partitions[p].readable.notify_all();
  }
}

// Barriers that overtake all are everywhere at once; what they overtake is kept with the state.
void StreamJob::keep_all() {
  for (std::size_t p = 0; p < sources_.size(); ++p) {
    sources_[p].keeping = {.position = reader(p).position, .pending = sources_[p].pending};
  }
  for (TaskCounter& counter : counters_) {
    counter.keeping = {.windows = counter.windows, .inputs = counter.inputs};
    if (counter.current) counter.keeping.inputs[counter.current->first].push_front(counter.current->second);
  }
}

Task<> StreamJob::store(std::size_t c, CheckpointId id, std::uint32_t life) {
  co_await delay(spec_.checkpoint.snapshot);
  if (life != counters_[c].life) co_return;
  if (spec_.engine == Engine::samza) {
    counters_[c].kept = counters_[c].keeping;
    sources_[c].kept = sources_[c].keeping;
    cluster_.commit(topic_.partitions[c], reader_, sources_[c].kept.position);
    ++measures_.checkpoints;
  } else if (checkpoints_.acknowledge(id, now())) {
    complete();
  }
}

void StreamJob::complete() {
  for (TaskCounter& counter : counters_) counter.kept = counter.keeping;
  for (std::size_t p = 0; p < sources_.size(); ++p) {
    sources_[p].kept = sources_[p].keeping;
    cluster_.commit(topic_.partitions[p], reader_, sources_[p].kept.position);
  }
  ++measures_.checkpoints;
  measures_.checkpoint.record(now() - checkpoints_.began());
  changed_.notify_all();
}

void StreamJob::give_up() {
  ++measures_.failed_checkpoints;
  const CheckpointId id = *checkpoints_.under_way();
  for (Source& source : sources_) source.asked = 0;
  for (TaskCounter& counter : counters_) {
    counter.alignment.abort(id);
    counter.work.notify_all();
  }
  if (checkpoints_.give_up(now())) machines_.fail();
}

// Tasks of Samza's keep theirs each, and wait for nobody.
Task<> StreamJob::commit_each() {
  for (CheckpointId id = 1;; ++id) {
    co_await delay(spec_.checkpoint.interval);
    for (std::size_t p = 0; p < sources_.size(); ++p) {
      sources_[p].asked = id;
      topic_.partitions[p].readable.notify_all();
    }
  }
}

}  // namespace streamtwin::pipeline
