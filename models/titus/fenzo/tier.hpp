// The buckets of a tier in order of what they use of their share: who has least goes first, and each assignment is followed by a
// new order. Replays Netflix/Fenzo queues/tiered Tier, SortedBuckets and TierSla.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/fenzo/bucket.hpp"
#include "models/titus/fenzo/task_source.hpp"

namespace streamtwin::fenzo {

/// What a tier has, and what of that its buckets have for themselves.
struct TierGuarantees {
  std::optional<Resources> capacity;  ///< absent: the sum of the buckets'
  std::map<std::string, Resources> buckets;
};

class Tier {
 public:
  /// Nothing: this tier has no guarantees while others have, so that it has no capacity either.
  void set_guarantees(const std::optional<TierGuarantees>& guarantees);
  /// The shares of buckets are seen anew when this changes. Netflix/Fenzo forwards the tier's own capacity.
  void set_total(const Host::Size& total);

  void queue(const Task& task);
  void begin_iteration();
  std::optional<NextTask> next(Instant now);
  void assign(const Task& task);
  void launch(const Task& task);
  void abandon();
  void remove(const Task& task);
  double share(const std::string& bucket) const;
  /// What is left beside guarantees; nothing: all that is there.
  std::optional<Resources> remaining() const;
  Resources effective_usage(const std::string& bucket) const;

 private:
  using BucketPtr = std::shared_ptr<Bucket>;

  Bucket& find_or_add(const std::string& name);
  double allocation(const std::string& bucket) const;
  double key(const Bucket& bucket) const;
  std::size_t insertion_point(const Bucket& bucket) const;
  void insert(BucketPtr bucket);
  BucketPtr take(const std::string& name);
  void sort_again();

  std::map<std::string, BucketPtr> buckets_;
  std::vector<BucketPtr> sorted_;
  Resources usage_;
  std::optional<Resources> capacity_;
  bool guaranteed_ = false;  ///< guarantees were set
  std::optional<std::map<std::string, Resources>> allocations_;
  Resources allocated_;
  std::optional<Host::Size> total_;
};

}  // namespace streamtwin::fenzo
