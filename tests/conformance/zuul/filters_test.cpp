// The filter chain after BaseZuulFilterRunner and BaseFilter (Netflix/zuul f3144f6), routing and authentication.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/edge/zuul/authentication.hpp"
#include "models/edge/zuul/filter_chain.hpp"
#include "models/edge/zuul/routing.hpp"

namespace streamtwin::zuul {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> play_and_signup{"play", "signup"};

/// The names of the filters of a phase that a request runs, one after the other.
std::vector<std::string> ran(FilterChain& chain, FilterPhase phase, FilterContext& context, std::size_t origin = 0) {
  std::vector<std::string> names;
  for (auto at = chain.enter(phase, 0, origin, context); at; at = chain.enter(phase, *at + 1, origin, context)) {
    names.push_back(chain.filter(*at).name);
    EXPECT_EQ(chain.inside(*at), 1);
    chain.leave(*at);
  }
  return names;
}

TEST(ZuulFilterChain, RunsInboundEndpointAndOutboundFiltersInTheOrderOfTheList) {
  FilterChain chain(std::vector<FilterProperties>{{.name = "last", .phase = FilterPhase::outbound},
                                                  {.name = "first"},
                                                  {.name = "proxy", .phase = FilterPhase::endpoint},
                                                  {.name = "second"},
                                                  {.name = "very last", .phase = FilterPhase::outbound}},
                    play_and_signup);
  FilterContext context;
  EXPECT_THAT(ran(chain, FilterPhase::inbound, context), ElementsAre("first", "second"));
  EXPECT_THAT(ran(chain, FilterPhase::endpoint, context), ElementsAre("proxy"));
  EXPECT_THAT(ran(chain, FilterPhase::outbound, context), ElementsAre("last", "very last"));
}

TEST(ZuulFilterChain, SkipsByTheRulesAndNeverTheEndpoint) {
  FilterChain chain(std::vector<FilterProperties>{{.name = "plain"},
                                                  {.name = "of signups", .services = {"signup"}},
                                                  {.name = "stubborn", .overrides_stop = true},
                                                  {.name = "proxy", .phase = FilterPhase::endpoint},
                                                  {.name = "out", .phase = FilterPhase::outbound}},
                    play_and_signup);
  FilterContext plain, stopped{.stop_processing = true}, cancelled{.cancelled = true}, failed{.send_error = true};
  EXPECT_THAT(ran(chain, FilterPhase::inbound, plain, 0), ElementsAre("plain", "stubborn"));
  EXPECT_THAT(ran(chain, FilterPhase::inbound, plain, 1), ElementsAre("plain", "of signups", "stubborn"));
  EXPECT_THAT(ran(chain, FilterPhase::inbound, plain, 65535), ElementsAre("plain", "stubborn")) << "what has no route";
  EXPECT_THAT(ran(chain, FilterPhase::inbound, stopped, 1), ElementsAre("stubborn"));
  EXPECT_THAT(ran(chain, FilterPhase::inbound, cancelled, 1), IsEmpty());
  EXPECT_THAT(ran(chain, FilterPhase::inbound, failed, 1), IsEmpty()) << "an error is passed down to the endpoint";
  EXPECT_THAT(ran(chain, FilterPhase::outbound, stopped), IsEmpty());
  EXPECT_THAT(ran(chain, FilterPhase::outbound, failed), ElementsAre("out")) << "and its answer goes out";
  for (FilterContext* context : {&stopped, &cancelled, &failed})
    EXPECT_THAT(ran(chain, FilterPhase::endpoint, *context), ElementsAre("proxy"));
}

TEST(ZuulFilterChain, GoesOnWithTheNextFilterWhenOneHasNoRoom) {
  FilterChain chain(std::vector<FilterProperties>{{.name = "narrow", .concurrency_limit = 2}, {.name = "wide"}}, play_and_signup);
  FilterContext context;
  EXPECT_EQ(chain.enter(FilterPhase::inbound, 0, 0, context), 0u);
  EXPECT_EQ(chain.enter(FilterPhase::inbound, 0, 0, context), 0u);
  EXPECT_EQ(context.errors, 0);
  EXPECT_EQ(chain.enter(FilterPhase::inbound, 0, 0, context), 1u) << "two are inside, the limit is two";
  EXPECT_EQ(context.errors, 1);
  EXPECT_FALSE(context.send_error);
  EXPECT_EQ(chain.rejections(), 1u);
  chain.leave(0);
  EXPECT_EQ(chain.enter(FilterPhase::inbound, 0, 0, context), 0u);
}

TEST(ZuulFilterChain, AnswersWithAnErrorWhenTheEndpointHasNoRoom) {
  FilterChain chain(std::vector<FilterProperties>{{.name = "proxy", .phase = FilterPhase::endpoint, .concurrency_limit = 1}},
                    play_and_signup);
  FilterContext first, second;
  EXPECT_EQ(chain.enter(FilterPhase::endpoint, 0, 0, first), 0u);
  EXPECT_EQ(chain.enter(FilterPhase::endpoint, 0, 0, second), std::nullopt);
  EXPECT_FALSE(first.send_error);
  EXPECT_TRUE(second.send_error);
}

TEST(ZuulFilterChain, TakesTheGlobalLimitForFiltersWithoutOneOfTheirOwn) {
  FilterChain chain(std::vector<FilterProperties>{{.name = "own", .concurrency_limit = 3}, {.name = "global"}}, play_and_signup, 1);
  FilterContext context;
  for (int request = 0; request < 5; ++request) {
    for (auto at = chain.enter(FilterPhase::inbound, 0, 0, context); at; at = chain.enter(FilterPhase::inbound, *at + 1, 0, context)) {
    }
  }
  EXPECT_EQ(chain.inside(0), 3);
  EXPECT_EQ(chain.inside(1), 1);
  EXPECT_EQ(chain.rejections(), 2u + 4u);
}

TEST(ZuulRouting, TakesTheLongestRouteThatLeadsToAPathOrNone) {
  const RoutingTable table({{"/play", "play"}, {"/play/legacy/", "old-play"}, {"/signup", "signup"}, {"/play", "never"}});
  const auto service = [&](std::string_view path) { return table.match(path) == nullptr ? "404" : table.match(path)->service; };
  EXPECT_EQ(service("/play"), "play") << "the first of two that are as long";
  EXPECT_EQ(service("/play/7"), "play");
  EXPECT_EQ(service("/play/legacy"), "old-play");
  EXPECT_EQ(service("/play/legacy/7"), "old-play");
  EXPECT_EQ(service("/play/legacies"), "play");
  EXPECT_EQ(service("/player"), "404") << "segments are whole";
  EXPECT_EQ(service("/"), "404");
  EXPECT_EQ(service(""), "404");
  const RoutingTable catch_all(std::vector<RouteProperties>{{"/", "all"}});
  EXPECT_EQ(catch_all.match("/player")->service, "all");
  EXPECT_EQ(catch_all.match("/")->service, "all");
  EXPECT_EQ(RoutingTable({}).match("/player"), nullptr);
}

TEST(ZuulAuthentication, Answers401AndStopsTheChain) {
  const AuthenticationFilter filter({.enabled = true, .exempt = {"signup"}}, play_and_signup);
  FilterContext member, stranger, newcomer, lost;
  EXPECT_TRUE(filter.apply(true, 0, member));
  EXPECT_EQ(member.static_response, 0);
  EXPECT_FALSE(filter.apply(false, 0, stranger));
  EXPECT_EQ(stranger.static_response, 401);
  EXPECT_TRUE(stranger.stop_processing);
  EXPECT_TRUE(filter.apply(false, 1, newcomer)) << "who signs up has no credentials yet";
  EXPECT_FALSE(filter.apply(false, 65535, lost)) << "no route, and no credentials";
  EXPECT_TRUE(AuthenticationFilter({}, play_and_signup).apply(false, 0, member)) << "nobody authenticates unless told to";
}

}  // namespace
}  // namespace streamtwin::zuul
