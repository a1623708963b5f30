// Who may enter under a limit: first come (SimpleLimiter), by partitions with guaranteed shares
// (AbstractPartitionedLimiter), or last in first out from a bounded backlog (LifoBlockingLimiter).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "models/rpc/limits/windowed.hpp"

namespace streamtwin::limits {

using AnyLimit = std::variant<Limit, WindowedLimit>;

/// How an admitted request ended. Ignored ones free their place and teach nothing.
enum class Ending : std::uint8_t { success, ignored, dropped };

/// What an admitted request carries until it ends.
struct Grant {
  Instant start{};
  int in_flight = 0;
  std::uint32_t partition = 0;
  bool bypass = false;
};

/// A share of the limit that is guaranteed. Shares may sum to more than the whole.
struct Partition {
  Fraction share{1};
  Duration reject_delay = 0s;  ///< how long a refused caller is held back before it is told, so that it does not come again at once
};

class Limiter {
 public:
  /// AbstractPartitionedLimiter.MAX_DELAYED_THREADS
  static constexpr int delayed_most_default = 100;

  /// Without partitions: a semaphore of the size of the limit.
  explicit Limiter(AnyLimit limit, std::vector<Partition> partitions = {}, int delayed_max = delayed_most_default);

  /// None when the limit is used up, or with partitions, when the caller's is, too. A partition beyond those known has
  /// nothing guaranteed. `bypass` admits without counting.
  std::optional<Grant> acquire(Instant now, std::uint32_t partition = 0, bool bypass = false);
  /// Once for each grant. The limit learns from how long it took, unless it is ignored.
  void release(const Grant& grant, Ending ending, Instant now, Random& random);

  /// For a caller that was refused: how long it is held back, until `delay_over`. Nothing when its partition does not
  /// delay, or when as many as may be are held back: each of them blocks a thread.
  std::optional<Duration> delay_refusal(std::uint32_t partition);
  /// Once for each delay. Throws ProgrammingError (in builds with assertions) when nobody is held back.
  void delay_over();
  int delayed() const { return delayed_; }

  int limit() const;
  int in_flight() const { return in_flight_; }
  int partition_limit(std::uint32_t partition) const;
  int partition_in_flight(std::uint32_t partition) const { return partition < busy_.size() ? busy_[partition] : 0; }

 private:
  AnyLimit limit_;
  std::vector<Partition> partitions_;
  std::vector<int> busy_;  ///< by partition; one more for those unknown
  int in_flight_ = 0;
  int delayed_max_;
  int delayed_ = 0;
};

/// Refused requests wait, at most so many; whoever came last is admitted first. The driver's timer takes a waiting one
/// out after the backlog's time-out.
class LifoBacklog {
 public:
  static constexpr int size_default = 100;
  static constexpr Duration timeout_default = 1s;

  explicit LifoBacklog(int size = size_default) : size_(static_cast<std::size_t>(size)) {}
  /// False when the backlog is full: the request is refused. A ticket is the caller's own, and unique among those waiting.
  bool park(std::uint64_t ticket, std::uint32_t partition = 0) {
    if (waiting_.size() >= size_) return false;
    waiting_.push_back({ticket, partition});
    return true;
  }
  struct Admitted {
    std::uint64_t ticket;
    Grant grant;
  };
  /// After a place became free: at most one is admitted, the latest; if that one may not enter, nobody does.
  std::optional<Admitted> unblock(Limiter& limiter, Instant now);
  /// A waiting one leaves; false when it was admitted meanwhile.
  bool timed_out(std::uint64_t ticket);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::uint64_t ticket;
    std::uint32_t partition;
  };
  std::size_t size_;
  std::vector<Waiting> waiting_;
};

}  // namespace streamtwin::limits
