// What messages between client groups and the platform suffer while something is wrong with the networks in between: to regions of
// the cloud, and to the sites of appliances. What is lost is sent again by TCP, whose rate falls with what is lost (Mathis, Semke,
// Mahdavi, Ott, "The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm", CCR 27(3), 1997).
#pragma once

#include <string>
#include <vector>

#include "models/openconnect/ids.hpp"
#include "models/rpc/roads.hpp"

namespace streamtwin::clients {

class GroupRoads {
 public:
  using Number = std::size_t;
  struct Disturbance {
    std::vector<std::uint16_t> groups;
    std::vector<RegionIndex> regions;
    std::vector<openconnect::SiteId> sites;
    bool both_ways = true;  ///< otherwise only what the groups send
    rpc::Road road;
  };

  GroupRoads(std::vector<std::string> groups, std::size_t regions, std::size_t sites)
      : names_(std::move(groups)), regions_(regions), ends_(regions + sites) {}

  /// One that can begin and end, as often as one likes but once at a time.
  Number add(Disturbance disturbance);
  void begin(Number number) { set(number, true); }
  void end(Number number) { set(number, false); }

  /// How long messages take that would take so long.
  rpc::Way way(std::uint16_t group, RegionIndex region, rpc::Way plain) { return roads_.empty() ? plain : disturbed(group, region, plain); }
  /// There and back, or never_arrives.
  Duration round_trip(std::uint16_t group, openconnect::SiteId site, Duration plain) {
    return roads_.empty() ? plain : disturbed(group, regions_ + site, {plain / 2, plain / 2}).round_trip();
  }
  /// What TCP makes of a member's line, by the losses on the way from a site.
  BitRate line(std::uint16_t group, openconnect::SiteId site, BitRate line, Duration round_trip) const {
    return roads_.empty() ? line : std::min(line, rate_with_losses(roads_[index(group, regions_ + site)].back.loss, round_trip));
  }

 private:
  struct Road {
    rpc::Road there, back;
  };
  struct Known {
    Disturbance disturbance;
    bool active = false;
  };
  std::size_t index(std::size_t group, std::size_t end) const { return group * ends_ + end; }
  void set(Number number, bool active);
  void disturb(const Disturbance& disturbance);
  rpc::Way disturbed(std::uint16_t group, std::size_t end, rpc::Way plain);
  static BitRate rate_with_losses(Fraction loss, Duration round_trip);

  const std::vector<std::string> names_;
  const std::size_t regions_, ends_;
  std::vector<Known> known_;
  std::vector<Road> roads_;     ///< by group, by region and site; none while nothing is wrong
  std::vector<Random> random_;  ///< by group, from the first trouble on
};

}  // namespace streamtwin::clients
