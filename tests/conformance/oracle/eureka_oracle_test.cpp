// Leases and the registry of Eureka against the release (tests/conformance/oracle/README.md): random histories, step by step.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/registry/eureka/registry.hpp"
#include "tests/conformance/draws.hpp"

namespace streamtwin::eureka {
namespace {

constexpr std::size_t steps = 10'000;

std::vector<int> eureka_answers(const std::string& name) {
  const auto path = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/oracle/vectors" / (name + ".txt");
  std::ifstream in(path);
  std::vector<int> answers{std::istream_iterator<int>(in), {}};
  EXPECT_EQ(answers.size(), steps) << path;
  return answers;
}

Instant after(std::int64_t milliseconds) { return instant_of_nanoseconds(milliseconds * 1'000'000); }

TEST(EurekaOracle, LeasesFollowTheOriginal) {
  const std::vector<int> answers = eureka_answers("eureka_leases");
  Draws draws(21);
  std::int64_t milliseconds = 1'000'000;
  Lease lease(90s, true, after(milliseconds));
  for (std::size_t step = 0; step < answers.size(); ++step) {
    milliseconds += draws.below(60'000);
    const int action = draws.below(20);
    if (action < 8) lease.renew(after(milliseconds));
    if (action == 8) lease = Lease(Duration{1.0 + draws.below(200)}, true, after(milliseconds));
    if (action == 9) lease.cancel();
    const Duration compensation{10.0 * draws.below(3)};
    ASSERT_EQ(lease.expired(after(milliseconds), compensation), answers[step] == 1) << "step " << step;
  }
}

/// In base 6 how each is listed, the first in the lowest place; 5 is not at all.
int listed(const Registry& registry, const std::array<InstanceStatus, 4>& statuses) {
  int digits = 0;
  for (InstanceId id = 8; id-- > 0;) {
    const InstanceInfo* const info = registry.find(id);
    const auto place = info == nullptr ? statuses.end() : std::find(statuses.begin(), statuses.end(), info->status);
    digits = digits * 6 + (place == statuses.end() ? 5 : static_cast<int>(place - statuses.begin()));
  }
  return digits;
}

TEST(EurekaOracle, TheRegistryFollowsTheOriginal) {
  constexpr std::array statuses{InstanceStatus::up, InstanceStatus::down, InstanceStatus::starting, InstanceStatus::out_of_service};
  const std::vector<int> answers = eureka_answers("eureka_registry");
  Draws draws(22);
  Random unused;
  std::int64_t milliseconds = 1'000'000;
  ServerProperties all_at_once;
  all_at_once.self_preservation = false;
  all_at_once.renewal_threshold = Fraction{0};
  Registry registry(all_at_once, after(milliseconds));
  registry.open_for_traffic(4, after(milliseconds));
  for (std::size_t step = 0; step < answers.size(); ++step) {
    milliseconds += draws.below(20'000);
    const Instant now = after(milliseconds);
    const int action = draws.below(16);
    const auto id = static_cast<InstanceId>(draws.below(8));
    const bool replication = draws.below(3) == 0;
    const InstanceStatus status = statuses[static_cast<std::size_t>(draws.below(4))];
    const Instant dirty = after(milliseconds - draws.below(4) * 10'000);
    bool answer = true;
    if (action < 4) {
      registry.register_instance({.id = id, .status = status, .last_dirty = dirty}, 90s, replication, now);
    } else if (action < 10) {
      answer = registry.renew(id, replication, now);
    } else if (action < 11) {
      answer = registry.cancel(id, now);
    } else if (action < 13) {
      answer = registry.update_status(id, status, dirty, now);
    } else if (action < 14) {
      answer = registry.delete_status_override(id, status, dirty, now);
    } else {
      registry.evict(now, unused);
    }
    const int seen = (listed(registry, statuses) * 16 + std::min(registry.expected_clients(), 15)) * 2 + (answer ? 1 : 0);
    ASSERT_EQ(seen, answers[step]) << "step " << step << ", action " << action << " on " << id;
  }
}

}  // namespace
}  // namespace streamtwin::eureka
