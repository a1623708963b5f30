// The protocol of the platform's own services, from the devices' requests inwards: who asks, for what, from where. A service
// that calls others passes on what it was asked.
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/description.hpp"

namespace streamtwin::rpc {

enum class Method : std::uint8_t { get, head, options, post, put, delete_, other };

/// Of a request whose path no route of the gateway leads from.
inline constexpr std::uint16_t no_route = UINT16_MAX;

struct HttpRequest {
  std::uint32_t member = 0;
  std::uint32_t title = 0;
  std::uint16_t group = 0;      ///< client group: where the member's address lies
  std::uint16_t origin = 0;     ///< which of the gateway's calls it is routed to, or `no_route`
  Method method = Method::get;  ///< what may be repeated depends on it
  bool credentials = true;      ///< whether it carries valid ones
  bool proxied = false;         ///< by a gateway of another region
};

}  // namespace streamtwin::rpc

namespace streamtwin {
template <>
inline constexpr auto enum_names<rpc::Method> = std::to_array<EnumName<rpc::Method>>({
    {rpc::Method::get, "get", "reads; idempotent"},
    {rpc::Method::head, "head", "reads; idempotent"},
    {rpc::Method::options, "options", "asks what is possible; idempotent"},
    {rpc::Method::post, "post", "changes something; doing it twice may do it twice"},
    {rpc::Method::put, "put", "changes something; Zuul does not take it to be idempotent"},
    {rpc::Method::delete_, "delete", "changes something; Zuul does not take it to be idempotent"},
    {rpc::Method::other, "other", "not idempotent"},
});
}  // namespace streamtwin
