// Images: their layers, an agent's disk, and pulls that share the registry, are shared, fail and are tried again.
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "models/titus/images/layer_cache.hpp"
#include "models/titus/images/registry.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using namespace literals;

ImageSpec image_of(Bytes size, int layers, std::string base = "") {
  ImageSpec spec;
  spec.size = size;
  spec.layers = layers;
  spec.base = std::move(base);
  return spec;
}

TEST(ImageTable, AnImageBeginsWithTheLayersOfItsBase) {
  ImageTable table;
  const auto ids = table.add_all({{"a", image_of(30_MB, 3, "z")}, {"b", image_of(10_MB, 1, "z")}, {"z", image_of(100_MB, 2)}});
  EXPECT_EQ(table.layers(), 6u);
  EXPECT_EQ(table.size_of(ids.at("a")), 130_MB);
  EXPECT_EQ(table.layers_of(ids.at("a")).size(), 5u);
  for (int layer = 0; layer < 2; ++layer) EXPECT_EQ(table.layers_of(ids.at("a"))[layer], table.layers_of(ids.at("b"))[layer]);
}

TEST(ImageTable, RefusesACircleAndABaseThatThereIsNot) {
  const std::map<std::string, ImageSpec> circle{{"a", image_of(1_MB, 1, "b")}, {"b", image_of(1_MB, 1, "a")}, {"c", image_of(1_MB, 1)}};
  EXPECT_EQ(image_built_from_itself(circle), "a");
  EXPECT_THROW(ImageTable().add_all(circle), std::invalid_argument);
  EXPECT_EQ(image_built_from_itself({{"a", image_of(1_MB, 1, "b")}, {"b", image_of(1_MB, 1)}}), std::nullopt);
  EXPECT_THROW(ImageTable().add_all({{"a", image_of(1_MB, 1, "nowhere")}}), std::invalid_argument);
}

class LayerCacheTest : public testing::Test {
 protected:
  ImageTable table;
  ImageId base = table.add(image_of(40_MB, 4));
  ImageId first = table.add(image_of(20_MB, 1), base), second = table.add(image_of(20_MB, 1), base), other = table.add(image_of(50_MB, 1)),
          small = table.add(image_of(30_MB, 1));
  LayerCache cache{table, 100_MB};
};

TEST_F(LayerCacheTest, ALayerLiesThereOnce) {
  EXPECT_TRUE(cache.add(first));
  EXPECT_EQ(cache.used(), 60_MB);
  EXPECT_EQ(cache.size_of(cache.missing(second)), 20_MB);
  EXPECT_TRUE(cache.add(second));
  EXPECT_EQ(cache.used(), 80_MB);
}

TEST_F(LayerCacheTest, WhatIsUnusedForTheLongestTimeGoesFirst) {
  for (const ImageId image : {first, second}) cache.add(image);
  for (const ImageId image : {second, first}) cache.done(image);
  cache.use(second);
  cache.done(second);  // now `first` is the longest unused
  EXPECT_TRUE(cache.add(small));
  EXPECT_FALSE(cache.has(first));
  EXPECT_TRUE(cache.has(second));
  EXPECT_EQ(cache.used(), 90_MB);
}

// 60 MB of one in use and the 30 MB of another: with 5 MB less there is no room for both, and none to make.
TEST_F(LayerCacheTest, WhatSomethingElseHasFilledIsNoRoom) {
  cache.add(first);
  cache.leave_free(15_MB);
  EXPECT_FALSE(cache.add(small));
  EXPECT_TRUE(cache.use(first)) << "what is there stays";
  cache.leave_free(0_MB);
  EXPECT_TRUE(cache.add(small));
}

TEST_F(LayerCacheTest, WhatAContainerHasStays) {
  cache.add(first);
  EXPECT_FALSE(cache.add(other)) << "60 of 100 MB are in use";
  EXPECT_TRUE(cache.has(first));
  EXPECT_FALSE(cache.has(other));
  EXPECT_EQ(cache.used(), 60_MB);
  cache.done(first);
  EXPECT_TRUE(cache.add(other));
  EXPECT_FALSE(cache.has(first));
  EXPECT_EQ(cache.used(), 50_MB);
  EXPECT_EQ(cache.deleted(), 1u);
}

/// The registry sends 80 Mbps, an agent takes 40 of them: 5 MB a second. Unpacking takes no time to speak of.
class PullTest : public testing::Test {
 protected:
  static ImageRegistrySpec spec() {
    ImageRegistrySpec spec;
    spec.bandwidth = 80_Mbps;
    spec.unpack = BitRate{1e15};
    return spec;
  }
  void build(const ImageRegistrySpec& its) {
    registry.emplace(its, table, measures);
    agents.clear();
    for (int agent = 0; agent < 3; ++agent) agents.push_back(std::make_unique<AgentImages>(*registry, 1_GB, 80_Mbps));
  }
  PullTest() { build(spec()); }
  Task<> want(int agent, ImageId image) {
    ImageHold hold = agents[agent]->try_hold(image);
    PullEnd end = PullEnd::held;
    if (!hold) {
      PullOutcome outcome = co_await agents[agent]->pull(image, random);
      end = outcome.end;
      hold = std::move(outcome.hold);
    }
    EXPECT_EQ(static_cast<bool>(hold), end == PullEnd::held);
    ends.emplace_back(end, std::round(in_seconds(now()) * 100) / 100);
    holds.push_back(std::move(hold));
  }
  double pulled() { return measures.pulled.total(); }

