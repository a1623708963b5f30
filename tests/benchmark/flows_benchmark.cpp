// The steady state of many viewers' chunks on delivery links: every finished flow is followed by another one, over
// appliance links, site links and access links, about a third of which are saturated. Reported: simulated seconds
// per second, starts and finishes per second, the share of links saturated and of flow time below the cap.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "sim-core/flows/flow_network.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::flows {
namespace {

class SteadyState {
 public:
  SteadyState(std::size_t flows, int groups, int appliances, int sites, double tolerance, double full = 0.33)
      : random_(1, "benchmark", "flows"), network_(tolerance) {
    std::vector<LinkId> links;
    const auto add = [&](int count) {
      const std::size_t first = links.size();
      for (int i = 0; i < count; ++i) links.push_back(network_.add_link(BitRate{1e15}));
      return first;
    };
    const std::size_t first_appliance = add(appliances), first_site = add(sites), first_group = add(groups);
    for (int group = 0; group < groups; ++group) {
      for (int rank = 0; rank < 6; ++rank) {
        const std::size_t appliance = random_.below(static_cast<std::uint64_t>(appliances));
        paths_.push_back(network_.path({links[first_appliance + appliance], links[first_site + appliance % static_cast<std::size_t>(sites)],
                                        links[first_group + static_cast<std::size_t>(group)]}));
      }
    }
    for (std::size_t i = 0; i < flows; ++i) {
      network_.start(any_path(), BitRate{any_cap()}, any_size(), at(0s));
    }
    run(20s);
    // A share of the links, a third, gets less than what crosses them when all have room.
    for (LinkId link : links) {
      const double share = random_.chance(full) ? random_.uniform(0.7, 0.97) : random_.uniform(1.1, 2.0);
      network_.set_capacity(link, share * network_.carried(link), now_);
    }
    run(10s);
    finished_ = 0;
    before_ = network_.totals(now_);
  }

  void run(Duration time) {
    const Instant end = now_ + time;
    while (network_.next_completion() <= end) {
      now_ = network_.next_completion();
      network_.complete_until(now_, [&](const Completion& done) {
        network_.start(any_path(), BitRate{any_cap()}, any_size(), done.when);
        ++finished_;
      });
    }
    now_ = end;
  }

  void report(benchmark::State& state, double simulated) {
    const FlowTotals totals = network_.totals(now_);
    std::size_t saturated = 0;
    for (std::uint32_t link = 0; link < network_.links(); ++link) saturated += network_.saturated({link});
    state.counters["simulated_s_per_s"] = benchmark::Counter(simulated, benchmark::Counter::kIsRate);
    state.counters["operations_per_simulated_s"] = 2.0 * static_cast<double>(finished_) / simulated;
    state.counters["operations"] = benchmark::Counter(2.0 * static_cast<double>(finished_), benchmark::Counter::kIsRate);
    state.counters["saturated_links"] = static_cast<double>(saturated) / static_cast<double>(network_.links());
    state.counters["time_below_cap"] = (totals.time_below_cap - before_.time_below_cap) / (totals.flow_time - before_.flow_time);
    state.counters["balances_per_operation"] =
        static_cast<double>(totals.balances - before_.balances) / (2.0 * static_cast<double>(finished_));
    state.counters["bytes_per_flow"] = static_cast<double>(network_.memory()) / static_cast<double>(network_.size());
  }

 private:
  PathId any_path() { return paths_[random_.below(paths_.size())]; }
  double any_cap() { return std::clamp(random_.lognormal(12e6, 0.8), 3e5, 3e8); }
  Bytes any_size() { return Bytes{random_.uniform(1e6, 9e6)}; }

  Random random_;
  FlowNetwork network_;
  std::vector<PathId> paths_;
  Instant now_ = at(0s);
  std::uint64_t finished_ = 0;
  FlowTotals before_;
};

void many_flows(benchmark::State& state) {
  const auto flows = static_cast<std::size_t>(state.range(0));
  const auto links = static_cast<int>(state.range(1));
  SteadyState steady(flows, links, links * 2 / 3, links / 5, state.range(2) == 0 ? 1e-8 : 1e-3);
  double simulated = 0;
  for (auto _ : state) {
    steady.run(1s);
    simulated += 1;
  }
  steady.report(state, simulated);
}
/// The same where every link has room: what a viewer costs whose line is all that limits it.
void flows_with_room(benchmark::State& state) {
  const auto links = static_cast<int>(state.range(1));
  SteadyState steady(static_cast<std::size_t>(state.range(0)), links, links * 2 / 3, links / 5, 1e-3, 0);
  double simulated = 0;
  for (auto _ : state) {
    steady.run(1s);
    simulated += 1;
  }
  steady.report(state, simulated);
}
BENCHMARK(flows_with_room)
    ->ArgNames({"flows", "access_links"})
    ->Args({100'000, 200})
    ->Args({1'000'000, 600})
    ->Unit(benchmark::kMillisecond);

// The third argument: 0 for links balanced exactly, 1 for links balanced when they are off by a thousandth.
BENCHMARK(many_flows)
    ->ArgNames({"flows", "access_links", "coarse"})
    ->ArgsProduct({{100'000}, {200}, {0, 1}})
    ->ArgsProduct({{1'000'000}, {600}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace streamtwin::flows
