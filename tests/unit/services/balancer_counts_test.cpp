// A balancer that keeps its zones' counts up to date chooses as one that counts anew before each choice: through any
// history of requests, failures, blackouts, leaked requests and changed lists.
#include <gtest/gtest.h>

#include <vector>

#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::ribbon {
namespace {

struct InFlight {
  ServerIndex kept, counted;
  Instant since;
};

std::vector<Server> some_servers(Random& random) {
  std::vector<Server> servers;
  const std::uint64_t zones = 1 + random.below(4);
  for (std::uint32_t host = 0; host < 24; ++host) {
    if (random.chance(0.7)) servers.push_back({host, static_cast<ZoneIndex>(host % zones)});
  }
  return servers;
}

class BalancerCounts : public testing::TestWithParam<RuleKind> {};

TEST_P(BalancerCounts, ThatAreKeptGiveTheSameChoicesAsCountsThatAreTaken) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed, "history", "property"), of_kept(seed, "choices", ""), of_counted(seed, "choices", "");
    BalancerProperties properties;
    properties.rule = GetParam();
    properties.zone_aware = seed % 2 == 0;
    LoadBalancer kept(properties, at(0s)), counted(properties, at(0s));
    std::vector<InFlight> in_flight;
    Instant now = at(0s);
    const double trouble = seed % 3 == 0 ? 0.3 : 0.02;
    for (int step = 0; step < 400; ++step) {
      now += random.exponential(Duration{random.chance(0.01) ? 400.0 : 0.5});
      if (step == 0 || random.chance(0.02)) {
        const std::vector<Server> servers = some_servers(random);
        kept.update(servers, now);
        counted.update(servers, now);
      }
      if (!in_flight.empty() && random.chance(0.45)) {
        const std::size_t which = random.below(in_flight.size());
        const InFlight request = in_flight[which];
        in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(which));
        const AttemptResult how = random.chance(trouble) ? AttemptResult::connection_failed : AttemptResult::answered;
        kept.request_finished(request.kept, how, now - request.since, now);
        counted.request_finished(request.counted, how, now - request.since, now);
        continue;
      }
      const std::optional<ServerIndex> a = kept.choose(now, of_kept);
      counted.stats(0);  // whoever looks at statistics may change them: what was counted does not hold any more
      const std::optional<ServerIndex> b = counted.choose(now, of_counted);
      ASSERT_EQ(a.has_value(), b.has_value()) << "seed " << seed << " step " << step;
      if (!a) continue;
      ASSERT_EQ(kept.server(*a), counted.server(*b)) << "seed " << seed << " step " << step;
      kept.request_started(*a, now);
      counted.request_started(*b, now);
      in_flight.push_back({*a, *b, now});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, BalancerCounts,
                         testing::Values(RuleKind::zone_avoidance, RuleKind::round_robin, RuleKind::availability_filtering,
                                         RuleKind::best_available));

}  // namespace
}  // namespace streamtwin::ribbon
