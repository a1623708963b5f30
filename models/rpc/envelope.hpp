// What travels between instances: small values, copied per hop, so that a caller that stopped waiting and a callee that
// still works share nothing that either of them changes.
#pragma once

#include <cstdint>

#include "models/rpc/body.hpp"
#include "models/rpc/status.hpp"
#include "sim-core/record/spans.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

/// A request: what every hop looks at, around what only its two ends understand.
struct Envelope {
  std::uint64_t id = 0;      ///< number of the play or of a workload's request; 0 for work that nobody outside asked for
  Instant deadline = never;  ///< when nobody waits any more, where deadlines are propagated
  Span span;                 ///< where this hop hangs in the trace of its play; null when that is not traced
  Body body;
  std::uint8_t priority = priority_unmarked;
  bool cancels = false;          ///< whether the callee is told when its caller waits no longer, as gRPC's streams are
  std::uint16_t route = 0;       ///< of a member who is sent to clusters of their own; what it leads to takes it, too
  std::uint32_t injections = 0;  ///< failures that the gateway has marked it for, a bit for each; what it leads to carries them, too
};

/// An answer.
struct Reply {
  Status status = Status::ok;
  bool stale = false;              ///< part of the answer came from a fallback
  bool tells_utilisation = false;  ///< as services tell gateways
  double utilisation = 0;          ///< of the server's cores
  Enclosure enclosed;              ///< what the answer consists of, where somebody reads it
};

}  // namespace streamtwin::rpc
