// The calendar as a resource model of SimGrid's kernel, with the hook made for its ns-3 coupling: a model whose
// next_occurring_event_is_idempotent() is false is asked last, and told how long nothing else in SimGrid will happen.
// All that the calendar holds up to that horizon is executed in one go. An event that needs SimGrid (a fence) makes
// the hook return early, at the event's own time; it is executed in update_actions_state, where both clocks agree.
//
// The kernel adds differences of times, so that its clock would depend on where it was stopped in between. A second
// model, the first in the kernel's list, therefore sets the clock to the very date for which the kernel aims.
#include "sim-core/simgrid_clock.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <exception>
#include <limits>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u.hpp>
#include <utility>
#include <vector>
#include <xbt/log.h>

/// simgrid::kernel::EngineImpl::now_, which the library exports but no header declares.
extern double simgrid_clock asm("_ZN7simgrid6kernel10EngineImpl4now_E");

namespace streamtwin::engine {

namespace {

namespace resource = simgrid::kernel::resource;
using simgrid::s4u::Engine;

/// Leaves SimGrid's loop; never seen outside of SimGridClock::run.
struct Leave {};

/// SimGrid installs a handler that ends the program; whoever had the signal keeps it.
class KeepInterrupt {
 public:
  KeepInterrupt() { sigaction(SIGINT, nullptr, &before_); }
  ~KeepInterrupt() { sigaction(SIGINT, &before_, nullptr); }
  KeepInterrupt(const KeepInterrupt&) = delete;
  KeepInterrupt& operator=(const KeepInterrupt&) = delete;

 private:
  struct sigaction before_ {};
};

/// The first model of the kernel: makes its clock exact before any other model sees it.
class ExactClock final : public resource::Model {
 public:
  ExactClock() : Model("streamtwin-clock") {}
  double next_occurring_event(double) override { return -1; }
  void update_actions_state(double, double) override { simgrid_clock = target; }
  double target = 0;
};

/// The last model of the kernel: the calendar.
class CalendarModel final : public resource::Model {
 public:
  CalendarModel(Calendar& calendar, ExactClock& clock) : Model("streamtwin-calendar"), calendar_(calendar), clock_(clock) {}

  bool next_occurring_event_is_idempotent() override { return false; }

  /// `horizon` is the time to SimGrid's next own event, negative when there is none.
  double next_occurring_event(double horizon) override {
    agrees = false;
    calendar_.set_completing(false);
    if (pause_ == Pause::attention) throw Leave{};
    next_of_simgrid_ = date_of(horizon);
    const double now = simgrid_clock;
    execute(std::min(limit_, next_of_simgrid_), false);
    if (pause_ == Pause::fence) {
      clock_.target = calendar_.now();
      return clock_.target - now;
    }
    if (pause_ == Pause::attention || horizon < 0 || next_of_simgrid_ > limit_) throw Leave{};
    clock_.target = next_of_simgrid_;
    return horizon;
  }

  void update_actions_state(double, double) override {
    calendar_.advance_to(simgrid_clock);
    agrees = true;
    if (pause_ == Pause::fence) execute(simgrid_clock, true);
    // What SimGrid completes now comes after all that is due at this instant.
    calendar_.set_completing(true);
  }

  void begin(double limit) {
    limit_ = limit;
    pause_ = Pause::done;
  }
  /// Leaves both clocks equal: at the limit, or at the last event when there is none.
  void end() {
    calendar_.set_completing(false);
    if (pause_ == Pause::done && std::isfinite(limit_)) calendar_.advance_to(limit_);
    simgrid_clock = calendar_.now();
    agrees = true;
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

  bool busy() const { return std::isfinite(next_of_simgrid_); }
  void know_models() {
    for (resource::Model* model : Engine::get_instance()->get_all_models()) {
      if (model->is_update_lazy()) heaps_.push_back(&model->get_action_heap());
    }
  }

  bool agrees = true;

 private:
  /// An exception must not unwind SimGrid's loop in the middle of a round.
  void execute(double until, bool at_fence) {
    try {
      pause_ = calendar_.run(until, at_fence);
    } catch (...) {
      failure_ = std::current_exception();
      pause_ = Pause::attention;
    }
  }

  /// The kernel knows how long it is to the next completion; the date itself is in the heaps of its models.
  double date_of(double horizon) const {
    if (horizon < 0) return std::numeric_limits<double>::infinity();
    const double now = simgrid_clock;
    for (resource::ActionHeap* heap : heaps_) {
      if (!heap->empty() && heap->top_date() - now == horizon) return heap->top_date();
    }
    return now + horizon;
  }

  Calendar& calendar_;
  ExactClock& clock_;
  std::vector<resource::ActionHeap*> heaps_;
  Pause pause_ = Pause::done;
  double limit_ = 0;
  double next_of_simgrid_ = std::numeric_limits<double>::infinity();
  std::exception_ptr failure_;
};

}  // namespace

namespace {

/// Plain max-min sharing: what TCP adds (window limits, slow start, cross traffic) is not what the links are about.
/// SimGrid takes its models once per process, with the first engine, whether that one has a platform or not.
void configure_simgrid() {
  static const bool configured = [] {
    xbt_log_control_set("xbt_cfg.thresh:warning");
    for (const char* option : {"network/model:CM02", "network/TCP-gamma:0", "network/crosstraffic:0", "network/weight-S:0",
                               "network/bandwidth-factor:1", "network/latency-factor:1"}) {
      Engine::set_config(option);
    }
    return true;
  }();
  (void)configured;
}

}  // namespace

struct SimGridClock::State {
  std::unique_ptr<Engine> engine;
  std::shared_ptr<ExactClock> clock;
  std::shared_ptr<CalendarModel> model;
  bool prepared = false;
  bool running = false;
};

SimGridClock::SimGridClock(Calendar& calendar) : state_(std::make_unique<State>()) {
  const KeepInterrupt keep;
  simgrid_clock = 0;
  state_->engine = std::make_unique<Engine>("streamtwin");
  configure_simgrid();
  state_->clock = std::make_shared<ExactClock>();
  state_->model = std::make_shared<CalendarModel>(calendar, *state_->clock);
  state_->engine->add_model(state_->clock);
}

SimGridClock::~SimGridClock() {
  state_.reset();
  simgrid_clock = 0;
}

void SimGridClock::run(double limit) {
  State& state = *state_;
  check(!state.running, "run(), run_until() and step() are not called from within a run");
  if (!state.prepared) {
    // The platform is known by now: the calendar becomes the last model.
    if (state.engine->get_netzone_root() == nullptr) simgrid::s4u::create_empty_zone("streamtwin")->seal();
    state.engine->add_model(state.model);
    state.model->know_models();
    state.prepared = true;
  }
  state.running = true;
  state.model->begin(limit);
  try {
    state.engine->run();
  } catch (const Leave&) {
  }
  state.running = false;
  state.model->end();
}

bool SimGridClock::agrees() const { return state_->model->agrees; }

bool SimGridClock::busy() const { return state_->model->busy(); }

}  // namespace streamtwin::engine
