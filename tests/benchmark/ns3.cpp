// ns-3's schedulers under the same load, where Debian's libns3-dev is installed.
#ifdef STREAMTWIN_NS3

#include <benchmark/benchmark.h>
#include <ns3/calendar-scheduler.h>
#include <ns3/heap-scheduler.h>
#include <ns3/map-scheduler.h>
#include <ns3/priority-queue-scheduler.h>
#include <ns3/simulator.h>

#include "tests/benchmark/load.hpp"

namespace streamtwin::benchmarks {
namespace {

std::int64_t events_left = 0;

void happened() {
  ns3::Simulator::Schedule(ns3::Seconds(draws.exponential()), &happened);
  if (--events_left == 0) ns3::Simulator::Stop();
}

template <class Scheduler>
void ns3_hold(benchmark::State& state) {
  ns3::ObjectFactory factory;
  factory.SetTypeId(Scheduler::GetTypeId());
  ns3::Simulator::SetScheduler(factory);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    ns3::Simulator::Schedule(ns3::Seconds(draws.exponential()), &happened);
  }
  measure_events(state, state.range(0), [&](std::int64_t events) {
    events_left = events;
    ns3::Simulator::Run();
  });
  ns3::Simulator::Destroy();
}

BENCHMARK(ns3_hold<ns3::MapScheduler>)->Name("hold/ns3_map")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(ns3_hold<ns3::HeapScheduler>)->Name("hold/ns3_heap")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(ns3_hold<ns3::PriorityQueueScheduler>)->Name("hold/ns3_priority_queue")->Arg(10'000)->Arg(1'000'000);
BENCHMARK(ns3_hold<ns3::CalendarScheduler>)->Name("hold/ns3_calendar")->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace streamtwin::benchmarks

#endif
