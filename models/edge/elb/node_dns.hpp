// The load balancer's nodes in DNS: a node that its provider's checks find dead, or without any target in service,
// leaves the answers and comes back by the same checks; clients see answers as old as resolvers keep them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/edge/dns/resolvers.hpp"
#include "models/edge/elb/health_check.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elb {

/// What a client does when the address that it tried stays silent.
enum class NextAddress : std::uint8_t { in_order, fast_fallback, first_only };

struct NodeDnsProperties {
  Duration check_interval = 30s;
  Duration check_timeout = 6s;
  int threshold = 3;
  Duration ttl = 60s;
  Fraction extenders{0.09};
  Duration extended_by = 10min;
  NextAddress next_address = NextAddress::in_order;
  Duration fallback_delay = 250ms;

  dns::ResolverHabits habits() const { return {ttl, extenders, extended_by}; }

  void check(Checker& checker) const {
    checker.require(check_timeout < check_interval, "check_timeout",
                    "a check must have timed out before the next one begins: shorter than the `check_interval`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Amazon Route 53 developer guide, health checks";
    visit(self.check_interval, {.name = "check_interval", .doc = "Between two checks of a node", .source = source, .min = 1, .max = 3600});
    visit(self.check_timeout, {.name = "check_timeout",
                               .doc = "A check without an answer has failed after this: 4 s to connect and 2 s to answer",
                               .source = source,
                               .min = 0.1,
                               .max = 120});
    visit(self.threshold, {.name = "threshold",
                           .doc = "Checks in a row that take a node out of DNS, or bring it back",
                           .source = source,
                           .min = 1,
                           .max = 10});
    visit(self.ttl,
          {.name = "ttl", .doc = "How long resolvers keep an answer", .source = "AWS ELB user guide: 60 s", .min = 0, .max = 86400});
    visit(self.extenders, {.name = "extenders",
                           .doc = "Share of clients behind resolvers that keep answers longer",
                           .source = "ttl-violation-study.github.io (PAM 2023): 8.74 % of resolvers",
                           .min = 0,
                           .max = 1});
    visit(self.extended_by,
          {.name = "extended_by", .doc = "How much longer, on average (exponential)", .source = assumption, .min = 0, .max = 604800});
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

/// What DNS says of one load balancer, and said before.
class NodeDns {
 public:
  /// Nodes are known by the positions of their zones.
  explicit NodeDns(std::size_t nodes) : health_(nodes, TargetHealth(true, false)) {}

  /// The result of a check of a node; true when its state has changed.
  bool report(int node, bool passed, const NodeDnsProperties& properties);
  /// From now on DNS names the healthy ones of `registered`, which is not empty; all of them when none is (fail open).
  /// True when the answer is another than before.
  bool publish(const std::vector<int>& registered, Instant now);
  /// The addresses that a client has whose answer is so old. They stay where they are.
  const std::vector<int>& answer(Instant now, Duration age) const { return answers_.at(now - age); }

 private:
  std::vector<TargetHealth> health_;
  dns::Answers<std::vector<int>> answers_;  ///< the nodes named
};

}  // namespace streamtwin::elb

namespace streamtwin {
template <>
inline constexpr auto enum_names<elb::NextAddress> = std::to_array<EnumName<elb::NextAddress>>({
    {elb::NextAddress::in_order, "in_order", "tries every address, each until its connect time-out: HttpClient 5, OkHttp before 5"},
    {elb::NextAddress::fast_fallback, "fast_fallback", "tries the next beside it after a moment: RFC 8305, OkHttp 5"},
    {elb::NextAddress::first_only, "first_only", "gives up: HttpURLConnection"},
});
}  // namespace streamtwin
