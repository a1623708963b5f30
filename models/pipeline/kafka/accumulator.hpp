// What an instance has published and not delivered: batches by partition, in a buffer of which each takes a whole batch's room.
// apache/kafka RecordAccumulator and BufferPool.
#pragma once

#include <deque>
#include <vector>

#include "models/pipeline/kafka/batch.hpp"
#include "models/pipeline/kafka/kafka_spec.hpp"

namespace streamtwin::kafka {

/// Of one partition, on its way or on its way back.
struct Parcel {
  int partition = 0;
  Batch batch;
  Bytes room{0};    ///< of the buffer
  Instant since{};  ///< when the first of them came
};

class Accumulator {
 public:
  Accumulator(const ProducerSpec& spec, int partitions, std::uint32_t producer = 0)
      : spec_(spec), producer_(producer), queues_(static_cast<std::size_t>(partitions)), sequences_(static_cast<std::size_t>(partitions)) {}

  /// False where the buffer has no room: the event is dropped.
  bool append(int partition, Bytes record, Instant now);
  /// The same for events that are together already, and stay so.
  bool append(int partition, const Batch& batch, Instant now);
  /// Of the next record for a partition that finds room.
  std::uint32_t next_sequence(int partition) const { return sequences_[static_cast<std::size_t>(partition)]; }
  /// Whether the last batch of a partition is full, or there is none.
  bool full(int partition) const;
  /// Whether something of a partition may go out: it is full, has waited, or the buffer is short.
  bool ready(int partition, Instant now) const;
  /// When that is so at the latest; never when nothing waits.
  Instant ready_at(int partition) const;
  int waiting(int partition) const { return static_cast<int>(queue(partition).size()); }

  /// The oldest batch that waits; there must be one.
  Parcel take(int partition);
  /// Of what waits, how large the oldest batch is; zero when nothing does.
  Bytes next_size(int partition) const { return queue(partition).empty() ? Bytes{0} : queue(partition).front().batch.bytes; }
  /// It was not delivered and goes first when something of its partition goes again.
  void put_back(Parcel parcel) { queue(parcel.partition).push_front(parcel); }
  /// It was delivered or given up.
  void release(const Parcel& parcel) { used_ -= parcel.room; }
  /// What has waited in vain and is given up: how many records.
  std::uint64_t expire(Instant now);

  Bytes used() const { return used_; }
  std::uint64_t records() const;  ///< that wait, without those on their way

 private:
  std::deque<Parcel>& queue(int partition) { return queues_[static_cast<std::size_t>(partition)]; }
  const std::deque<Parcel>& queue(int partition) const { return queues_[static_cast<std::size_t>(partition)]; }

  ProducerSpec spec_;
  std::uint32_t producer_;
  std::vector<std::deque<Parcel>> queues_;
  std::vector<std::uint32_t> sequences_;  ///< by partition
  Bytes used_{0};
  bool short_of_room_ = false;  ///< the last event found no room
};

}  // namespace streamtwin::kafka
