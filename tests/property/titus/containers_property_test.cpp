// Whatever containers come, go and are cut off: addresses are conserved, no disk holds more than it can, a container has one
// identity, and every pull ends once.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "models/titus/executor/executor.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using namespace literals;

class Stack final : private StartObserver {
 public:
  static constexpr int agents = 3, subnets = 2;

  explicit Stack(std::uint64_t seed) : random_(seed, 1, 1), addresses_(network(random_), network_measures_) {
    for (int image = 0; image < 8; ++image) {
      ImageSpec spec;
      spec.size = Bytes{random_.uniform(1e6, 4e8)};
      spec.layers = 1 + static_cast<int>(random_.below(5));
      spec.missing = random_.chance(0.1);
      spec.crashes = Fraction{random_.chance(0.2) ? 0.5 : 0};
      const bool built_on_another = image > 0 && random_.chance(0.6);
      images_.add(spec, built_on_another ? std::optional<ImageId>(random_.below(image)) : std::nullopt);
    }
    ImageRegistrySpec registry;
    registry.bandwidth = 2_Gbps;
    registry.failures = Fraction{0.1};
    registry_.emplace(registry, images_, image_measures_);
    ExecutorSpec executor;
    executor.local_errors = Fraction{0.05};
    executor_.emplace(executor, addresses_, *registry_, seed, executor_measures_);
    addresses_.start(subnets);
    for (int agent = 0; agent < agents; ++agent) hosts_.push_back(boot(agent));
    for (int agent = 0; agent < agents; ++agent) scopes_.push_back(std::make_unique<Scope>());
  }

  /// Something happens; then all that is always true is looked at.
  void step() {
    simulation_.run_until(now() + random_.exponential(10s));
    const auto agent = random_.below(agents);
    const double what = random_.uniform();
    if (what < 0.6) {
      processes_.push_back(scopes_[agent]->spawn("a container", live(agent, ++last_)));
    } else if (what < 0.7 && !processes_.empty()) {
      processes_[random_.below(processes_.size())].cancel();
    } else if (what < 0.72) {
      scopes_[agent]->cancel();  // the agent dies, another comes
      hosts_[agent].reset();
      hosts_[agent] = boot(static_cast<int>(agent));
    } else if (what < 0.75) {
      let_registry_answer(random_.chance(0.5));
    }
    check_all();
  }
  /// No container comes any more; every one there is ends.
  void end() {
    let_registry_answer(true);
    for (const auto& scope : scopes_) scope->cancel();
    for (const auto& host : hosts_) {
      EXPECT_EQ(host->network().used(), 0);
      EXPECT_EQ(host->proxy.size(), 0u);
      EXPECT_EQ(host->images.in_flight(), 0u);
    }
    check_all();
    simulation_.run_until(now() + 1min);
    EXPECT_EQ(registry_->totals().finished + registry_->totals().aborted, registry_->totals().started);
  }
  std::uint64_t ran() const { return static_cast<std::uint64_t>(executor_measures_.running.total()); }

 private:
  static NetworkSpec network(Random& random) {
    NetworkSpec spec;
    spec.warm_interfaces = static_cast<int>(random.below(4));
    spec.unused = 10min;
    return spec;
  }
  std::unique_ptr<ContainerHost> boot(int agent) {
    const HostShape shape{.interfaces = {3, 4}, .disk = 2_GB, .network = 1_Gbps, .subnet = static_cast<SubnetId>(agent % subnets)};
    return std::make_unique<ContainerHost>(shape, addresses_, *registry_);
  }
  Task<> live(std::size_t agent, ContainerId id) {
    Random random(id, 2, 2);
    const StartRequest request{.container = id,
                               .image = static_cast<ImageId>(random.below(images_.size())),
                               .groups = static_cast<SecurityGroupsId>(random.below(4)),
                               .role = 0,
                               .kind = JobKind::batch};
    StartOutcome outcome = co_await executor_->start(*hosts_[agent], request, *this);
    EXPECT_EQ(static_cast<bool>(outcome.container), outcome.end == StartEnd::running);
    if (!outcome.container) co_return;
    co_await delay(random.exponential(60s));
    if (random.chance(0.5)) {
      co_await executor_->stop(std::move(outcome.container), 10s);
    } else {
      co_await executor_->clean_up(std::move(outcome.container));
    }
  }
  void starting(ContainerId, StartStep) override {}

