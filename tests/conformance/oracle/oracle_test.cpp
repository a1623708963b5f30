// Ours against what the published artifacts answered (tests/conformance/oracle/README.md): 10,000 steps each, step by
// step, with the same pseudo-random inputs.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>

#include "models/cache/evcache/ketama.hpp"
#include "models/cache/evcache/replicas.hpp"
#include "models/services/hystrix/command.hpp"
#include "models/services/hystrix/rolling_number.hpp"
#include "models/services/hystrix/rolling_percentile.hpp"
#include "models/rpc/limits/limiter.hpp"
#include "models/services/ribbon/load_balancer.hpp"
#include "models/stores/cassandra/murmur3.hpp"
#include "tests/conformance/draws.hpp"

namespace streamtwin {
namespace {

template <class Answer = int>
std::vector<Answer> answers_of(const std::string& name) {
  const auto path = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/oracle/vectors" / (name + ".txt");
  std::ifstream in(path);
  std::vector<Answer> answers{std::istream_iterator<Answer>(in), {}};
  EXPECT_EQ(answers.size(), 10000u) << path;
  return answers;
}

Instant ms(std::int64_t value) { return instant_of_nanoseconds(value * 1'000'000); }

template <class L>
void follow_limit(const std::string& name, std::uint64_t seed, L limit) {
  constexpr std::array phases{10, 40, 5, 80, 12, 20};
  const auto answers = answers_of(name);
  Draws draws(seed);
  Random unused;
  std::int64_t start = 0;
  for (std::size_t step = 0; step < answers.size(); ++step) {
    start += draws.below(100) * 1'000'000LL;
    const std::int64_t round_trip = phases[step / 500 % phases.size()] * 10'000LL * (100 + draws.below(100));
    const int in_flight = limit.limit() * (20 + draws.below(90)) / 100;
    const bool dropped = draws.below(50) == 0;
    limit.on_sample({instant_of_nanoseconds(start), duration_of_nanoseconds(round_trip), in_flight, dropped}, unused);
    ASSERT_EQ(limit.limit(), answers[step]) << "step " << step;
  }
}

TEST(LimitsOracle, AimdFollowsTheOriginal) { follow_limit("limits_aimd", 1, limits::AimdLimit(limits::AimdProperties{})); }
TEST(LimitsOracle, VegasFollowsTheOriginal) { follow_limit("limits_vegas", 2, limits::VegasLimit({.probe_multiplier = 100000000})); }
TEST(LimitsOracle, GradientFollowsTheOriginal) { follow_limit("limits_gradient", 3, limits::GradientLimit({.probe_interval = 0})); }
TEST(LimitsOracle, Gradient2FollowsTheOriginal) {
  follow_limit("limits_gradient2", 4, limits::Gradient2Limit(limits::Gradient2Properties{}));
}
TEST(LimitsOracle, WindowsFollowTheOriginal) {
  follow_limit("limits_windowed", 5,
               limits::WindowedLimit(limits::WindowProperties{}, limits::Gradient2Limit(limits::Gradient2Properties{})));
}

TEST(LimitsOracle, PartitionsFollowTheOriginal) {
  const auto answers = answers_of("limits_partitions");
  limits::Limiter limiter(limits::Limit(limits::AimdLimit({.timeout = 1s})), {{Fraction{0.7}}, {Fraction{0.3}}});
  Draws draws(11);
  Random unused;
  std::vector<limits::Grant> held;
  std::int64_t milliseconds = 0;
  for (std::size_t step = 0; step < answers.size(); ++step) {
    milliseconds += draws.below(100);
    bool refused = false;
    if (draws.below(3) < 2 || held.empty()) {
      const auto grant = limiter.acquire(ms(milliseconds), static_cast<std::uint32_t>(draws.below(3)));
      if (grant) held.push_back(*grant);
      refused = !grant;
    } else {
      const auto which = held.begin() + draws.below(static_cast<int>(held.size()));
      const limits::Grant grant = *which;
      held.erase(which);
      const int drawn = draws.below(30);
      const limits::Ending ending = drawn == 0 ? limits::Ending::dropped : drawn < 5 ? limits::Ending::ignored : limits::Ending::success;
      limiter.release(grant, ending, ms(milliseconds), unused);
    }
    const int seen = limiter.limit() * 1000 + limiter.in_flight();
    ASSERT_EQ(refused ? -seen : seen, answers[step]) << "step " << step;
  }
}

TEST(CassandraOracle, TokensAreTheOriginals) {
  const auto answers = answers_of<std::int64_t>("cassandra_tokens");
  Draws draws(58);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    std::string key(static_cast<std::size_t>(draws.below(49)), '\0');
    for (char& byte : key) byte = static_cast<char>(draws.below(256));
    ASSERT_EQ(cassandra::token_of(key), answers[step]) << "step " << step;
  }
}

std::string cache_key(Draws& draws) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789:";
  std::string key(static_cast<std::size_t>(1 + draws.below(60)), ' ');
  for (char& letter : key) letter = letters[static_cast<std::size_t>(draws.below(static_cast<int>(letters.size())))];
  return key;
}

