// The timing wheel by itself: whatever is set, cancelled and taken off, and however far time runs in between,
// the first timer up to a limit is that of a sorted list.
#include "sim-core/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "sim-core/random.hpp"

namespace streamtwin::engine {
namespace {

struct Known final : Timer {
  Known() : Timer([](Event&) {}) {}
  double time = 0;
  std::uint64_t sequence = 0;
};

struct InOrder {
  bool operator()(const Known* a, const Known* b) const { return std::pair{a->time, a->sequence} < std::pair{b->time, b->sequence}; }
};

TEST(TimerWheel, ShowsTheFirstUpToALimit) {
  Random random(3, "timers", "wheel");
  std::deque<Known> timers(500);
  for (int run = 0; run < 20; ++run) {
    TimerWheel wheel;
    std::set<Known*, InOrder> list;
    double now = 0;
    std::uint64_t sequence = 0;
    for (int i = 0; i < 5'000; ++i) {
      Known& timer = timers[random.below(timers.size())];
      if (timer.pending()) {
        list.erase(&timer);
        wheel.cancel(timer);
      } else {
        timer.time = now + std::pow(10.0, random.uniform(-6, run));
        if (timer.time == now) continue;
        timer.sequence = ++sequence;
        list.insert(&timer);
        wheel.set(timer, timer.time, timer.sequence, now);
      }
      ASSERT_EQ(wheel.size(), list.size());
      if (list.empty() || random.chance(0.7)) continue;
      // A look at less than there is, then at all up to some time; both may open slots.
      const double due = (*list.begin())->time;
      ASSERT_EQ(wheel.first(std::nextafter(due, 0)), nullptr);
      const double limit = due + random.exponential(1.0);
      for (Timer* first = wheel.first(limit); first != nullptr; first = wheel.first(limit)) {
        ASSERT_EQ(first, *list.begin());
        list.erase(list.begin());
        wheel.pop();
      }
      ASSERT_TRUE(list.empty() || (*list.begin())->time > limit);
      now = limit;
    }
  }
}

TEST(TimerWheel, NeedsNoLookBetweenTimersThatAreSet) {
  TimerWheel wheel;
  Known early, middle, late, latest;
  wheel.set(early, 10, 1, 0);
  wheel.set(middle, 20, 2, 15);
  wheel.set(late, 1e9, 3, 1e8);
  wheel.set(latest, 1e250, 4, 1e240);
  for (Known* next : {&early, &middle, &late, &latest}) {
    ASSERT_EQ(wheel.first(1e300), next);
    wheel.pop();
    EXPECT_FALSE(next->pending());
  }
  EXPECT_TRUE(wheel.empty());
}

TEST(TimerWheel, LeavesItsTimersIdle) {
  Known near, far, beyond;
  {
    TimerWheel wheel;
    wheel.set(near, 1e-6, 1, 0);
    wheel.set(far, 1e6, 2, 0);
    wheel.set(beyond, 1e60, 3, 0);
  }
  EXPECT_FALSE(near.pending() || far.pending() || beyond.pending());
}

}  // namespace
}  // namespace streamtwin::engine
