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

/// A stack in its steady state: hosts of three shapes, half full of tasks, of which each iteration one ends and one comes.
class Stack {
 public:
  Stack(int hosts, bool single_offer)
      : random_(1, "fenzo", "stack"),
        leases_(fleet(hosts, true, random_)),
        scheduler_({.fitness = BuiltIn::cpu_mem_bin_packer, .fleet = {.single_offer = single_offer}, .failures = FailureDetail::first}),
        single_offer_(single_offer) {
    scheduler_.schedule(Instant{}, std::vector<Task>{}, leases_);
    for (int i = 0; i < 4 * hosts; ++i) start();
  }

  Scheduler& scheduler() { return scheduler_; }
  Instant next() { return now_ += 0.5s; }

  /// A task comes, gets its host and runs, of which the rest is offered again.
  void start() {
    TaskRequest task{.id = std::to_string(++tasks_)};
    task.needs = {
        Cores{1.0 + static_cast<double>(random_.below(2))}, Megabytes{1024.0 * (1.0 + static_cast<double>(random_.below(8)))}, {}, {}};
    const Task shared = std::make_shared<const TaskRequest>(std::move(task));
    const IterationResult result = scheduler_.schedule(next(), {shared}, std::exchange(offers_, {}));
    for (const Assignment& assignment : result.assigned) {
      scheduler_.run(shared, assignment.host);
      running_.emplace_back(shared, assignment.host);
      offer(assignment.host, Resources{} - shared->needs);
    }
  }
  void end_one() {
    const std::size_t which = random_.below(running_.size());
    std::swap(running_[which], running_.back());
    const auto [task, host] = running_.back();
    running_.pop_back();
    scheduler_.end(task->id, host);
    if (!single_offer_) scheduler_.fleet().expire_leases_of(host);
    offer(host, task->needs);
  }

 private:
  void offer(const std::string& host, const Resources& more) {
    Lease& lease = leases_[static_cast<std::size_t>(std::stoi(host.substr(5)))];
    lease.amounts += more;
    if (single_offer_) return;
    lease.offered = now_;
    lease.id = "lease " + std::to_string(++offered_);
    offers_.push_back(lease);
  }

  Random random_;
  std::vector<Lease> leases_, offers_;
  Scheduler scheduler_;
  bool single_offer_;
  Instant now_{};
  int tasks_ = 0, offered_ = 0;
  std::vector<std::pair<Task, std::string>> running_;
};

void nothing_new(benchmark::State& state) {
  Stack stack(static_cast<int>(state.range(0)), state.range(1) == 1);
  for (auto _ : state) {
    if (state.range(2) == 1) stack.scheduler().fleet().look_anew();
    benchmark::DoNotOptimize(stack.scheduler().schedule(stack.next(), std::vector<Task>{}, {}));
  }
}

void a_task_comes_and_one_ends(benchmark::State& state) {
  Stack stack(static_cast<int>(state.range(0)), state.range(1) == 1);
  for (auto _ : state) {
    if (state.range(2) == 1) stack.scheduler().fleet().look_anew();
    stack.end_one();
    stack.start();
  }
}

void ten_thousand_wait(benchmark::State& state) {
  Stack stack(static_cast<int>(state.range(0)), state.range(1) == 1);
  std::vector<Task> waiting;
  for (int i = 0; i < 10'000; ++i) {
    TaskRequest task{.id = fmt::format("waits-{}", i)};
    task.needs = {Cores{64.0 + i % 4}, Megabytes{1024.0}, {}, {}};
    waiting.push_back(std::make_shared<const TaskRequest>(std::move(task)));
  }
  for (auto _ : state) {
    if (state.range(2) == 1) stack.scheduler().fleet().look_anew();
    const IterationResult result = stack.scheduler().schedule(stack.next(), waiting, {});
    if (result.failures.size() != waiting.size()) state.SkipWithError("a task was placed");
  }
}

void stacks(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"hosts", "single", "anew"})->ArgsProduct({{100, 700, 3'000, 10'000}, {1, 0}, {0, 1}})->Unit(benchmark::kMicrosecond);
}
BENCHMARK(nothing_new)->Name("fenzo/stack/nothing_new")->Apply(stacks);
BENCHMARK(a_task_comes_and_one_ends)->Name("fenzo/stack/a_task")->Apply(stacks);
BENCHMARK(ten_thousand_wait)->Name("fenzo/stack/waiting")->Apply(stacks);

BENCHMARK(fenzo_iteration)
    ->Name("fenzo/iteration")
    ->ArgNames({"hosts", "tasks", "alike"})
    ->ArgsProduct({{1'000, 3'000, 10'000}, {100, 300, 1'000}, {1, 0}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace streamtwin::fenzo