  Simulation simulation;
  Recorder recorder;
  ImageMeasures measures{recorder};
  ImageTable table;
  ImageId base = table.add(image_of(40_MB, 4)), first = table.add(image_of(10_MB, 1), base), second = table.add(image_of(10_MB, 1), base);
  std::optional<Registry> registry;
  std::vector<std::unique_ptr<AgentImages>> agents;
  Random random{1, 2, 3};
  std::vector<std::pair<PullEnd, double>> ends;
  std::vector<ImageHold> holds;
};
using End = std::pair<PullEnd, double>;

TEST_F(PullTest, TakesAsLongAsTheAgentsShareOfItsNetwork) {
  spawn("a container", want(0, first));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::held, 1 + 50 / 5.0))) << "the first attempt begins after a second";
  EXPECT_EQ(measures.bytes.total(), 50e6);
}

TEST_F(PullTest, WhatIsThereIsNotPulled) {
  spawn("a container", want(0, first));
  simulation.run();
  spawn("another", want(0, first));
  spawn("one of another image with the same base", want(0, second));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::held, 11), End(PullEnd::held, 11), End(PullEnd::held, 11 + 1 + 2)));
  EXPECT_EQ(measures.cached.total(), 1);
  EXPECT_EQ(measures.bytes.total(), 60e6);
}

TEST_F(PullTest, AllPullsShareTheRegistry) {
  for (int agent = 0; agent < 3; ++agent) spawn("a container", want(agent, first));
  simulation.run();
  EXPECT_THAT(ends, testing::Each(End(PullEnd::held, 1 + 150 / 10.0)));
}

TEST_F(PullTest, OneLayerIsPulledOnceForTwoContainersOfAnAgent) {
  spawn("a container", want(0, first));
  spawn("another", want(0, second));
  simulation.run();
  EXPECT_EQ(measures.bytes.total(), 60e6) << "the base once";
  EXPECT_THAT(ends, testing::UnorderedElementsAre(End(PullEnd::held, 11), End(PullEnd::held, 11)));
  EXPECT_EQ(agents[0]->in_flight(), 0u);
}

TEST_F(PullTest, AMissingImageIsNotTriedAgain) {
  ImageSpec spec;
  spec.missing = true;
  const ImageId missing = table.add(spec);
  spawn("a container", want(0, missing));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::not_found, 1)));
  EXPECT_EQ(measures.failed.total(), 1);
  EXPECT_EQ(measures.attempts_failed.total(), 0);
}

TEST_F(PullTest, ARegistryThatIsOffIsTriedFiveTimesEachAfterTwiceAsLong) {
  registry->fail();
  spawn("a container", want(0, first));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::unavailable, 1 + 2 + 4 + 8 + 16)));
  EXPECT_EQ(measures.attempts_failed.total(), 5);
}

TEST_F(PullTest, OneThatComesBackInBetweenSuffices) {
  registry->fail();
  spawn("a container", want(0, first));
  simulation.run_until(at(5s));
  registry->restore();
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::held, 1 + 2 + 4 + 10)));
}

TEST_F(PullTest, WhoeverIsCutOffLeavesTheLayersToOthers) {
  Process container = spawn("a container", want(0, first));
  spawn("another", want(0, first));
  simulation.run_until(at(6s));
  container.cancel();
  EXPECT_EQ(agents[0]->in_flight(), 0u);
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::held, 6 + 10)));
  EXPECT_EQ(pulled(), 1);
}

TEST_F(PullTest, AnImageThatDoesNotFitIsRefused) {
  const ImageId huge = table.add(image_of(2_GB, 1));
  spawn("a container", want(0, huge));
  simulation.run();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].first, PullEnd::no_space);
  EXPECT_EQ(agents[0]->cache().used(), 0_B);
}

// 50 MB at 5 MB a second, or a quarter of it.
TEST_F(PullTest, ASlowDiskUnpacksAsMuchMoreSlowly) {
  ImageRegistrySpec unpacking = spec();
  unpacking.unpack = 40_Mbps;
  build(unpacking);
  const auto slow = agents[0]->disk()->begin({.speed = 25_pct});
  spawn("a container", want(0, first));
  spawn("one of another agent", want(1, first));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(End(PullEnd::held, 1 + 10 + 10), End(PullEnd::held, 1 + 10 + 40)));
  agents[0]->disk()->end(slow);
  EXPECT_EQ(agents[0]->disk()->speed(), 100_pct);
}

TEST_F(PullTest, AnImageThatDoesNotFitBesideWhatFillsTheDiskIsRefused) {
  const auto log = agents[0]->disk()->begin({.filled = 970_MB});
  const auto other = agents[0]->disk()->begin({.filled = 1_MB});
  spawn("a container", want(0, first));
  simulation.run();
  agents[0]->disk()->end(log);
  spawn("another", want(0, first));
  simulation.run();
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].first, PullEnd::no_space);
  EXPECT_EQ(ends[1].first, PullEnd::held);
  EXPECT_EQ(agents[0]->disk()->filled(), 1_MB);
  agents[0]->disk()->end(other);
}

TEST_F(PullTest, NothingComesToAnAgentThatDoesNotReachTheRegistry) {
  const auto cut = agents[0]->disk()->begin({.nothing_comes = true});
  spawn("a container", want(0, first));
  spawn("one of another agent", want(1, first));
  simulation.run();
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].first, PullEnd::held) << "the other one";
  EXPECT_EQ(ends[1].first, PullEnd::unavailable) << "after its last attempt";
  agents[0]->disk()->end(cut);
  spawn("a later one", want(0, first));
  simulation.run();
  EXPECT_EQ(ends.back().first, PullEnd::held);
}

}  // namespace
}  // namespace streamtwin::titus
