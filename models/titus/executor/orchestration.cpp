#include "models/titus/executor/orchestration.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {

std::unique_ptr<Orchestration> make_orchestration(const OrchestrationSpec& spec) {
  if (spec.era == Era::mesos) return std::make_unique<MesosOrchestration>(spec.mesos);
  return std::make_unique<EcsOrchestration>(spec.ecs);
}

// Over the Mesos master, hence two messages.
Duration MesosOrchestration::start_command(Instant, Random&) { return 2 * spec_.message; }
Duration MesosOrchestration::stop_command(Instant, Random&) { return 2 * spec_.message; }
StateNews MesosOrchestration::state(Instant, Random&) { return {2 * spec_.message, std::nullopt}; }

// The agent tells the Mesos master, which offers at its next allocation.
Duration MesosOrchestration::offered_again(Instant now, Random&) {
  const Duration told = now.time_since_epoch() + spec_.message;
  const double allocations = std::floor(told / spec_.allocation_interval) + 1;
  const Duration offered = allocations * spec_.allocation_interval + spec_.message;
  return std::max(Duration{0}, offered - now.time_since_epoch());
}

Duration MesosOrchestration::rejected_again(Instant now, Random& random) {
  return spec_.refused + offered_again(now + spec_.refused, random);
}

Duration EcsOrchestration::command(cloud::CallLimit& limit, Instant now, Random& random) {
  const Duration wait = limit.wait(now);
  if (wait > Duration{0}) ++throttled_;
  const Duration call = random.lognormal(spec_.call, spec_.sigma);
  return wait + call + random.lognormal(spec_.to_agent, spec_.sigma);
}

Duration EcsOrchestration::start_command(Instant now, Random& random) { return command(starts_, now, random); }
Duration EcsOrchestration::stop_command(Instant now, Random& random) { return command(stops_, now, random); }

StateNews EcsOrchestration::state(Instant, Random& random) {
  if (random.chance(spec_.by_cloudwatch.value())) return {random.lognormal(spec_.cloudwatch, spec_.sigma), std::nullopt};
  StateNews news{random.lognormal(spec_.event, spec_.sigma), std::nullopt};
  if (random.chance(spec_.repeated.value())) news.again = random.lognormal(spec_.event, spec_.sigma);
  return news;
}

// There are no offers: the master knows what it has started and, by the news, what has ended.
Duration EcsOrchestration::offered_again(Instant, Random&) { return Duration{0}; }

}  // namespace streamtwin::titus
