// Laws of routing, hashing and placement over random inputs.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/openconnect/placement.hpp"
#include "models/openconnect/routing.hpp"
#include "models/openconnect/steering.hpp"

namespace streamtwin::openconnect {
namespace {

using namespace literals;

Route random_route(Random& random) {
  // Few values of each, so that ties reach every criterion.
  return {.prefix_length = static_cast<std::uint8_t>(20 + random.below(2)),
          .location = static_cast<Location>(random.below(2)),
          .as_path_length = static_cast<std::uint8_t>(1 + random.below(2)),
          .origin = static_cast<Origin>(random.below(2)),
          .med = static_cast<std::uint32_t>(random.below(2)),
          .external = random.chance(0.5),
          .router_id = static_cast<std::uint32_t>(random.below(2)),
          .learned = at(seconds(static_cast<double>(random.below(2)))),
          .distance = Distance{static_cast<double>(random.below(2))}};
}

TEST(RouteRanking, IsATotalOrderOnRoutes) {
  Random random(1, "routes", "property");
  for (int i = 0; i < 50'000; ++i) {
    const Route a = random_route(random), b = random_route(random), c = random_route(random);
    EXPECT_TRUE(compare(a, a) == 0);
    EXPECT_EQ(compare(a, b) < 0, compare(b, a) > 0);
    EXPECT_EQ(compare(a, b) == 0, a == b);
    if (compare(a, b) < 0 && compare(b, c) < 0) {
      EXPECT_TRUE(compare(a, c) < 0);
    }
  }
}

TEST(RouteRanking, AnEarlierCriterionOutweighsAllLaterOnes) {
  // From the best to the worst in the first criterion that differs, everything later against it.
  const Route best{.prefix_length = 24,
                   .location = Location::embedded,
                   .as_path_length = 1,
                   .origin = Origin::igp,
                   .med = 0,
                   .external = true,
                   .router_id = 1,
                   .learned = at(1s),
                   .distance = Distance{1}};
  const Route worst{.prefix_length = 20,
                    .location = Location::transit,
                    .as_path_length = 5,
                    .origin = Origin::incomplete,
                    .med = 9,
                    .external = false,
                    .router_id = 9,
                    .learned = at(9s),
                    .distance = Distance{9}};
  const auto mixed = [&](int from) {
    Route r = best;   // worse in criterion `from` alone
    Route s = worst;  // equal to `best` before `from`, and at `from`; worse afterwards
    if (from > 0) s.prefix_length = best.prefix_length;
    if (from > 1) s.location = best.location;
    if (from > 2) s.as_path_length = best.as_path_length;
    if (from > 3) s.origin = best.origin;
    if (from > 4) s.med = best.med;
    if (from > 5) s.external = best.external;
    if (from > 6) s.router_id = best.router_id;
    if (from > 7) s.learned = best.learned;
    switch (from) {
      case 0:
        r.prefix_length = 19;
        s.prefix_length = 24;
        break;
      case 1:
        r.location = Location::transit;
        s.location = Location::public_peering;
        break;
      case 2:
        r.as_path_length = 6;
        s.as_path_length = 5;
        break;
      case 3:
        r.origin = Origin::incomplete;
        s.origin = Origin::egp;
        break;
      case 4:
        r.med = 10;
        s.med = 9;
        break;
      case 5:
        r.external = false;
        s.external = true;
        break;
      case 6:
        r.router_id = 10;
        s.router_id = 9;
        break;
      case 7:
        r.learned = at(10s);
        s.learned = at(9s);
        break;
      default:
        r.distance = Distance{10};
        s.distance = Distance{9};
        break;
    }
    return std::pair{s, r};
  };
  for (int criterion = 0; criterion < 9; ++criterion) {
    const auto [better, worse] = mixed(criterion);
    EXPECT_TRUE(compare(better, worse) < 0) << "criterion " << criterion + 1;
  }
}

std::vector<HashRing::Server> servers(std::size_t count) {
  std::vector<HashRing::Server> found;
  for (std::size_t i = 0; i < count; ++i) found.push_back({mix(i + 77), 1});
  return found;
}

TEST(HashRing, AddingAServerMovesOneShareOfTheContentAndOnlyToIt) {
  for (std::size_t n : {2u, 5u, 18u}) {
    const HashRing before(servers(n), 1000), after(servers(n + 1), 1000);
    int moved = 0;
    constexpr int contents = 20'000;
    std::vector<std::uint32_t> old_owner, new_owner;
    for (int content = 0; content < contents; ++content) {
      old_owner.clear();
      new_owner.clear();
      before.owners(mix(content), 1, old_owner);
      after.owners(mix(content), 1, new_owner);
      if (old_owner == new_owner) continue;
      ++moved;
      EXPECT_EQ(new_owner.front(), n);
    }
    const double expected = 1.0 / static_cast<double>(n + 1);
    EXPECT_NEAR(moved / double{contents}, expected, 0.15 * expected) << n;
  }
}

TEST(HashRing, SpreadsContentByWeightAndGivesDistinctOwners) {
  std::vector<HashRing::Server> weighted = servers(4);
  weighted[3].weight = 0.5;
  const HashRing ring(weighted, 1000);
  std::array<int, 4> counts{};
  std::vector<std::uint32_t> owners;
  for (int content = 0; content < 35'000; ++content) {
    owners.clear();
    ring.owners(mix(content), 3, owners);
    ASSERT_EQ(std::set<std::uint32_t>(owners.begin(), owners.end()).size(), 3u);
    ++counts[owners.front()];
  }
  for (int server = 0; server < 3; ++server) EXPECT_NEAR(counts[server], 10'000, 1000);
  EXPECT_NEAR(counts[3], 5000, 600);
}

std::vector<PlacedContent> falling(std::size_t contents, Random& random) {
  std::vector<PlacedContent> found;
  double share = 0.02;
  for (std::size_t i = 0; i < contents; ++i, share *= 0.999) found.push_back({Fraction{share}, Bytes{random.uniform(10e9, 80e9)}});
  return found;
}

TEST(Placement, NeverOverfillsADiskAndPrefersThePopular) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed, "placement", "property");
    const auto contents = falling(2000, random);
    std::vector<Appliance> cluster;
    for (std::size_t i = 0; i < 1 + random.below(12); ++i)
      cluster.push_back({.disk = Bytes{random.uniform(2e12, 20e12)}, .name = "box-" + std::to_string(i)});
    const auto held = place_cluster({}, contents, cluster);
    for (std::size_t i = 0; i < cluster.size(); ++i) {
      Bytes used;
      for (ContentId content = 0; content < contents.size(); ++content)
        if (held[i].contains(content)) used += contents[content].size;
      ASSERT_LE(used, cluster[i].disk);
    }
    const auto copies = copies_of({}, contents, cluster.size(), Bytes{60e12});
    EXPECT_TRUE(std::is_sorted(copies.rbegin(), copies.rend()));
    EXPECT_GE(copies.front(), 1u);
  }
}

