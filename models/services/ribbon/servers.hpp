// What a rule chooses from: a list of servers with their statistics, and the zones they are in. The lists are spans
// over the balancer's arrays, so that a decision neither allocates nor copies.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/places/ids.hpp"
#include "models/services/ribbon/server_stats.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::ribbon {

/// A server's place in its balancer's statistics: stays the same while a request to it is in flight.
using ServerIndex = std::uint32_t;

/// The servers of a list, in its order. Nearly every client has seen one list since it began, of which it knows the servers in
/// the same order: 0, 1, 2 and so on, which all such clients share.
class IndexList {
 public:
  void assign(std::span<const ServerIndex> indices) {
    own_.reset();
    in_order_ = std::span{natural}.first(std::min(indices.size(), natural.size()));
    if (std::equal(indices.begin(), indices.end(), in_order_.begin(), in_order_.end())) return;
    own_ = std::make_unique<ServerIndex[]>(indices.size());
    std::copy(indices.begin(), indices.end(), own_.get());
    in_order_ = {own_.get(), indices.size()};
  }
  std::span<const ServerIndex> all() const { return in_order_; }

 private:
  static constexpr auto natural = [] {
    std::array<ServerIndex, 1024> numbers{};
    for (ServerIndex number = 0; number < numbers.size(); ++number) numbers[number] = number;
    return numbers;
  }();

  std::span<const ServerIndex> in_order_;
  std::unique_ptr<ServerIndex[]> own_;
};

/// The zones that one balancer can know at once.
inline constexpr std::size_t zones_max = 16;

/// LoadBalancerStats.getZoneSnapshot.
struct ZoneSnapshot {
  int instances = 0;
  int tripped = 0;
  int active = 0;              ///< requests in flight to all its servers
  double load_per_server = 0;  ///< over those not tripped; -1 when all are
};

/// Zones by their position in the balancer, in ascending order of zone index.
using ZonesSeen = std::span<const ZoneSnapshot>;

/// Some of them, with room for as many as there can be.
struct ZoneSnapshots {
  std::array<ZoneSnapshot, zones_max> zones;
  std::size_t count = 0;

  operator ZonesSeen() const { return {zones.data(), count}; }
};

/// A set of the positions above.
using ZoneSet = std::uint32_t;

struct Servers {
  std::span<const ServerIndex> list;
  KnownServer* stats = nullptr;  ///< by ServerIndex
  const BalancerProperties* properties = nullptr;
  ServerIndex* eligible = nullptr;  ///< room for as many as the list
  ZonesSeen zones;                  ///< up to date where a rule looks at them
  Instant now{};

  bool available(ServerIndex server) const {
    ServerStats& s = stats[server];
    return !s.tripped(now) && s.active_requests(now, *properties) < properties->active_connections_limit;
  }
};

/// ZoneAvoidanceRule.randomChooseZone: by instance count; no draw when there is one. Returns zones.size() when empty.
std::size_t choose_zone(ZonesSeen zones, ZoneSet from, Random& random);

/// What getAvailableZones decides before it draws: the zones that may stay, and those of which one is left out.
struct ZoneVerdict {
  ZoneSet available = 0;
  ZoneSet worst = 0;  ///< empty: nothing is left out

  /// Whether every evaluation gives the same set, so that no number is drawn.
  bool fixed() const { return (worst & (worst - 1)) == 0; }
  ZoneSet draw(ZonesSeen zones, Random& random) const {
    if (fixed()) return available & ~worst;
    return available & ~(ZoneSet{1} << choose_zone(zones, worst, random));
  }
};
ZoneVerdict judge_zones(ZonesSeen zones, double triggering_load, double triggering_blackout);

/// ZoneAvoidanceRule.getAvailableZones, with its surprise: as soon as a zone is dead, the most loaded (or, at equal
/// load, a random one) of the healthy zones is left out, too, even without any load.
inline ZoneSet available_zones(ZonesSeen zones, double triggering_load, double triggering_blackout, Random& random) {
  return judge_zones(zones, triggering_load, triggering_blackout).draw(zones, random);
}

/// The snapshot of some servers of one zone.
inline ZoneSnapshot snapshot_of(std::span<const ServerIndex> servers, KnownServer* stats, const BalancerProperties& properties,
                                Instant now) {
  ZoneSnapshot snapshot{.instances = static_cast<int>(servers.size())};
  int active_where_available = 0;
  for (ServerIndex server : servers) {
    const int active = stats[server].active_requests(now, properties);
    const int tripped = stats[server].tripped(now);
    snapshot.active += active;
    snapshot.tripped += tripped;
    active_where_available += tripped ? 0 : active;
  }
  if (snapshot.tripped < snapshot.instances) {
    snapshot.load_per_server = static_cast<double>(active_where_available) / (snapshot.instances - snapshot.tripped);
  } else if (snapshot.instances > 0) {
    snapshot.load_per_server = -1;
  }
  return snapshot;
}

}  // namespace streamtwin::ribbon
