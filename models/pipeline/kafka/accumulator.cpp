#include "models/pipeline/kafka/accumulator.hpp"

#include <algorithm>

namespace streamtwin::kafka {

bool Accumulator::append(int partition, Bytes record, Instant now) {
  std::deque<Parcel>& waiting = queue(partition);
  if (!waiting.empty() && waiting.back().batch.bytes + record <= spec_.batch_size) {
    ++waiting.back().batch.records;
    waiting.back().batch.bytes += record;
    ++sequences_[static_cast<std::size_t>(partition)];
    return true;
  }
  return append(partition, Batch{.records = 1, .bytes = record, .born = now}, now);
}

bool Accumulator::append(int partition, const Batch& batch, Instant now) {
  const Bytes room = std::max(spec_.batch_size, batch.bytes);
  short_of_room_ = used_ + room > spec_.buffer;
  if (short_of_room_) return false;
  used_ += room;
  std::uint32_t& next = sequences_[static_cast<std::size_t>(partition)];
  Batch numbered = batch;
  numbered.producer = producer_;
  numbered.sequence = next;
  next += batch.records;
  queue(partition).push_back({.partition = partition, .batch = numbered, .room = room, .since = now});
  return true;
}

bool Accumulator::full(int partition) const {
  const std::deque<Parcel>& waiting = queue(partition);
  return waiting.empty() || waiting.back().batch.bytes >= spec_.batch_size;
}

bool Accumulator::ready(int partition, Instant now) const {
  const std::deque<Parcel>& waiting = queue(partition);
  if (waiting.empty()) return false;
  return waiting.size() > 1 || waiting.front().batch.bytes >= spec_.batch_size || short_of_room_ ||
         now >= waiting.front().since + spec_.linger;
}

Instant Accumulator::ready_at(int partition) const {
  return queue(partition).empty() ? never : queue(partition).front().since + spec_.linger;
}

Parcel Accumulator::take(int partition) {
  const Parcel oldest = queue(partition).front();
  queue(partition).pop_front();
  return oldest;
}

std::uint64_t Accumulator::expire(Instant now) {
  std::uint64_t expired = 0;
  for (std::deque<Parcel>& waiting : queues_) {
    while (!waiting.empty() && now - waiting.front().since >= spec_.delivery_timeout) {
      expired += waiting.front().batch.records;
      release(waiting.front());
      waiting.pop_front();
    }
  }
  return expired;
}

std::uint64_t Accumulator::records() const {
  std::uint64_t records = 0;
  for (const std::deque<Parcel>& waiting : queues_) {
    for (const Parcel& parcel : waiting) records += parcel.batch.records;
  }
  return records;
}

}  // namespace streamtwin::kafka