std::vector<evcache::NodeName> cache_nodes(int count) {
  std::vector<evcache::NodeName> nodes;
  for (int number = 0; number < count; ++number) {
    nodes.push_back({"cache-" + std::to_string(number), "10.1." + std::to_string(number / 100) + "." + std::to_string(number % 100 + 1)});
  }
  return nodes;
}

TEST(EvcacheOracle, NodesOfKeysAreTheOriginals) {
  constexpr std::array sizes{1, 2, 3, 5, 8, 13, 21, 34};
  std::vector<evcache::KetamaRing> rings;
  for (const int size : sizes) rings.push_back(evcache::KetamaRing::of_group(cache_nodes(size)));
  const auto answers = answers_of("evcache_rings");
  Draws draws(71);
  for (std::size_t step = 0; step < answers.size(); ++step)
    ASSERT_EQ(static_cast<int>(rings[step % sizes.size()].node_of(cache_key(draws))), answers[step]) << "step " << step;
}

TEST(EvcacheOracle, FurtherNodesOfSpymemcachedAreTheOriginals) {
  std::vector<std::vector<std::string>> points;
  for (const evcache::NodeName& node : cache_nodes(21)) {
    for (int i = 0; i < 40; ++i) (i == 0 ? points.emplace_back() : points.back()).push_back(evcache::spymemcached_point(node, i));
  }
  const evcache::KetamaRing ring(points);
  const auto answers = answers_of("spymemcached_retries");
  Draws draws(72);
  for (std::size_t step = 0; step < answers.size(); step += 4) {
    const std::string key = cache_key(draws);
    ASSERT_EQ(static_cast<int>(ring.node_of(key)), answers[step]) << "step " << step;
    evcache::KetamaRetries retries(key);
    for (std::size_t next = 1; next < 4; ++next, retries.next())
      ASSERT_EQ(static_cast<int>(ring.node_at(retries.hash())), answers[step + next]) << "step " << step + next;
  }
}

TEST(EvcacheOracle, ReplicasComeInTheOriginalsOrder) {
  const auto answers = answers_of("evcache_order");
  Draws draws(73);
  evcache::CircularIterator<int> order;
  int replicas = 0;
  for (std::size_t step = 0; step < answers.size(); ++step) {
    if (step % 50 == 0) {
      replicas = 1 + draws.below(9);
      std::vector<int> all(static_cast<std::size_t>(replicas));
      std::iota(all.begin(), all.end(), 0);
      order = evcache::CircularIterator<int>(std::move(all));
    }
    const auto next = draws.below(2) == 0 ? order.next() : order.next(draws.below(replicas));
    ASSERT_EQ(next, answers[step]) << "step " << step;
  }
}

// The release counts for QUORUM before it knows of any copy: it waits for one at most. Ours waits for what the name says.
TEST(EvcacheOracle, LatchesWaitForAsManyAsTheOriginals) {
  constexpr std::array policies{evcache::LatchPolicy::none, evcache::LatchPolicy::one, evcache::LatchPolicy::quorum,
                                evcache::LatchPolicy::all_minus_1, evcache::LatchPolicy::all};
  const auto answers = answers_of("evcache_latches");
  Draws draws(74);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    const auto policy = policies[static_cast<std::size_t>(draws.below(static_cast<int>(policies.size())))];
    const int copies = draws.below(12), done = draws.below(4);
    const int count = policy == evcache::LatchPolicy::quorum ? std::min(1, copies) : evcache::latch_count(policy, copies);
    ASSERT_EQ(std::max(0, count - done), answers[step]) << "step " << step;
  }
}

struct Clock {
  std::int64_t now = 0;
  void advance(Draws& draws) { now += draws.below(100) == 0 ? draws.below(30000) : draws.below(400); }
};

