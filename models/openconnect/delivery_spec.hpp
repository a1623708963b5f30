// Open Connect as a scenario describes it: which part of the real fleet stands in the simulated country, what its
// links carry, what its appliances hold and report, and what steering makes of that.
#pragma once

#include "models/openconnect/cache_control.hpp"
#include "models/openconnect/fill.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/routing.hpp"
#include "models/openconnect/steering.hpp"
#include "models/openconnect/topology.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

/// What a run drives of the fill: titles that are released meanwhile. They do not wait for the nightly window, and only
/// embedded appliances take them, which are no fill masters.
using FillOfReleases = Without<FillSpec, "window_begin", "window_length", "masters_per_site">;

/// Peering privately or in public makes a difference only between networks that do one here and the other there.
using DrivenRouting = Without<RoutingSpec, "private_peering_isps">;

/// Where content comes from when no appliance has it yet: the object store in the cloud.
struct OriginSpec {
  BitRate network{400e9};
  Duration latency = 20ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.network, {.name = "network", .doc = "Capacity of the origin", .source = assumption, .min = 1e6, .max = 1e14});
    visit(self.latency, {.name = "latency",
                         .doc = "Time one way from the origin to the middle of the internet",
                         .source = assumption,
                         .min = 0,
                         .max = 10});
  }
};

struct DeliverySpec {
  Fraction sample{1};
  TopologySpec topology;
  DrivenRouting routing;
  CacheControlSpec cache_control;
  SteeringSpec steering;
  PlacementSpec placement;
  FillOfReleases fill;
  OriginSpec origin;
  int titles = 6000;
  InputFile title_popularity;
  Duration title_length = 45min;
  Bytes title_size{40e9};
  Fraction site_link{0.9};
  Fraction peering_link{0.25};
  BitRate access_per_member{4e6};
  BitRate seat{1.5e6};
  Duration embedded_round_trip = 2ms;
  Duration exchange_round_trip = 5ms;
  Duration bulk_latency = 5ms;
  Duration bulk_step = 10s;
  Fraction bulk_share{0.05};
  double allocator_tolerance = 1e-8;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.sample, {.name = "sample",
                        .doc = "Share of the country's traffic that the run simulates: every appliance and delivery "
                               "link carries this share of its capacity",
                        .source = assumption,
                        .min = 1e-6,
                        .max = 1});
    visit(self.topology, {.name = "topology", .doc = "Sites, appliances, client groups"});
    visit(self.routing, {.name = "routing", .doc = "Which prefixes which site hears"});
    visit(self.cache_control, {.name = "cache_control", .doc = "Reports of the appliances"});
    visit(self.steering, {.name = "steering", .doc = "Ranking"});
    visit(self.placement, {.name = "placement", .doc = "What an appliance holds"});
    visit(self.fill, {.name = "fill", .doc = "How content gets there"});
    visit(self.origin, {.name = "origin", .doc = "Where content comes from first"});
    visit(self.titles, {.name = "titles",
                        .doc = "Titles in the catalogue, the most popular of the published table or of the file",
                        .source = "assumption: 6,000 of 18,214 are 93 % of the hours",
                        .min = 1,
                        .max = 18214});
    visit(self.title_popularity,
          {.name = "title_popularity",
           .doc = "Table of titles by how much each is watched (hours, views, requests), in any order, instead of the "
                  "published one"});
    visit(self.title_length, {.name = "title_length", .doc = "Length of a title", .source = assumption, .min = 60, .max = 36000});
    visit(self.title_size, {.name = "title_size",
                            .doc = "All files of a title together",
                            .source = "assumption: 45 min at ~50 Mbps summed "
                                      "over ladder and profiles is 17 GB; films and several audio tracks need more",
                            .min = 1e3,
                            .max = 1e13});
    visit(self.site_link, {.name = "site_link",
                           .doc = "Capacity of an embedded site's delivery link over its appliances' together",
                           .source = assumption,
                           .min = 0.01,
                           .max = 10});
    visit(self.peering_link, {.name = "peering_link",
                              .doc = "Capacity between an exchange's site and the largest client group at home "
                                     "there, over the site's appliances' together; other groups by their members",
                              .source = assumption,
                              .min = 0.001,
                              .max = 10});
    visit(self.access_per_member, {.name = "access_per_member",
                                   .doc = "Capacity of a client group's shared access network per member",
                                   .source = assumption,
                                   .min = 1e3,
                                   .max = 1e10});
    visit(self.seat, {.name = "seat",
                      .doc = "An appliance takes no viewer for whom this rate would not be left",
                      .source = assumption,
                      .min = 1e3,
                      .max = 1e9});
    visit(self.embedded_round_trip, {.name = "embedded_round_trip",
                                     .doc = "Round trip inside a provider's network to an embedded site",
                                     .source = "assumption: 1-3 ms",
                                     .min = 0,
                                     .max = 1});
    visit(self.exchange_round_trip, {.name = "exchange_round_trip",
                                     .doc = "Round trip from a provider's network to a site at an exchange",
                                     .source = "assumption: 3-8 ms",
                                     .min = 0,
                                     .max = 1});
    visit(self.bulk_latency, {.name = "bulk_latency",
                              .doc = "Time one way from a site to the middle of the internet, for fills",
                              .source = assumption,
                              .min = 0,
                              .max = 10});
    visit(self.bulk_step, {.name = "bulk_step",
                           .doc = "How often fills are given what viewers leave of a link",
                           .source = assumption,
                           .min = 0.1,
                           .max = 3600});
    visit(self.bulk_share, {.name = "bulk_share",
                            .doc = "Share of a link that fills have even when viewers want all of it",
                            .source = assumption,
                            .min = 0.001,
                            .max = 1});
    visit(self.allocator_tolerance, {.name = "allocator_tolerance",
                                     .doc = "A full link is shared out again when its load is off by more than this share; "
                                            "1e-3 lets a few of a thousand flows come and go first, for a third of the cost",
                                     .source = "tests/benchmark flows_benchmark: 1e-8 is exact for all purposes",
                                     .min = 1e-12,
                                     .max = 0.1});
  }
};

}  // namespace streamtwin::openconnect
