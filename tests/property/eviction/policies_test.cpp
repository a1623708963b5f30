// Every policy against its plain telling on random requests, and what holds of all of them: never more than the capacity is held,
// and what the queues say agrees with the rest, also when somebody else drops items.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "models/eviction/key_set.hpp"
#include "sim-core/random.hpp"
#include "tests/property/eviction/reference.hpp"

namespace streamtwin::eviction {
namespace {

constexpr Duration life = 300s;

/// Requests of which some keys are asked for far more often than others; each key has its size.
std::vector<Request> random_requests(std::uint64_t seed, std::size_t count, std::uint64_t keys, Size size_max) {
  Random random(seed, "eviction", "property");
  std::vector<Request> requests;
  for (std::size_t i = 0; i < count; ++i) {
    const Key key = random.below(1 + random.below(keys));
    const Size size = size_max == 1 ? 1 : 1 + mix(key + seed) % size_max;
    requests.push_back({key, size, at(seconds(static_cast<double>(i)))});
  }
  return requests;
}

void expect_same(Kind kind, Size capacity, const std::vector<Request>& requests) {
  const auto policy = make_policy(kind, capacity, {.time_to_live = life});
  const auto plain = reference::make(kind, capacity, life);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Request& request = requests[i];
    const bool hit = policy->use(request.key, request.time) != nowhere;
    if (!hit) policy->put(request.key, request.size, request.time);
    ASSERT_EQ(hit, plain->request(request.key, request.size, request.time)) << name_of(kind) << " of " << capacity << ", request " << i;
    ASSERT_LE(policy->used(), capacity);
    ASSERT_EQ(policy->used(), plain->used()) << name_of(kind) << " of " << capacity << ", request " << i;
  }
}

TEST(EvictionPolicy, AgreesWithItsPlainTelling) {
  for (const auto& known : enum_names<Kind>) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      Random random(seed, "eviction", "capacities");
      expect_same(known.value, 1 + random.below(400), random_requests(seed, 3000, 50 + random.below(1000), 1));
      if (known.value != Kind::wtinylfu)
        expect_same(known.value, 1 + random.below(4000), random_requests(seed, 3000, 50 + random.below(1000), 1 + random.below(200)));
    }
  }
}

TEST(EvictionPolicy, PlaysATraceAsItAnswersItsRequests) {
  const std::vector<Request> requests = random_requests(7, 5000, 900, 50);
  for (const auto& known : enum_names<Kind>) {
    if (known.value == Kind::wtinylfu) continue;
    const Tally tally = make_policy(known.value, 3000, {.time_to_live = life})->play(requests, Weight::recorded);
    const auto policy = make_policy(known.value, 3000, {.time_to_live = life});
    Tally one_by_one;
    for (const Request& request : requests) {
      ++one_by_one.requests;
      one_by_one.size += request.size;
      if (policy->use(request.key, request.time) != nowhere) continue;
      ++one_by_one.misses;
      one_by_one.missed_size += request.size;
      policy->put(request.key, request.size, request.time);
    }
    EXPECT_EQ(tally.requests, one_by_one.requests);
    EXPECT_EQ(tally.misses, one_by_one.misses) << known.name;
    EXPECT_EQ(tally.size, one_by_one.size);
    EXPECT_EQ(tally.missed_size, one_by_one.missed_size) << known.name;
  }
}

/// What its queues hold is what it finds; and each key is in one of them at most.
void expect_consistent(const Policy& policy, std::size_t held_queues) {
  std::set<Key> seen;
  std::size_t held = 0, all = 0;
  const std::vector<Part> parts = policy.parts();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const Key key : parts[i].keys) {
      EXPECT_EQ(policy.find(key) != nowhere, i < held_queues) << parts[i].name << " " << key;
      seen.insert(key);
      held += i < held_queues;
      ++all;
    }
  }
  EXPECT_EQ(seen.size(), all);
  EXPECT_EQ(policy.items(), held);
  EXPECT_LE(policy.used(), policy.capacity());
}

std::size_t held_queues(Kind kind) {
  switch (kind) {
    case Kind::wtinylfu: return 3;
    case Kind::arc:
    case Kind::s3fifo:
    case Kind::twoq: return 2;
    default: return 1;
  }
}

TEST(EvictionPolicy, StaysConsistentWhenItemsAreDroppedAndStoredByOthers) {
  for (const auto& known : enum_names<Kind>) {
    Random random(3, "eviction", "drops");
    const auto policy = make_policy(known.value, 150, {.time_to_live = life});
    for (int step = 0; step < 20'000; ++step) {
      const Key key = random.below(1 + random.below(600));
      const Instant now = at(seconds(step));
      const Slot slot = policy->find(key);
      switch (random.below(4)) {
        case 0:
          if (slot != nowhere) policy->erase(slot);
          break;
        case 1:
          if (slot == nowhere) policy->put(key, 1, now);
          break;
        default: policy->use(key, now);
      }
      if (step % 997 == 0) expect_consistent(*policy, held_queues(known.value));
    }
    EXPECT_GT(policy->evictions(), 0u) << known.name;
  }
}

TEST(EvictionPolicy, OfACacheOfNothingIsRefused) {
  EXPECT_THROW(make_policy(Kind::lru, 0), std::invalid_argument);
  EXPECT_THROW(make_policy(Kind::clock, 10, {.clock_bits = 0}), std::invalid_argument);
  EXPECT_THROW(make_policy(Kind::wtinylfu, Size{1} << 40), std::invalid_argument) << "its sketch would not fit into memory";
}

TEST(KeySet, CountsDifferentKeysWithZeroAmongThem) {
  KeySet keys;
  std::set<Key> plain;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const std::vector<Request> requests = random_requests(seed, 4000, 3000, 1);
    keys.add(requests);
    for (const Request& request : requests) plain.insert(request.key);
    EXPECT_EQ(keys.size(), plain.size());
  }
  EXPECT_TRUE(plain.contains(0));
}

}  // namespace
}  // namespace streamtwin::eviction
