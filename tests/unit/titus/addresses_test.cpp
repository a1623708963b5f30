// How long a container waits for its address, and that it is given back whatever happens on the way.
#include "models/titus/network/addresses.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

/// The calls take the round times of `spec`, without scatter.
class AddressesTest : public testing::Test {
 protected:
  static NetworkSpec spec() {
    NetworkSpec spec;
    spec.sigma = 0;
    spec.service_call = 1s;
    spec.assign_call = 2s;
    spec.modify_call = 4s;
    spec.create_call = 8s;
    spec.attach_call = 16s;
    spec.warm_interfaces = 1;
    return spec;
  }
  Task<> ask(SecurityGroupsId groups) {
    AddressLease lease = co_await addresses.assign(agent, groups, random);
    took.push_back(lease ? in_seconds(now()) : -1);
    leases.push_back(std::move(lease));
  }
  AgentNetwork& network() { return *addresses.vpc().agent(agent); }

  Simulation simulation;
  NetworkMeasures measures;
  Addresses addresses{spec(), measures};
  NetworkSlot agent = addresses.vpc().add_agent({2, 2}, 0);
  Random random{1, 2, 3};
  std::vector<double> took;
  std::vector<AddressLease> leases;
};

TEST_F(AddressesTest, TheFirstWaitsForAnInterfaceAndItsAddresses) {
  spawn("a container", ask(1));
  simulation.run();
  EXPECT_THAT(took, testing::ElementsAre(1 + 16 + 4 + 2)) << "a warm interface has other security groups";
  EXPECT_EQ(network().used(), 1);
}

TEST_F(AddressesTest, TheNextFindsAllThere) {
  spawn("a container", ask(1));
  simulation.run();
  spawn("another", ask(1));
  simulation.run();
  EXPECT_DOUBLE_EQ(took.back() - took.front(), 1);
}

TEST_F(AddressesTest, AnInterfaceIsCreatedWhereNoneIsLeft) {
  addresses.vpc().take_free({0, 0});
  spawn("a container", ask(1));
  simulation.run();
  EXPECT_THAT(took, testing::ElementsAre(1 + 8 + 16 + 2)) << "it has the right security groups";
}

TEST_F(AddressesTest, WhileOneIsAttachedTheOthersTryAgain) {
  spawn("a container", ask(1));
  spawn("another", ask(2));
  simulation.run();
  ASSERT_EQ(took.size(), 2u);
  EXPECT_GT(took[1], took[0] - 2) << "it could not attach before the first had";
  EXPECT_EQ(network().attached_interfaces(), 2);
}

TEST_F(AddressesTest, OnAFullAgentOneWaitsAndGivesUp) {
  for (int container = 0; container < 4; ++container) spawn("a container", ask(1));
  simulation.run();
  EXPECT_EQ(network().used(), 4);
  const Instant began = now();
  spawn("one too many", ask(1));
  simulation.run();
  EXPECT_EQ(took.back(), -1);
  EXPECT_EQ(now() - began, 120s);
  EXPECT_EQ(network().used(), 4);
}

TEST_F(AddressesTest, OrGetsOneThatHasLainIdle) {
  for (int container = 0; container < 4; ++container) spawn("a container", ask(1));
  simulation.run();
  leases.pop_back();
  const double given_back = in_seconds(now());
  spawn("another", ask(1));
  simulation.run();
  EXPECT_GE(took.back(), given_back + 90);
  EXPECT_LE(took.back(), given_back + 92);
}

TEST_F(AddressesTest, WhoIsCutOffLeavesNothingBehind) {
  for (const double cut : {0.5, 5.0, 18.0, 2.0}) {
    Process container = spawn("a container", ask(1));
    simulation.run_until(now() + seconds(cut));
    container.cancel();
    EXPECT_EQ(network().used(), 0) << cut;
    EXPECT_EQ(network().attached_interfaces() + addresses.vpc().free_interfaces(0), 1) << cut;
  }
  EXPECT_EQ(network().attached_interfaces(), 1) << "the third was cut off after its interface had come";
  simulation.run();
  EXPECT_TRUE(took.empty());
}

TEST_F(AddressesTest, AnAgentThatDiesMeanwhileHasNoAddress) {
  spawn("a container", ask(1));
  simulation.run_until(at(5s));
  addresses.vpc().remove_agent(agent);
  simulation.run();
  EXPECT_THAT(took, testing::ElementsAre(-1));
  EXPECT_EQ(addresses.vpc().free_interfaces(0), 1);
}

TEST_F(AddressesTest, UnusedInterfacesAreDetachedAfterAnHour) {
  addresses.start(1);
  spawn("a container", ask(1));
  simulation.run_until(at(1min));
  leases.clear();
  simulation.run_until(at(1h));
  EXPECT_EQ(network().attached_interfaces(), 1);
  simulation.run_until(at(1h + 2min));
  EXPECT_EQ(network().attached_interfaces(), 0);
}

}  // namespace
}  // namespace streamtwin::titus
