// Which site is best for a client by routing: the prefixes that ISPs announce to Open Connect's sites,
// compared as BGP compares routes with geographic distance added at the end (Bargisen, AfPIF 2018). Embedded
// appliances are preferred to private peering, that to public peering, that to transit.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "models/openconnect/topology.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

/// Local preference by the kind of location, best first.
enum class Location : std::uint8_t { embedded, private_peering, public_peering, transit };
enum class Origin : std::uint8_t { igp, egp, incomplete };

/// A prefix as one site hears it.
struct Route {
  std::uint8_t prefix_length = 0;
  Location location = Location::transit;
  std::uint8_t as_path_length = 0;
  Origin origin = Origin::igp;
  std::uint32_t med = 0;
  bool external = true;  ///< learned by eBGP
  std::uint32_t router_id = 0;
  Instant learned{};  ///< an older route is preferred
  Distance distance;  ///< from the clients to the site

  bool operator==(const Route&) const = default;
};

/// `less` is better: longest prefix, local preference, AS path, origin, MED, eBGP, router id, age, distance.
std::weak_ordering compare(const Route& a, const Route& b);

/// One announcement of a client group's prefix.
struct GroupRoute {
  GroupId group = 0;
  Route route;
  bool operator==(const GroupRoute&) const = default;
};

struct RoutingSpec {
  int private_peering_isps = 3;
  int peering_exchanges = 3;
  bool announce_to_sister_sites = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.private_peering_isps, {.name = "private_peering_isps",
                                      .doc = "The country's largest ISPs, this "
                                             "many, peer privately",
                                      .source = assumption,
                                      .min = 0,
                                      .max = 10000});
    visit(self.peering_exchanges, {.name = "peering_exchanges",
                                   .doc = "Exchanges of the country, nearest first, at "
                                          "which an ISP peers; the others are reached by transit",
                                   .source = assumption,
                                   .min = 0,
                                   .max = 1000});
    visit(self.announce_to_sister_sites, {.name = "announce_to_sister_sites",
                                          .doc = "Whether an ISP announces a metro's prefix to its embedded sites in "
                                                 "other metros",
                                          .source = "Open Connect partner help: only announced prefixes are served"});
  }
};

/// What each site hears, by SiteId: every appliance of a site hears the same unless something is wrong.
std::vector<std::vector<GroupRoute>> announced_routes(const RoutingSpec& config, const Topology& topology);

}  // namespace streamtwin::openconnect
