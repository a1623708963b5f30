// Open Connect as a scenario describes it: which part of the real fleet stands in the simulated country, what an
// appliance can carry, how often it reports and what steering does with that.
#pragma once

#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

struct DeliverySpec {
  Fraction sample{1};
  BitRate appliance_bandwidth{36e9};
  BitRate ixp_appliance_bandwidth{96e9};
  Fraction site_link{0.9};
  Fraction ixp_peering{0.25};
  Fraction embedded_catalogue{0.35};
  int titles = 6000;
  Duration title_length = 45min;
  int list_length = 10;
  Duration health_report = 60s;
  Duration content_report = 300s;
  int missed_reports = 3;
  Fraction hot{0.9};
  Bytes fill_unit{40e9};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.sample, {.name = "sample", .doc = "Share of the country's traffic that the run simulates: every appliance and link "
                                                 "carries this share of its capacity", .source = assumption, .min = 1e-6, .max = 1});
    visit(self.appliance_bandwidth, {.name = "appliance_bandwidth", .doc = "NIC of an appliance embedded in an ISP",
                                     .source = "Open Connect storage appliances: 2-6 x 10GE or 1-2 x 100GE; 36 Gbps is an assumption",
                                     .min = 1e6, .max = 1e13});
    visit(self.ixp_appliance_bandwidth, {.name = "ixp_appliance_bandwidth", .doc = "NIC of an appliance at an exchange",
                                         .source = "Open Connect flash appliances: up to 100 Gbps (2017)", .min = 1e6, .max = 1e13});
    visit(self.site_link, {.name = "site_link", .doc = "Capacity of a site's delivery link over the sum of its NICs",
                           .source = assumption, .min = 0.01, .max = 10});
    visit(self.ixp_peering, {.name = "ixp_peering", .doc = "Capacity of the peering link between an exchange and one ISP's metro over "
                                                           "the exchange's NICs", .source = assumption, .min = 0.001, .max = 10});
    visit(self.embedded_catalogue, {.name = "embedded_catalogue", .doc = "Share of the titles, most popular first, on an embedded site",
                                    .source = "Aug 2023: top 5,000 of 18,214 titles are 91 % of hours; the share held is an assumption",
                                    .min = 0, .max = 1});
    visit(self.titles, {.name = "titles", .doc = "Titles in the catalogue",
                        .source = "about 4,000 films and 47,000 episodes (2019); title level: assumption", .min = 1, .max = 1e6});
    visit(self.title_length, {.name = "title_length", .doc = "Length of a title", .source = assumption, .min = 60, .max = 36000});
    visit(self.list_length, {.name = "list_length", .doc = "Appliances that a client receives",
                             .source = "platform description: ten", .min = 1, .max = 10});
    visit(self.health_report, {.name = "health_report", .doc = "Period of an appliance's health and load report", .source = assumption,
                               .min = 1, .max = 3600});
    visit(self.content_report, {.name = "content_report", .doc = "Period of an appliance's routes and content report", .source = assumption,
                                .min = 1, .max = 86400});
    visit(self.missed_reports, {.name = "missed_reports", .doc = "Missed reports after which an appliance counts as gone",
                                .source = assumption, .min = 1, .max = 100});
    visit(self.hot, {.name = "hot", .doc = "Utilisation from which an appliance is demoted", .source = assumption, .min = 0, .max = 1});
    visit(self.fill_unit, {.name = "fill_unit", .doc = "Bytes of one title, all files together", .source = "assumption: 45 min x ~50 Mbps "
                           "summed over ladder and profiles is 17 GB; films are longer", .min = 1e3, .max = 1e13});
  }
};

}  // namespace streamtwin::openconnect
