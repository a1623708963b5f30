// Random fleets, tasks and endings over many iterations: no host gives more than it has, no port is given twice, nothing depends on
// the order in which leases come, and the search that passes hosts over chooses as one that asks each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

struct Fleeting {
  Lease whole;
  std::vector<Assignment> running;

  Lease left(int round) const {
    Lease lease = whole;
    lease.id += " in round " + std::to_string(round);
    std::set<int> used;
    for (const Assignment& a : running) {
      lease.amounts -= a.task->needs;
      used.insert(a.ports.begin(), a.ports.end());
    }
    lease.ports.clear();
    for (int port = whole.ports[0].first; port <= whole.ports[0].last; ++port) {
      if (!used.contains(port)) lease.ports.push_back({port, port});
    }
    return lease;
  }
};

Task random_task(Random& random, int number) {
  TaskRequest task = request("t" + std::to_string(number), amounts(0.25 * (1.0 + random.below(16)), 256.0 * (1.0 + random.below(8))));
  task.ports = static_cast<int>(random.below(3));
  if (random.chance(0.3)) task.hard.push_back(RequiredValue{"zone", std::string(1, static_cast<char>('a' + random.below(3)))});
  if (random.chance(0.1)) task.hard.push_back(ExclusiveHost{});
  if (random.chance(0.3)) task.soft.push_back(Calculator{BuiltIn::memory_bin_packer});
  if (random.chance(0.3)) task.sets.push_back({"ENIs", "sg" + std::to_string(random.below(4)), static_cast<int>(random.below(3))});
  return shared(std::move(task));
}

std::vector<Fleeting> random_hosts(Random& random, int count) {
  std::vector<Fleeting> hosts;
  for (int i = 0; i < count; ++i) {
    const double size = 4.0 * (1.0 + random.below(3));
    Fleeting host{lease_of("h" + std::to_string(i), amounts(size, 1024 * size)), {}};
    host.whole.ports = {{31000, 31000 + static_cast<int>(random.below(8))}};
    host.whole.attributes["zone"] = std::string(1, static_cast<char>('a' + random.below(3)));
    host.whole.sets.push_back({"ENIs", 2, 4});
    hosts.push_back(std::move(host));
  }
  return hosts;
}

/// As text: who went where in each round.
std::string play(std::uint64_t seed, Calculator fitness, bool shuffled) {
  Random random(seed, "fenzo", "conservation"), order(seed, "fenzo", "order");
  std::vector<Fleeting> hosts = random_hosts(random, 20);
  Scheduler scheduler({.fitness = std::move(fitness)});
  std::vector<Task> pending;
  std::string played;
  for (int round = 0; round < 15; ++round) {
    scheduler.fleet().expire_all_leases();
    std::vector<Lease> leases;
    for (Fleeting& host : hosts) {
      for (std::size_t i = host.running.size(); i-- > 0;) {
        if (!random.chance(0.3)) continue;
        scheduler.end(host.running[i].task->id, host.whole.host);
        host.running.erase(host.running.begin() + static_cast<std::ptrdiff_t>(i));
      }
      leases.push_back(host.left(round));
    }
    for (std::size_t i = leases.size(); shuffled && i > 1; --i) std::swap(leases[i - 1], leases[order.below(i)]);
    for (int i = 0; i < 12; ++i) pending.push_back(random_task(random, round * 100 + i));
    const IterationResult result = scheduler.schedule(at(seconds(round)), pending, leases);
    for (const Assignment& a : result.assigned) {
      played += fmt::format("{}:{}@{}={} ", round, a.task->id, a.host, a.fitness);
      const auto host = std::find_if(hosts.begin(), hosts.end(), [&](const Fleeting& h) { return h.whole.host == a.host; });
      host->running.push_back(a);
      scheduler.run(a.task, a.host);
      std::erase_if(pending, [&](const Task& task) { return task->id == a.task->id; });
    }
    for (const Fleeting& host : hosts) {
      Resources used;
      std::set<int> ports;
      std::size_t given = 0;
      for (const Assignment& a : host.running) {
        used += a.task->needs;
        ports.insert(a.ports.begin(), a.ports.end());
        given += a.ports.size();
      }
      EXPECT_TRUE(within(used, host.whole.amounts)) << "seed " << seed << ", host " << host.whole.host;
      EXPECT_EQ(ports.size(), given) << "seed " << seed << ", host " << host.whole.host << ": a port is given twice";
    }
    EXPECT_EQ(result.failures.size(), pending.size()) << "each task has a host, or a reason";
  }
  return played;
}

/// The same calculator as a plug-in, of which the search cannot know what it looks at: it asks every host.
class CpuBinPacker : public Fitness {
 public:
  std::string name() const override { return "cpuBinPacker"; }
  double score(const TaskRequest& task, const Host& host, const TaskTracker&) const override {
    return (task.needs.cpus + host.assigned().cpus + host.running().cpus) / (host.total().cpus + host.running().cpus);
  }
};

TEST(FenzoConservation, HoldsAndNothingDependsOnTheOrderOfLeasesNorOnWhatTheSearchPassesOver) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::string played = play(seed, BuiltIn::cpu_bin_packer, false);
    EXPECT_GT(played.size(), 1000u);
    EXPECT_EQ(play(seed, BuiltIn::cpu_bin_packer, true), played) << "seed " << seed;
    EXPECT_EQ(play(seed, std::make_shared<const CpuBinPacker>(), false), played) << "seed " << seed;
  }
}

}  // namespace
}  // namespace streamtwin::fenzo
