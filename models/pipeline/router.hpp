// Takes a topic from a fronting cluster to a sink: a task for each partition, which reads what all copies in sync have, works it off and
// hands it over. Delivery is at least once; what has been handed over becomes visible when the sink rolls its file or refreshes its index.
#pragma once

#include <string>
#include <vector>

#include "models/pipeline/kafka/cluster.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::pipeline {

struct SinkMeasures {
  SinkMeasures() = default;
  SinkMeasures(Recorder& recorder, const std::string& prefix);

  Counter delivered;    ///< events that are visible
  Histogram freshness;  ///< from when an event was published until it is visible
  Gauge lag;            ///< events in the logs that its routers have not read
};

class Router {
 public:
  /// In the region of the cluster. Must begin before anything is published.
  Router(const SinkSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, SinkMeasures& measures);

  void start();
  /// Events in the logs that it has not read.
  double lag() const;

 private:
  Task<> take_on(kafka::LivePartition& partition);
  Task<> roll();
  void hand_over(const kafka::Batch& batch);
  void show(const kafka::Batch& batch);

  const Duration roll_;
  const Rate rate_;
  kafka::Cluster& cluster_;
  kafka::Topic& topic_;
  std::size_t consumer_;
  SinkMeasures& measures_;
  std::vector<kafka::Batch> open_;  ///< what has been handed over and is not visible
  Scope scope_;
};

}  // namespace streamtwin::pipeline
