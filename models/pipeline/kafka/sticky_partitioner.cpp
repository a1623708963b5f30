#include "models/pipeline/kafka/sticky_partitioner.hpp"

#include <algorithm>

namespace streamtwin::kafka {

int StickyPartitioner::partition(std::span<const int> available) {
  if (!current_) current_ = next(static_cast<std::uint32_t>(random_.bits() >> 33), available);
  return *current_;
}

void StickyPartitioner::produced(Bytes bytes, bool switching) {
  produced_ += bytes;
  if (produced_ < sticky_ || (!switching && produced_ < sticky_ * 2.0)) return;
  produced_ = Bytes{0};
  current_.reset();
}

void StickyPartitioner::weigh(std::span<const int> queues, std::span<const int> partitions, int of_all) {
  cumulative_.clear();
  if (queues.empty() || of_all < 2) return;
  const auto [least, most] = std::ranges::minmax_element(queues);
  if (*least == *most && static_cast<int>(queues.size()) == of_all) return;
  weighted_.assign(partitions.begin(), partitions.end());
  int sum = 0;
  for (const int queue : queues) cumulative_.push_back(sum += *most + 1 - queue);
}

int StickyPartitioner::next(std::uint32_t draw, std::span<const int> available) const {
  const auto positive = static_cast<int>(draw & 0x7fffffffU);
  if (!cumulative_.empty()) {
    const auto above = std::ranges::upper_bound(cumulative_, positive % cumulative_.back());
    return weighted_[static_cast<std::size_t>(above - cumulative_.begin())];
  }
  if (available.empty()) return positive % partitions_;
  return available[static_cast<std::size_t>(positive) % available.size()];
}

}  // namespace streamtwin::kafka
