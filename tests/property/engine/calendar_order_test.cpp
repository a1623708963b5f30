// The calendar against a sorted list: timers that are set, cancelled and set anew, events that cannot be
// cancelled, and processes that wait, all mixed, must happen at their time, those of one instant in the order
// of their insertion. The distributions aim at the edges of whatever keeps timers apart from the rest: equal
// instants, the boundaries of slots and the doubles beside them, horizons, times that are far apart, runs
// that stop in between.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

/// The next time after `now` at which something is put on the calendar.
using Choose = std::function<double(Random&, double now)>;

struct Timetable {
  std::string name;
  Choose choose;
};

/// A whole multiple of `grid` after now, or a double beside it.
double near_grid(Random& random, double now, double grid, std::uint64_t lines) {
  double time = (std::floor(now / grid) + static_cast<double>(random.below(lines))) * grid;
  if (random.chance(0.2)) time = std::nextafter(time, HUGE_VAL);
  if (random.chance(0.2)) time = std::nextafter(time, 0);
  return std::max(time, now);
}

const std::vector<Timetable>& timetables() {
  static const std::vector<Timetable> all = {
      {"deadlines", [](Random& random, double now) { return now + random.uniform(1.0, 30.0); }},
      {"exponential", [](Random& random, double now) { return now + random.exponential(0.1); }},
      {"few_instants", [](Random& random, double now) { return std::floor(now) + 1 + static_cast<double>(random.below(3)); }},
      {"present_instant", [](Random& random, double now) { return random.chance(0.8) ? now : now + 0.25; }},
      {"slot_boundaries",
       [](Random& random, double now) {
         // Slots of timing wheels are powers of two of a second wide.
         return near_grid(random, now, std::ldexp(1.0, static_cast<int>(random.below(24)) - 16), 4);
       }},
      {"one_tick", [](Random& random, double now) { return near_grid(random, now, 0x1p-16, 3); }},
      {"digits_that_carry",
       [](Random& random, double now) {
         // Just before and after the times at which all lower digits of a wheel turn over.
         return near_grid(random, now, std::ldexp(1.0, 6 * static_cast<int>(random.below(7)) - 10), 3);
       }},
      {"many_scales", [](Random& random, double now) { return now + std::pow(10.0, random.uniform(-9, 9)); }},
      {"beyond_every_horizon",
       [](Random& random, double now) {
         if (random.chance(0.7)) return now + random.uniform();
         return std::max(now + 1, std::ldexp(1.0, static_cast<int>(20 + random.below(24))));
       }},
      {"microseconds_and_hours", [](Random& random, double now) { return now + random.exponential(random.chance(0.8) ? 1e-6 : 7200.0); }},
  };
  return all;
}

/// Everything that is on the calendar, beside a list of what should happen when.
class World {
 public:
  World(const Timetable& timetable, std::size_t size, double share_cancelled)
      : timetable_(timetable), share_cancelled_(share_cancelled), random_(7, timetable.name, "calendar order") {
    for (std::size_t i = 0; i < size; ++i) {
      timers_.emplace_back(*this);
      events_.emplace_back(*this);
    }
    for (std::size_t i = 0; i < size / 4; ++i) scope_.spawn("sleeper", sleeping());
  }

  void act() {
    switch (random_.below(3)) {
      case 0: {
        Dated& event = events_[random_.below(events_.size())];
        if (!event.expected) expect(event, choose()), engine::calendar().fire_at(event.time, event);
        break;
      }
      default: {
        auto& timer = timers_[random_.below(timers_.size())];
        if (timer.expected && random_.chance(share_cancelled_)) {
          forget(timer);
          timer.cancel();
        } else {
          if (timer.expected) forget(timer);
          expect(timer, choose());
          timer.set(timer.time);
        }
      }
    }
  }
  void finish() { finishing_ = true; }
  std::size_t expected() const { return list_.size(); }
  std::size_t happened() const { return happened_; }
  bool failed() const { return failed_; }
  double first() const { return list_.begin()->first; }
  Random& random() { return random_; }

