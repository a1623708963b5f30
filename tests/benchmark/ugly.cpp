// Distributions that break calendars: microseconds mixed with hours, a million events at one instant, everything in a
// far bucket. To be compared with hold/coroutines at the same number pending.
#include <benchmark/benchmark.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"
#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

double microseconds_and_hours() { return draws.uniform() < 0.5 ? draws.exponential() * 1e-6 : draws.exponential() * 3600; }
double one_instant() {
  // The next whole second, for all.
  const double now = in_seconds(streamtwin::now());
  return std::floor(now) + 1 - now;
}
double far_bucket() { return draws.uniform() < 1e-3 ? 1e-3 * draws.exponential() : 1e6 + 1e-3 * draws.uniform(); }

template <double (*increment)()>
Task<> holding() {
  for (;;) co_await delay(seconds(increment()));
}

template <double (*increment)()>
void ugly(benchmark::State& state) {
  Simulation simulation;
  for (std::int64_t i = 0; i < state.range(0); ++i) spawn("holding", holding<increment>());
  simulation.step(static_cast<std::uint64_t>(state.range(0)));
  measure_events(state, state.range(0), [&](std::int64_t events) { simulation.step(static_cast<std::uint64_t>(events)); });
}

BENCHMARK(ugly<microseconds_and_hours>)->Name("ugly/microseconds_and_hours")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(ugly<one_instant>)->Name("ugly/one_instant")->Arg(1'000'000);
BENCHMARK(ugly<far_bucket>)->Name("ugly/far_bucket")->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace streamtwin::benchmarks
