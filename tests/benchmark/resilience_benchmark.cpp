// What the resilience stack costs per call: breaker, thread pool and balancer decide, and learn from the answer. Every
// server is healthy, in three zones; nothing allocates. ZoneAvoidance and BestAvailable walk the list.
#include <benchmark/benchmark.h>

#include "models/services/hystrix/command.hpp"
#include "models/rpc/limits/limiter.hpp"
#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin {
namespace {

void decision_and_answer(benchmark::State& state, ribbon::RuleKind rule) {
  const hystrix::CommandProperties command_properties;
  hystrix::ThreadPool pool(hystrix::ThreadPoolProperties{});
  hystrix::Command command(command_properties, &pool, Instant{});
  ribbon::BalancerProperties balancer_properties;
  balancer_properties.rule = rule;
  ribbon::LoadBalancer balancer(balancer_properties, Instant{});
  std::vector<ribbon::Server> servers;
  for (std::uint32_t host = 0; host < state.range(0); ++host) servers.push_back({host, static_cast<ZoneIndex>(host % 3)});
  balancer.update(servers, Instant{});
  limits::Limiter limiter{limits::Limit(limits::VegasLimit(limits::VegasProperties{}))};
  Random random(1, "benchmark", "balancer");
  std::int64_t calls = 0;
  for (auto _ : state) {
    const Instant now = at(seconds(static_cast<double>(++calls) * 1e-3));
    const auto grant = limiter.acquire(now);
    benchmark::DoNotOptimize(command.decide(now));
    const auto server = *balancer.choose(now, random);
    balancer.request_started(server, now);
    const Instant end = now + 500us;
    balancer.request_finished(server, ribbon::AttemptResult::answered, 500us, end);
    command.on_end(hystrix::Outcome::success, end);
    pool.release(end);
    limiter.release(*grant, limits::Ending::success, end, random);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(decision_and_answer, availability_filtering, ribbon::RuleKind::availability_filtering)->Arg(20)->Arg(60)->Arg(200);
BENCHMARK_CAPTURE(decision_and_answer, zone_avoidance, ribbon::RuleKind::zone_avoidance)->Arg(20)->Arg(60)->Arg(200);
BENCHMARK_CAPTURE(decision_and_answer, best_available, ribbon::RuleKind::best_available)->Arg(20)->Arg(60)->Arg(200);

}  // namespace
}  // namespace streamtwin
