// When a node leaves its cluster (elastic/elasticsearch cluster/coordination/FollowersChecker): at once where its connection breaks, after
// so many checks in succession that nobody answered where it is silent.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elasticsearch {

struct CheckProperties {
  Duration interval = 1s;
  Duration timeout = 10s;
  int retries = 3;

  /// From a silent node's last answer until it is out.
  Duration longest() const { return (interval + timeout) * retries; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.interval, {.name = "interval",
                          .doc = "From a check's answer, or the end of waiting for it, to the next check",
                          .source = "elastic/elasticsearch cluster.fault_detection.follower_check.interval",
                          .min = 0.1,
                          .max = 600});
    visit(self.timeout, {.name = "timeout",
                         .doc = "How long the master waits for an answer",
                         .source = "elastic/elasticsearch cluster.fault_detection.follower_check.timeout",
                         .min = 1e-3,
                         .max = 600});
    visit(self.retries, {.name = "retries",
                         .doc = "Checks in succession without an answer after which a node is out",
                         .source = "elastic/elasticsearch cluster.fault_detection.follower_check.retry_count",
                         .min = 1,
                         .max = 100});
  }
};

/// Of one node.
class Checks {
 public:
  void answered() { failures_ = 0; }
  /// Whether it is out.
  bool failed(const CheckProperties& properties) { return ++failures_ >= properties.retries; }

 private:
  int failures_ = 0;
};

}  // namespace streamtwin::elasticsearch
