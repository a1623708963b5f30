// Whom a coordinator reads from first (apache/cassandra locator/DynamicEndpointSnitch): the nearest, until some other replica has
// been so much faster of late that those who are fast come first, wherever they stand.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/stores/cassandra/ring.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

struct SnitchProperties {
  bool dynamic = true;
  double badness_threshold = 1;
  Duration update_interval = 100ms;
  Duration reset_interval = 600s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.dynamic, {.name = "dynamic",
                         .doc = "Whether latencies count, or only where a replica stands",
                         .source = "apache/cassandra Config dynamic_snitch"});
    visit(self.badness_threshold, {.name = "badness_threshold",
                                   .doc = "How much worse than the best the nearest may be, in parts of it, before latencies decide",
                                   .source = "apache/cassandra Config dynamic_snitch_badness_threshold: 1.0 since 4.0, 0.1 before",
                                   .min = 0,
                                   .max = 100});
    visit(self.update_interval, {.name = "update_interval",
                                 .doc = "Time between two looks at the latencies",
                                 .source = "apache/cassandra Config dynamic_snitch_update_interval",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.reset_interval, {.name = "reset_interval",
                                .doc = "After so long all latencies are forgotten, so that who was slow is tried again",
                                .source = "apache/cassandra Config dynamic_snitch_reset_interval",
                                .min = 1e-3,
                                .max = 86400});
  }
};

/// Latencies of late, in whole milliseconds: a sample in which the newer are likelier to stand (metrics' exponentially decaying
/// reservoir, 100 of them, alpha 0.75 per second).
class LatencySample {
 public:
  void add(std::int64_t milliseconds, Instant now, Random& random);
  /// By weight; 0 without any.
  double median() const;

 private:
  struct Entry {
    double priority;  ///< logarithm of weight over chance: those with the least leave first
    std::int64_t second;
    std::int64_t value;
  };
  std::vector<Entry> entries_;  ///< a heap with the least priority on top
};

/// Sorts replicas, which stand with the nearest first: they stay so unless for some position the one there has a score that exceeds
/// the best left for it by more than the threshold; then they stand by score, equals as they were.
void sort_by_score(std::span<NodeIndex> replicas, std::span<const double> scores, double badness_threshold);

/// Of one node about its peers. Scores are as they were at the last multiple of the update's interval.
class DynamicSnitch {
 public:
  DynamicSnitch(std::size_t nodes, const SnitchProperties& properties, Instant now);
  void heard(NodeIndex node, Duration latency, Instant now, Random& random);
  double score(NodeIndex node, Instant now);
  /// Sorts replicas, which are the nearest first.
  void sort(std::span<NodeIndex> replicas, Instant now);

 private:
  void catch_up(Instant now);

  SnitchProperties properties_;
  Instant next_update_, next_reset_;
  std::vector<LatencySample> samples_;
  std::vector<char> changed_;
  std::vector<double> medians_, scores_;
};

}  // namespace streamtwin::cassandra
