// Takes a topic from a fronting cluster to a sink: a task for each partition, which reads what all copies in sync have, works it off and
// hands it over. After a failure it begins again from its last checkpoint, so that delivery is at least once; what has been handed over
// becomes visible when the sink rolls its file or refreshes its index, or when the consumers' Kafka has it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/pipeline/job_machines.hpp"
#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::pipeline {

struct SinkMeasures {
  SinkMeasures() = default;
  SinkMeasures(Recorder& recorder, const std::string& prefix);

  Counter delivered;       ///< events that are visible
  Counter repeated;        ///< events that became visible once more
  Counter missed;          ///< events that had been deleted when its routers came to them
  Counter bytes;           ///< what has become visible, repetitions with it
  Counter restarts;        ///< of its routers
  Counter checkpoints;     ///< that were completed
  Histogram freshness;     ///< from when an event was published until it is visible
  Gauge lag;               ///< events in the logs that its routers have not read
  kafka::LogMeasures log;  ///< of the consumers\' Kafka, where it writes to that
};

class Router final : public Job {
 public:
  /// Where it writes, if that is a Kafka of its consumers: a topic of as many partitions.
  struct Into {
    kafka::Cluster* cluster;
    kafka::Topic* topic;
    kafka::ProducerSpec producer;
  };
  /// In the region of the cluster. Must begin before anything is published.
  Router(const SinkSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::optional<Into> into, std::vector<Worker> workers,
         Random random, SinkMeasures& measures);

  void start();
  /// Events in the logs that it has not read.
  double lag() const;

  void begin(std::size_t task, const Worker& on, Scope& life) override;
  void ended(std::size_t task) override;

 private:
  /// For one partition.
  struct TaskState {
    std::unique_ptr<kafka::Producer> producer;  ///< where it writes to Kafka
    std::deque<kafka::Offset> sent;             ///< ends of what has not been delivered yet
    bool runs = false;
    std::uint32_t lives = 0;  ///< counts its beginnings and ends
  };
  Task<> take_on(std::size_t task);
  Task<> hand_over(std::size_t task, const kafka::Extent& extent);
  Task<> roll();
  Task<> take_checkpoints();
  Task<> flush(const std::vector<kafka::Offset>& positions);
  void skip_what_is_gone(kafka::LivePartition& partition);
  void delivered(std::size_t task, const kafka::Batch& batch);
  void show(const kafka::Batch& batch);
  kafka::Reader& reader(std::size_t task) { return topic_.partitions[task].readers[reader_]; }

  const SinkSpec spec_;
  const Duration roll_;
  kafka::Cluster& cluster_;
  kafka::Topic& topic_;
  std::optional<Into> into_;
  std::size_t reader_;
  SinkMeasures& measures_;
  Random random_;
  std::vector<TaskState> tasks_;    ///< by partition
  std::vector<kafka::Batch> open_;  ///< what has been handed over and is not visible
  Signal gone_{"a router's delivery"};
  JobMachines machines_;
  Scope scope_;
};

}  // namespace streamtwin::pipeline
