// Processor sharing with 10^5 jobs present: each job that ends is followed by a new one.
#include <benchmark/benchmark.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/simulation.hpp"
#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

void processor_sharing(benchmark::State& state) {
  Simulation simulation;
  ProcessorSharing processor{static_cast<double>(state.range(0)) / 2};
  auto customer = [](ProcessorSharing& at) -> Task<> {
    for (;;) co_await at.serve(seconds(draws.exponential()));
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) spawn("customer", customer(processor));
  measure_events(state, state.range(0), [&](std::int64_t events) { simulation.step(static_cast<std::uint64_t>(events)); });
}

BENCHMARK(processor_sharing)->Name("processor_sharing")->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace streamtwin::benchmarks
