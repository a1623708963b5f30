// The limit and the common alternatives: pending-event sets with nothing around them, the handler inlined into the
// loop. All hold the same 16-byte entries.
#include <benchmark/benchmark.h>

#include <queue>
#include <vector>

#include "sim-core/ladder_queue.hpp"
#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

using engine::Entry;

struct Later {
  bool operator()(const Entry& a, const Entry& b) const { return a.time > b.time; }
};

class StandardQueue {
 public:
  void push(double time, std::uint64_t what) { queue_.push({time, what}); }
  Entry take() {
    const Entry entry = queue_.top();
    queue_.pop();
    return entry;
  }

 private:
  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
};

/// Four children per node, so that a level is one cache line.
class FourHeap {
 public:
  void push(double time, std::uint64_t what) {
    heap_.push_back({});
    std::size_t hole = heap_.size() - 1;
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (heap_[parent].time <= time) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = {time, what};
  }
  Entry take() {
    const Entry first = heap_.front();
    const Entry last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return first;
    std::size_t hole = 0;
    for (;;) {
      const std::size_t child = hole * 4 + 1;
      if (child >= heap_.size()) break;
      const std::size_t end = std::min(child + 4, heap_.size());
      std::size_t least = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        if (heap_[i].time < heap_[least].time) least = i;
      }
      if (heap_[least].time >= last.time) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = last;
    return first;
  }

 private:
  std::vector<Entry> heap_;
};

class BareLadder {
 public:
  void push(double time, std::uint64_t what) { queue_.push(time, what); }
  Entry take() {
    const Entry entry = *queue_.peek();
    queue_.pop();
    return entry;
  }

 private:
  engine::BasicLadderQueue<false> queue_;
};

template <class Queue>
void hold(benchmark::State& state) {
  Queue queue;
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.push(draws.exponential(), static_cast<std::uint64_t>(i));
  std::uint64_t seen = 0;
  measure_events(state, state.range(0), [&](std::int64_t events) {
    for (std::int64_t i = 0; i < events; ++i) {
      const Entry entry = queue.take();
      seen += entry.what;
      queue.push(entry.time + draws.exponential(), entry.what);
    }
  });
  benchmark::DoNotOptimize(seen);
}

BENCHMARK(hold<StandardQueue>)->Name("hold/std_priority_queue")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(hold<FourHeap>)->Name("hold/bare_4ary_heap")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(hold<BareLadder>)->Name("hold/bare_ladder")->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

}  // namespace
}  // namespace streamtwin::benchmarks

BENCHMARK_MAIN();
