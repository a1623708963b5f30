// HOLD on the engine itself, inside SimGrid's loop: events with a function, and coroutine processes.
#include <malloc.h>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include <fstream>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"
#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

struct Holder : engine::DatedEvent {
  Holder() : DatedEvent(&happened) {}
  static void happened(engine::Event& event) {
    engine::Calendar& today = *engine::live_calendar;
    today.fire_at(today.now() + draws.exponential(), static_cast<Holder&>(event));
  }
};

void hold_callbacks(benchmark::State& state) {
  Simulation simulation;
  std::vector<Holder> holders(static_cast<std::size_t>(state.range(0)));
  for (Holder& holder : holders) engine::calendar().fire_at(draws.exponential(), holder);
  measure_events(state, state.range(0), [&](std::int64_t events) { simulation.step(static_cast<std::uint64_t>(events)); });
}

Task<> holding() {
  for (;;) co_await delay(seconds(draws.exponential()));
}

void hold_coroutines(benchmark::State& state) {
  Simulation simulation;
  for (std::int64_t i = 0; i < state.range(0); ++i) spawn("holding", holding());
  simulation.step(static_cast<std::uint64_t>(state.range(0)));
  measure_events(state, state.range(0), [&](std::int64_t events) { simulation.step(static_cast<std::uint64_t>(events)); });
}

BENCHMARK(hold_callbacks)->Name("hold/callbacks")->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(hold_coroutines)->Name("hold/coroutines")->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

/// What a parked process costs in resident memory, all in: its frames, its record, its place on the calendar or in a list.
template <class Body>
void parked(benchmark::State& state, Body body) {
  constexpr std::int64_t count = 1'000'000;
  double bytes = 0;
  for (auto _ : state) {
    malloc_trim(0);
    Simulation simulation;
    Signal signal;
    const auto used = [] {
      std::ifstream statm("/proc/self/statm");
      double pages_of_address_space = 0, pages_resident = 0;
      statm >> pages_of_address_space >> pages_resident;
      return pages_resident * static_cast<double>(sysconf(_SC_PAGESIZE));
    };
    const double before = used();
    constexpr std::int64_t at_once = 1'000;
    for (std::int64_t i = 0; i < count; i += at_once) {
      for (std::int64_t j = 0; j < at_once; ++j) spawn("parked", body(signal));
      simulation.step(at_once);
    }
    bytes = std::max(bytes, (used() - before) / count);
  }
  state.counters["bytes_per_process"] = bytes;
}

Task<> parked_on_time(Signal&) { co_await delay(seconds(1 + draws.uniform())); }
Task<> parked_on_signal(Signal& signal) { co_await signal.wait(); }

void parked_processes_on_time(benchmark::State& state) { parked(state, parked_on_time); }
void parked_processes_on_a_signal(benchmark::State& state) { parked(state, parked_on_signal); }

// The pool keeps what it got: these two are measured in separate runs of the binary (see README.md).
BENCHMARK(parked_processes_on_time)->Name("parked/on_time")->Iterations(1);
BENCHMARK(parked_processes_on_a_signal)->Name("parked/on_a_signal")->Iterations(1);

}  // namespace
}  // namespace streamtwin::benchmarks
