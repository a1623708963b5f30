#include "models/openconnect/placement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

#include "sim-core/random.hpp"
#include "sim-core/set_up.hpp"

namespace streamtwin::openconnect {

HashRing::HashRing(std::span<const Server> servers, int points_per_server) : servers_(servers.size()) {
  for (std::uint32_t i = 0; i < servers.size(); ++i) {
    const auto points = static_cast<std::uint32_t>(std::max(1.0, std::round(servers[i].weight * points_per_server)));
    for (std::uint32_t p = 0; p < points; ++p) points_.push_back({mix(servers[i].name_hash + mix(p + 0x632be59bd9b4e019ULL)), i});
  }
  std::sort(points_.begin(), points_.end(),
            [](const Point& a, const Point& b) { return a.hash != b.hash ? a.hash < b.hash : a.server < b.server; });
}

void HashRing::owners(std::uint64_t content_hash, std::size_t count, std::vector<std::uint32_t>& owners) const {
  const std::size_t begin = owners.size();
  count = std::min(count, servers_);
  const auto first = std::lower_bound(points_.begin(), points_.end(), content_hash,
                                      [](const Point& point, std::uint64_t hash) { return point.hash < hash; });
  std::size_t at = first - points_.begin();
  for (std::size_t seen = 0; owners.size() - begin < count && seen < points_.size(); ++seen, ++at) {
    const std::uint32_t server = points_[at % points_.size()].server;
    if (std::find(owners.begin() + static_cast<std::ptrdiff_t>(begin), owners.end(), server) == owners.end()) owners.push_back(server);
  }
}

namespace {

Bytes bytes_with(std::span<const PlacedContent> contents, std::size_t kept, double kappa, std::size_t appliances,
                 std::vector<std::uint32_t>& copies) {
  Bytes total;
  for (std::size_t i = 0; i < kept; ++i) {
    const double wanted = std::round(kappa * contents[i].share.value() * static_cast<double>(appliances));
    copies[i] = static_cast<std::uint32_t>(std::clamp(wanted, 1.0, static_cast<double>(appliances)));
    total += contents[i].size * copies[i];
  }
  return total;
}

}  // namespace

std::vector<std::uint32_t> copies_of(const PlacementSpec& config, std::span<const PlacedContent> contents, std::size_t appliances,
                                     Bytes room) {
  std::vector<std::uint32_t> copies(contents.size(), 0);
  if (appliances == 0) return copies;
  const Bytes usable = room * config.disk_fill.value();
  const Bytes for_first = appliances == 1 ? usable : usable * (1 - config.room_for_copies.value());
  std::size_t kept = 0;
  for (Bytes used; kept < contents.size() && used + contents[kept].size <= for_first; ++kept) used += contents[kept].size;
  // The largest kappa whose copies fit: copies(f) = kappa * share(f) * appliances, at least one, at most all.
  double low = 0, high = 1;
  while (high < 1e12 && bytes_with(contents, kept, high, appliances, copies) <= usable) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (bytes_with(contents, kept, middle, appliances, copies) <= usable ? low : high) = middle;
  }
  bytes_with(contents, kept, low, appliances, copies);
  return copies;
}

namespace {

Bytes room_of(std::span<const Appliance> cluster) {
  Bytes room;
  for (const Appliance& appliance : cluster) room += appliance.disk;
  return room;
}

std::vector<ContentSet> place_copies(const PlacementSpec& config, std::span<const PlacedContent> contents,
                                     std::span<const Appliance> cluster, std::span<const std::uint32_t> copies) {
  std::vector<ContentSet> held(cluster.size());
  std::vector<HashRing::Server> servers;
  std::vector<Bytes> free;
  Bytes largest;
  for (const Appliance& appliance : cluster) largest = std::max(largest, appliance.disk);
  for (const Appliance& appliance : cluster) {
    servers.push_back({hash_text(appliance.name), appliance.disk / largest});
    free.push_back(appliance.disk);
  }
  const HashRing ring(servers, cluster.size() == 1 ? 1 : config.ring_points);
  std::vector<std::uint32_t> owners;
  LongWork work;
  for (ContentId content = 0; content < contents.size(); ++content) {
    work.step();
    if (copies[content] == 0) continue;
    owners.clear();
    ring.owners(mix(content + 0x2545f4914f6cdd1dULL), copies[content], owners);
    const auto put = [&](std::uint32_t server) {
      if (free[server] < contents[content].size || held[server].contains(content)) return false;
      free[server] -= contents[content].size;
      held[server].insert(content);
      return true;
    };
    std::uint32_t placed = 0;
    for (std::uint32_t server : owners) placed += put(server);
    if (placed == copies[content]) continue;
    // A full appliance passes the copy on, clockwise.
    owners.clear();
    ring.owners(mix(content + 0x2545f4914f6cdd1dULL), cluster.size(), owners);
    for (std::size_t i = 0; i < owners.size() && placed < copies[content]; ++i) placed += put(owners[i]);
  }
  return held;
}

}  // namespace

std::vector<ContentSet> place_cluster(const PlacementSpec& config, std::span<const PlacedContent> contents,
                                      std::span<const Appliance> cluster) {
  return place_copies(config, contents, cluster, copies_of(config, contents, cluster.size(), room_of(cluster)));
}

std::vector<ContentSet> place(const PlacementSpec& config, std::span<const PlacedContent> contents, const Topology& topology) {
  for (std::size_t i = 1; i < contents.size(); ++i)
    if (contents[i].share > contents[i - 1].share + Fraction{1e-12})
      throw std::invalid_argument("contents to place must come in falling order of popularity");
  std::vector<ContentSet> held(topology.appliances.size());
  // Most clusters are of a few shapes; the number of copies depends on the shape alone.
  std::map<std::pair<std::size_t, Bytes>, std::vector<std::uint32_t>> copies_by_shape;
  for (const Site& site : topology.sites) {
    for (const bool flash : {true, false}) {
      std::vector<Appliance> cluster;
      for (const Appliance& appliance : topology.appliances_of(site.id))
        if ((appliance.kind == ApplianceClass::flash) == flash) cluster.push_back(appliance);
      if (cluster.empty()) continue;
      const auto [copies, fresh] = copies_by_shape.try_emplace({cluster.size(), room_of(cluster)});
      if (fresh) copies->second = copies_of(config, contents, cluster.size(), copies->first.second);
      const auto placed = place_copies(config, contents, cluster, copies->second);
      for (std::size_t i = 0; i < cluster.size(); ++i) held[cluster[i].id] = placed[i];
    }
  }
  return held;
}

void PopularityForecast::day(std::span<const double> plays) {
  if (plays.size() != plays_.size()) throw std::invalid_argument("one count of plays for each content is expected");
  for (std::size_t i = 0; i < plays_.size(); ++i) plays_[i] = first_ ? plays[i] : weight_ * plays[i] + (1 - weight_) * plays_[i];
  first_ = false;
}

std::vector<ContentId> PopularityForecast::ranking() const {
  std::vector<ContentId> order(plays_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](ContentId a, ContentId b) { return plays_[a] > plays_[b]; });
  return order;
}

}  // namespace streamtwin::openconnect
