// What travels between services: small values, copied per hop, so that a caller that stopped waiting and a callee
// that still works share nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/openconnect/steering.hpp"
#include "models/rpc/status.hpp"
#include "sim-core/description.hpp"
#include "sim-core/record/spans.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

using rpc::answered;
using rpc::Status;

enum class Operation : std::uint8_t { serve, cache_get, cache_get_stale, cache_set, store_read, store_read_replica, store_write };

/// Of an HTTP request from outside.
enum class Method : std::uint8_t { get, head, options, post, put, delete_, other };

/// Of a request whose path no route of the gateway leads from.
inline constexpr std::uint16_t no_route = UINT16_MAX;

struct Request {
  std::uint64_t id = 0;  ///< number of the play; 0 for work that no play asked for
  std::uint32_t member = 0;
  std::uint32_t title = 0;
  std::uint64_t key = 0;    ///< of the item, for caches and stores
  std::uint32_t hash = 0;   ///< of that key, for the caches' rings
  std::uint16_t group = 0;  ///< client group: where the member's address lies
  Operation operation = Operation::serve;
  Method method = Method::get;  ///< what a gateway may repeat depends on it
  std::uint8_t priority = rpc::priority_unmarked;
  Duration time_to_live{0};  ///< of an item that is set: how long it is fresh
  Duration kept_stale{0};    ///< and how much longer it can still be read
  float item_bytes = 0;
  std::uint16_t origin = 0;  ///< which of the gateway's calls it is routed to, or `no_route`
  bool credentials = true;   ///< whether it carries valid ones
  bool proxied = false;      ///< by a gateway of another region
  Instant deadline = never;  ///< when nobody waits any more, where deadlines are propagated
  Span span;                 ///< where this hop hangs in the trace of its play; null when that is not traced
};

/// What a gateway tells the client of a request that it has shed: how often it may retry, and over which time it must
/// spread that.
struct BackOffDirective {
  int retries_most = 0;
  Duration window{0};
};

struct Reply {
  Status status = Status::ok;
  bool stale = false;  ///< part of the answer came from a fallback
  std::optional<BackOffDirective> back_off;
  std::optional<double> utilisation;  ///< of the server's cores, where its service tells gateways
  openconnect::SteeringList list;     ///< of the steering service's answer: ranked appliances
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::Method> = std::to_array<EnumName<services::Method>>({
    {services::Method::get, "get", "reads; idempotent"},
    {services::Method::head, "head", "reads; idempotent"},
    {services::Method::options, "options", "asks what is possible; idempotent"},
    {services::Method::post, "post", "changes something; doing it twice may do it twice"},
    {services::Method::put, "put", "changes something; Zuul does not take it to be idempotent"},
    {services::Method::delete_, "delete", "changes something; Zuul does not take it to be idempotent"},
    {services::Method::other, "other", "not idempotent"},
});
}  // namespace streamtwin
