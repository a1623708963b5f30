// The load that every pending-event set of the benchmarks gets: the HOLD model. N events are pending; each event that
// happens schedules one at an increment from the same distribution. All increments come from one cheap generator, so
// that what is compared is the engine and not the draw.
#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <memory>

namespace streamtwin::benchmarks {

class Draws {
 public:
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// Uniform in (0, 1].
  double uniform() { return static_cast<double>((bits() >> 11) + 1) * 0x1p-53; }
  /// Mean 1.
  double exponential() { return -std::log(uniform()); }

 private:
  std::uint64_t state_ = 12345;
};

inline Draws draws;

/// Events that happen before the measurement starts: every pending one once or more, so that the set has its shape.
inline std::int64_t warm_up_for(std::int64_t pending) { return pending * 3 / 2 + 100'000; }

/// Runs `happen(n)`, which makes n events happen, and reports events per second.
template <class Happen>
void measure_events(benchmark::State& state, std::int64_t pending, Happen happen) {
  constexpr std::int64_t batch = 500'000;
  happen(warm_up_for(pending));
  for (auto _ : state) happen(batch);
  state.SetItemsProcessed(state.iterations() * batch);
}

}  // namespace streamtwin::benchmarks