TEST(HystrixOracle, RollingNumberFollowsTheOriginal) {
  const auto answers = answers_of("hystrix_rolling_number");
  Draws draws(6);
  Clock clock;
  hystrix::RollingNumber<3> number(10s, 10);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    clock.advance(draws);
    const auto event = static_cast<std::size_t>(draws.below(3));
    number.add(event, draws.below(5), ms(clock.now));
    if (draws.below(3) == 0) clock.advance(draws);
    ASSERT_EQ(number.rolling_sum(static_cast<std::size_t>(draws.below(3)), ms(clock.now)), answers[step]) << "step " << step;
  }
}

TEST(HystrixOracle, RollingPercentileFollowsTheOriginal) {
  constexpr std::array percents{0.0, 25.0, 50.0, 90.0, 99.0, 99.5, 100.0};
  const auto answers = answers_of("hystrix_rolling_percentile");
  Draws draws(7);
  Clock clock;
  hystrix::RollingPercentile percentile(60s, 6, 30);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    clock.advance(draws);
    percentile.add(draws.below(1000), ms(clock.now));
    if (draws.below(3) == 0) clock.advance(draws);
    const double percent = percents[static_cast<std::size_t>(draws.below(7))];
    ASSERT_EQ(percentile.percentile(percent, ms(clock.now)), answers[step]) << "step " << step;
  }
}

/// The commands of Breaker.java, which says how a step goes and what an answer means.
class BreakerSteps {
 public:
  explicit BreakerSteps(hystrix::BreakerVersion version) { properties_.circuit_breaker = version; }

  int step(std::size_t number) {
    now_ += 10 * (draws_.below(100) == 0 ? draws_.below(600) : draws_.below(8));
    time_out_until(now_);
    if (number % 500 == 0) new_key();
    const int what = draws_.below(10);
    int began = 0;
    if (what < 6) {
      began = begin();
    } else if (what < 9 && !running_.empty()) {
      constexpr std::array successes{90, 10, 50, 95, 30};
      end(successes[number / 100 % successes.size()]);
    }
    time_out_until(now_ + 9);
    hystrix::CircuitBreaker& breaker = command_->breaker();
    const int open = draws_.below(4) > 0 ? 0 : breaker.is_open(ms(now_ + 9)) ? 2 : 1;
    const hystrix::HealthCounts health = breaker.health(ms(now_ + 9));
    return ((began * 3 + open) * 1000 + static_cast<int>(health.total)) * 1000 + static_cast<int>(health.errors);
  }

 private:
  static constexpr std::int64_t time_out = 1000;

  void new_key() {
    running_.clear();
    threads_ = draws_.below(2) == 0;
    properties_.isolation = threads_ ? hystrix::Isolation::thread : hystrix::Isolation::semaphore;
    properties_.sleep_window = std::chrono::seconds(1 + draws_.below(5));
    properties_.request_volume_threshold = 1 + draws_.below(20);
    properties_.error_threshold = Fraction{(20 + draws_.below(60)) / 100.0};
    properties_.execution_semaphore = 1 + draws_.below(8);
    command_ = std::make_unique<hystrix::Command>(properties_, nullptr, ms(now_));
  }

  void time_out_until(std::int64_t until) {
    while (!running_.empty() && running_.front() + time_out <= until) {
      command_->on_end(hystrix::Outcome::timeout, ms(running_.front() + time_out));
      running_.erase(running_.begin());
    }
  }

  int begin() {
    const bool full = threads_ && draws_.below(10) == 0;
    time_out_until(now_ + 1);
    const hystrix::Decision decision = command_->decide(ms(now_ + 1));
    if (decision != hystrix::Decision::run) {
      command_->on_end(hystrix::outcome_of(decision), ms(now_ + 1));
      return decision == hystrix::Decision::short_circuited ? 2 : 3;
    }
    if (full) {
      command_->on_end(hystrix::Outcome::thread_pool_rejected, ms(now_ + 1));
      return 4;
    }
    running_.push_back(now_ + 1);
    return 1;
  }

  void end(int successes) {
    time_out_until(now_ + 5);
    const int which = draws_.below(1000), how = draws_.below(100);
    const bool success = draws_.below(100) < successes;
    if (running_.empty()) return;
    running_.erase(running_.begin() + which % static_cast<int>(running_.size()));
    command_->on_end(how < 2   ? hystrix::Outcome::cancelled
                     : how < 5 ? hystrix::Outcome::bad_request
                     : success ? hystrix::Outcome::success
                               : hystrix::Outcome::failure,
                     ms(now_ + 5));
  }

  Draws draws_{13};
  hystrix::CommandProperties properties_;
  std::unique_ptr<hystrix::Command> command_;
  std::vector<std::int64_t> running_;  ///< since when, oldest first
  bool threads_ = false;
  std::int64_t now_ = 1'000'000;
};

