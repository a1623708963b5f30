#include "models/titus/fenzo/tier.hpp"

#include <algorithm>

#include "models/titus/fenzo/java_order.hpp"

namespace streamtwin::fenzo {
namespace {

/// Netflix/Fenzo TierSla.eps
constexpr double epsilon = 0.001;

}  // namespace

void Tier::set_guarantees(const std::optional<TierGuarantees>& guarantees) {
  guaranteed_ = true;
  allocations_.reset();
  allocated_ = {};
  if (guarantees) {
    allocations_ = guarantees->buckets;
    for (const auto& [name, amount] : guarantees->buckets) allocated_ += amount;
  }
  capacity_ = guarantees && guarantees->capacity ? *guarantees->capacity : allocated_;
  const auto guarantee = [&](const std::string& name) { return allocations_ ? (*allocations_)[name] : Resources{}; };
  for (const BucketPtr& bucket : sorted_) bucket->set_guarantee(guarantee(bucket->name()));
  if (guarantees) {
    JavaMap<int> names(JavaMapKind::hash_map);  // Fenzo walks through a hash map, so that buckets without use stand in its order
    for (const auto& [name, amount] : guarantees->buckets) names[name] = 0;
    names.for_each([&](const std::string& name, int) { find_or_add(name); });
  }
  sort_again();
}

// Under guarantees a bucket that they do not name gets one of nothing as soon as it is there.
Bucket& Tier::find_or_add(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found != buckets_.end()) return *found->second;
  auto bucket = std::make_shared<Bucket>(name);
  insert(bucket);
  if (allocations_) bucket->set_guarantee((*allocations_)[name]);
  return *bucket;
}

double Tier::allocation(const std::string& bucket) const {
  if (!allocations_ || allocations_->empty()) return 1.0;
  const auto found = allocations_->find(bucket);
  const double cpus = allocated_.cpus.value();
  if (found == allocations_->end()) return cpus < 1.0 / epsilon ? epsilon : 1.0 / cpus;
  const auto share = [](auto part, auto whole) { return whole.value() < 1.0 ? epsilon : part / whole; };
  const Resources& own = found->second;
  return std::max({share(own.cpus, allocated_.cpus), share(own.memory, allocated_.memory), share(own.network, allocated_.network),
                   share(own.disk, allocated_.disk)});
}

double Tier::key(const Bucket& bucket) const {
  return dominant_share(bucket.usage(), bucket.capacity().value_or(usage_)) / std::max(epsilon / 10.0, allocation(bucket.name()));
}

double Tier::share(const std::string& bucket) const {
  const auto found = buckets_.find(bucket);
  return found == buckets_.end() ? 0 : key(*found->second);
}

Resources Tier::effective_usage(const std::string& bucket) const {
  const auto found = buckets_.find(bucket);
  return found == buckets_.end() ? Resources{} : found->second->effective_usage();
}

// java.util.Collections.binarySearch: which of equals is met decides where a bucket is put among them.
std::size_t Tier::insertion_point(const Bucket& bucket) const {
  const double wanted = key(bucket);
  std::size_t low = 0, end = sorted_.size();
  while (low < end) {
    const std::size_t middle = (low + end - 1) / 2;
    const double there = key(*sorted_[middle]);
    if (there == wanted) return middle;
    there < wanted ? void(low = middle + 1) : void(end = middle);
  }
  return low;
}

void Tier::insert(BucketPtr bucket) {
  const std::size_t place = insertion_point(*bucket);
  buckets_[bucket->name()] = bucket;
  sorted_.insert(sorted_.begin() + static_cast<std::ptrdiff_t>(place), std::move(bucket));
}

// Where shares are of what the tier uses, the list may have come out of order: Fenzo then does not meet the bucket where it should
// be, and sorts the others anew.
Tier::BucketPtr Tier::take(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return nullptr;
  BucketPtr bucket = found->second;
  const std::size_t met = insertion_point(*bucket);
  const double wanted = key(*bucket);
  const auto equal = [&](std::size_t i) { return i < sorted_.size() && key(*sorted_[i]) == wanted; };
  std::size_t first = met, end = met;
  while (first > 0 && equal(first - 1)) --first;
  ++end;
  while (equal(end)) ++end;
  const auto place = std::find(sorted_.begin(), sorted_.end(), bucket);
  const auto at = static_cast<std::size_t>(place - sorted_.begin());
  sorted_.erase(place);
  buckets_.erase(name);
  if (at < first || at >= end) sort_again();
  return bucket;
}

void Tier::sort_again() {
  std::vector<BucketPtr> old;
  std::swap(old, sorted_);
  buckets_.clear();
  for (BucketPtr& bucket : old) insert(std::move(bucket));
}

void Tier::set_total(const Host::Size& total) {
  if (total_ && total_->amounts == total.amounts && total_->ports == total.ports) return;
  total_ = total;
  for (const BucketPtr& bucket : sorted_) bucket->set_capacity(capacity_);
  sort_again();
}

void Tier::queue(const Task& task) { find_or_add(task->bucket).queue(task); }

void Tier::begin_iteration() {
  for (const BucketPtr& bucket : sorted_) bucket->begin_iteration();
}

std::optional<Resources> Tier::remaining() const {
  if (!guaranteed_) return std::nullopt;
  Resources taken;
  for (const BucketPtr& bucket : sorted_) taken += bucket->effective_usage();
  return *capacity_ - taken;
}

std::optional<NextTask> Tier::next(Instant now) {
  for (const BucketPtr& bucket : sorted_) {
    const Task task = bucket->next(now);
    if (!task) continue;
    const std::optional<Resources> left = remaining();
    return NextTask{task, left && !bucket->guarantees(*task) && !within(task->needs, *left)};
  }
  return std::nullopt;
}

void Tier::assign(const Task& task) {
  BucketPtr bucket = take(task->bucket);
  if (!bucket) return;
  bucket->assign(task);
  usage_ += task->needs;
  insert(std::move(bucket));
}

void Tier::launch(const Task& task) {
  BucketPtr bucket = take(task->bucket);
  if (!bucket) bucket = std::make_shared<Bucket>(task->bucket);
  if (bucket->launch(task)) usage_ += task->needs;
  insert(std::move(bucket));
}

void Tier::abandon() {
  for (const BucketPtr& bucket : sorted_) usage_ -= bucket->abandon();
  sort_again();
}

// Fenzo takes also off what a task that only waited would have used.
void Tier::remove(const Task& task) {
  BucketPtr bucket = take(task->bucket);
  if (!bucket) return;
  if (bucket->remove(task)) usage_ -= task->needs;
  if (!bucket->empty() || allocations_) insert(std::move(bucket));
}

}  // namespace streamtwin::fenzo
