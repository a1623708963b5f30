// Where events without a key go: to one partition until a batch's worth has gone there, then to another, drawn by how little waits
// for it. apache/kafka BuiltInPartitioner (KIP-794).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::kafka {

class StickyPartitioner {
 public:
  /// Of a topic with so many partitions, at least one. It switches after `sticky` bytes.
  StickyPartitioner(int partitions, Bytes sticky, Random random) : partitions_(partitions), sticky_(sticky), random_(random) {}

  /// Where the next event goes. `available`: the partitions that somebody leads, drawn from while all wait alike; all if there are none.
  int partition(std::span<const int> available);
  /// An event went there. `switching`: its last batch is full; without that a partition is left after twice as many bytes.
  void produced(Bytes bytes, bool switching);
  /// How many batches wait for each of `partitions`, those that may be chosen; `of_all`: the topic's. Draws are weighted by it from now on,
  /// unless all wait alike and none is left out, or there is no choice.
  void weigh(std::span<const int> queues, std::span<const int> partitions, int of_all);

  /// What a draw of these 31 bits leads to.
  int next(std::uint32_t draw, std::span<const int> available) const;

 private:
  int partitions_;
  Bytes sticky_;
  Random random_;
  std::optional<int> current_;
  Bytes produced_{0};
  std::vector<int> cumulative_, weighted_;  ///< running sums of the weights, and whose they are; none: all alike
};

}  // namespace streamtwin::kafka
