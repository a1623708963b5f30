// A partition: a log on several brokers, of which one leads. What followers have fetched, how far all that are in sync have come (the
// high watermark, up to which consumers read), who leads after one has gone, and what is lost with it. apache/kafka Partition,
// ReplicaManager, and the controller's election of leaders.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "models/pipeline/kafka/batch.hpp"

namespace streamtwin::kafka {

/// Records of the log that follow one another.
struct Extent {
  Offset begin = 0;
  Batch batch;
  Instant taken_in{};
  std::uint32_t segment = 0;
  Offset end() const { return begin + batch.records; }
};

class Partition {
 public:
  /// On these brokers, at least one, of which the first is to lead; all have nothing.
  explicit Partition(std::vector<BrokerIndex> brokers, Bytes segment = Bytes{1024.0 * 1024 * 1024});

  /// Nobody, when no copy may lead.
  std::optional<BrokerIndex> leader() const { return leader_; }
  BrokerIndex preferred() const { return copies_.front().broker; }
  std::uint32_t epoch() const { return epoch_; }  ///< counts the leaders
  std::size_t copies() const { return copies_.size(); }
  BrokerIndex broker_of(std::size_t copy) const { return copies_[copy].broker; }
  Offset start() const { return start_; }  ///< what is before it is too old
  Offset end() const { return end_; }
  Offset end_of(std::size_t copy) const { return copies_[copy].end; }
  Offset high_watermark() const { return high_watermark_; }
  bool in_sync(std::size_t copy) const { return copies_[copy].in_sync; }
  int in_sync() const;

  /// The leader takes in a batch; its end then.
  Offset append(const Batch& batch, Instant now);
  /// The leader hears that a follower has what was there up to an offset when it last asked, at `asked`.
  void fetched(std::size_t copy, Offset to, Instant asked);
  /// Followers that have not caught up for so long leave those in sync. Whether any did.
  bool shrink(Instant now, Duration allowed);
  /// A broker has gone, for the controller: it leads no longer and is not in sync.
  void leave(BrokerIndex broker);
  /// Somebody leads who `may`: the first copy in sync, or where `unclean` the one of the others that has most. What only those before
  /// had is gone from the log; the number of records that nobody had read up to `read`.
  std::uint64_t elect(const std::function<bool(BrokerIndex)>& may, bool unclean, Offset read, Instant now);
  /// The first broker leads again; it must be in sync. Likewise.
  std::uint64_t prefer(Offset read, Instant now);

  /// What follows an offset, up to the high watermark, and as long as it is no more than that many bytes; one extent at least.
  std::vector<Extent> read(Offset from, Bytes most) const;
  /// What nobody will read any more.
  void forget(Offset up_to);
  /// Segments whose newest record is older than that are deleted.
  void expire(Instant now, Duration retention);

 private:
  struct Copy {
    BrokerIndex broker;
    Offset end = 0;
    Instant caught_up{};
    bool in_sync = true;
  };
  Copy& leading();
  std::uint64_t lead(std::size_t copy, Offset read, Instant now);
  void move_watermark();

  std::vector<Copy> copies_;
  std::optional<BrokerIndex> leader_;
  std::uint32_t epoch_ = 0;
  Offset start_ = 0, end_ = 0, high_watermark_ = 0;
  Bytes segment_, in_segment_{0};
  std::uint32_t segments_ = 0;
  std::deque<Extent> log_;
};

}  // namespace streamtwin::kafka
