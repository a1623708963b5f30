// The cloud as a scenario describes it: regions of zones, where they lie and how far they are apart. Three AWS
// regions with three availability zones each is the platform's shape since 2016 (spec of the active-active fleet).
#pragma once

#include <string>
#include <vector>

#include "models/places/globe.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::places {

struct RegionSpec {
  std::string name;
  double latitude = 0;   ///< degrees north
  double longitude = 0;  ///< degrees east
  int zones = 3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.name, {.name = "name", .doc = "Name of the region", .required = true, .declares = "region"});
    visit(self.latitude, {.name = "latitude", .doc = "Degrees north of the equator", .min = -90, .max = 90, .required = true});
    visit(self.longitude, {.name = "longitude", .doc = "Degrees east of Greenwich", .min = -180, .max = 180, .required = true});
    visit(
        self.zones,
        {.name = "zones", .doc = "Availability zones", .source = "platform description: nine zones in three regions", .min = 1, .max = 9});
  }
};

/// Round-trip times and bulk capacity inside the cloud.
struct CloudNetworkSpec {
  Duration same_zone_rtt = 100us;
  Duration cross_zone_rtt = 1ms;
  Fibre fibre;
  BitRate machine_bandwidth{10e9};
  BitRate inter_region_bandwidth{100e9};
  Duration bulk_latency = 20ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.same_zone_rtt, {.name = "same_zone_rtt",
                               .doc = "Round trip between machines of one zone",
                               .source = "IBM Cloud VPC documentation, measured: 0.08-0.1 ms",
                               .min = 1e-6,
                               .max = 1});
    visit(self.cross_zone_rtt, {.name = "cross_zone_rtt",
                                .doc = "Round trip between zones of one region",
                                .source = "IBM Cloud VPC documentation, measured: 0.6-2.2 ms",
                                .min = 1e-6,
                                .max = 1});
    visit(self.fibre, {.name = "fibre", .doc = "What distance costs, between regions and from members to them"});
    visit(self.machine_bandwidth,
          {.name = "machine_bandwidth", .doc = "NIC of a machine, for bulk transfers", .source = assumption, .min = 1e6, .max = 1e12});
    visit(self.inter_region_bandwidth, {.name = "inter_region_bandwidth",
                                        .doc = "Capacity between two regions, for bulk transfers",
                                        .source = assumption,
                                        .min = 1e6,
                                        .max = 1e13});
    visit(self.bulk_latency, {.name = "bulk_latency",
                              .doc = "Time one way from a region to the middle of the internet, for bulk transfers",
                              .source = "assumption: a quarter of the round trip over the North Atlantic",
                              .min = 0,
                              .max = 10});
  }
};

}  // namespace streamtwin::places
