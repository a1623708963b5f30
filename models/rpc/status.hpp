// How a request ends, and how much it matters: what every caller and callee agrees on.
#pragma once

#include <cstdint>

namespace streamtwin::rpc {

/// How much a request matters, from 0, the most important, to 100; as Zuul's scores for load shedding.
inline constexpr std::uint8_t priority_lowest = 100;
/// Of a request whose client says nothing.
inline constexpr std::uint8_t priority_unmarked = 50;

enum class Status : std::uint8_t {
  ok,
  refused,            ///< a valid answer: the member may not play this
  miss,               ///< a valid answer of a cache
  failed,             ///< the callee failed
  overloaded,         ///< the callee's queue was full
  timed_out,          ///< the caller stopped waiting
  short_circuited,    ///< never sent: the circuit was open
  pool_rejected,      ///< never sent: no room in the command's pool, or under its semaphore
  fallback_rejected,  ///< it failed, and too many fallbacks were running
  unreachable,        ///< never sent: no server known, or no connection
  reset,              ///< the connection broke: the machine runs again, without the instance
  throttled,          ///< never sent: the client holds back, as its callee has not accepted enough of late
};

/// Answers that are what was asked for, good or bad news.
constexpr bool answered(Status status) { return status <= Status::miss; }

}  // namespace streamtwin::rpc