TEST(Placement, FillsTheRoomToItsShareWhenTheCatalogueIsLarge) {
  Random random(1, "placement", "property");
  const auto contents = falling(5000, random);
  const Bytes room{80e12};
  const auto copies = copies_of({}, contents, 8, room);
  Bytes used;
  for (std::size_t i = 0; i < contents.size(); ++i) used += contents[i].size * copies[i];
  EXPECT_LE(used, room * 0.97);
  EXPECT_GE(used, room * 0.95);
}

TEST(Steering, EveryListIsDistinctEligibleAndOrderedBySite) {
  const Topology topology = build_topology("Netherlands");
  const auto routes = announced_routes({}, topology);
  CacheControl state({}, topology);
  Random random(5, "steering", "property");
  for (const Appliance& appliance : topology.appliances) {
    ContentSet held;
    for (ContentId content = 0; content < 200; ++content)
      if (random.chance(0.4)) held.insert(content);
    state.report_contents(appliance.id, held);
    state.report_routes(appliance.id, routes[appliance.site]);
  }
  Steering steering({}, state);
  for (int round = 0; round < 30; ++round) {
    for (const Appliance& appliance : topology.appliances)
      state.report_health(appliance.id, at(0s), {.healthy = random.chance(0.95), .utilisation = Fraction{random.uniform(0, 1.2)}});
    for (int i = 0; i < 500; ++i) {
      const auto group = static_cast<GroupId>(random.below(topology.groups.size()));
      const auto content = static_cast<ContentId>(random.below(200));
      const SteeringList list = steering.rank(group, content, at(1s), random);
      const auto sites = steering.sites_for(group);
      ASSERT_EQ(std::set<OcaId>(list.ranked().begin(), list.ranked().end()).size(), list.size);
      const auto position = [&](OcaId oca) { return std::find(sites.begin(), sites.end(), topology.appliances[oca].site) - sites.begin(); };
      std::size_t hot = 0;
      for (std::size_t rank = 0; rank < list.size; ++rank) {
        const OcaId oca = list.ocas[rank];
        ASSERT_TRUE(state.holds(oca, content) && state.healthy(oca) && state.utilisation(oca) < Fraction{1});
        const bool is_hot = state.utilisation(oca) >= Fraction{0.9};
        ASSERT_TRUE(is_hot || hot == 0) << "a hot appliance stands before one that is not";
        hot += is_hot;
      }
      // Without the surplus of the best site, which may stand at the end, sites follow their order.
      const std::size_t ordered = std::min<std::size_t>(list.size - hot, 9);
      for (std::size_t rank = 1; rank < ordered; ++rank) ASSERT_LE(position(list.ocas[rank - 1]), position(list.ocas[rank]));
    }
  }
}

}  // namespace
}  // namespace streamtwin::openconnect
