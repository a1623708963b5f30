// Semi-synchronous replication as the primary sees it (mysql-server plugin/semisync ReplSemiSyncMaster): a commit is answered when so
// many replicas have received it; when that takes too long, all are answered without, until the replicas have caught up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/stores/mysql/mysql_spec.hpp"

namespace streamtwin::mysql {

/// Counts the transactions of a cluster from 1.
using Position = std::uint64_t;

class SemiSync {
 public:
  SemiSync(const SemiSyncProperties& properties, std::size_t servers)
      : acks_(static_cast<std::size_t>(properties.acks)), received_(servers) {}

  bool on() const { return on_; }
  /// A transaction waits for nobody (any more).
  bool released(Position position) const { return !on_ || position <= acked(); }
  /// One has committed: what replicas must have before it is on again.
  void committed(Position position) { last_ = std::max(last_, position); }
  /// A server has received all up to a position.
  void received(std::size_t server, Position position) {
    received_[server] = std::max(received_[server], position);
    if (!on_) on_ = acked() >= last_;
  }
  /// A transaction has waited for too long. Whether that turned it off.
  bool timed_out(Position position) {
    if (released(position)) return false;
    on_ = false;
    return true;
  }

 private:
  /// What as many as are needed have received.
  Position acked() const {
    if (received_.size() < acks_) return 0;
    std::vector<Position> sorted = received_;
    const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(acks_) - 1;
    std::nth_element(sorted.begin(), nth, sorted.end(), std::greater<>());
    return *nth;
  }

  std::size_t acks_;
  std::vector<Position> received_;  ///< by server
  Position last_ = 0;
  bool on_ = true;
};

}  // namespace streamtwin::mysql
