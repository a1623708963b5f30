// One client's balancer over the instances of one service: Ribbon's DynamicServerListLoadBalancer with the zone logic
// of ZoneAwareLoadBalancer on top of a rule. Statistics are contiguous, half a cache line per server; a server keeps
// its index while it is listed, in use or remembered. Cost of a choice: O(zones) as long as no server is blacked out, one walk
// over the list when one is; no allocation.
#pragma once

#include <boost/container/small_vector.hpp>

#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "models/services/ribbon/rules/availability_filtering.hpp"
#include "models/services/ribbon/rules/best_available.hpp"
#include "models/services/ribbon/rules/plugged.hpp"
#include "models/services/ribbon/rules/weighted_response_time.hpp"
#include "models/services/ribbon/rules/zone_avoidance.hpp"

namespace streamtwin::ribbon {

/// An instance as the discovery view lists it.
struct Server {
  std::uint32_t host = 0;  ///< its identity
  ZoneIndex zone = 0;
  bool operator==(const Server&) const = default;
};

/// How an attempt ended, as far as the balancer's statistics care.
enum class AttemptResult : std::uint8_t {
  answered,           ///< a response, or an error of the application's own: clears the successive failures
  connection_failed,  ///< the circuit-tripping kind: connect errors and read time-outs
  abandoned,          ///< the caller went away: the statistics learn nothing
};

class LoadBalancer {
 public:
  using Rule = std::variant<RoundRobinRule, AvailabilityFilteringRule, ZoneAvoidanceRule, BestAvailableRule, WeightedResponseTimeRule,
                            RetryRule, PluggedChoice>;

  /// `properties` must outlive the balancer; many may share it. A plugged rule takes the place of the one that they name.
  LoadBalancer(const BalancerProperties& properties, Instant created, std::unique_ptr<PluggedRule> plugged = nullptr);

  /// A list refresh: takes the list over and revives every server in it. O(1) per server when nothing changed.
  void update(std::span<const Server> servers, Instant now);

  /// Nothing only when the list is empty, or when nobody in it is alive (round robin and its kin).
  std::optional<ServerIndex> choose(Instant now, Random& random);

  /// Forgets what is known of servers that will never be listed again, of which `gone(host)` is true, unless a request is in
  /// flight there.
  template <class Gone>
  void forget_gone(const Gone& gone, Instant now) {
    std::erase_if(by_host_, [&](const auto& entry) {
      const auto [host, index] = entry;
      if (known_[index].listed || known_[index].active_requests(now, *properties_) > 0 || !gone(host)) return false;
      free_.push_back(index);
      return true;
    });
  }
  /// Servers that are listed or remembered (for inspection).
  std::size_t known() const { return by_host_.size(); }

  void request_started(ServerIndex server, Instant now) {
    known_[server].request_started(now);
    count_active(server, 1);
  }
  void request_finished(ServerIndex server, AttemptResult result, Duration response_time, Instant now) {
    request_left(server, now);
    if (result != AttemptResult::abandoned) learn(server, result, response_time, now);
  }
  /// The two halves of that: a request is no longer in flight, and what its end says of the server.
  void request_left(ServerIndex server, Instant now);
  void learn(ServerIndex server, AttemptResult result, Duration response_time, Instant now);

  /// Whether a server has tripped and is left out for a while.
  bool leaves_out(ServerIndex server, Instant now) const { return known_[server].tripped(now); }

  /// Whether the client holds a connection to the server already; from now on it does, until it gives it up. `found_open`: both
  /// were there before the run began, so that this is not their first request, though the first in the run.
  bool connect(ServerIndex server, bool found_open) {
    KnownServer& known = known_[server];
    const bool before = known.asked ? known.connected : found_open;
    known.asked = known.connected = true;
    return before;
  }
  void disconnect(ServerIndex server) { known_[server].connected = false; }
  /// Netflix/ribbon ConnectionPoolCleanerTask: every 30 s connections that have been idle for 30 s are closed. Nobody uses one to
  /// a server that is not listed, and its index may be another server's soon.
  void disconnect_unlisted() {
    for (KnownServer& known : known_) {
      if (known.listed) continue;
      known.asked = true;
      known.connected = false;
    }
  }

  ServerStats& stats(ServerIndex server) {
    counted_until_ = Instant{Duration{-HUGE_VAL}};  // whoever asks may change them
    return known_[server];
  }
  const ServerStats& stats(ServerIndex server) const { return known_[server]; }
  Server server(ServerIndex server) const { return {known_[server].host, known_[server].zone}; }
  /// The index of a server, listed or not; it is made when unknown.
  ServerIndex index_of(const Server& server, Instant now);
  std::span<const ServerIndex> list() const { return list_.all(); }
  bool listed(ServerIndex server) const { return known_[server].listed; }
  /// Counts the lists that differed from the one before.
  std::uint32_t version() const { return version_; }
  std::size_t zones() const { return zone_count_; }
  /// The state of a zone as the rules see it.
  ZoneSnapshot zone_snapshot(ZoneIndex zone, Instant now);
  ZoneSnapshot snapshot(std::span<const Server> servers, Instant now);
  const BalancerProperties& properties() const { return *properties_; }

 private:
  struct Zone {
    ZoneIndex zone = 0;
    std::uint32_t first = 0;  ///< into by_zone_
    std::uint32_t count = 0;
    Rule rule;  ///< each zone's balancer has its own copy of the rule, with its own counters
  };

  struct Found {
    ServerIndex index;
    bool made;
  };
  Found find_or_make(const Server& server);
  void rebuild_zones();
  void forget_expired(Instant now);
  void take_snapshots(Instant now);
  void count_snapshots(Instant now);
  /// A listed server has more or fewer requests in flight.
  void count_active(ServerIndex server, int more) {
    const KnownServer& known = known_[server];
    if (known.listed) zones_seen_[known.zone_position].active += more;
  }
  std::optional<ServerIndex> choose_by(Rule& rule, std::span<const ServerIndex> list, Instant now, Random& random);
  Servers servers(std::span<const ServerIndex> list, Instant now);
  void maintain_weights(Instant now) {
    if (now >= next_weights_) [[unlikely]]
      compute_weights(now);
  }
  void compute_weights(Instant now);
  Rule rule_of_zone() const;
  bool looks_at_response_times() const {
    return properties_->rule == RuleKind::weighted_response_time || std::holds_alternative<PluggedChoice>(rule_);
  }
  ZonesSeen zones_seen() const { return {zones_seen_.data(), zones_seen_.size()}; }
  std::span<const ServerIndex> of(const Zone& zone) const { return by_zone_.all().subspan(zone.first, zone.count); }

  // In the order in which a request looks at them, what it does not look at last: seldom is any of it in the cache.
  const BalancerProperties* properties_;
  Instant next_weights_;
  std::uint32_t version_ = 0;
  std::uint32_t zone_count_ = 0;
  Instant counted_until_{Duration{-HUGE_VAL}};  ///< until then requests that start and end keep the snapshots right
  std::vector<KnownServer> known_;              ///< by ServerIndex
  IndexList list_;
  Rule rule_;
  boost::container::small_vector<ZoneSnapshot, 3> zones_seen_;  ///< of those that are listed; seldom more than a region's three
  std::vector<Zone> zones_;                                     ///< the first zone_count_ are listed, by zone; others keep their counters
  IndexList by_zone_;                                           ///< list order within each zone
  std::vector<std::pair<std::uint32_t, ServerIndex>> by_host_;  ///< sorted
  std::vector<ServerIndex> free_;
};

}  // namespace streamtwin::ribbon
