#include "models/openconnect/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/openconnect/listing.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::openconnect {

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

[[noreturn]] void unknown_country(const std::string& country, const InputFile& list) {
  std::string near;
  for (const std::string& name : listed_countries(list))
    if (!country.empty() && lower(name).substr(0, 3) == lower(country).substr(0, 3)) near += near.empty() ? name : ", " + name;
  throw std::invalid_argument(fmt::format("no appliances are listed in \"{}\"{}", country,
                                          near.empty() ? "; the country's English name is expected" : "; did you mean " + near + "?"));
}

class Builder {
 public:
  Builder(std::string_view country, const TopologySpec& config) : country_(country), config_(config) {}

  Topology build() {
    const std::vector<Listed> all = listing(config_.sites);
    std::vector<Listed> own;
    for (const Listed& row : all)
      if (row.country == country_) own.push_back(row);
    if (own.empty()) unknown_country(country_, config_.sites);
    for (const Listed& row : own) add_metro(row, true);
    for (const Listed& row : nearest_foreign(all, own)) add_metro(row, false);
    normalise_weights();
    return std::move(topology_);
  }

 private:
  /// Exchanges abroad, nearest to the country's appliances first.
  std::vector<Listed> nearest_foreign(const std::vector<Listed>& all, const std::vector<Listed>& own) const {
    places::Place centre;
    double appliances = 0;
    for (const Listed& row : own) {
      centre.latitude += row.place.latitude * row.appliances;
      centre.longitude += row.place.longitude * row.appliances;
      appliances += row.appliances;
    }
    centre = {centre.latitude / appliances, centre.longitude / appliances};
    std::vector<Listed> foreign;
    for (const Listed& row : all)
      if (row.kind == SiteKind::ixp && row.country != country_) foreign.push_back(row);
    std::stable_sort(foreign.begin(), foreign.end(), [&](const Listed& a, const Listed& b) {
      return places::distance(a.place, centre) < places::distance(b.place, centre);
    });
    foreign.resize(std::min<std::size_t>(foreign.size(), config_.foreign_exchanges));
    return foreign;
  }

  /// A metro's sites, each of an ISP of its own: the largest of the country's first ISP, and so on. ISPs that
  /// reach members only through an exchange share one client group there.
  void add_metro(const Listed& row, bool with_members) {
    const auto sizes = split_sites(row.sites, row.appliances, row.largest, row.country + row.airport);
    for (std::uint32_t i = 0; i < sizes.size(); ++i) {
      const SiteId site = add_site(row, i, sizes[i]);
      if (with_members && row.kind == SiteKind::isp) add_group(row, isp_named(fmt::format("isp-{}", i + 1)), sizes[i], site);
    }
    if (with_members && row.kind == SiteKind::ixp && config_.exchange_member_weight > 0)
      add_group(row, isp_named("peers"), row.appliances * config_.exchange_member_weight, std::nullopt);
  }

  std::uint32_t isp_named(const std::string& name) {
    auto& isps = topology_.isps;
    const auto found = std::find(isps.begin(), isps.end(), name);
    if (found == isps.end()) isps.push_back(name);
    return static_cast<std::uint32_t>(std::find(isps.begin(), isps.end(), name) - isps.begin());
  }

  SiteId add_site(const Listed& row, std::uint32_t index, std::uint32_t size) {
    Site site{.id = static_cast<SiteId>(topology_.sites.size()),
              .kind = row.kind,
              .country = row.country,
              .metro = row.metro,
              .airport = lower(row.airport),
              .place = row.place,
              .first_appliance = static_cast<OcaId>(topology_.appliances.size()),
              .appliances = size};
    if (row.kind == SiteKind::isp) {
      site.isp = isp_named(fmt::format("isp-{}", index + 1));
      site.name = fmt::format("{}001.isp-{}.isp", site.airport, index + 1);
    } else {
      site.name = fmt::format("{}{:03}.ix", site.airport, index + 1);
    }
    const std::uint32_t flash = flash_appliances(row.kind, size);
    const bool small = row.kind == SiteKind::isp && size <= static_cast<std::uint32_t>(config_.small_sites_up_to);
    for (std::uint32_t i = 0; i < size; ++i) {
      const ApplianceClass kind = i < flash ? ApplianceClass::flash : small ? ApplianceClass::global : ApplianceClass::storage;
      const ApplianceClassSpec& hardware = config_.appliances[kind];
      topology_.appliances.push_back({.id = site.first_appliance + i,
                                      .site = site.id,
                                      .kind = kind,
                                      .network = hardware.network,
                                      .disk = hardware.disk,
                                      .fill_max = hardware.fill_max,
                                      .name = fmt::format("c{:03}.{}", i + 1, site.name)});
      site.network += hardware.network;
    }
    topology_.sites.push_back(site);
    return site.id;
  }

  std::uint32_t flash_appliances(SiteKind kind, std::uint32_t size) const {
    if (kind == SiteKind::isp && size < static_cast<std::uint32_t>(config_.flash_from_site_size)) return 0;
    const Fraction share = kind == SiteKind::isp ? config_.flash_share_in_isps : config_.flash_share_at_exchanges;
    // At least one appliance holds the tail.
    return std::min(size - 1, static_cast<std::uint32_t>(share.value() * size + 0.5));
  }

  void add_group(const Listed& row, std::uint32_t isp, double weight, std::optional<SiteId> embedded) {
    topology_.groups.push_back({.id = static_cast<GroupId>(topology_.groups.size()),
                                .name = fmt::format("{}.{}", topology_.isps[isp], lower(row.airport)),
                                .isp = isp,
                                .country = row.country,
                                .metro = row.metro,
                                .place = row.place,
                                .weight = Fraction{weight},
                                .embedded = embedded});
  }

  void normalise_weights() {
    Fraction total;
    for (const ClientGroup& group : topology_.groups) total += group.weight;
    for (ClientGroup& group : topology_.groups) group.weight = Fraction{group.weight / total};
  }

  const std::string country_;
  const TopologySpec& config_;
  Topology topology_;
};

}  // namespace

std::vector<std::string> listed_countries(const InputFile& sites) {
  std::vector<std::string> names;
  for (const Listed& row : listing(sites)) names.push_back(row.country);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Topology build_topology(std::string_view country, const TopologySpec& config) { return Builder(country, config).build(); }

std::vector<std::uint32_t> split_sites(std::uint32_t sites, std::uint32_t appliances, std::uint32_t largest, std::string_view name) {
  if (sites == 0 || largest == 0 || appliances < largest + (sites - 1) || appliances > sites * largest)
    throw std::invalid_argument(fmt::format("{} appliances do not split into {} sites of 1 to {}", appliances, sites, largest));
  std::vector<std::uint32_t> sizes(sites, 1);
  sizes[0] = largest;
  // Each further appliance goes to a site with a chance that grows with its size (Polya's urn): of the splits
  // tried this one meets the published histogram of site sizes best.
  Random random(3, name, "site sizes");
  for (std::uint32_t left = appliances - largest - (sites - 1); left > 0; --left) {
    std::uint64_t tickets = 0;
    for (std::uint32_t i = 1; i < sites; ++i) tickets += sizes[i] < largest ? sizes[i] : 0;
    std::uint64_t ticket = random.below(tickets);
    std::uint32_t chosen = 1;
    for (;; ++chosen) {
      const std::uint64_t held = sizes[chosen] < largest ? sizes[chosen] : 0;
      if (ticket < held) break;
      ticket -= held;
    }
    ++sizes[chosen];
  }
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}

}  // namespace streamtwin::openconnect
