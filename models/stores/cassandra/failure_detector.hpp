// Whom a node takes for dead (apache/cassandra gms/FailureDetector, the phi accrual detector): the longer nothing is heard of
// somebody, by the mean interval between what was heard before, the likelier.
#pragma once

#include <cstdint>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

struct DetectorProperties {
  double phi_convict_threshold = 8;
  int samples = 1000;
  Duration first_interval = 2s;
  Duration longest_interval = 2s;
  Duration longest_pause = 5s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.phi_convict_threshold, {.name = "phi_convict_threshold",
                                       .doc = "A node is taken for dead when phi exceeds this: 8 is 18.4 times the mean interval",
                                       .source = "apache/cassandra Config phi_convict_threshold",
                                       .min = 1,
                                       .max = 16});
    visit(self.samples, {.name = "samples",
                         .doc = "Last intervals that the mean is taken of",
                         .source = "apache/cassandra gms/FailureDetector SAMPLE_SIZE",
                         .min = 1,
                         .max = 1e5});
    visit(self.first_interval, {.name = "first_interval",
                                .doc = "Interval that counts for the first news of a node",
                                .source = "apache/cassandra gms/FailureDetector: twice the interval of gossip",
                                .min = 0.01,
                                .max = 60});
    visit(self.longest_interval, {.name = "longest_interval",
                                  .doc = "Longer intervals are not taken into the mean",
                                  .source = "apache/cassandra gms/FailureDetector MAX_INTERVAL",
                                  .min = 0.01,
                                  .max = 60});
    visit(self.longest_pause, {.name = "longest_pause",
                               .doc = "A node that has not looked for so long convicts nobody for as long again",
                               .source = "apache/cassandra gms/FailureDetector MAX_LOCAL_PAUSE",
                               .min = 0.1,
                               .max = 3600});
  }
};

/// What has been heard of one node. Memory: two bytes for each interval.
class ArrivalWindow {
 public:
  void heard(Instant now, const DetectorProperties& properties);
  /// 0 while nothing was heard.
  double phi(Instant now) const;
  Duration mean() const;

 private:
  std::vector<std::uint16_t> intervals_;  ///< ms, the oldest at `oldest_` once there are as many as are kept
  std::size_t oldest_ = 0;
  std::uint64_t sum_ = 0;
  Instant last_{};
};

/// Of one node about its peers, who are looked at once a round.
class FailureDetector {
 public:
  FailureDetector(std::size_t peers, const DetectorProperties& properties, Instant now)
      : properties_(properties), windows_(peers), looked_(now), paused_(now - properties.longest_pause) {}
  void heard(std::size_t peer, Instant now) { windows_[peer].heard(now, properties_); }
  /// Begins a round; false where nobody is convicted in it, since the node itself had paused.
  bool look(Instant now);
  bool convicts(std::size_t peer, Instant now) const { return windows_[peer].phi(now) > properties_.phi_convict_threshold; }

 private:
  DetectorProperties properties_;
  std::vector<ArrivalWindow> windows_;
  Instant looked_, paused_;
};

}  // namespace streamtwin::cassandra