void follow_breaker(const std::string& name, hystrix::BreakerVersion version) {
  const auto answers = answers_of(name);
  BreakerSteps steps(version);
  for (std::size_t step = 0; step < answers.size(); ++step) ASSERT_EQ(steps.step(step), answers[step]) << "step " << step;
}

TEST(HystrixOracle, TheBreakerOf1518FollowsTheOriginal) {
  follow_breaker("hystrix_breaker_1_5_18", hystrix::BreakerVersion::hystrix_1_5_18);
}
TEST(HystrixOracle, TheBreakerOf1512FollowsTheOriginal) {
  follow_breaker("hystrix_breaker_1_5_12", hystrix::BreakerVersion::hystrix_1_5_12);
}

void follow_rule(const std::string& name, std::uint64_t seed, ribbon::RuleKind rule) {
  const auto answers = answers_of(name);
  Draws draws(seed);
  Random unused;
  const Instant now{};
  ribbon::BalancerProperties properties;
  properties.rule = rule;
  ribbon::LoadBalancer balancer(properties, now);
  std::vector<ribbon::Server> all;
  for (std::uint32_t host = 0; host < 30; ++host) all.push_back({host, 0});
  const auto list = [&](std::size_t count) { balancer.update(std::span(all).first(count), now); };
  list(20);
  for (std::size_t step = 0; step < answers.size(); ++step) {
    const auto host = static_cast<std::size_t>(draws.below(30));
    ribbon::ServerStats& stats = balancer.stats(balancer.index_of(all[host], now));
    switch (draws.below(8)) {
      case 0:
        for (int i = 0; i < 3; ++i) stats.connection_failed(now, properties);
        break;
      case 1:
      case 2: stats.clear_connection_failures(); break;
      case 3:
      case 4: stats.request_started(now); break;
      case 5: stats.request_finished(now); break;
      default: break;
    }
    if (draws.below(200) == 0) list(static_cast<std::size_t>(1 + draws.below(30)));
    const auto chosen = balancer.choose(now, unused);
    ASSERT_EQ(chosen ? static_cast<int>(balancer.server(*chosen).host) : -1, answers[step]) << "step " << step;
  }
}

TEST(RibbonOracle, RoundRobinFollowsTheOriginal) { follow_rule("ribbon_round_robin", 8, ribbon::RuleKind::round_robin); }
TEST(RibbonOracle, AvailabilityFilteringFollowsTheOriginal) {
  follow_rule("ribbon_availability_filtering", 9, ribbon::RuleKind::availability_filtering);
}
TEST(RibbonOracle, BestAvailableFollowsTheOriginal) { follow_rule("ribbon_best_available", 10, ribbon::RuleKind::best_available); }
TEST(RibbonOracle, ZoneAvoidanceFollowsTheOriginalWithinAZone) {
  follow_rule("ribbon_zone_avoidance", 11, ribbon::RuleKind::zone_avoidance);
}

TEST(RibbonOracle, AvailableZonesFollowTheOriginal) {
  const auto answers = answers_of("ribbon_available_zones");
  Draws draws(12);
  int drawn = 0;
  for (std::size_t step = 0; step < answers.size(); ++step) {
    ribbon::ZoneSnapshots snapshots;
    snapshots.count = static_cast<std::size_t>(1 + draws.below(4));
    for (std::size_t zone = 0; zone < snapshots.count; ++zone) {
      const int instances = draws.below(12);
      const int tripped = std::min(instances, draws.below(4) == 0 ? instances : draws.below(3));
      const int active = draws.below(3) == 0 ? 0 : draws.below(6);
      const double load = instances == 0 ? 0 : tripped == instances ? -1 : static_cast<double>(active) / (instances - tripped);
      snapshots.zones[zone] = {instances, tripped, active, load};
    }
    const ribbon::ZoneVerdict verdict = ribbon::judge_zones(snapshots, 0.2, 0.99999);
    const auto answer = static_cast<ribbon::ZoneSet>(answers[step]);
    if (verdict.fixed()) {
      ASSERT_EQ(verdict.available & ~verdict.worst, answer) << "step " << step;
      continue;
    }
    ++drawn;
    const ribbon::ZoneSet left_out = verdict.available & ~answer;
    ASSERT_TRUE(std::has_single_bit(left_out) && (left_out & ~verdict.worst) == 0) << "step " << step;
    ASSERT_EQ(answer | left_out, verdict.available) << "step " << step;
  }
  EXPECT_GT(drawn, 100);
}

}  // namespace
}  // namespace streamtwin
