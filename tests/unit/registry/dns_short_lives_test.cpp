// Instances that come and go in large numbers leave nothing behind in DNS, and nobody else takes a place there that is still
// named.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>

#include "models/registry/dns_names.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

constexpr int short_lives = 100'000;
constexpr Duration between_lives = 500ms;
constexpr InstanceId caller = 1'000'000;

class DnsShortLives : public testing::Test {
 protected:
  struct Kept {
    std::size_t clients, records;
    std::size_t heap;  // bytes
  };

  Member member(InstanceId id, AppId app) {
    Member made{.id = id, .app = app, .identity = id, .scope = &scopes[id]};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      if (id == caller) hear(view);
    };
    made.calls = [app](AppId called) { return app == 1 && called == 0; };
    made.answers = [this, id] { return scopes.contains(id); };
    return made;
  }
  // How long ago those whom the caller hears of were named first.
  void hear(const RegistryView& view) {
    if (now() < at(10min)) return;
    for (const ViewedInstance& named : view.up(0)) {
      const Duration ago = now() - (at((named.id - 1) * between_lives) + DnsNamesSpec{}.propagation);
      least = std::min(least, ago);
      most = std::max(most, ago);
    }
  }
  // Each lives until the next but one begins: those with odd numbers end in order, the others die and are replaced.
  static Task<> live(DnsShortLives& test) {
    for (InstanceId id = 1; id <= short_lives; ++id) {
      const std::optional<InstanceId> before = id > 2 ? std::optional{id - 2} : std::nullopt;
      const bool orderly = id % 2 == 1;
      if (before && orderly) test.names.remove(*before);
      if (before) test.scopes.erase(*before);
      if (before) test.names.forget(*before);
      test.names.join(test.member(id, 0), orderly ? std::nullopt : before, false);
      co_await delay(between_lives);
    }
  }
  Kept after(int lives) {
    simulation.run_until(at(lives * between_lives));
    const Discovery::Sizes sizes = names.sizes();
    return {sizes.clients, sizes.entries, mallinfo2().uordblks};
  }

  Simulation simulation{Seed{1}};
  std::map<InstanceId, Scope> scopes;
  DnsNames names{DnsNamesSpec{}};
  Duration least{1e9}, most{0};
  Scope living;
};

TEST_F(DnsShortLives, LeaveNothingBehind) {
  names.join(member(caller, 1), std::nullopt, true);
  names.start();
  living.spawn_service("short lives", live(*this));
  const Kept early = after(short_lives * 3 / 10), late = after(short_lives);
  EXPECT_LE(late.clients, 4u);
  EXPECT_LE(late.records, early.records + 10);
  EXPECT_LT(late.records, 300u) << "those on their way into DNS do not count yet, those that have left stay for the time to live";
  EXPECT_LT(late.heap, early.heap + 64'000) << "less than a byte a life";
  EXPECT_GT(least, 1s) << "its resolver keeps answers";
  EXPECT_LT(most - least, 5s) << "and names those that were there then";
}

}  // namespace
}  // namespace streamtwin::registry