 private:
  struct Item;
  using List = std::multimap<double, Item*>;  // inserts equals behind equals

  struct Item {
    explicit Item(World& of) : world(of) {}
    World& world;
    double time = 0;
    bool expected = false;
    List::iterator place;
  };
  struct Timed final : Item, engine::Alarm {
    explicit Timed(World& of) : Item(of), Alarm(&rung) {}
    static void rung(engine::Event& event) {
      auto& self = static_cast<Timed&>(static_cast<engine::Alarm&>(event));
      self.world.happens(self);
    }
  };
  struct Dated final : Item, engine::DatedEvent {
    explicit Dated(World& of) : Item(of), DatedEvent(&fired) {}
    static void fired(engine::Event& event) {
      auto& self = static_cast<Dated&>(event);
      self.world.happens(self);
    }
  };

  double choose() { return timetable_.choose(random_, in_seconds(now())); }
  void expect(Item& item, double time) {
    item.time = time;
    item.expected = true;
    item.place = list_.emplace(time, &item);
  }
  void forget(Item& item) {
    item.expected = false;
    list_.erase(item.place);
  }
  void happens(Item& item) {
    ++happened_;
    if (list_.empty() || list_.begin()->second != &item || item.time != in_seconds(now())) {
      if (!failed_) ADD_FAILURE() << "event " << happened_ << " at " << in_seconds(now()) << " is not the next of the list";
      failed_ = true;
      return Simulation::current().stop();
    }
    forget(item);
    if (finishing_) return;
    for (std::uint64_t i = random_.below(4); i > 0; --i) act();
  }
  Task<> sleeping() {
    Item self{*this};
    while (!finishing_) {
      expect(self, choose());
      co_await until(Instant{Duration{self.time}});
      happens(self);
    }
  }

  const Timetable& timetable_;
  double share_cancelled_;
  Random random_;
  List list_;
  std::deque<Timed> timers_;
  std::deque<Dated> events_;
  std::size_t happened_ = 0;
  bool finishing_ = false;
  bool failed_ = false;
  Scope scope_;
};

class CalendarOrder : public testing::TestWithParam<std::tuple<std::size_t, std::size_t, double>> {};

TEST_P(CalendarOrder, IsThatOfASortedList) {
  const auto [timetable, size, share_cancelled] = GetParam();
  Simulation simulation;
  World world(timetables()[timetable], size, share_cancelled);
  for (std::size_t i = 0; i < size; ++i) world.act();
  for (int slice = 0; slice < 40 && !world.failed(); ++slice) {
    // In between the run stops, and what is set then has its place like everything else.
    simulation.step(1 + world.random().below(3 * size));
    if (world.expected() > 0 && world.random().chance(0.5)) {
      const double now = in_seconds(simulation.now());
      simulation.run_until(Instant{Duration{now + world.random().uniform() * std::min(world.first() - now, 1.0)}});
    }
    for (std::size_t i = 0; i < size / 2; ++i) world.act();
  }
  world.finish();
  simulation.run();
  EXPECT_EQ(world.expected(), 0u);
  EXPECT_GT(world.happened(), 40u);
  EXPECT_TRUE(engine::calendar().empty());
}

INSTANTIATE_TEST_SUITE_P(Patterns, CalendarOrder,
                         testing::Combine(testing::Range<std::size_t>(0, 10), testing::Values<std::size_t>(8, 200, 4000),
                                          testing::Values(0.2, 0.95)),
                         [](const auto& info) {
                           return timetables()[std::get<0>(info.param)].name + "_" + std::to_string(std::get<1>(info.param)) +
                                  (std::get<2>(info.param) > 0.5 ? "_mostly_cancelled" : "");
                         });

}  // namespace
}  // namespace streamtwin
