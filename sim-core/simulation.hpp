// A run: the calendar, SimGrid's clock, and the processes that live on them. One Simulation is alive at a time (runs
// in parallel are processes of the operating system); every run starts at clock 0.
//
//   Simulation simulation{Seed{7}};
//   spawn("viewer", view(title));
//   simulation.run_until(at(2h));
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/calendar.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

namespace engine {
class SimGridClock;
}

struct Seed {
  std::uint64_t value = 0;
};

/// A process that is parked: who, on what, since when.
struct Waiting {
  std::string process;
  std::string waits_for;
  Instant since;
  bool service = false;
};

/// Nothing can happen any more although processes still wait, or simulated time stands still.
class Hang : public std::runtime_error {
 public:
  /// The text counts times from `zero`.
  Hang(const std::string& reason, std::vector<Waiting> waiting, Instant zero = Instant{});
  const std::vector<Waiting>& waiting() const { return waiting_; }

 private:
  std::vector<Waiting> waiting_;
};

/// What run_until() does when nothing is left to happen and processes wait for what will never come.
enum class WhenStuck {
  go_on,  ///< time passes: the caller may still set a promise or spawn a process afterwards
  fail,   ///< throws Hang
};

class Simulation {
 public:
  explicit Simulation(Seed seed = {});
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// What messages count times from, and what that is: `the end of the warm-up`.
  void tell_times_from(Instant zero, std::string what);

  /// The one that is alive; ProgrammingError without one.
  static Simulation& current();
  static bool alive() { return live_ != nullptr; }

  Instant now() const { return Instant{Duration{calendar_.now()}}; }
  /// Until nothing is left to happen, or stop(). Throws Hang when processes other than services still wait then, and
  /// what a process threw.
  void run();
  /// Everything that happens at or before `time` has happened, and now() == time exactly.
  void run_until(Instant time, WhenStuck when_stuck = WhenStuck::go_on);
  /// One event, or that many; false when nothing was left to happen. The order of events is that of an uncut run.
  bool step(std::uint64_t events = 1);
  /// run() and run_until() return after the present event. May be called from a signal handler.
  void stop();
  bool stopped() const { return stopped_; }

  /// Ends every process, and with each what its frames hold: before the parts die that those refer to. The destructor
  /// does it for whoever needs no order.
  void end_processes();

  std::uint64_t events() const { return calendar_.events(); }
  Seed seed() const { return seed_; }
  Random stream(std::string_view entity, std::string_view purpose) const { return Random(seed_.value, entity, purpose); }
  /// Called between events, after every `every_events` of them.
  void on_progress(std::uint64_t every_events, std::function<void(Instant)> report);

  /// Whether SimGrid may be called here: its clock and the calendar's agree.
  bool clocks_agree() const;
  /// Every process that is alive, services included, and what it waits for.
  std::vector<Waiting> waiting() const;
  /// Whether nothing is pending, on the calendar and in SimGrid, while processes other than services wait.
  bool stuck() const;
  /// The process whose exception ended the last run, and when; an empty name when there was none.
  std::string_view failed_process() const { return failed_process_; }
  Instant failed_at() const { return failed_at_; }

  /// How many events may happen at one instant before the run counts as hanging.
  void set_instant_limit(std::uint64_t events) { calendar_.instant_limit = events; }

  /// For awaitables: ends the run with an exception that escaped from a process.
  void process_failed(std::string_view name, std::exception_ptr exception) noexcept;

 private:
  static bool attend(void* simulation);
  void run_to(double limit);
  std::string time_text(Instant time) const;
  void plan_attention();

  inline static constinit Simulation* live_ = nullptr;

  Seed seed_;
  engine::Calendar calendar_;
  std::unique_ptr<engine::SimGridClock> clock_;
  bool stopped_ = false;
  std::uint64_t stop_at_ = UINT64_MAX;
  std::uint64_t progress_every_ = 0;
  std::uint64_t progress_at_ = UINT64_MAX;
  std::function<void(Instant)> progress_;
  std::exception_ptr failure_;
  std::string failed_process_;
  Instant failed_at_{};
  Instant zero_{};
  std::string zero_is_;
};

/// The clock of the live simulation.
inline Instant now() { return Instant{Duration{engine::calendar().now()}}; }

}  // namespace streamtwin
