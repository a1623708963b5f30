// Vectors of HystrixCollapserTest, and the rules of the request cache.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/services/hystrix/collapser.hpp"
#include "models/services/hystrix/request_cache.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::hystrix {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Joined = Collapser<int>::Joined;

TEST(HystrixCollapser, TwoRequestsShareABatch) {
  Collapser<int> collapser(CollapserProperties{});
  EXPECT_EQ(collapser.next_tick(ms(0)), std::nullopt);
  EXPECT_EQ(collapser.submit(1, ms(0)).how, Joined::added);
  EXPECT_EQ(collapser.submit(2, ms(0)).how, Joined::added);
  EXPECT_EQ(collapser.next_tick(ms(0)), ms(10));
  EXPECT_THAT(collapser.tick()->arguments, ElementsAre(1, 2));
  EXPECT_FALSE(collapser.tick().has_value());
}

TEST(HystrixCollapser, AFullBatchIsSentByTheCallThatFindsItFull) {
  Collapser<int> collapser({.max_requests_in_batch = 2});
  EXPECT_FALSE(collapser.submit(1, ms(0)).to_execute.has_value());
  EXPECT_FALSE(collapser.submit(2, ms(0)).to_execute.has_value());
  const auto third = collapser.submit(3, ms(0));
  EXPECT_THAT(third.to_execute->arguments, ElementsAre(1, 2));
  EXPECT_NE(third.batch, third.to_execute->number);
  EXPECT_THAT(collapser.tick()->arguments, ElementsAre(3));
}

TEST(HystrixCollapser, EachTickSendsWhatHasGathered) {
  Collapser<int> collapser(CollapserProperties{});
  collapser.submit(1, ms(0));
  collapser.submit(2, ms(5));
  EXPECT_THAT(collapser.tick()->arguments, ElementsAre(1, 2));
  collapser.submit(3, ms(12));
  EXPECT_EQ(collapser.next_tick(ms(12)), ms(20));  // the timer's own rhythm, not ten after the call
  EXPECT_THAT(collapser.tick()->arguments, ElementsAre(3));
  EXPECT_EQ(collapser.next_tick(ms(20)), ms(30));
}

TEST(HystrixCollapser, EqualArgumentsShareAnAnswerOrFailWithoutTheCache) {
  Collapser<int> sharing(CollapserProperties{});
  sharing.submit(1, ms(0));
  EXPECT_EQ(sharing.submit(1, ms(1)).how, Joined::shared);
  EXPECT_THAT(sharing.tick()->arguments, ElementsAre(1));
  Collapser<int> strict({.request_cache_enabled = false});
  strict.submit(1, ms(0));
  EXPECT_EQ(strict.submit(1, ms(1)).how, Joined::duplicate);
}

TEST(HystrixCollapser, ACancelledCallIsNotSent) {
  Collapser<int> collapser(CollapserProperties{});
  const auto batch = collapser.submit(1, ms(0)).batch;
  EXPECT_TRUE(collapser.cancel(batch, 1));
  EXPECT_FALSE(collapser.tick().has_value());
  EXPECT_FALSE(collapser.cancel(batch, 1));
}

// CollapsedRequestSubject counts its subscriptions: HystrixCollapserTest testUnsubscribeFromSomeDuplicateArgsDoesNotRemoveFromBatch.
TEST(HystrixCollapser, AnArgumentLeavesWithTheLastOfItsSharers) {
  Collapser<int> collapser(CollapserProperties{});
  const auto batch = collapser.submit(1, ms(0)).batch;
  collapser.submit(2, ms(0));
  ASSERT_EQ(collapser.submit(1, ms(1)).how, Joined::shared);
  EXPECT_FALSE(collapser.cancel(batch, 1));
  EXPECT_EQ(collapser.waiting(), 2u);
  EXPECT_TRUE(collapser.cancel(batch, 1));
  EXPECT_EQ(collapser.submit(1, ms(2)).how, Joined::added);
  EXPECT_TRUE(collapser.cancel(batch, 2));
  const auto sent = collapser.tick();
  ASSERT_TRUE(sent.has_value());
  EXPECT_THAT(sent->arguments, ElementsAre(1));
  EXPECT_FALSE(collapser.cancel(batch, 1)) << "it is too late";
}

// RequestBatch: whoever got neither a response nor an exception gets an IllegalStateException.
TEST(HystrixCollapser, CallersWithoutAResponseAreToldSo) {
  Collapser<int> collapser(CollapserProperties{});
  for (const int argument : {5, 3, 9}) collapser.submit(argument, ms(0));
  const auto batch = collapser.tick();
  ASSERT_TRUE(batch.has_value());
  EXPECT_THAT(Collapser<int>::without_response(*batch, {3}), ElementsAre(5, 9));
  EXPECT_THAT(Collapser<int>::without_response(*batch, {9, 5, 3}), IsEmpty());
  EXPECT_THAT(Collapser<int>::without_response(*batch, {}), ElementsAre(5, 3, 9));
}

TEST(HystrixCollapser, ABatchCanBeSplitByShards) {
  const auto parts = split(std::vector<int>{1, 2, 3, 4, 6}, 3, [](int i) { return static_cast<std::size_t>(i % 2); });
  EXPECT_THAT(parts, ElementsAre(ElementsAre(2, 4, 6), ElementsAre(1, 3)));
}

TEST(HystrixRequestCache, TheFirstCallersAnswerIsSharedWithinTheRequest) {
  RequestCache<int> cache;
  EXPECT_EQ(cache.find_or_put(1, 42, 100), std::nullopt);
  EXPECT_EQ(cache.find_or_put(1, 42, 200), 100);
  EXPECT_EQ(cache.find_or_put(2, 42, 300), std::nullopt);
  EXPECT_EQ(cache.find_or_put(1, 43, 400), std::nullopt);
  cache.clear(1, 42);
  EXPECT_EQ(cache.find_or_put(1, 42, 500), std::nullopt);
  EXPECT_EQ(cache.size(), 3u);
}

}  // namespace
}  // namespace streamtwin::hystrix
