// What machines are and cost.
#include "models/cloud/ec2/bill.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

// Prices of the list that were looked up one by one.
TEST(InstanceTypes, AreShapedAndPricedAsListed) {
  EXPECT_DOUBLE_EQ(instance_type("m5.large")->usd_per_hour, 0.096);
  EXPECT_DOUBLE_EQ(instance_type("m4.4xlarge")->usd_per_hour, 0.80);
  EXPECT_DOUBLE_EQ(instance_type("r4.16xlarge")->usd_per_hour, 4.256);
  EXPECT_DOUBLE_EQ(instance_type("r5.24xlarge")->usd_per_hour, 6.048);
  EXPECT_DOUBLE_EQ(instance_type("c5.9xlarge")->usd_per_hour, 1.53);
  const InstanceType& agent = *instance_type("r4.16xlarge");
  EXPECT_EQ(agent.vcpus, 64);
  EXPECT_EQ(agent.memory, Bytes{488.0 * (1 << 30)});
  EXPECT_EQ(agent.network, BitRate{25e9});
  EXPECT_EQ(agent.interfaces, 15);
  EXPECT_EQ(agent.addresses_each, 50);
  EXPECT_EQ(instance_type("m5.tiny"), nullptr);
}

TEST(InstanceTypes, AreListedOnceAndWhole) {
  std::set<std::string> names;
  for (const InstanceType& type : instance_types()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_GT(type.vcpus, 0) << type.name;
    EXPECT_GT(type.memory, Bytes{1e9}) << type.name;
    EXPECT_GT(type.usd_per_hour, 0) << type.name;
  }
  EXPECT_GE(names.size(), 39u);
}

// Two from the beginning, of which one ends after an hour; one that is launched after half an hour and serves ten minutes later.
TEST(Bill, ChargesFromTheLaunchToTheEnd) {
  Recorder recorder;
  Simulation simulation{Seed{1}};
  Platform platform;
  rpc::Service service{0, "service", rpc::InstanceSpec{}, recorder};
  rpc::Service other{1, "other", rpc::InstanceSpec{}, recorder};
  rpc::Lives lives;
  Host& machine = platform.add_host("machine", platform.world(), Speed{1e9}, 1, BitRate{1e9});
  Cost cost{recorder, "service"};
  rpc::Instance& first = lives.launch(service, machine, 0, 0);
  lives.launch(service, machine, 0, 1);
  lives.launch(other, machine, 0, 0);
  AccountMeasures account;
  const places::Geography geography{{{"region", 0, 0, 1}}, {}};
  Ledger ledger{geography, account};
  Bill bill{lives, ledger};
  bill.add(service, *instance_type("m5.large"), cost);
  bill.start();
  platform.seal();
  recorder.begin_measurement(at(0s));
  simulation.run_until(at(30min));
  rpc::Instance& third = lives.begin(service, machine, 0, 2);
  simulation.run_until(at(40min));
  lives.start(third, true);
  simulation.run_until(at(60min));
  lives.stop(first);
  simulation.run_until(at(120min));
  cost.per_hour.add(at(120min), 0);
  EXPECT_NEAR(cost_kpis[0].value(cost), 0.096 * (1 + 2 + 1.5), 1e-12);
}

}  // namespace
}  // namespace streamtwin::ec2
