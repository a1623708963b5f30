// What decides about a call allocates nothing once it has been used: breaker, thread pool, limiter and balancer are asked
// for every one of a request's dozens of calls.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "models/services/hystrix/command.hpp"
#include "models/rpc/limits/limiter.hpp"
#include "models/services/ribbon/load_balancer.hpp"

namespace {
std::size_t allocations = 0;
}

// All of this program's allocations are counted; the sanitizer has its own. Inlined, GCC would take one for the other's
// mismatch.
#ifndef STREAMTWIN_SANITIZED
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace streamtwin {
namespace {

class Decision : public testing::TestWithParam<ribbon::RuleKind> {};

TEST_P(Decision, AllocatesNothingOnceItHasBeenMadeBefore) {
  const hystrix::CommandProperties command_properties;
  hystrix::ThreadPool pool(hystrix::ThreadPoolProperties{});
  hystrix::Command command(command_properties, &pool, Instant{});
  ribbon::BalancerProperties properties;
  properties.rule = GetParam();
  ribbon::LoadBalancer balancer(properties, Instant{});
  std::vector<ribbon::Server> servers;
  for (std::uint32_t host = 0; host < 20; ++host) servers.push_back({host, static_cast<ZoneIndex>(host % 3)});
  balancer.update(servers, Instant{});
  limits::Limiter limiter{limits::Limit(limits::VegasLimit(limits::VegasProperties{}))};
  Random random(1, "test", "balancer");
  std::size_t before = 0;
  for (int call = 0; call < 60'000; ++call) {  // a minute: the windows of all statistics have gone round
    if (call == 20'000) before = allocations;
    const Instant now = at(1ms * call), end = now + 500us;
    const auto grant = limiter.acquire(now);
    ASSERT_EQ(command.decide(now), hystrix::Decision::run);
    const ribbon::ServerIndex server = balancer.choose(now, random).value();
    balancer.request_started(server, now);
    balancer.request_finished(server, ribbon::AttemptResult::answered, 500us, end);
    command.on_end(hystrix::Outcome::success, end);
    pool.release(end);
    limiter.release(*grant, limits::Ending::success, end, random);
  }
  EXPECT_EQ(allocations - before, 0u);
}

INSTANTIATE_TEST_SUITE_P(Rules, Decision,
                         testing::Values(ribbon::RuleKind::availability_filtering, ribbon::RuleKind::zone_avoidance,
                                         ribbon::RuleKind::best_available),
                         [](const auto& rule) { return "rule_" + std::to_string(rule.index); });

}  // namespace
}  // namespace streamtwin
