// A region's registry as large as a real one: 10,000 instances of a hundred services, three servers, each heartbeat and fetch at its
// own time; of a hundred instances an hour half are cancelled and half die, and each is replaced. Everything but requests between them.
#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include "tests/registered_region.hpp"

namespace streamtwin::benchmarks {
namespace {

using namespace registry;

void eureka_day(benchmark::State& state) {
  for (auto _ : state) {
    RegisteredRegionSetup setup;
    setup.eureka.deltas = state.range(1) != 0;
    RegisteredRegion region(setup);
    region.run(Duration{3600.0 * static_cast<double>(state.range(0))});
    state.counters["requests"] = region.requests();
    state.counters["full_fetches"] = region.measures().full_fetches.total();
    state.counters["evictions"] = region.measures().evictions.total();
    state.counters["registered"] = static_cast<double>(region.kind().sizes().entries);
  }
}
BENCHMARK(eureka_day)->ArgNames({"hours", "deltas"})->Args({1, 0})->Args({1, 1})->Args({24, 1})->Iterations(1)->Unit(benchmark::kSecond);

/// Eureka 1 with deltas and Eureka 2 beside each other: what travels, and when callers know.
void registry_hour(benchmark::State& state) {
  constexpr double seconds = 3600;
  for (auto _ : state) {
    RegisteredRegionSetup setup{.observed = true, .takes_out = true};
    setup.registry.kind = state.range(0) == 1 ? RegistryKind::eureka : RegistryKind::eureka2;
    setup.registry.eureka2.subscribe = state.range(1) != 0 ? eureka2::Subscribe::full : eureka2::Subscribe::application;
    setup.eureka.deltas = true;
    RegisteredRegion region(setup);
    region.run(Duration{seconds});
    state.counters["fetched_Bps"] = region.measures().fetched.total() / seconds;
    state.counters["replicated_Bps"] = region.measures().replicated.total() / seconds;
    for (const EnumName<News>& news : enum_names<News>) {
      const LogHistogram& took = region.known_after(news.value);
      if (took.count() == 0) continue;
      for (const double share : {0.5, 0.99, 1.0})
        state.counters[fmt::format("{}_p{:g}", news.name, share * 100)] = share < 1 ? took.quantile(share) : took.max();
    }
  }
}
BENCHMARK(registry_hour)
    ->ArgNames({"eureka", "everything"})
    ->Args({1, 0})
    ->Args({2, 0})
    ->Args({2, 1})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace streamtwin::benchmarks