  void check_all() {
    int attached = 0, assigned = 0;
    for (const auto& host : hosts_) {
      const AgentNetwork& its = host->network();
      int used = 0, there = 0;
      for (const Interface& interface : its.interfaces()) {
        if (interface.state != Interface::State::attached) continue;
        ++there;
        used += interface.used;
        EXPECT_LE(interface.used, its.limits().addresses);
        EXPECT_LE(interface.provisioned, its.limits().addresses);
      }
      EXPECT_EQ(used, its.used());
      EXPECT_EQ(there, its.attached_interfaces());
      EXPECT_LE(its.attached_interfaces(), its.limits().interfaces);
      EXPECT_LE(static_cast<int>(host->proxy.size()), used) << "who has an identity has an address";
      EXPECT_LE(host->images.cache().used(), host->images.cache().capacity());
      attached += there;
      assigned += used;
    }
    for (int subnet = 0; subnet < subnets; ++subnet) attached += addresses_.vpc().free_interfaces(static_cast<SubnetId>(subnet));
    const double there_are = subnets * addresses_.spec().warm_interfaces + network_measures_.interfaces_created.total();
    EXPECT_LE(attached, there_are) << "interfaces come from nowhere else";
    EXPECT_EQ(image_measures_.asked.total() - image_measures_.cached.total(), image_measures_.pulls.total());
    EXPECT_LE(image_measures_.pulled.total() + image_measures_.failed.total(), image_measures_.pulls.total());
    EXPECT_LE(network_measures_.given_back.total() + assigned, executor_measures_.starts.total());
  }

  Simulation simulation_;
  Recorder recorder_;
  Random random_;
  NetworkMeasures network_measures_{recorder_};
  ImageMeasures image_measures_{recorder_};
  ExecutorMeasures executor_measures_{recorder_};
  ImageTable images_;
  Addresses addresses_;
  void let_registry_answer(bool answers) {
    if (answers != std::exchange(registry_answers_, answers)) answers ? registry_->restore() : registry_->fail();
  }

  std::optional<Registry> registry_;
  bool registry_answers_ = true;
  std::optional<Executor> executor_;
  std::vector<std::unique_ptr<ContainerHost>> hosts_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<Process> processes_;
  ContainerId last_ = 0;
};

TEST(Containers, ConserveAddressesDisksAndIdentitiesWhateverHappens) {
  std::uint64_t ran = 0;
  for (std::uint64_t seed = 0; seed < 30 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Stack stack(seed);
    for (int step = 0; step < 150; ++step) stack.step();
    stack.end();
    ran += stack.ran();
  }
  EXPECT_GT(ran, 500u);
}

/// Interfaces are neither lost nor made but where none was left.
TEST(Vpc, KeepsItsInterfacesThroughTheLivesOfAgents) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed, 1, 1);
    NetworkSpec spec;
    spec.warm_interfaces = 5;
    spec.unused = 1min;
    Vpc vpc(spec);
    int all = 5, attached = 0;
    std::vector<NetworkSlot> agents;
    std::vector<Address> taken;
    Instant now{};
    for (int step = 0; step < 300; ++step) {
      now += random.exponential(5s);
      if (agents.size() < 2 || random.chance(0.05)) agents.push_back(vpc.add_agent({2, 3}, 0));
      const std::size_t which = random.below(agents.size());
      const double what = random.uniform();
      if (what < 0.04) {
        vpc.remove_agent(agents[which]);
        agents.erase(agents.begin() + static_cast<std::ptrdiff_t>(which));
      } else if (what < 0.6) {
        const InterfaceKey key{0, static_cast<SecurityGroupsId>(random.below(3))};
        AgentNetwork& network = *vpc.agent(agents[which]);
        const AddressDecision decision = network.assign(key, now);
        if (decision.has_address()) taken.push_back({agents[which], decision.place});
        if (decision.further_addresses) network.provisioned(decision.place);
        if (decision.way == AddressWay::attach) {
          std::optional<InterfaceKey> free = vpc.take_free(key);
          if (!free) ++all;
          vpc.attached({agents[which], decision.place}, free.value_or(key), now);
        }
      } else if (!taken.empty()) {
        const std::size_t container = random.below(taken.size());
        vpc.release(taken[container], now);
        taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(container));
      }
      vpc.detach_one(0, now);
      attached = 0;
      for (const NetworkSlot agent : agents) attached += vpc.agent(agent)->attached_interfaces();
      ASSERT_EQ(vpc.free_interfaces(0) + attached, all);
    }
  }
}

}  // namespace
}  // namespace streamtwin::titus
