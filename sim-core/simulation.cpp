#include "sim-core/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <cmath>
#include <utility>

#include "sim-core/process.hpp"
#include "sim-core/simgrid_clock.hpp"

namespace streamtwin {

namespace {

std::string list_of(const std::vector<Waiting>& waiting, Instant zero) {
  constexpr std::size_t shown_max = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(waiting.size(), shown_max); ++i) {
    const Waiting& one = waiting[i];
    text += fmt::format("\n  {} waits for {} since {} s", one.process, one.waits_for, in_seconds(one.since - zero));
  }
  if (waiting.size() > shown_max) text += fmt::format("\n  and {} more", waiting.size() - shown_max);
  return text;
}

/// The innermost thing that a process waits for.
Waiting describe(const engine::ProcessRecord& process) {
  Waiting result{std::string{process.name}, "its time on the calendar", Instant{Duration{process.began}}, process.service};
  const engine::PromiseBase* promise = &engine::TaskAccess::handle(const_cast<engine::ProcessRecord&>(process).body).promise();
  while (promise->child != nullptr) promise = promise->child;
  if (promise->waiting != nullptr) {
    result.waits_for = promise->waiting->what;
    result.since = Instant{Duration{promise->waiting->since}};
  }
  return result;
}

}  // namespace

Hang::Hang(const std::string& reason, std::vector<Waiting> waiting, Instant zero)
    : std::runtime_error(reason + list_of(waiting, zero)), waiting_(std::move(waiting)) {}

Simulation::Simulation(Seed seed) : seed_(seed) {
  check(live_ == nullptr, "one Simulation is alive at a time: destroy the first, or run the second in another process");
  live_ = this;
  engine::live_calendar = &calendar_;
  calendar_.attend = &Simulation::attend;
  calendar_.attend_argument = this;
  clock_ = std::make_unique<engine::SimGridClock>(calendar_);
}

void Simulation::end_processes() {
  engine::tearing_down = true;
  engine::ProcessTable::cancel_all();
  engine::tearing_down = false;
}

Simulation::~Simulation() {
  end_processes();
  clock_.reset();
  engine::live_calendar = nullptr;
  live_ = nullptr;
}

Simulation& Simulation::current() {
  check(live_ != nullptr, "a Simulation is alive");
  return *live_;
}

bool Simulation::attend(void* argument) {
  auto& self = *static_cast<Simulation*>(argument);
  if (self.calendar_.events() >= self.progress_at_) {
    self.progress_at_ = self.calendar_.events() + self.progress_every_;
    self.progress_(self.now());
  }
  self.plan_attention();
  return self.stopped_ || self.calendar_.events() >= self.stop_at_;
}

void Simulation::plan_attention() { calendar_.attend_at(stopped_ ? 0 : std::min(stop_at_, progress_at_)); }

void Simulation::stop() {
  stopped_ = true;
  calendar_.attend_at(0);
}

void Simulation::on_progress(std::uint64_t every_events, std::function<void(Instant)> report) {
  progress_every_ = std::max<std::uint64_t>(every_events, 1);
  progress_at_ = report ? events() + progress_every_ : UINT64_MAX;
  progress_ = std::move(report);
  plan_attention();
}

void Simulation::process_failed(std::string_view name, std::exception_ptr exception) noexcept {
  if (failure_) return;
  failure_ = std::move(exception);
  failed_process_ = name;
  failed_at_ = now();
  stop();
}

void Simulation::tell_times_from(Instant zero, std::string what) {
  zero_ = zero;
  zero_is_ = std::move(what);
}

std::string Simulation::time_text(Instant time) const {
  return zero_is_.empty() ? fmt::format("{} s", in_seconds(time)) : fmt::format("{} s after {}", in_seconds(time - zero_), zero_is_);
}

void Simulation::run_to(double limit) {
  stopped_ = false;
  plan_attention();
  clock_->run(limit);
  calendar_.running = nullptr;
  calendar_.attend_at(UINT64_MAX);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (calendar_.stands_still()) {
    throw Hang(
        fmt::format("simulated time stands still at {}: {} events happened at this instant", time_text(now()), calendar_.instant_limit),
        waiting(), zero_);
  }
}

void Simulation::run() {
  run_to(HUGE_VAL);
  if (!stopped_ && engine::ProcessTable::working() > 0) {
    throw Hang(
        fmt::format("nothing is left to happen at {}, but {} processes still wait", time_text(now()), engine::ProcessTable::working()),
        waiting(), zero_);
  }
}

void Simulation::run_until(Instant time, WhenStuck when_stuck) {
  check(time >= now(), "run_until() is not asked for the past");
  check(in_seconds(time) < HUGE_VAL, "run_until() is asked for a finite time; run() runs to the end");
  run_to(in_seconds(time));
  if (stopped_) return;
  if (when_stuck == WhenStuck::fail && stuck()) {
    throw Hang(
        fmt::format("nothing is left to happen before {}, but {} processes still wait", time_text(time), engine::ProcessTable::working()),
        waiting(), zero_);
  }
}

bool Simulation::step(std::uint64_t count) {
  const std::uint64_t before = events();
  stop_at_ = before + count;
  try {
    run_to(HUGE_VAL);
  } catch (...) {
    stop_at_ = UINT64_MAX;
    throw;
  }
  stop_at_ = UINT64_MAX;
  return events() > before;
}

bool Simulation::clocks_agree() const { return clock_->agrees(); }

bool Simulation::stuck() const { return calendar_.empty() && !clock_->busy() && engine::ProcessTable::working() > 0; }

std::vector<Waiting> Simulation::waiting() const {
  std::vector<Waiting> result;
  for (const engine::ProcessRecord& process : engine::ProcessTable::all()) {
    if (process.state == engine::ProcessRecord::State::running) result.push_back(describe(process));
  }
  std::sort(result.begin(), result.end(), [](const Waiting& a, const Waiting& b) {
    return std::tie(a.since, a.process, a.waits_for) < std::tie(b.since, b.process, b.waits_for);
  });
  return result;
}

}  // namespace streamtwin
