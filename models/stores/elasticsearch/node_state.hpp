// What the process of a node keeps: its pools, how long its work takes, and what it has learnt of the others as a coordinator.
#pragma once

#include <optional>
#include <vector>

#include "models/stores/elasticsearch/index.hpp"

namespace streamtwin::elasticsearch {

struct Index::NodeState final : rpc::HandlerState {
  NodeState(const rpc::Instance& self, const ElasticsearchSpec& spec)
      : searches(search_threads(self.service.instance_spec.cores), spec.pools.search_queue),
        gets(search_threads(self.service.instance_spec.cores), spec.pools.search_queue),
        writes(write_threads(self.service.instance_spec.cores), spec.pools.write_queue),
        random(self.stream("elasticsearch")) {}

  /// What a further request of a shard took of the processors.
  void has_worked(Duration in_all) {
    const double took = in_seconds(in_all - std::exchange(worked_, in_all));
    if (service_) {
      service_->add(took);
    } else {
      service_ = Average(took);
    }
  }
  Duration service() const { return seconds(service_ ? service_->value() : 0); }

  Pool searches, gets, writes;
  Random random;
  std::optional<ReplicaSelection> selection;
  std::vector<int> outstanding;  ///< requests of shards that a node has not answered, by node

 private:
  Duration worked_{0};
  std::optional<Average> service_;
};

}  // namespace streamtwin::elasticsearch
