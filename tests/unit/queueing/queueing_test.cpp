// The closed forms against values printed in textbooks or worked out by hand.
#include "sim-core/queueing/queueing.hpp"

#include <gtest/gtest.h>

#include "sim-core/check.hpp"

namespace streamtwin::queueing {
namespace {

using namespace literals;

TEST(ErlangB, MatchesThePrintedTables) {
  EXPECT_NEAR(erlang_b(1, 1), 0.5, 1e-12);
  EXPECT_NEAR(erlang_b(2, 1), 0.2, 1e-12);
  EXPECT_NEAR(erlang_b(10, 4.461), 0.01, 1e-5);
  EXPECT_NEAR(erlang_b(100, 84.06), 0.01, 1e-4);
  EXPECT_EQ(erlang_b(0, 3), 1);
}

TEST(ErlangC, OfOneServerIsItsLoad) {
  EXPECT_NEAR(erlang_c(1, 0.7), 0.7, 1e-12);
  EXPECT_NEAR(erlang_c(2, 1), 1.0 / 3, 1e-12);
  EXPECT_EQ(erlang_c(2, 2.5), 1);
}

TEST(MM1, At80PercentHoldsFourOnAverage) {
  const Station station = mm1(8_per_s, 100ms);
  EXPECT_NEAR(station.utilisation, 0.8, 1e-12);
  EXPECT_NEAR(station.present, 4, 1e-9);
  EXPECT_NEAR(in_seconds(station.sojourn), 0.5, 1e-12);
  EXPECT_NEAR(in_seconds(station.wait), 0.4, 1e-12);
}

TEST(MG1, OfConstantServiceWaitsHalfAsLongAsOfExponentialService) {
  EXPECT_NEAR(in_seconds(mg1(8_per_s, 100ms, 1).wait), 0.4, 1e-12);
  EXPECT_NEAR(in_seconds(mg1(8_per_s, 100ms, 0).wait), 0.2, 1e-12);
}

TEST(Stations, ThatCannotKeepUpWaitForEver) {
  EXPECT_EQ(in_seconds(mmc(30_per_s, 100ms, 3).wait), HUGE_VAL);
  EXPECT_EQ(in_seconds(mg1(20_per_s, 100ms, 2).wait), HUGE_VAL);
}

TEST(Stations, WithoutArrivalsAreEmpty) { EXPECT_EQ(mmc(0_per_s, 100ms, 3).present, 0); }

TEST(Jackson, WithFeedbackCountsEveryVisit) {
  Eigen::MatrixXd routing(2, 2);
  routing << 0, 1, 0.5, 0;  // two visits to each on average
  const JacksonSolution solution = jackson({{1_per_s, 300ms, 1}, {0_per_s, 400ms, 2}}, routing);
  EXPECT_NEAR(solution.arrivals[0].value(), 2, 1e-12);
  EXPECT_NEAR(solution.arrivals[1].value(), 2, 1e-12);
  EXPECT_EQ(solution.bottleneck, 0u);
  EXPECT_NEAR(solution.head_room, 1 / 0.6, 1e-12);
  EXPECT_NEAR(solution.present, 0.6 / 0.4 + mmc(2_per_s, 400ms, 2).present, 1e-9);
}

TEST(Jackson, WithoutAWayOutIsRefused) {
  EXPECT_THROW(jackson({{1_per_s, 1ms, 1}}, Eigen::MatrixXd::Constant(1, 1, 1.0)), ProgrammingError);
  EXPECT_THROW(jackson({{1_per_s, 1ms, 1}}, Eigen::MatrixXd::Constant(1, 1, 2.0)), ProgrammingError);
}

}  // namespace
}  // namespace streamtwin::queueing
