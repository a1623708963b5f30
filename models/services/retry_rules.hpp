// What a client tries again, as a run goes by it and as warnings reckon with it: the library's own ways, changed by what the
// scenario says.
#pragma once

#include <cstdint>
#include <optional>

#include "models/rpc/http_request.hpp"
#include "models/rpc/status.hpp"
#include "models/services/client_spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::services {

using rpc::answered;
using rpc::Method;
using rpc::Status;

/// What a failed try is to a client that may try again. `none`: an answer.
enum class Failure : std::uint8_t { none, error, refused, reset, timeout, overload };

/// A dependency's failure that is passed on by its caller is to the next one what it was; one that never left the caller's
/// command (a short circuit, a full pool) has been an error there.
constexpr Failure failure_of(Status status) {
  switch (status) {
    case Status::ok:
    case Status::refused:
    case Status::miss: return Failure::none;
    case Status::overloaded: return Failure::overload;
    case Status::timed_out: return Failure::timeout;
    case Status::unreachable: return Failure::refused;
    case Status::reset: return Failure::reset;
    default: return Failure::error;
  }
}

/// Whether it changes something.
constexpr bool writes(Method method) { return method != Method::get && method != Method::head && method != Method::options; }

/// Of requests that read, or of those that write.
struct RetryRules {
  std::uint8_t after = 0;  ///< a bit for each Failure
  int same_server = 0;
  int next_server = 0;
  bool busy_at_same_server = true;  ///< whether the server that says it is too busy may be asked again
  RetryBackOff back_off;

  bool retries(Failure failure) const { return (after >> static_cast<unsigned>(failure) & 1) != 0; }
  /// Tries at most after failures of one kind, the first included.
  int tries_after(Failure failure) const { return retries(failure) ? (1 + same_server) * (1 + next_server) : 1; }
  int tries_max() const { return after == 0 ? 1 : (1 + same_server) * (1 + next_server); }
  /// The wait after so many failed tries.
  Duration wait_max(int failed) const;
  Duration wait(int failed, Random& random) const;
};

RetryRules retry_rules(const ClientSpec& client, bool of_writes);

/// The wait after so many failed tries, before any of it is drawn at random.
Duration exponential_back_off(Duration first, double factor, Duration most, int failed);

}  // namespace streamtwin::services
