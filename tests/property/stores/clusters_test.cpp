// What holds of stores whatever happens to their nodes: copies are never two on a node, a primary has all that was acknowledged, blocks
// come back to what they should have, and no prefix takes more than its rate.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/stores/elasticsearch/allocation.hpp"
#include "models/stores/elasticsearch/routing.hpp"
#include "models/stores/hdfs/name_node.hpp"
#include "models/stores/s3/prefixes.hpp"

namespace streamtwin {
using namespace literals;
namespace {

constexpr int histories = 200;

/// What each node's copy of each shard has heard, as the number of the last write, beside what was acknowledged.
class WatchedIndex {
 public:
  WatchedIndex(int shards, int replicas, const std::vector<int>& zones)
      : allocation({}, shards, replicas, 100_MB, zones), heard_(zones.size(), std::vector<int>(static_cast<std::size_t>(shards))) {
    acknowledged_.resize(static_cast<std::size_t>(shards));
  }
  void write(int shard) {
    const auto primary = allocation.primary(shard);
    if (!primary) return;
    const int number = ++acknowledged_[static_cast<std::size_t>(shard)];
    heard(*primary, shard) = number;
    for (const auto node : allocation.written(shard)) heard(node, shard) = number;
  }
  void fill(const std::vector<elasticsearch::Allocation::Place>& places) {
    for (const auto& place : places) {
      const auto node = allocation.copies(place.shard)[static_cast<std::size_t>(place.copy)].node;
      heard(node, place.shard) = heard(*allocation.primary(place.shard), place.shard);
    }
  }
  void check() {
    for (int shard = 0; shard < allocation.shards(); ++shard) {
      std::set<elasticsearch::NodeIndex> nodes;
      for (const auto& copy : allocation.copies(shard)) {
        if (copy.state == elasticsearch::Allocation::State::unassigned) continue;
        EXPECT_TRUE(nodes.insert(copy.node).second) << "two copies of a shard on a node";
        EXPECT_TRUE(allocation.member(copy.node));
        if (copy.state == elasticsearch::Allocation::State::started) {
          EXPECT_EQ(heard(copy.node, shard), acknowledged_[static_cast<std::size_t>(shard)]) << "a copy lacks what was acknowledged";
        }
      }
      EXPECT_EQ(allocation.primary(shard).has_value(), !allocation.searchable(shard).empty());
    }
  }
  elasticsearch::Allocation allocation;

 private:
  int& heard(elasticsearch::NodeIndex node, int shard) { return heard_[node][static_cast<std::size_t>(shard)]; }
  std::vector<std::vector<int>> heard_;  ///< by node and shard
  std::vector<int> acknowledged_;        ///< by shard
};

TEST(ElasticsearchProperties, NoCopyThatServesLacksWhatWasAcknowledged) {
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    Random random(seed, "index", "history");
    const int nodes = 3 + static_cast<int>(random.below(6));
    std::vector<int> zones;
    for (int node = 0; node < nodes; ++node) zones.push_back(node % 3);
    WatchedIndex index(1 + static_cast<int>(random.below(6)), static_cast<int>(random.below(3)), zones);
    index.check();
    Instant now{};
    for (int step = 0; step < 200; ++step) {
      now += random.uniform(Duration{0}, 20s);
      const auto node = static_cast<elasticsearch::NodeIndex>(random.below(static_cast<std::uint64_t>(nodes)));
      switch (random.below(4)) {
        case 0: index.allocation.left(node, now); break;
        case 1:
          if (!index.allocation.member(node)) index.fill(index.allocation.joined(node, random.chance(0.7), now));
          break;
        case 2: index.fill(index.allocation.advance(random.uniform(Duration{0}, 20s), now)); break;
        default: index.write(static_cast<int>(random.below(static_cast<std::uint64_t>(index.allocation.shards()))));
      }
      index.check();
    }
  }
}

TEST(ElasticsearchProperties, TheIndexIsGreenAgainOnceAllAreBackWithTheirDisks) {
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    Random random(seed, "index", "return");
    elasticsearch::Allocation index({}, 6, 1, 100_MB, {0, 0, 1, 1, 2, 2});
    Instant now{};
    std::vector<elasticsearch::NodeIndex> gone;
    for (int loss = 0; loss < 4; ++loss) {
      const auto node = static_cast<elasticsearch::NodeIndex>(random.below(6));
      if (!index.member(node)) continue;
      index.left(node, now += random.uniform(Duration{0}, 90s));
      index.advance(1s, now);
      gone.push_back(node);
    }
    for (const auto node : gone) index.joined(node, true, now += 1s);
    for (int second = 0; second < 300; ++second) index.advance(1s, now += 1s);
    EXPECT_EQ(index.health(), elasticsearch::Health::green) << seed;
  }
}

