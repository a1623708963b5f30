// Where the address of the next container is of: upstream's order, its limits, and what becomes of interfaces that nobody uses.
#include "models/titus/network/agent_network.hpp"

#include <gmock/gmock.h>

#include "models/titus/network/vpc.hpp"

namespace streamtwin::titus {
namespace {

constexpr InterfaceKey web{0, 1}, batch{0, 2};

class AgentNetworkTest : public testing::Test {
 protected:
  static NetworkSpec spec() { return {}; }
  AddressPlace attach(InterfaceKey key, Instant now) {
    const AddressDecision decision = network.assign(key, now);
    EXPECT_EQ(decision.way, AddressWay::attach);
    network.attached(decision.place, key, now);
    return decision.place;
  }
  AddressPlace take(InterfaceKey key, Instant now) {
    const AddressDecision decision = network.assign(key, now);
    EXPECT_TRUE(decision.has_address());
    if (decision.further_addresses) network.provisioned(decision.place);
    return decision.place;
  }

  AgentNetwork network{{2, 3}, spec()};
};

TEST_F(AgentNetworkTest, AnEmptyAgentGetsAnInterfaceFirst) {
  const AddressDecision decision = network.assign(web, at(0s));
  EXPECT_EQ(decision.way, AddressWay::attach);
  EXPECT_FALSE(decision.has_address());
  EXPECT_EQ(network.assign(web, at(0s)).way, AddressWay::back_off) << "one is on its way";
  network.attached(decision.place, web, at(1s));
  const AddressDecision now = network.assign(web, at(1s));
  EXPECT_EQ(now.way, AddressWay::ready);
  EXPECT_TRUE(now.further_addresses) << "it comes without addresses for containers";
}

TEST_F(AgentNetworkTest, FurtherAddressesComeInBatches) {
  AgentNetwork wide({1, 9}, spec());
  wide.attached(wide.assign(web, at(0s)).place, web, at(0s));
  std::vector<bool> asked;
  for (int container = 0; container < 6; ++container) {
    const AddressDecision decision = wide.assign(web, at(0s));
    asked.push_back(decision.further_addresses);
    if (decision.further_addresses) wide.provisioned(decision.place);
  }
  EXPECT_THAT(asked, testing::ElementsAre(true, false, false, false, true, false));
}

TEST_F(AgentNetworkTest, SharesTheFullestInterfaceOfTheSameSecurityGroups) {
  const AddressPlace first = attach(web, at(0s));
  for (int container = 0; container < 3; ++container) EXPECT_EQ(take(web, at(1s)).interface, first.interface);
  const AddressPlace second = attach(web, at(2s));
  EXPECT_EQ(take(web, at(3s)).interface, second.interface);
  network.release(first, at(4s));
  network.release(first, at(4s));
  EXPECT_EQ(take(web, at(100s)).interface, first.interface) << "equally full: the one that came first";
  network.release(second, at(101s));
  EXPECT_EQ(take(web, at(102s)).interface, first.interface) << "the fullest, its second address";
}

TEST_F(AgentNetworkTest, ChangesTheSecurityGroupsOfOneThatNobodyUses) {
  const AddressPlace unused = attach(web, at(0s));
  const AddressDecision decision = network.assign(batch, at(1s));
  EXPECT_EQ(decision.way, AddressWay::change_groups);
  EXPECT_EQ(decision.place.interface, unused.interface);
  EXPECT_EQ(network.interfaces()[unused.interface].key, batch);
  EXPECT_EQ(network.assign(web, at(1s)).way, AddressWay::attach) << "it is in use by others now";
}

TEST_F(AgentNetworkTest, AnInterfaceOfAnotherSubnetIsNoHelp) {
  attach({1, 1}, at(0s));
  EXPECT_EQ(network.assign(web, at(1s)).way, AddressWay::attach);
}

TEST_F(AgentNetworkTest, IsFullWhenEveryInterfaceIsTaken) {
  attach(web, at(0s));
  take(web, at(0s));
  attach(batch, at(0s));
  take(batch, at(0s));
  EXPECT_EQ(network.assign({0, 3}, at(1s)).way, AddressWay::full);
  EXPECT_EQ(network.free_for(web, at(1s)), 2);
}

TEST_F(AgentNetworkTest, AnAddressLiesIdleForNinetySeconds) {
  const AddressPlace first = attach(web, at(0s));
  for (int container = 0; container < 3; ++container) take(web, at(0s));
  network.release(first, at(10s));
  EXPECT_EQ(network.assign(web, at(99s)).way, AddressWay::attach) << "no room on the first";
  const AddressDecision later = network.assign(web, at(100s));
  EXPECT_EQ(later.way, AddressWay::ready);
  EXPECT_FALSE(later.further_addresses);
}

TEST_F(AgentNetworkTest, AnInterfaceThatDoesNotComeLeavesItsPlace) {
  const AddressDecision decision = network.assign(web, at(0s));
  network.attach_failed(decision.place);
  EXPECT_EQ(network.assign(web, at(1s)).way, AddressWay::attach);
}

TEST(InterfaceLimits, LeaveOutWhatIsTheHostsOwn) {
  EXPECT_EQ(limits_for_containers(8, 30, branch_interfaces("m4.16xlarge")), (InterfaceLimits{7, 29}));
  EXPECT_EQ(limits_for_containers(15, 50, branch_interfaces("r4.16xlarge")), (InterfaceLimits{14, 49}));
  EXPECT_EQ(limits_for_containers(15, 50, branch_interfaces("m5.metal")), (InterfaceLimits{122, 49}));
  EXPECT_EQ(limits_for_containers(15, 50, branch_interfaces("r5.metal")), (InterfaceLimits{220, 49}));
}

class VpcTest : public testing::Test {
 protected:
  static NetworkSpec spec() {
    NetworkSpec spec;
    spec.warm_interfaces = 1;
    return spec;
  }
  Address attach(InterfaceKey key, Instant now) {
    const AddressDecision decision = vpc.agent(agent)->assign(key, now);
    EXPECT_EQ(decision.way, AddressWay::attach);
    vpc.attached({agent, decision.place}, key, now);
    return {agent, decision.place};
  }

