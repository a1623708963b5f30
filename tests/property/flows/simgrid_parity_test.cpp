// The allocator against SimGrid's own flows: random networks, random caps, sizes and starting times; every flow
// finishes at the same time in both, to 1e-6. SimGrid is set to plain max-min sharing (no latencies, no TCP window,
// no cross traffic). All networks live side by side in one SimGrid platform, as separate components of its solver.
#include <gtest/gtest.h>

#include <algorithm>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>
#include <string>
#include <vector>

#include "sim-core/flows/flow_network.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::flows {
namespace {

namespace sg = simgrid::s4u;

struct Demand {
  std::size_t path;
  double cap, bytes, start;
  double simgrid_end = -1, our_end = -1;
};

struct Topology {
  std::vector<double> capacities;  ///< bits per second
  std::vector<std::vector<std::uint32_t>> paths;
  std::vector<Demand> demands;
};

Topology random_topology(Random& random) {
  Topology topology;
  const std::size_t links = 1 + random.below(10);
  for (std::size_t i = 0; i < links; ++i) topology.capacities.push_back(1e6 * math::exp(random.uniform(0, 4)));
  for (std::size_t i = 1 + random.below(12); i > 0; --i) {
    auto& path = topology.paths.emplace_back();
    for (std::size_t k = 1 + random.below(4); k > 0; --k) {
      const auto link = static_cast<std::uint32_t>(random.below(links));
      if (std::ranges::find(path, link) == path.end()) path.push_back(link);
    }
  }
  const bool together = random.chance(0.2);  // many equal dates are a test of their own
  for (std::size_t i = 2 + random.below(40); i > 0; --i) {
    topology.demands.push_back({.path = random.below(topology.paths.size()),
                                .cap = 2e5 * math::exp(random.uniform(0, 5)),
                                .bytes = std::floor(random.uniform(1e4, 5e6)),
                                .start = together ? 0 : random.uniform(0, 10)});
  }
  return topology;
}

void build(Topology& topology, sg::NetZone& zone, const std::string& prefix) {
  std::vector<sg::Link*> links;
  for (std::size_t i = 0; i < topology.capacities.size(); ++i) {
    links.push_back(zone.create_link(prefix + " link " + std::to_string(i), topology.capacities[i] / 8)->set_latency(0));
    links.back()->seal();
  }
  int number = 0;
  for (Demand& demand : topology.demands) {
    // A transfer between hosts ignores set_rate(): the cap is a link of its own.
    const std::string name = prefix + " flow " + std::to_string(number++);
    auto* from = zone.create_host(name + " from", 1e9)->seal();
    auto* to = zone.create_host(name + " to", 1e9)->seal();
    auto* access = zone.create_link(name + " access", demand.cap / 8)->set_latency(0)->seal();
    std::vector<sg::LinkInRoute> route{sg::LinkInRoute(access)};
    for (std::uint32_t link : topology.paths[demand.path]) route.emplace_back(links[link]);
    zone.add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, route, false);
    sg::Actor::create("flow", from, [&demand, from, to] {
      sg::this_actor::sleep_until(demand.start);
      sg::Comm::sendto(from, to, static_cast<std::uint64_t>(demand.bytes));
      demand.simgrid_end = sg::Engine::get_clock();
    });
  }
}

void run_ours(Topology& topology) {
  FlowNetwork network;
  std::vector<PathId> paths;
  for (double capacity : topology.capacities) network.add_link(BitRate{capacity});
  for (const auto& path : topology.paths) {
    std::vector<LinkId> links;
    for (std::uint32_t link : path) links.push_back({link});
    paths.push_back(network.path(links));
  }
  std::vector<std::size_t> order(topology.demands.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return topology.demands[i].start; });
  const auto done = [&](const Completion& completion) { topology.demands[completion.tag].our_end = in_seconds(completion.when); };
  for (std::size_t i : order) {
    const Demand& demand = topology.demands[i];
    network.complete_until(at(seconds(demand.start)), done);
    network.start(paths[demand.path], BitRate{demand.cap}, Bytes{demand.bytes}, at(seconds(demand.start)), i);
  }
  while (network.next_completion() < never) network.complete_until(network.next_completion(), done);
}

TEST(FlowNetwork, AgreesWithSimgridsOwnFlowsToAMillionth) {
#ifdef STREAMTWIN_SANITIZED
  GTEST_SKIP() << "AddressSanitizer cannot follow the stacks of SimGrid's actors";
#endif
  sg::Engine engine("parity");
  xbt_log_control_set("xbt_cfg.thresh:warning");
  for (const char* option : {"network/model:CM02", "network/TCP-gamma:0", "network/crosstraffic:0", "network/weight-S:0",
                             "network/bandwidth-factor:1", "network/latency-factor:1", "maxmin/precision:1e-9", "surf/precision:1e-9"}) {
    sg::Engine::set_config(option);
  }
  auto* zone = sg::create_full_zone("parity");
  Random random(11, "parity", "topologies");
  std::vector<Topology> topologies(60);
  for (std::size_t i = 0; i < topologies.size(); ++i) {
    topologies[i] = random_topology(random);
    build(topologies[i], *zone, std::to_string(i));
  }
  zone->seal();
  engine.run();
  double worst = 0;
  for (std::size_t i = 0; i < topologies.size(); ++i) {
    run_ours(topologies[i]);
    for (const Demand& demand : topologies[i].demands) {
      ASSERT_GT(demand.simgrid_end, 0);
      const double duration = demand.simgrid_end - demand.start;
      const double error = std::abs(demand.our_end - demand.simgrid_end) / duration;
      EXPECT_LT(error, 1e-6) << "network " << i << ", a flow of " << duration << " s";
      worst = std::max(worst, error);
    }
  }
  RecordProperty("worst_relative_error", std::to_string(worst));
}

}  // namespace
}  // namespace streamtwin::flows
