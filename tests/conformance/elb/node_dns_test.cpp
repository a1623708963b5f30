// A load balancer's nodes in DNS: Route 53's threshold of three checks, fail-open, and answers as old as they may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/edge/elb/node_dns.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::elb {
namespace {

using ::testing::ElementsAre;

const std::vector<int> three{0, 1, 2};

TEST(NodeDns, ThreeFailedChecksInARowTakeANodeOutAndThreeGoodOnesBringItBack) {
  const NodeDnsProperties properties;
  NodeDns dns(3);
  EXPECT_TRUE(dns.publish(three, at(0s)));
  dns.report(1, false, properties);
  dns.report(1, false, properties);
  EXPECT_FALSE(dns.publish(three, at(60s)));
  EXPECT_TRUE(dns.report(1, false, properties));
  EXPECT_TRUE(dns.publish(three, at(96s)));
  EXPECT_THAT(dns.answer(at(96s), 0s), ElementsAre(0, 2));
  EXPECT_THAT(dns.answer(at(96s), 1s), ElementsAre(0, 1, 2)) << "whose answer is older still has it";
  EXPECT_THAT(dns.answer(at(155s), 60s), ElementsAre(0, 1, 2));
  EXPECT_THAT(dns.answer(at(156s), 60s), ElementsAre(0, 2));
  for (int pass = 0; pass < 3; ++pass) dns.report(1, true, properties);
  EXPECT_TRUE(dns.publish(three, at(300s)));
  EXPECT_THAT(dns.answer(at(330s), 60s), ElementsAre(0, 2)) << "it comes back the same way";
  EXPECT_THAT(dns.answer(at(360s), 60s), ElementsAre(0, 1, 2));
}

TEST(NodeDns, NamesAllWhenAllAreDead) {
  NodeDns dns(2);
  for (int node : {0, 1})
    for (int fails = 0; fails < 3; ++fails) dns.report(node, false, {});
  dns.publish({0, 1}, at(0s));
  EXPECT_THAT(dns.answer(at(0s), 0s), ElementsAre(0, 1));
}

// Most answers are up to a minute old. Behind resolvers that keep them for another ten minutes on average, the age is
// that of a renewal process: E[L^2] / (2 E[L]) of a minute and an exponential time.
TEST(NodeDns, AnswersAreAsOldAsResolversKeepThem) {
  Random random(3, "elb", "ages");
  const auto mean_age = [&](double extenders) {
    NodeDnsProperties properties;
    properties.extenders = Fraction{extenders};
    double sum = 0;
    constexpr int draws = 100'000;
    for (int i = 0; i < draws; ++i) sum += in_seconds(dns::age_of_answer(properties.habits(), random.two_uniforms()));
    return sum / draws;
  };
  EXPECT_NEAR(mean_age(0), 30, 0.5);
  const double kept = (660.0 * 660 + 600.0 * 600) / (2 * 660);
  EXPECT_NEAR(mean_age(1), kept, 0.02 * kept);
  EXPECT_NEAR(mean_age(0.09), 0.91 * 30 + 0.09 * kept, 4);
}

}  // namespace
}  // namespace streamtwin::elb
