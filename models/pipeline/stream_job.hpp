// A job on a stream. Tasks that read, one for each partition, hand events to tasks that count them by windows; buffers between them are
// few, so that one that is slow ends as a lag in the log. After a failure all begins again from the last checkpoint: offsets, windows, and
// where barriers are unaligned what was in the buffers. Of Samza and Mantis each partition is a job by itself.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/pipeline/job_machines.hpp"
#include "models/pipeline/kafka/cluster.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "models/pipeline/streams/checkpoints.hpp"
#include "models/pipeline/streams/credits.hpp"
#include "models/pipeline/streams/watermarks.hpp"
#include "models/pipeline/streams/windows.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::pipeline {

struct JobMeasures {
  JobMeasures() = default;
  JobMeasures(Recorder& recorder, const std::string& prefix);

  Counter read, replayed;  ///< events, for the first time and once more
  Counter missed;          ///< that had been deleted when it came to them, or came when it was away
  Counter late, dropped;   ///< too late for their window; of Mantis for want of room
  Counter fired;           ///< results
  Counter restarts, checkpoints, failed_checkpoints;
  Counter blocked;       ///< time that readers waited for room
  Counter reading;       ///< time of all readers
  Histogram result;      ///< from the end of a window until its result is there
  Histogram checkpoint;  ///< how long one took
  Gauge lag;
  Counter answers, precomputed;  ///< of the service that its results are for; with older ones
  Histogram age;                 ///< of what an answer is built of
};

class StreamJob final : public Job {
 public:
  StreamJob(const JobSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::vector<Worker> workers, Random random,
            JobMeasures& measures);

  void start();
  double lag() const;
  /// Up to when results are there of a key.
  Instant newest(std::uint64_t key) const { return counters_[key % counters_.size()].newest; }

  void begin(std::size_t task, const Worker& on, Scope& life) override;
  void begun() override;
  void ended(std::size_t task) override;

 private:
  /// What goes from one task to another.
  struct Element {
    kafka::Batch batch;
    Instant watermark = streams::no_watermark;
    int buffers = 0;
    streams::CheckpointId barrier = 0;  ///< none
    bool idle = false;
  };
  using Queue = std::deque<Element>;
  /// What is on its way from a reader.
  struct Part {
    std::size_t counter;
    Element element;
  };
  struct KeptReader {
    kafka::Offset position = 0;
    std::deque<Part> pending;
  };
  struct KeptCounter {
    streams::Windows windows;
    std::vector<Queue> inputs;
  };
  struct Source {
    explicit Source(Duration bound) : watermark(bound) {}
    streams::SourceWatermark watermark;
    std::deque<Part> pending;
    streams::CheckpointId asked = 0;  ///< for a barrier
    KeptReader kept, keeping;
    bool idle = false;
  };
  struct TaskCounter {
    TaskCounter(const JobSpec& spec, std::size_t inputs);
    std::vector<Queue> inputs;
    streams::Credits credits;
    streams::Alignment alignment;
    streams::Watermarks watermarks;
    streams::Windows windows;
    std::optional<std::pair<std::size_t, Element>> current;  ///< and the input that it came by
    KeptCounter kept, keeping;
    std::size_t next = 0;
    Instant newest{};
    std::uint32_t life = 0;  ///< counts its beginnings and ends
    Signal work{"a task's next events"}, room{"room in a task's buffers"};
  };
  bool by_partition() const { return spec_.engine != streams::Engine::flink; }
  std::size_t input_of(std::size_t source) const { return by_partition() ? 0 : source; }
  kafka::Reader& reader(std::size_t p) { return topic_.partitions[p].readers[reader_]; }

  void restore_source(std::size_t p);
  void restore_counter(std::size_t c);
  Task<> read(std::size_t p);
  Task<> hand_on(std::size_t p);
  void deal_out(std::size_t p, const kafka::Extent& extent);
  void put(std::size_t p, const Part& part);
  void send_barrier(std::size_t p);
  void skip_what_is_gone(std::size_t p);
  Task<> count(std::size_t c);
  std::optional<std::size_t> choose_input(TaskCounter& counter) const;
  void take_in(TaskCounter& counter, std::size_t input, const Element& element);
  void show(TaskCounter& counter, const std::vector<streams::Fired>& fired);

  Task<> take_checkpoints();
  Task<> commit_each();
  void begin_checkpoint();
  void keep_all();
  Task<> store(std::size_t c, streams::CheckpointId id, std::uint32_t life);
  void complete();
  void give_up();

  const JobSpec spec_;
  kafka::Cluster& cluster_;
  kafka::Topic& topic_;
  const std::size_t reader_;
  JobMeasures& measures_;
  std::deque<Source> sources_;        ///< by partition
  std::deque<TaskCounter> counters_;  ///< by partition where each is a job by itself
  streams::Checkpoints checkpoints_;
  std::size_t running_ = 0;  ///< tasks
  Signal changed_{"news of a job's checkpoint"};
  JobMachines machines_;
  Scope scope_;
};

}  // namespace streamtwin::pipeline