TEST(ElasticsearchProperties, DocumentsAreSpreadEvenly) {
  for (const int shards : {1, 3, 5, 7, 12}) {
    std::vector<int> documents(static_cast<std::size_t>(shards));
    for (std::uint64_t id = 0; id < 20000; ++id) ++documents[static_cast<std::size_t>(elasticsearch::shard_of(id, shards))];
    for (const int number : documents) EXPECT_NEAR(number * shards, 20000, 2500) << shards;
  }
}

TEST(HdfsProperties, AllBlocksHaveTheirReplicasAgainUnlessAllWereLost) {
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    Random random(seed, "volume", "history");
    std::vector<int> racks;
    for (int node = 0; node < 9; ++node) racks.push_back(node % 3);
    hdfs::NameNode names({}, {}, racks, at(0s));
    for (int block = 0; block < 60; ++block) {
      const auto chosen = names.choose(static_cast<hdfs::NodeIndex>(block % 9), at(0s), random);
      EXPECT_EQ(std::set<hdfs::NodeIndex>(chosen.begin(), chosen.end()).size(), 3u);
      names.add(chosen);
    }
    std::set<hdfs::NodeIndex> silent;
    while (silent.size() < 1 + seed % 4) silent.insert(static_cast<hdfs::NodeIndex>(random.below(9)));
    for (Instant now = at(3s); now < at(1500s); now += 3s) {
      for (hdfs::NodeIndex node = 0; node < 9; ++node) {
        if (!silent.contains(node)) names.heartbeat(node, now);
      }
      names.look_for_dead(now);
      const auto orders = names.order_copies(now, random);
      EXPECT_LE(orders.size(), 18u);
      for (const auto& order : orders) {
        EXPECT_NE(order.from, order.to);
        if (!silent.contains(order.to) && !silent.contains(order.from)) names.copied(order);
      }
    }
    EXPECT_EQ(names.under_replicated(), names.missing());
    EXPECT_TRUE(seed % 4 == 3 || names.missing() == 0 || silent.size() >= 3);
    for (hdfs::BlockIndex block = 0; block < names.blocks(); ++block) {
      const auto replicas = names.replicas(block);
      EXPECT_EQ(std::set<hdfs::NodeIndex>(replicas.begin(), replicas.end()).size(), replicas.size());
    }
  }
}

TEST(S3Properties, NoPrefixTakesMoreThanItsRateAndASecondsWorth) {
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    Random random(seed, "bucket", "history");
    s3::Prefixes one({.reads = Rate{50}});
    const double asked = random.uniform(10, 500);
    Instant now{};
    int taken = 0;
    for (int i = 0; i < 2000; ++i) {
      now += random.exponential(seconds(1 / asked));
      taken += one.takes(random.bits(), s3::Kind::read, now);
      ASSERT_LE(taken, 50 * (in_seconds(now) + 1) + 1e-6);
    }
    if (asked > 100) {
      EXPECT_GE(taken, 49 * in_seconds(now)) << "and, where it is asked enough, that much";
    }
  }
}

}  // namespace
}  // namespace streamtwin
