// What ails an instance is the sum of what strikes it at the moment, and goes with it.
#include "models/rpc/impairments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::rpc {
namespace {

using services::Backend;
using services::service_of;

services::ServiceSpec three_instances() {
  services::ServiceSpec spec = service_of(10ms, 1);
  spec.instances_per_zone = 3;
  return spec;
}

class ImpairmentsTest : public testing::Test {
 protected:
  Group only(int number) {
    return {.present = [this, number] { return std::vector<Instance*>{&backend.instance("front", number)}; }, .takes_in = {}};
  }
  Group all() {
    return {.present =
                [this] {
                  std::vector<Instance*> there;
                  for (Instance& instance : backend.mesh.service("front").instances()) there.push_back(&instance);
                  return there;
                },
            .takes_in = [](const Instance&) { return true; }};
  }
  double latency(int number) { return in_seconds(backend.instance("front", number).trouble->latency); }

  Backend backend{{{"front", three_instances()}}};
  Impairments impairments{backend.mesh.lives};
};

TEST_F(ImpairmentsTest, StrikeWhomTheyMean) {
  const auto one = impairments.add(only(1), {.latency = 1s}), every = impairments.add(all(), {.latency = 2s});
  impairments.begin(one);
  EXPECT_THAT((std::vector{latency(0), latency(1), latency(2)}), testing::ElementsAre(0, 1, 0));
  impairments.begin(every);
  EXPECT_THAT((std::vector{latency(0), latency(1), latency(2)}), testing::ElementsAre(2, 3, 2));
  impairments.end(one);
  EXPECT_THAT((std::vector{latency(0), latency(1), latency(2)}), testing::ElementsAre(2, 2, 2));
  impairments.end(every);
  EXPECT_EQ(backend.instance("front", 1).trouble, &no_trouble);
}

TEST_F(ImpairmentsTest, StrikeWhoComesLaterWhereAPlaceIsMeant) {
  const auto one = impairments.add(only(0), {.latency = 1s}), every = impairments.add(all(), {.errors = Fraction{0.5}});
  impairments.begin(one);
  impairments.begin(every);
  Host& machine = backend.instance("front", 0).machine;
  backend.mesh.lives.stop(backend.instance("front", 0));
  const Instance& next = backend.mesh.lives.begin(backend.mesh.service("front"), machine, 0, 0);
  EXPECT_EQ(next.trouble->errors.value(), 0.5);
  EXPECT_EQ(in_seconds(next.trouble->latency), 0) << "another instance than the one that was meant";
  impairments.end(one);
  impairments.end(every);
  EXPECT_EQ(next.trouble, &no_trouble);
}

TEST_F(ImpairmentsTest, ABlackHoleAnswersAtOnceWithoutWork) {
  impairments.begin(impairments.add(all(), {.at_once = Fraction{1}}));
  for (int i = 0; i < 3; ++i) backend.send_at(1s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), testing::ElementsAre(1000, 1000, 1000));
  for (const Backend::Ended& ended : backend.ended) EXPECT_EQ(ended.status, Status::failed);
  EXPECT_EQ(in_seconds(backend.instance("front").execution.worked()), 0);
  EXPECT_EQ(backend.mesh.service("front").measures.failures.total(), 3);
}

TEST_F(ImpairmentsTest, AddedLatencyThatVariesHasItsMeanAndDeviation) {
  const Trouble trouble{.latency = 100ms, .deviation = 20ms};
  Random random(1, "a", "b");
  double sum = 0, squares = 0;
  constexpr int n = 10000;
  for (int i = 0; i < n; ++i) {
    const double drawn = in_seconds(trouble.draw_latency(random));
    sum += drawn;
    squares += drawn * drawn;
  }
  EXPECT_NEAR(sum / n, 0.1, 5 * 0.02 / 100);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * sum / n), 0.02, 0.001);
}

TEST_F(ImpairmentsTest, IndependentCausesOfErrorsCombine) {
  Trouble trouble{.errors = Fraction{0.5}, .at_once = Fraction{0.5}, .slowdown = 2, .pauses = 3};
  trouble += {.deviation = 3ms, .errors = Fraction{0.2}, .at_once = Fraction{0.5}, .slowdown = 4, .pauses = 2};
  trouble += {.deviation = 4ms};
  EXPECT_DOUBLE_EQ(trouble.errors.value(), 0.6);
  EXPECT_DOUBLE_EQ(trouble.at_once.value(), 0.75);
  EXPECT_EQ(trouble.slowdown, 8);
  EXPECT_EQ(trouble.pauses, 6);
  EXPECT_DOUBLE_EQ(in_seconds(trouble.deviation), 0.005);
}

// A fair scheduler gives one of two workers beside six loops two eighths of two cores.
TEST_F(ImpairmentsTest, EndlessLoopsTakeTheirShareOfTheCores) {
  Trouble trouble{.loops = 4};
  trouble += {.slowdown = 2, .loops = 2};
  EXPECT_EQ(trouble.slowdown_on(2), 8);
  EXPECT_EQ(trouble.slowdown_on(6), 4);
  EXPECT_EQ(no_trouble.slowdown_on(3), 1);
  impairments.begin(impairments.add(only(0), {.loops = 3}));
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), testing::ElementsAre(40)) << "10 ms on the one core, shared by four";
}

TEST_F(ImpairmentsTest, WhoWaitsForAKilledProcessHearsOfItAtOnce) {
  backend.send_at(0s, "front");
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(5ms));
  Instance& front = backend.instance("front");
  front.be_killed();
  backend.mesh.lives.stop(front);
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), testing::ElementsAre(5, 5));
  for (const Backend::Ended& ended : backend.ended) EXPECT_EQ(ended.status, Status::reset);
}

TEST_F(ImpairmentsTest, WhoWaitsForADeadMachineHearsNothing) {
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(5ms));
  backend.mesh.lives.stop(backend.instance("front"));
  backend.simulation.run_until(at(60s));
  EXPECT_THAT(backend.ended, testing::IsEmpty());
}

}  // namespace
}  // namespace streamtwin::rpc
