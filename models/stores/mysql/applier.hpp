// The applier of a replica (mysql-server sql/rpl_rli_pdb, replica_preserve_commit_order): what was received waits for the first thread
// that is free, and is committed in the primary's order.
#pragma once

#include <algorithm>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::mysql {

class Applier {
 public:
  explicit Applier(int threads) : free_at_(static_cast<std::size_t>(threads), Instant{}) {}

  /// When a transaction that has been received now will have been applied.
  Instant apply(Instant now, Duration takes) {
    const auto first = std::min_element(free_at_.begin(), free_at_.end());
    *first = std::max(*first, now) + takes;
    return last_ = std::max(last_, *first);
  }

 private:
  std::vector<Instant> free_at_;  ///< by thread
  Instant last_{};
};

}  // namespace streamtwin::mysql
