// How Zuul protects an origin (BasicNettyOrigin), how long it waits (OriginTimeoutManager), and which attempts it
// repeats (ProxyEndpoint): one table of outcomes. No back-off and no retry budget in the published code.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/edge/zuul/properties.hpp"
#include "models/rpc/http_request.hpp"
#include "sim-core/assert.hpp"

namespace streamtwin::zuul {

/// In flight to one origin from one Zuul instance, counted per attempt. The test is "more than the limit" and comes
/// before the increment: with a limit of 200, 201 really run.
class OriginConcurrency {
 public:
  explicit OriginConcurrency(const OriginProperties& properties)
      : limit_(properties.max_concurrent_requests), guarded_(properties.concurrency_protection) {}
  bool try_start() {
    if (guarded_ && in_flight_ > limit_) return false;
    ++in_flight_;
    return true;
  }
  void finish() {
    STREAMTWIN_ASSERT(in_flight_ > 0, "an attempt at an origin finished that had not started");
    --in_flight_;
  }
  int in_flight() const { return in_flight_; }

 private:
  int limit_;
  bool guarded_;
  int in_flight_ = 0;
};

inline constexpr Duration read_timeout_max = 90s;

/// Each attempt gets the smaller of what origin and request ask for, whole, up to 90 s.
constexpr Duration attempt_timeout(std::optional<Duration> origin, std::optional<Duration> request) {
  Duration timeout = read_timeout_max;
  if (origin && *origin < timeout) timeout = *origin;
  if (request && *request < timeout) timeout = *request;
  return timeout;
}

using rpc::Method;
/// Zuul treats neither PUT nor DELETE as idempotent.
constexpr bool is_idempotent(Method method) { return method == Method::get || method == Method::head || method == Method::options; }

/// How an attempt ended.
enum class AttemptOutcome : std::uint8_t {
  success,  ///< a status below 500
  unavailable_503,
  server_error_500,    ///< a status of zuul.retry.allowed.statuses.idempotent
  other_server_error,  ///< 501, 502, 504 and so on: passed through
  connect_error,
  reset_connection,
  read_timeout,
  no_available_servers,
  max_connections,
  origin_concurrency,
  close_notify,
  client_cancelled,
  other,
};
inline constexpr std::size_t attempt_outcomes = 13;

struct OutcomeRow {
  enum class Retry : std::uint8_t { never, idempotent, any_method };
  AttemptOutcome outcome;
  Retry retry;
  int status;              ///< what the client is answered; 0 passes the origin's status through
  bool clears_failures;    ///< of the server's successive connection failures
  bool counts_as_failure;  ///< a connection failure of the server
};

/// In the order of the enumeration. Statuses: ErrorType and OutboundErrorType.
inline constexpr std::array<OutcomeRow, attempt_outcomes> outcome_table{{
    {AttemptOutcome::success, OutcomeRow::Retry::never, 0, true, false},
    {AttemptOutcome::unavailable_503, OutcomeRow::Retry::any_method, 503, false, false},
    {AttemptOutcome::server_error_500, OutcomeRow::Retry::idempotent, 500, false, false},
    {AttemptOutcome::other_server_error, OutcomeRow::Retry::never, 0, false, false},
    {AttemptOutcome::connect_error, OutcomeRow::Retry::any_method, 502, false, true},
    {AttemptOutcome::reset_connection, OutcomeRow::Retry::any_method, 504, false, true},
    {AttemptOutcome::read_timeout, OutcomeRow::Retry::idempotent, 504, false, true},
    {AttemptOutcome::no_available_servers, OutcomeRow::Retry::never, 502, false, false},
    {AttemptOutcome::max_connections, OutcomeRow::Retry::never, 503, false, false},
    {AttemptOutcome::origin_concurrency, OutcomeRow::Retry::never, 503, false, false},
    {AttemptOutcome::close_notify, OutcomeRow::Retry::never, 502, false, true},
    {AttemptOutcome::client_cancelled, OutcomeRow::Retry::never, 400, false, false},
    {AttemptOutcome::other, OutcomeRow::Retry::never, 500, false, true},
}};
constexpr const OutcomeRow& row_of(AttemptOutcome outcome) { return outcome_table[static_cast<std::size_t>(outcome)]; }

/// A request can be repeated while nothing has been sent to the client and its body is completely buffered.
struct Replay {
  bool response_started = false;
  bool body_buffered = true;
  constexpr bool possible() const { return !response_started && body_buffered; }
};

/// `attempt` counts from 1. The next attempt is the next choice of a server, which may be the same one.
constexpr bool should_retry(AttemptOutcome outcome, Method method, int attempt, int max_retries, Replay replay = {}) {
  if (attempt > max_retries || !replay.possible()) return false;
  const OutcomeRow::Retry retry = row_of(outcome).retry;
  return retry == OutcomeRow::Retry::any_method || (retry == OutcomeRow::Retry::idempotent && is_idempotent(method));
}

/// Answer when there is no origin for the route.
inline constexpr int no_route_status = 404;

}  // namespace streamtwin::zuul
