// Where Open Connect stands in a country: sites embedded in ISPs and sites at internet exchanges with their
// appliances, and the client groups they serve. Built from the August 2023 listing of 8,151 appliances at
// 3,087 sites (models/data/open_connect_sites.csv), which says per metro how many sites and appliances there
// are and how large the largest is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/openconnect/appliance.hpp"
#include "models/openconnect/ids.hpp"
#include "models/places/globe.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

enum class SiteKind : std::uint8_t { isp, ixp };

struct Site {
  SiteId id = 0;
  std::string name;  ///< "ams001.isp-2.isp", "ams001.ix"
  SiteKind kind = SiteKind::isp;
  std::string country;
  std::string metro;
  std::string airport;
  places::Place place;
  std::uint32_t isp = 0;  ///< index into Topology::isps; meaningless for an exchange
  OcaId first_appliance = 0;
  std::uint32_t appliances = 0;
  BitRate network;  ///< of its appliances together
};

/// Members of one ISP in one metro: one prefix, one access network, one resolver.
struct ClientGroup {
  GroupId id = 0;
  std::string name;  ///< "isp-2.ams"
  std::uint32_t isp = 0;
  std::string country;
  std::string metro;
  places::Place place;
  Fraction weight;                 ///< share of the country's members
  std::optional<SiteId> embedded;  ///< the site inside its ISP here
};

struct Topology {
  std::vector<Site> sites;
  std::vector<Appliance> appliances;
  std::vector<ClientGroup> groups;
  std::vector<std::string> isps;

  std::span<const Appliance> appliances_of(SiteId site) const {
    return std::span(appliances).subspan(sites[site].first_appliance, sites[site].appliances);
  }
};

struct TopologySpec {
  int foreign_exchanges = 2;
  Fraction flash_share_at_exchanges{0.5};
  int flash_from_site_size = 4;
  Fraction flash_share_in_isps{0.25};
  int small_sites_up_to = 0;
  double exchange_member_weight = 0.5;
  ApplianceSpec appliances;
  InputFile sites;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.foreign_exchanges, {.name = "foreign_exchanges",
                                   .doc = "Exchanges abroad that serve as a last "
                                          "resort, nearest first",
                                   .source = assumption,
                                   .min = 0,
                                   .max = 52});
    visit(self.flash_share_at_exchanges, {.name = "flash_share_at_exchanges",
                                          .doc = "Share of an exchange's "
                                                 "appliances that are flash",
                                          .source = assumption,
                                          .min = 0,
                                          .max = 1});
    visit(self.flash_from_site_size, {.name = "flash_from_site_size",
                                      .doc = "Embedded sites of this size or "
                                             "larger have flash appliances too",
                                      .source = assumption,
                                      .min = 2,
                                      .max = 1000});
    visit(self.flash_share_in_isps, {.name = "flash_share_in_isps",
                                     .doc = "Share of those sites' appliances that "
                                            "are flash",
                                     .source = assumption,
                                     .min = 0,
                                     .max = 1});
    visit(self.small_sites_up_to, {.name = "small_sites_up_to",
                                   .doc = "Embedded sites with at most so many appliances have "
                                          "global ones; 0: none",
                                   .source = assumption,
                                   .min = 0,
                                   .max = 1000});
    visit(self.exchange_member_weight, {.name = "exchange_member_weight",
                                        .doc = "Members without an embedded site, per appliance at an exchange, "
                                               "relative to members per embedded appliance",
                                        .source = assumption,
                                        .min = 0,
                                        .max = 100});
    visit(self.appliances, {.name = "appliances", .doc = "Hardware classes"});
    visit(self.sites, {.name = "sites",
                       .doc = "List of appliances instead of the published one: a row for each address of an appliance, as in "
                              "stevesong/cloud_cdn_cache, or for each metro and kind, as in models/data/open_connect_sites.csv"});
  }
};

/// The countries of the listing, by name. Throws std::invalid_argument when the file cannot be used.
std::vector<std::string> listed_countries(const InputFile& sites = {});

/// The part of the listing that stands in a country and what serves it from abroad. Throws std::invalid_argument, naming
/// near spellings, when the country is not listed.
Topology build_topology(std::string_view country, const TopologySpec& config = {});

/// How `appliances` split into `sites`, largest first: the largest has `largest`, the others at least one
/// each and as skewed as the published histogram of site sizes. The numbers of `name` break ties, the same in
/// every run.
std::vector<std::uint32_t> split_sites(std::uint32_t sites, std::uint32_t appliances, std::uint32_t largest, std::string_view name);

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::SiteKind> = std::to_array<EnumName<openconnect::SiteKind>>(
    {{openconnect::SiteKind::isp, "isp", "embedded in an ISP"}, {openconnect::SiteKind::ixp, "ixp", "at an internet exchange"}});
}  // namespace streamtwin
