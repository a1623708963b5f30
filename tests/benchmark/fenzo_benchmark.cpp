// One iteration of the scheduler that takes in all offers and places all tasks, against hosts and tasks: the problem of which the
// original's own times are known (README.md).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "models/titus/fenzo/scheduler.hpp"

namespace streamtwin::fenzo {
namespace {

/// Of three shapes; or each a little different, so that the search must look at all of them.
std::vector<Lease> fleet(int hosts, bool alike, Random& random) {
  constexpr double sizes[] = {8, 16, 32};
  std::vector<Lease> leases;
  for (int i = 0; i < hosts; ++i) {
    const double cpus = sizes[random.below(3)];
    Lease lease{.id = fmt::format("lease-{}", i), .host = fmt::format("host-{:05}", i)};
    lease.amounts = {Cores{cpus}, Megabytes{4096 * cpus + (alike ? 0 : i)}, Megabits{10'000}, Megabytes{100'000}};
    leases.push_back(std::move(lease));
  }
  return leases;
}

std::vector<Task> pending(int tasks, Random& random) {
  std::vector<Task> list;
  for (int i = 0; i < tasks; ++i) {
    TaskRequest task{.id = fmt::format("task-{}", i)};
    task.needs = {
        Cores{1.0 + static_cast<double>(random.below(4))}, Megabytes{1024.0 * (1.0 + static_cast<double>(random.below(16)))}, {}, {}};
    list.push_back(std::make_shared<const TaskRequest>(std::move(task)));
  }
  return list;
}

void fenzo_iteration(benchmark::State& state) {
  const int hosts = static_cast<int>(state.range(0)), tasks = static_cast<int>(state.range(1));
  std::uint64_t seed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Random random(++seed, "fenzo", "benchmark");
    auto leases = fleet(hosts, state.range(2) == 1, random);
    const auto list = pending(tasks, random);
    Scheduler scheduler({.fitness = BuiltIn::cpu_mem_bin_packer});
    state.ResumeTiming();
    const IterationResult result = scheduler.schedule(Instant{}, list, std::move(leases));
    if (static_cast<int>(result.assigned.size()) != tasks) state.SkipWithError("not all tasks were placed");
    state.counters["trials"] = static_cast<double>(result.trials);
  }
}

BENCHMARK(fenzo_iteration)
    ->Name("fenzo/iteration")
    ->ArgNames({"hosts", "tasks", "alike"})
    ->ArgsProduct({{1'000, 3'000, 10'000}, {100, 300, 1'000}, {1, 0}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace streamtwin::fenzo
