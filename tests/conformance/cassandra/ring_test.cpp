// Tokens of keys, Priam's tokens, and where NetworkTopologyStrategy puts the copies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "models/stores/cassandra/priam.hpp"
#include "models/stores/cassandra/ring.hpp"

namespace streamtwin::cassandra {
namespace {

using ::testing::ElementsAre;

TEST(Murmur3Partitioner, OfTheUpstreamTests) {
  EXPECT_EQ(token_of("123"), -7468325962851647638);
  EXPECT_EQ(token_of(std::string(8, '\x10')), 1446172840243228796);
  EXPECT_EQ(token_of("9223372036854775807"), 7162290910810015547);
}

TEST(Murmur3Partitioner, OfTextsAndNumbers) {
  EXPECT_EQ(token_of("hello"), -3758069500696749310);
  EXPECT_EQ(token_of(std::int32_t{1}), -4069959284402364209);
  EXPECT_EQ(token_of(std::int64_t{1}), 6292367497774912474);
  EXPECT_EQ(token_of("netflix"), 1363209978209145287);
  EXPECT_EQ(token_of(std::string(16, 'a')), -954455200256842034);
  EXPECT_EQ(token_of("customer:12345"), 5152975444668714281);
}

TEST(Murmur3Partitioner, TheLeastTokenIsTheEmptyKeysAlone) {
  EXPECT_EQ(token_of(""), least_token);
  EXPECT_EQ(murmur3(""), 0);
}

TEST(Murmur3Partitioner, AKeyOfSeveralColumnsHasLengthsAndZeros) {
  using namespace std::string_literals;
  EXPECT_EQ(composite_key(std::vector<std::string>{"ab", ""}), "\0\2ab\0\0\0\0"s);
  EXPECT_THROW(composite_key(std::vector<std::string>{std::string(65536, 'a')}), std::invalid_argument);
}

TEST(Priam, OfTheUpstreamTests) {
  EXPECT_EQ(priam::initial_token(4, 0, 0), least_token);
  EXPECT_EQ(priam::initial_token(4, 1, 0), -4611686018427387904);
  EXPECT_EQ(priam::initial_token(4, 2, 0), 0);
  EXPECT_EQ(priam::initial_token(4, 3, 0), 4611686018427387904);
  for (const int size : {1, 7, 256}) EXPECT_EQ(priam::initial_token(size, 0, 0), least_token);
  EXPECT_EQ(priam::initial_token(1, 0, 7), least_token + 7);
  EXPECT_THROW(priam::initial_token(0, 0, 0), std::invalid_argument);
  EXPECT_THROW(priam::initial_token(1, -1, 0), std::invalid_argument);
  EXPECT_THROW(priam::initial_token(1, 0, -1), std::invalid_argument);
}

TEST(Priam, FindsTheClosestTokenOfTheUpstreamTest) {
  const std::vector<Token> tokens{1, 10, 100};
  const std::pair<Token, Token> closest[] = {{1, 1}, {9, 10}, {10, 10}, {12, 10}, {51, 10}, {56, 100}, {100, 100}};
  for (const auto& [wanted, found] : closest) EXPECT_EQ(priam::find_closest_token(wanted, tokens), found) << wanted;
  EXPECT_EQ(priam::find_closest_token(5, std::vector<Token>{0, 10}), 10);
  EXPECT_THROW(priam::find_closest_token(5, {}), std::invalid_argument);
}

TEST(Priam, MovesEachRegionByAHashOfItsName) {
  EXPECT_EQ(priam::region_offset("us-east-1"), 1808575600);
  EXPECT_EQ(priam::region_offset("us-west-2"), 1967372893);
  EXPECT_EQ(priam::region_offset("eu-west-1"), 372748112);
  EXPECT_EQ(priam::region_offset("us-east-2"), 1808575601);
  EXPECT_EQ(priam::create_token(10, 256, "region"), -8502796095540700916);
  EXPECT_EQ(priam::create_token(0, 6, "us-east-1"), -9223372035046200208);
  EXPECT_EQ(priam::create_token(3, 6, "us-east-1"), 1808575598);
}

/// One datacenter, nodes with a token each, by rack.
Ring ring_of(const std::vector<std::pair<Token, std::uint16_t>>& racks) {
  std::vector<TokenOwner> tokens;
  std::vector<Location> nodes;
  for (const auto& [token, rack] : racks) {
    tokens.push_back({token, static_cast<NodeIndex>(nodes.size())});
    nodes.push_back({0, rack});
  }
  return Ring(std::move(tokens), std::move(nodes));
}

std::vector<NodeIndex> copies_of(const Ring& ring, Token token, int factor = 3) {
  return natural_endpoints(ring, ring.range_of(token), std::vector{factor});
}

TEST(NetworkTopologyStrategy, PutsACopyInEachOfThreeRacks) {
  const Ring ring = ring_of({{0, 0}, {10, 0}, {20, 1}, {30, 1}, {40, 2}, {50, 2}});
  EXPECT_THAT(copies_of(ring, 5), ElementsAre(1, 2, 4));
  EXPECT_THAT(copies_of(ring, 10), ElementsAre(1, 2, 4)) << "a token belongs to the range that ends with it";
  EXPECT_THAT(copies_of(ring, 11), ElementsAre(2, 4, 0));
  EXPECT_THAT(copies_of(ring, 45), ElementsAre(5, 0, 2));
  EXPECT_THAT(copies_of(ring, 51), ElementsAre(0, 2, 4));
}

TEST(NetworkTopologyStrategy, RepeatsRacksWhereThereAreTooFew) {
  const Ring ring = ring_of({{0, 0}, {10, 0}, {20, 0}, {30, 1}});
  EXPECT_THAT(copies_of(ring, 0), ElementsAre(0, 1, 3));
  EXPECT_THAT(copies_of(ring, 1), ElementsAre(1, 2, 3));
  EXPECT_THAT(copies_of(ring, 11), ElementsAre(2, 3, 0));
  EXPECT_THAT(copies_of(ring, 25), ElementsAre(3, 0, 1));
  EXPECT_THAT(copies_of(ring_of({{0, 0}, {10, 1}}), 5), ElementsAre(1, 0)) << "no more copies than nodes";
}

TEST(NetworkTopologyStrategy, OfTheLargeClusterOfTheUpstreamTest) {
  const std::vector<int> racks{2, 4, 8}, nodes{128, 256, 512}, factors{2, 6, 6};
  Random random(1, "large cluster", "tokens");
  std::vector<Location> locations;
  std::vector<TokenOwner> tokens;
  for (std::size_t datacenter = 0; datacenter < racks.size(); ++datacenter) {
    for (int node = 0; node < nodes[datacenter]; ++node) {
      const auto index = static_cast<NodeIndex>(locations.size());
      locations.push_back({static_cast<std::uint16_t>(datacenter), static_cast<std::uint16_t>(node % racks[datacenter])});
      for (const Token token : random_tokens(2, random)) tokens.push_back({token, index});
    }
  }
  const Ring ring(tokens, locations);
  for (int i = 0; i < 500; ++i) {
    const auto token = static_cast<Token>(random.bits());
    const std::vector<NodeIndex> copies = natural_endpoints(ring, ring.range_of(token), factors);
    EXPECT_EQ(std::set<NodeIndex>(copies.begin(), copies.end()).size(), 14u) << token;
  }
}

TEST(NetworkTopologyStrategy, EachDatacenterHasItsOwnFactor) {
  std::vector<Location> locations;
  std::vector<TokenOwner> tokens;
  for (NodeIndex node = 0; node < 6; ++node) {
    locations.push_back({static_cast<std::uint16_t>(node < 3 ? 0 : node < 5 ? 1 : 2), 0});
    tokens.push_back({node * 10, node});
  }
  EXPECT_EQ(natural_endpoints(Ring(tokens, locations), 0, std::vector{3, 2, 1}).size(), 6u);
}

TEST(Replicas, OwnershipSumsUpToTheCopies) {
  std::vector<TokenOwner> tokens;
  std::vector<Location> locations;
  for (int slot = 0; slot < 12; ++slot) {
    tokens.push_back({priam::create_token(slot, 12, "eu-west-1"), static_cast<NodeIndex>(slot)});
    locations.push_back({0, static_cast<std::uint16_t>(slot % 3)});
  }
  const Replicas replicas(Ring(tokens, locations), std::vector{3});
  for (const double share : replicas.ownership()) EXPECT_NEAR(share, 0.25, 1e-9) << "racks alternate, tokens are even";
  EXPECT_THAT(replicas.of(priam::create_token(4, 12, "eu-west-1")), ElementsAre(4, 5, 6));
}

TEST(Ring, RefusesWhatIsNone) {
  EXPECT_THROW(Ring({}, {}), std::invalid_argument);
  EXPECT_THROW(Ring({{1, 0}, {1, 1}}, {{}, {}}), std::invalid_argument);
  EXPECT_THROW(Ring({{1, 1}}, {{}}), std::invalid_argument);
}

}  // namespace
}  // namespace streamtwin::cassandra
