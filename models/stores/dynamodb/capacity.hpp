// Whether a table has room for a request, of reads or of writes (Amazon DynamoDB developer guide, burst and adaptive capacity; Elhemali
// et al., USENIX ATC 2022): a partition never takes more than its limit. Within that a hot one takes what the table as a whole has left,
// with what was not used in the last five minutes; without adaptive capacity only its equal share. On demand a table has twice the
// highest traffic that it has had.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "models/stores/dynamodb/bucket.hpp"
#include "models/stores/dynamodb/dynamodb_spec.hpp"

namespace streamtwin::dynamodb {

class Capacity {
 public:
  static constexpr Duration burst = 300s;

  Capacity(CapacityMode mode, double units, double partition_limit, std::size_t partitions, bool adaptive, Instant now)
      : mode_(mode), adaptive_(adaptive), limit_(partition_limit), table_(units, kept(), now), minute_(now) {
    for (std::size_t i = 0; i < partitions; ++i) add_partition(now);
    for (Partition& partition : partitions_) partition.share.fill();
  }

  enum class Answer { admitted, table_is_out, partition_is_out };
  Answer admit(std::size_t partition, double units, Instant now) {
    follow_traffic(now);
    Partition& asked = partitions_[partition];
    if (!asked.limit.has(units, now)) return Answer::partition_is_out;
    Bucket& budget = adaptive_ ? table_ : asked.share;
    if (!budget.has(units, now)) return Answer::table_is_out;
    asked.limit.take(units);
    budget.take(units);
    used_ += units;
    return Answer::admitted;
  }
  /// Half of what a partition keeps is another one's from now on.
  void add_partition(Instant now) {
    partitions_.push_back({Bucket(limit_, 1s, now), Bucket(0, kept(), now)});
    share(now);
  }
  double rate() const { return table_.rate(); }
  std::size_t partitions() const { return partitions_.size(); }

 private:
  struct Partition {
    Bucket limit, share;
  };
  /// On demand there is nothing that one has paid for and not used.
  Duration kept() const { return mode_ == CapacityMode::provisioned ? burst : Duration{1s}; }
  void share(Instant now) {
    for (Partition& partition : partitions_) partition.share.set_rate(table_.rate() / static_cast<double>(partitions_.size()), now);
  }
  void follow_traffic(Instant now) {
    if (now - minute_ < 60s) return;
    const double twice = 2 * used_ / in_seconds(now - minute_);
    used_ = 0;
    minute_ = now;
    if (mode_ == CapacityMode::provisioned || twice <= table_.rate()) return;
    table_.set_rate(twice, now);
    share(now);
  }

  CapacityMode mode_;
  bool adaptive_;
  double limit_;
  Bucket table_;
  std::vector<Partition> partitions_;
  Instant minute_;
  double used_ = 0;  ///< in this minute
};

}  // namespace streamtwin::dynamodb
