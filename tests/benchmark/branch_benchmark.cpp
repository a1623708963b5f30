// What a branch costs beside what it simulates: a twin of about a gigabyte is warmed up once, and forked again and again. `fork`: until
// the child has been forked, has become the branch and has ended, and was waited for; `goes_on`: with the next ten milliseconds of
// simulated time, in which it comes to have pages of its own.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

double resident_gigabytes() {
  std::ifstream status("/proc/self/statm");
  double pages = 0, resident = 0;
  status >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e9;
}

/// Viewers by the hundred thousand, ten seconds after the start; the branch turns the load up.
Twin& warm_twin() {
  static const auto loaded = language::load<Scenario>(
      std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "scenarios" / "library" / "million-viewers.yaml",
      {"clock.warm_up=10 s", "clock.lasts=30 s",
       "branches={at: 1 s, what_ifs: {peak: {method: [{at: 1 s, action: kill_zone, target: us-east-1a, lasts: 10 s}]}}}"});
  static const std::unique_ptr<Twin> twin = [] {
    if (!loaded.ok()) throw std::runtime_error(language::print(loaded.diagnostics));
    auto made = std::make_unique<Twin>(loaded.value, RunPlan{});
    made->run_until(at(11s) - 1us);
    return made;
  }();
  return *twin;
}

void branch(benchmark::State& state, Duration goes_on) {
  Twin& twin = warm_twin();
  for (auto _ : state) {
    const pid_t child = fork();
    if (child == 0) {
      twin.take("peak");
      if (goes_on > Duration{0}) twin.run_until(twin.now() + goes_on);
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) state.SkipWithError("the branch has failed");
  }
  state.counters["resident_GB"] = resident_gigabytes();
}

BENCHMARK_CAPTURE(branch, fork, Duration{0})->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);
BENCHMARK_CAPTURE(branch, goes_on, Duration{10ms})->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);

}  // namespace
}  // namespace streamtwin
