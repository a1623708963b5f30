// SimGrid's own means: actors that sleep, and kernel timers.
#include <benchmark/benchmark.h>

#include <functional>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "tests/benchmark/load.hpp"

extern double simgrid_clock_of_benchmark asm("_ZN7simgrid6kernel10EngineImpl4now_E");

namespace streamtwin::benchmarks {
namespace {

namespace sg = simgrid::s4u;

struct Enough {};

/// One host, an engine at clock 0.
struct World {
  World() : engine("benchmark") {
    simgrid_clock_of_benchmark = 0;
    auto* zone = sg::create_full_zone("world");
    host = zone->create_host("host", 1e9)->seal();
    zone->seal();
  }
  sg::Engine engine;
  sg::Host* host = nullptr;
};

void simgrid_actors(benchmark::State& state) {
  constexpr std::int64_t batch = 50'000;
  sg::Engine::set_config("contexts/stack-size:16");
  World world;
  std::int64_t left = 0;
  bool over = false;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    sg::Actor::create("sleeper", world.host, [&] {
      while (!over) {
        sg::this_actor::sleep_for(draws.exponential());
        --left;
      }
    });
  }
  // A stretch of simulated time that holds a batch of wake-ups.
  const double stretch = static_cast<double>(batch) / static_cast<double>(state.range(0));
  double until = 1;
  world.engine.run_until(until);
  left = 0;
  for (auto _ : state) world.engine.run_until(until += stretch);
  state.SetItemsProcessed(-left);
  over = true;
  world.engine.run();
}

void simgrid_timers(benchmark::State& state) {
  constexpr std::int64_t batch = 200'000;
  World world;
  std::int64_t happened = 0;
  bool over = false;
  std::function<void()> again = [&] {
    ++happened;
    if (!over) simgrid::kernel::timer::Timer::set(sg::Engine::get_clock() + draws.exponential(), [&] { again(); });
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) again();
  const double stretch = static_cast<double>(batch) / static_cast<double>(state.range(0));
  double until = 1;
  world.engine.run_until(until);
  happened = 0;
  for (auto _ : state) world.engine.run_until(until += stretch);
  state.SetItemsProcessed(happened);
  over = true;
  world.engine.run();
}

BENCHMARK(simgrid_actors)->Name("hold/simgrid_actors")->Arg(10'000);
BENCHMARK(simgrid_timers)->Name("hold/simgrid_timers")->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace streamtwin::benchmarks
