// A region's Eureka as large as a real one: 10,000 instances of a hundred services, three servers that replicate, clients that fetch
// deltas, each heartbeat and fetch at its own time; of a hundred instances an hour half are cancelled and half die, and each is
// replaced. Everything but requests between them.
#include <benchmark/benchmark.h>

#include <memory>

#include "models/registry/eureka_cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::benchmarks {
namespace {

using namespace registry;

constexpr InstanceId instances = 10'000;
constexpr AppId apps = 100;
constexpr std::size_t zones = 3;
constexpr AppId callees = 5;
constexpr Duration between_replacements = 3600s / (instances / 100);

class Region {
 public:
  explicit Region(bool deltas) {
    EurekaSpec spec;
    spec.deltas = deltas;
    cluster_.emplace(
        spec,
        [](ZoneIndex, ZoneIndex) -> std::optional<Passage> {
          return Passage{500us, 500us};
        },
        measures_, "region");
    for (std::size_t zone = 0; zone < zones; ++zone) {
      Host& machine = platform_.add_host("eureka" + std::to_string(zone), platform_.world(), Speed{1e9}, 1, BitRate{1e9});
      cluster_->add_server(machine, static_cast<ZoneIndex>(zone));
    }
    platform_.seal();
    for (InstanceId id = 0; id < instances; ++id) join(id % apps, true);
    cluster_->start();
    scope_.spawn_service("replacements", replace());
  }

  void run(Duration time) { simulation_.run_until(at(time)); }
  double requests() const { return measures_.renewals.total() + measures_.registrations.total() + fetches_; }
  const RegistryMeasures& measures() const { return measures_; }
  std::size_t registered(std::size_t server) { return cluster_->registered(server); }

 private:
  void join(AppId app, bool established) {
    const InstanceId id = next_++;
    scopes_.push_back(std::make_unique<Scope>());
    Member member{.id = id, .app = app, .zone = static_cast<ZoneIndex>(id % zones), .identity = id, .scope = scopes_.back().get()};
    member.refresh_balancers = [this](const RegistryView&) { ++fetches_; };
    member.calls = [app](AppId other) { return (other + apps - app - 1) % apps < callees; };
    cluster_->join(std::move(member), std::nullopt, established);
  }

  Task<> replace() {
    for (InstanceId oldest = 0;; ++oldest) {
      co_await delay(between_replacements);
      if (oldest % 2 == 0) cluster_->remove(oldest);
      if (oldest % 2 == 0) co_await delay(1s);
      scopes_[oldest]->cancel();
      cluster_->forget(oldest);
      join(oldest % apps, false);
    }
  }

  Simulation simulation_{Seed{1}};
  Platform platform_;
  Recorder recorder_;
  RegistryMeasures measures_{recorder_};
  std::optional<EurekaCluster> cluster_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  InstanceId next_ = 0;
  double fetches_ = 0;  ///< lists that balancers have taken, as often as they are fetched
  Scope scope_;
};

void eureka_day(benchmark::State& state) {
  for (auto _ : state) {
    Region region(state.range(1) != 0);
    region.run(Duration{3600.0 * static_cast<double>(state.range(0))});
    state.counters["requests"] = region.requests();
    state.counters["full_fetches"] = region.measures().full_fetches.total();
    state.counters["evictions"] = region.measures().evictions.total();
    state.counters["registered"] = static_cast<double>(region.registered(0));
  }
}
BENCHMARK(eureka_day)->ArgNames({"hours", "deltas"})->Args({1, 0})->Args({1, 1})->Args({24, 1})->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace streamtwin::benchmarks
