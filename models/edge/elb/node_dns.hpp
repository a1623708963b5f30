// The load balancer's nodes in DNS: a node that its provider's checks find dead, or without any target in service,
// leaves the answers and comes back by the same checks; clients see answers as old as resolvers keep them.
#pragma once

#include <array>
#include <cstdint>

#include "models/registry/dns/records.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elb {

/// What a client does when the address that it tried stays silent.
enum class NextAddress : std::uint8_t { in_order, fast_fallback, first_only };

struct NodeDnsProperties : dns::RecordSpec {
  NextAddress next_address = NextAddress::in_order;
  Duration fallback_delay = 250ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    dns::RecordSpec::describe(self, visit);
    visit(self.next_address, {.name = "next_address",
                              .doc = "What a client does when the address that it tried stays silent",
                              .source = "Apache HttpClient 5 DefaultHttpClientConnectionOperator; which clients members have: assumption"});
    visit(self.fallback_delay, {.name = "fallback_delay",
                                .doc = "How long before the next address is tried beside the first, with fast_fallback",
                                .source = "RFC 8305 section 8",
                                .min = 0.01,
                                .max = 2});
  }
};

/// Nodes are known by the positions of their zones.
using NodeDns = dns::Records;

}  // namespace streamtwin::elb

namespace streamtwin {
template <>
inline constexpr auto enum_names<elb::NextAddress> = std::to_array<EnumName<elb::NextAddress>>({
    {elb::NextAddress::in_order, "in_order", "tries every address, each until its connect time-out: HttpClient 5, OkHttp before 5"},
    {elb::NextAddress::fast_fallback, "fast_fallback", "tries the next beside it after a moment: RFC 8305, OkHttp 5"},
    {elb::NextAddress::first_only, "first_only", "gives up: HttpURLConnection"},
});
}  // namespace streamtwin
