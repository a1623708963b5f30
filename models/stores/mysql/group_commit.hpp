// Group commit (mysql-server MYSQL_BIN_LOG::ordered_commit): one sync of the logs at a time, for all transactions together that have
// come while the one before was under way.
#pragma once

#include <cmath>

#include "sim-core/units.hpp"

namespace streamtwin::mysql {

class GroupCommit {
 public:
  /// When a transaction is on the disk that comes now, where a sync takes `takes`.
  Instant commit(Instant now, Duration takes) {
    if (now >= begins_ && now < ends_) {
      begins_ = ends_;
      ends_ += takes;
    } else if (now >= ends_) {
      begins_ = now;
      ends_ = now + takes;
    }
    return ends_;
  }

 private:
  Instant begins_{Duration{-1}}, ends_{Duration{-1}};  ///< of the last sync that is needed so far
};

/// The last sync, where there is one each second.
inline Instant last_sync(Instant now) { return at(seconds(std::floor(in_seconds(now)))); }

}  // namespace streamtwin::mysql