  Vpc vpc{spec()};
  NetworkSlot agent = vpc.add_agent({4, 4}, 0);
};

TEST_F(VpcTest, HandsOutAnInterfaceOfTheSameGroupsRatherThanAnother) {
  vpc.give_free(batch);
  EXPECT_EQ(vpc.take_free(batch), batch);
  EXPECT_EQ(vpc.take_free(batch), (InterfaceKey{0, Vpc::nobodys_groups}));
  EXPECT_EQ(vpc.take_free(batch), std::nullopt) << "one must be created";
}

TEST_F(VpcTest, DetachesWhatIsUnusedForAnHourTheLongestUnusedFirst) {
  const Address first = attach(batch, at(0s));
  vpc.agent(agent)->assign(batch, at(0s));
  attach(web, at(60s));
  vpc.release(first, at(120s));
  EXPECT_EQ(vpc.detach_one(0, at(1h + 59s)), at(1h + 119s)) << "nothing to do: again in a minute";
  EXPECT_EQ(vpc.detach_one(0, at(1h + 60s)), at(1h + 65s));
  EXPECT_EQ(vpc.agent(agent)->attached_interfaces(), 1);
  EXPECT_EQ(vpc.take_free(web), web);
  EXPECT_EQ(vpc.detach_one(0, at(1h + 120s)), at(1h + 125s));
  EXPECT_EQ(vpc.take_free(batch), batch);
  EXPECT_EQ(vpc.detached(), 2u);
}

TEST_F(VpcTest, OneThatWasUsedInBetweenStays) {
  const Address place = attach(web, at(0s));
  vpc.agent(agent)->assign(web, at(30min));
  vpc.release(place, at(31min));
  vpc.detach_one(0, at(1h));
  EXPECT_EQ(vpc.agent(agent)->attached_interfaces(), 1);
  vpc.detach_one(0, at(91min));
  EXPECT_EQ(vpc.agent(agent)->attached_interfaces(), 0);
}

TEST_F(VpcTest, AnAgentThatIsGoneLeavesItsInterfaces) {
  const Address place = attach(web, at(0s));
  vpc.agent(agent)->assign(web, at(0s));
  vpc.remove_agent(agent);
  EXPECT_EQ(vpc.agent(agent), nullptr);
  EXPECT_EQ(vpc.free_interfaces(0), 2);
  EXPECT_FALSE(vpc.release(place, at(1s)));
  const NetworkSlot next = vpc.add_agent({4, 4}, 0);
  EXPECT_EQ(next.index, agent.index);
  EXPECT_FALSE(vpc.release(place, at(2s))) << "its place is another's";
  EXPECT_EQ(vpc.agent(next)->used(), 0);
}

}  // namespace
}  // namespace streamtwin::titus
