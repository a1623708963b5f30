// The pending-event set against a sorted list: random and adversarial pushes, pops and cancellations must leave in the
// same order, equal times in the order of insertion.
#include "sim-core/ladder_queue.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <unordered_set>

#include "sim-core/random.hpp"

namespace streamtwin::engine {
namespace {

/// How far ahead of `now` the next entry lies.
using Increment = std::function<double(Random&, double now)>;

struct Pattern {
  std::string name;
  Increment increment;
};

const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all = {
      {"exponential", [](Random& random, double) { return random.exponential(1.0); }},
      {"uniform", [](Random& random, double) { return random.uniform(); }},
      {"equal", [](Random&, double) { return 1.0; }},
      {"whole_seconds", [](Random& random, double) { return static_cast<double>(random.below(5)); }},
      {"microseconds_and_hours",
       [](Random& random, double) { return random.chance(0.8) ? random.exponential(1e-6) : random.exponential(7200.0); }},
      {"many_scales", [](Random& random, double) { return std::pow(10.0, random.uniform(-12, 6)); }},
      {"far_bucket", [](Random& random, double) { return random.chance(0.01) ? 1e-3 : 1e7 + random.uniform(); }},
      {"one_far_instant", [](Random& random, double now) { return random.chance(0.5) ? 1e6 - std::fmod(now, 1e6) : 1.0; }},
      {"neighbouring_doubles",
       [](Random& random, double now) {
         double time = now;
         for (std::uint64_t i = random.below(4); i > 0; --i) time = std::nextafter(time, HUGE_VAL);
         return time - now;
       }},
      {"camel", [](Random& random, double) { return random.chance(0.5) ? random.uniform(0.0, 0.001) : random.uniform(100.0, 100.001); }},
  };
  return all;
}

/// std::multimap inserts equals behind equals: the order to agree with.
using Reference = std::multimap<double, std::uint64_t>;

class LadderQueueOrder : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(LadderQueueOrder, IsThatOfASortedList) {
  const Pattern& pattern = patterns()[std::get<0>(GetParam())];
  const std::size_t pending = std::get<1>(GetParam());
  Random random(42, pattern.name, "order");
  BasicLadderQueue<false> queue;
  Reference reference;
  std::unordered_set<std::uint64_t> cancelled;
  double now = 0;
  std::uint64_t id = 0;
  auto push = [&] {
    const double time = now + pattern.increment(random, now);
    queue.push(time, id);
    reference.emplace(time, id++);
  };
  auto pop = [&] {
    const Entry* entry = queue.peek();
    ASSERT_NE(entry, nullptr);
    ASSERT_EQ(entry->time, reference.begin()->first);
    ASSERT_EQ(entry->what, reference.begin()->second);
    now = entry->time;
    queue.pop();
    reference.erase(reference.begin());
  };
  auto purge = [&] {
    // Every third entry is cancelled, wherever it is.
    cancelled.clear();
    for (auto entry = reference.begin(); entry != reference.end();) {
      if (entry->second % 3 == 0) {
        cancelled.insert(entry->second);
        entry = reference.erase(entry);
      } else {
        ++entry;
      }
    }
    queue.purge([&](const Entry& entry) { return cancelled.contains(entry.what); });
    ASSERT_EQ(queue.size(), reference.size());
  };

  for (std::size_t round = 0; round < 6; ++round) {
    while (reference.size() < pending) push();
    // Hold: the number pending stays.
    for (std::size_t i = 0; i < 3 * pending; ++i) {
      ASSERT_NO_FATAL_FAILURE(pop());
      push();
    }
    // Bursts, both ways.
    for (std::size_t i = 0; i < pending; ++i) {
      if (random.chance(0.5) && !reference.empty()) {
        ASSERT_NO_FATAL_FAILURE(pop());
      } else {
        push();
        push();
      }
    }
    if (round % 2 == 1) {
      ASSERT_NO_FATAL_FAILURE(purge());
    }
    // Down to a few, or to nothing.
    const std::size_t left = round % 3 == 2 ? 0 : pending / 10;
    while (reference.size() > left) ASSERT_NO_FATAL_FAILURE(pop());
  }
  while (!reference.empty()) ASSERT_NO_FATAL_FAILURE(pop());
  EXPECT_EQ(queue.peek(), nullptr);
  EXPECT_TRUE(queue.empty());
}

INSTANTIATE_TEST_SUITE_P(Patterns, LadderQueueOrder,
                         testing::Combine(testing::Range<std::size_t>(0, 10), testing::Values<std::size_t>(1, 7, 60, 1000, 20000)),
                         [](const auto& info) {
                           return patterns()[std::get<0>(info.param)].name + "_" + std::to_string(std::get<1>(info.param));
                         });

/// Remembers what it was told.
struct Told final : Foresight {
  void soon(const Entry* entries, std::size_t count) const override {
    for (std::size_t i = 0; i < count; ++i) of_soon.insert(entries[i].what);
  }
  void next(const Entry* entries, std::size_t count) const override {
    for (std::size_t i = 0; i < count; ++i) of_next.insert(entries[i].what);
  }
  mutable std::unordered_set<std::uint64_t> of_soon, of_next;
};

TEST(LadderQueue, TellsWhoseTurnComesSoon) {
  constexpr std::uint64_t entries = 20'000;
  Told told;
  BasicLadderQueue<false> queue(&told);
  Random random(42, "foresight", "times");
  for (std::uint64_t id = 0; id < entries; ++id) queue.push(random.chance(0.5) ? random.uniform() : random.uniform(0.0, 1000.0), id);
  std::unordered_set<std::uint64_t> popped;
  std::uint64_t told_before = 0;
  while (const Entry* entry = queue.peek()) {
    const bool next = told.of_next.contains(entry->what);
    if (next && told.of_soon.contains(entry->what)) ++told_before;
    popped.insert(entry->what);
    queue.pop();
  }
  EXPECT_EQ(popped.size(), entries);
  EXPECT_GT(told_before, entries * 2 / 3);
}

TEST(LadderQueue, KeepsMemoryInProportionToWhatIsPending) {
  BasicLadderQueue<false> queue;
  Random random(1, "memory", "memory");
  double now = 0;
  for (int i = 0; i < 100'000; ++i) queue.push(random.exponential(1.0), 0);
  for (int i = 0; i < 1'000'000; ++i) {
    now = queue.peek()->time;
    queue.pop();
    queue.push(now + random.exponential(1.0), 0);
  }
  EXPECT_LT(queue.reserved(), 100'000 * sizeof(Entry) * 2);
}

}  // namespace
}  // namespace streamtwin::engine
