// Ribbon's retry driver (LoadBalancerCommand with RequestSpecificRetryHandler): tries on the same server first, then
// fresh choices, which may fall on the same server again; no back-off. At most (same + 1) * (next + 1) tries.
#pragma once

#include <cstdint>

#include "models/services/ribbon/properties.hpp"

namespace streamtwin::ribbon {

enum class Failure : std::uint8_t {
  connection,  ///< could not connect
  throttled,   ///< the server said it is too busy: only another server is worth a try
  other,       ///< a read time-out, a reset, an error
  aborted,     ///< the caller forbids any retry
};

enum class NextStep : std::uint8_t {
  same_server,
  next_server,
  same_server_exhausted,  ///< NUMBEROF_RETRIES_EXEEDED, as the original spells it
  next_server_exhausted,  ///< NUMBEROF_RETRIES_NEXTSERVER_EXCEEDED
  give_up,                ///< not retriable, before either count was reached
};

/// One per request.
class RetryDriver {
 public:
  RetryDriver(int same_max, int next_max, bool connect_errors, bool all_errors)
      : same_max_(same_max), next_max_(next_max), connect_errors_(connect_errors), all_errors_(all_errors) {}
  /// The policy that Ribbon gives a request: reads retry every error, writes only failures to connect.
  RetryDriver(const ClientProperties& properties, bool reads_only)
      : RetryDriver(properties.max_auto_retries, properties.max_auto_retries_next_server, true,
                    reads_only || properties.ok_to_retry_on_all_operations) {}

  NextStep failed(Failure failure) {
    ++tries_;
    ++at_this_server_;
    if (at_this_server_ <= same_max_ && retriable(failure, true)) return NextStep::same_server;
    if (servers_ <= next_max_ && retriable(failure, false)) {
      ++servers_;
      at_this_server_ = 0;
      return NextStep::next_server;
    }
    // The counts alone decide what the end is called, whatever failed last: LoadBalancerCommand.submit, onErrorResumeNext.
    if (next_max_ > 0 && servers_ == next_max_ + 1) return NextStep::next_server_exhausted;
    return same_max_ > 0 && at_this_server_ == same_max_ + 1 ? NextStep::same_server_exhausted : NextStep::give_up;
  }
  int tries() const { return tries_; }

 private:
  bool retriable(Failure failure, bool same) const {
    if (failure == Failure::aborted) return false;
    if (all_errors_) return true;
    if (failure == Failure::throttled) return !same;
    return failure == Failure::connection && connect_errors_;
  }
  int same_max_;
  int next_max_;
  bool connect_errors_;
  bool all_errors_;
  int at_this_server_ = 0;  ///< tries that have failed there
  int servers_ = 1;         ///< choices of one
  int tries_ = 0;
};

}  // namespace streamtwin::ribbon
