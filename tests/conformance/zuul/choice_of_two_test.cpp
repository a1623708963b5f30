// The techniques of the edge balancer: choice of two, probation, warm-up, subsets.
#include <gtest/gtest.h>

#include "models/edge/zuul/choice_of_two.hpp"
#include "sim-core/check.hpp"
#include "tests/conformance/instants.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::zuul {
namespace {

class ZuulChoiceOfTwo : public ::testing::Test {
 protected:
  void make(std::size_t count, Instant launched = Instant{Duration{-1000}}) {
    std::vector<Server> servers;
    for (std::uint32_t host = 0; host < count; ++host) servers.push_back({host, 0});
    balancer.update(servers, std::vector<Instant>(count, launched));
    for (ServerSlot slot = 0; slot < count; ++slot) answer(slot, 0.3);
  }
  void answer(ServerSlot slot, double utilisation, bool error = false, Instant now = Instant{}) {
    balancer.request_started(slot);
    balancer.request_finished(slot, error, utilisation, now);
  }
  std::vector<int> picks(std::size_t count, Instant now = Instant{}, int draws = 20000) {
    std::vector<int> counts(count);
    for (int i = 0; i < draws; ++i) ++counts[*balancer.choose(now, random)];
    return counts;
  }
  ChoiceOfTwo balancer{ChoiceOfTwoProperties{}};
  Random random{2, "zuul", "choice"};
};

TEST_F(ZuulChoiceOfTwo, EqualServersShareEqually) {
  make(5);
  for (int count : picks(5)) EXPECT_NEAR(count / 20000.0, 0.2, 0.015);
}

TEST_F(ZuulChoiceOfTwo, TheWorstOfManyIsNeverTakenAgainstABetterOne) {
  make(5);
  for (int i = 0; i < 10; ++i) balancer.request_started(3);
  EXPECT_EQ(picks(5)[3], 0);
}

TEST_F(ZuulChoiceOfTwo, AvoidsTheBusyAndForgivesAfterTheDecay) {
  make(4);
  answer(1, 0.95);
  EXPECT_EQ(picks(4, s(0))[1], 0);
  EXPECT_NEAR(picks(4, s(31))[1] / 20000.0, 0.25, 0.015);
}

TEST_F(ZuulChoiceOfTwo, AvoidsServersWithConnectionErrors) {
  make(3);
  for (int i = 0; i < 10; ++i) answer(0, 0.3, true);
  EXPECT_EQ(picks(3)[0], 0);
}

TEST_F(ZuulChoiceOfTwo, AServerThatNeverAnsweredHasOneRequestAtATime) {
  make(3);
  std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  balancer.update(servers, std::vector<Instant>(4, s(-1000)));
  EXPECT_TRUE(balancer.on_probation(3));
  EXPECT_GT(picks(4)[3], 0);
  balancer.request_started(3);
  for (ServerSlot slot = 0; slot < 3; ++slot)
    for (int i = 0; i < 5; ++i) balancer.request_started(slot);  // it would have the best score
  EXPECT_EQ(picks(4, s(0), 2000)[3], 0);
}

// Nobody is acceptable: three work at 95 %, and the newcomer has its one request.
TEST_F(ZuulChoiceOfTwo, ProbationHoldsUnderOverload) {
  make(3);
  std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  balancer.update(servers, std::vector<Instant>(4, s(-1000)));
  for (ServerSlot slot = 0; slot < 3; ++slot) answer(slot, 0.95);
  for (int request = 0; request < 60; ++request) balancer.request_started(*balancer.choose(s(0), random));
  EXPECT_EQ(balancer.in_flight(3), 1);
  for (ServerSlot slot = 0; slot < 3; ++slot) EXPECT_NEAR(balancer.in_flight(slot), 59 / 3.0, 3);
}

TEST_F(ZuulChoiceOfTwo, SomebodyIsAskedWhenAllThatAreDrawnAreOnProbation) {
  const std::vector<Server> servers{{0, 0}, {1, 0}};
  balancer.update(servers, std::vector<Instant>(2, s(-1000)));
  for (int request = 0; request < 10; ++request) balancer.request_started(*balancer.choose(s(0), random));
  EXPECT_EQ(balancer.in_flight(0), 5);
  EXPECT_EQ(balancer.in_flight(1), 5);
}

TEST_F(ZuulChoiceOfTwo, RefusesAnAnswerToNoRequest) {
  make(2);
  EXPECT_NE(refusal_of<ProgrammingError>([&] { balancer.request_finished(1, false, 0.3, s(0)); }).find("none in flight"),
            std::string::npos);
  EXPECT_EQ(balancer.in_flight(1), 0);
}

TEST_F(ZuulChoiceOfTwo, ANewServerWarmsUpOverNinetySeconds) {
  make(4, s(-1000));
  std::vector<Instant> launched(4, s(-1000));
  launched[2] = s(0);
  balancer.update(std::vector<Server>{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, launched);
  const double at_start = picks(4, s(1))[2] / 20000.0;
  const double half_way = picks(4, s(45))[2] / 20000.0;
  const double after = picks(4, s(90))[2] / 20000.0;
  EXPECT_LT(at_start, 0.02);
  EXPECT_GT(half_way, 0.08);
  EXPECT_LT(half_way, 0.2);
  EXPECT_NEAR(after, 0.25, 0.015);
}

TEST_F(ZuulChoiceOfTwo, AServerThatLeftKeepsItsSlotUntilItsLastAnswer) {
  make(3);
  balancer.request_started(1);
  const std::vector<Server> without{{0, 0}, {2, 0}}, with_another{{0, 0}, {2, 0}, {7, 0}}, all{{0, 0}, {2, 0}, {7, 0}, {8, 0}};
  balancer.update(without, std::vector<Instant>(2, s(-1000)));
  EXPECT_EQ(balancer.slot_of(1), 1u);
  balancer.update(with_another, std::vector<Instant>(3, s(-1000)));
  EXPECT_EQ(balancer.slot_of(7), 3u);
  balancer.request_finished(1, false, 0.3, s(0));
  EXPECT_EQ(balancer.slot_of(1), std::nullopt);
  balancer.update(all, std::vector<Instant>(4, s(-1000)));
  EXPECT_EQ(balancer.slot_of(8), 1u);
  EXPECT_TRUE(balancer.on_probation(1)) << "the newcomer inherits nothing";
  EXPECT_EQ(balancer.slot_of(2), 2u);
  EXPECT_FALSE(balancer.on_probation(2));
}

TEST(ZuulSubset, SpreadsTheClientsEvenlyOverTheRing) {
  std::vector<Server> servers;
  for (std::uint32_t host = 0; host < 100; ++host) servers.push_back({host, 0});
  std::vector<int> clients(100);
  for (std::uint32_t client = 0; client < 40; ++client)
    for (const Server& server : ring_subset(servers, 20, client)) ++clients[server.host];
  const auto [fewest, most] = std::minmax_element(clients.begin(), clients.end());
  EXPECT_GE(*fewest, 6);
  EXPECT_LE(*most, 10);
  EXPECT_EQ(ring_subset(servers, 500, 3).size(), 100u);
}

}  // namespace
}  // namespace streamtwin::zuul
