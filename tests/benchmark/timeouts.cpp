// Timeouts: every event sets one 1 to 30 s ahead and cancels it 1 ms later, as every remote call does. Beside it the
// same processes without the timeout.
#include <benchmark/benchmark.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"
#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

struct Client {
  static void rung(engine::Event&) {}
};

template <bool with_timeout>
Task<> calling() {
  engine::Alarm timeout{&Client::rung};
  for (;;) {
    if constexpr (with_timeout) timeout.set(in_seconds(now()) + 1 + 29 * draws.uniform());
    co_await delay(1ms);
    if constexpr (with_timeout) timeout.cancel();
  }
}

template <bool with_timeout>
void timeouts(benchmark::State& state) {
  Simulation simulation;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto start = []() -> Task<> {
      co_await delay(seconds(draws.uniform() * 1e-3));
      co_await calling<with_timeout>();
    };
    spawn("calling", start());
  }
  simulation.step(2 * static_cast<std::uint64_t>(state.range(0)));
  measure_events(state, state.range(0), [&](std::int64_t events) { simulation.step(static_cast<std::uint64_t>(events)); });
  state.counters["entries_per_process"] = static_cast<double>(engine::calendar().entries()) / static_cast<double>(state.range(0));
}

BENCHMARK(timeouts<false>)->Name("timeouts/without")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(timeouts<true>)->Name("timeouts/with")->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace streamtwin::benchmarks
