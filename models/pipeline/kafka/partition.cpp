#include "models/pipeline/kafka/partition.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::kafka {

Partition::Partition(std::vector<BrokerIndex> brokers, Bytes segment) : segment_(segment) {
  for (const BrokerIndex broker : brokers) copies_.push_back({.broker = broker});
  leader_ = copies_.front().broker;
}

int Partition::in_sync() const { return static_cast<int>(std::ranges::count_if(copies_, &Copy::in_sync)); }

Partition::Copy& Partition::leading() {
  return *std::ranges::find_if(copies_, [&](const Copy& copy) { return copy.broker == leader_; });
}

Offset Partition::append(const Batch& batch, Instant now) {
  check(leader_.has_value(), "a log is written by its leader");
  if (in_segment_ > Bytes{0} && in_segment_ + batch.bytes > segment_) {
    ++segments_;
    in_segment_ = Bytes{0};
  }
  in_segment_ += batch.bytes;
  log_.push_back({.begin = end_, .batch = batch, .taken_in = now, .segment = segments_});
  end_ += batch.records;
  leading().end = end_;
  leading().caught_up = now;
  move_watermark();
  return end_;
}

void Partition::fetched(std::size_t copy, Offset to, Instant asked) {
  Copy& follower = copies_[copy];
  follower.end = std::min(std::max(follower.end, to), end_);
  if (follower.end >= end_) follower.caught_up = std::max(follower.caught_up, asked);
  if (follower.end >= high_watermark_ && follower.end == end_) follower.in_sync = true;
  move_watermark();
}

bool Partition::shrink(Instant now, Duration allowed) {
  bool any = false;
  for (Copy& copy : copies_) {
    if (copy.broker == leader_ || !copy.in_sync || copy.end >= end_ || now - copy.caught_up <= allowed) continue;
    copy.in_sync = false;
    any = true;
  }
  if (any) move_watermark();
  return any;
}

// The last in sync stays so: without it nobody could lead again cleanly.
void Partition::leave(BrokerIndex broker) {
  const int in_sync_before = in_sync();
  for (Copy& copy : copies_) {
    if (copy.broker == broker && in_sync_before > 1) copy.in_sync = false;
  }
  if (leader_ == broker) leader_.reset();
  if (leader_) move_watermark();
}

std::uint64_t Partition::elect(const std::function<bool(BrokerIndex)>& may, bool unclean, Offset read, Instant now) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    if (!may(copies_[i].broker)) continue;
    if (copies_[i].in_sync) {
      best = i;
      break;
    }
    if (unclean && (!best || copies_[i].end > copies_[*best].end)) best = i;
  }
  return best ? lead(*best, read, now) : 0;
}

std::uint64_t Partition::prefer(Offset read, Instant now) {
  check(copies_.front().in_sync, "who leads again is in sync");
  return lead(0, read, now);
}

// Others cut their logs back to the new leader's.
std::uint64_t Partition::lead(std::size_t copy, Offset read, Instant now) {
  const Offset before = end_;
  Copy& leads = copies_[copy];
  if (!leads.in_sync) {
    for (Copy& other : copies_) other.in_sync = false;
  }
  leads.in_sync = true;
  leads.caught_up = now;
  leader_ = leads.broker;
  ++epoch_;
  end_ = leads.end;
  for (Copy& other : copies_) {
    other.end = std::min(other.end, end_);
    other.caught_up = std::max(other.caught_up, now);  // the new leader gives everybody the time anew
  }
  while (!log_.empty() && log_.back().begin >= end_) log_.pop_back();
  if (!log_.empty() && log_.back().end() > end_) {
    Batch& cut = log_.back().batch;
    const auto left = static_cast<std::uint32_t>(end_ - log_.back().begin);
    cut.bytes *= static_cast<double>(left) / cut.records;
    cut.records = left;
    cut.repeated = std::min(cut.repeated, left);
  }
  high_watermark_ = std::min(high_watermark_, end_);
  move_watermark();
  return before - std::min(before, std::max(end_, read));
}

void Partition::move_watermark() {
  Offset lowest = end_;
  for (const Copy& copy : copies_) {
    if (copy.in_sync) lowest = std::min(lowest, copy.end);
  }
  high_watermark_ = std::max(high_watermark_, lowest);
}

std::vector<Extent> Partition::read(Offset from, Bytes most) const {
  std::vector<Extent> found;
  Bytes sum{0};
  auto next = std::ranges::upper_bound(log_, from, {}, &Extent::end);
  for (; next != log_.end() && next->end() <= high_watermark_; ++next) {
    sum += next->batch.bytes;
    if (!found.empty() && sum > most) break;
    found.push_back(*next);
  }
  return found;
}

// Also the one that is written to, when all of it is too old; another has begun then.
void Partition::expire(Instant now, Duration retention) {
  while (!log_.empty()) {
    const std::uint32_t oldest = log_.front().segment;
    const auto next = std::ranges::find_if(log_, [oldest](const Extent& extent) { return extent.segment != oldest; });
    const Extent& newest = *std::prev(next);
    if (newest.end() > high_watermark_ || now - newest.taken_in <= retention) return;
    start_ = newest.end();
    for (Copy& copy : copies_) copy.end = std::max(copy.end, start_);  // a follower that has not even come so far begins there
    log_.erase(log_.begin(), next);
  }
}

void Partition::forget(Offset up_to) {
  while (!log_.empty() && log_.front().end() <= up_to) log_.pop_front();
}

}  // namespace streamtwin::kafka
