// What a process can wait for besides the things that own a queue: time, a deadline on anything, the first or all of
// several things (any_all.hpp), and the fence at which SimGrid may be called.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "sim-core/any_all.hpp"
#include "sim-core/calendar.hpp"
#include "sim-core/simulation.hpp"
#include "sim-core/task.hpp"
#include "sim-core/units.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {

namespace engine {

/// Parks the coroutine on the calendar itself.
class Until {
 public:
  explicit Until(double time) : time_(time) {}
  Until(const Until&) = delete;
  Until& operator=(const Until&) = delete;
  ~Until() {
    if (coroutine_) Calendar::abandon(coroutine_);
  }
  bool await_ready() const noexcept { return false; }
  template <SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    if (calendar().resume_at(time_, coroutine)) coroutine_ = coroutine;
  }
  void await_resume() noexcept { coroutine_ = {}; }

 private:
  double time_;
  std::coroutine_handle<> coroutine_;
};

class FenceAwaiter {
 public:
  FenceAwaiter() = default;
  FenceAwaiter(const FenceAwaiter&) = delete;
  FenceAwaiter& operator=(const FenceAwaiter&) = delete;
  ~FenceAwaiter() {
    if (coroutine_) Calendar::abandon(coroutine_);
  }
  bool await_ready() const { return Simulation::current().clocks_agree(); }
  template <SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    calendar().post_at_fence(coroutine);
    coroutine_ = coroutine;
  }
  void await_resume() noexcept { coroutine_ = {}; }

 private:
  std::coroutine_handle<> coroutine_;
};

}  // namespace engine

/// Waits until the given time; the past is an error, `never` is never.
struct until {
  explicit until(Instant time) : time_(in_seconds(time)) {}
  engine::Until operator co_await() const { return engine::Until{time_}; }

 private:
  double time_;
};

/// Waits; a delay of zero lets everything happen that was inserted for this instant before.
struct delay {
  explicit delay(Duration duration) : duration_(in_seconds(duration)) {}
  engine::Until operator co_await() const { return engine::Until{engine::calendar().now() + duration_}; }

 private:
  double duration_;
};

/// Goes on where SimGrid's clock and the calendar's agree, at the same instant: the only place from which SimGrid may
/// be called. Does not wait when they agree already.
struct fence {
  engine::FenceAwaiter operator co_await() const { return {}; }
};

namespace engine {

/// Runs a child coroutine until it ends or a deadline passes.
template <class T>
class Within final : Completion, Alarm {
 public:
  using Result = std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>;

  Within(double duration, Task<T> task) : Alarm(&expired), task_(std::move(task)), duration_(duration) {
    note_.what = "a task within a deadline";
  }

  bool await_ready() const noexcept { return false; }
  template <SimulatedCoroutine Promise>
  bool await_suspend(std::coroutine_handle<Promise> parent) {
    parent_ = &parent.promise();
    const auto child = TaskAccess::handle(task_);
    check(child && !child.done(), "a Task is awaited once");
    child.promise().process = parent_->process;
    child.promise().owner = this;
    parent_->child = &child.promise();
    child.resume();
    if (child.done()) return false;
    started_ = true;
    this->set(calendar().now() + duration_);
    return true;
  }
  Result await_resume() {
    parent_->child = nullptr;
    if (!task_) return Result{};
    if constexpr (std::is_void_v<T>) {
      TaskAccess::handle(task_).promise().take();
      return true;
    } else {
      return Result{TaskAccess::handle(task_).promise().take()};
    }
  }

 private:
  std::coroutine_handle<> finished(PromiseBase&) noexcept override {
    if (!started_) return std::noop_coroutine();
    this->cancel();
    return parent_->handle();
  }
  static void expired(Event& event) {
    auto& self = static_cast<Within&>(static_cast<Alarm&>(event));
    calendar().running = self.parent_->process;
    self.task_.reset();
    self.parent_->handle().resume();
  }

  Task<T> task_;
  double duration_;
  PromiseBase* parent_ = nullptr;
  WaitNote note_;
  bool started_ = false;
};

}  // namespace engine

/// At most `duration`: std::optional of what `awaitable` yields, or bool when that is void. At the deadline a Task
/// inside is cancelled; whatever else is inside is no longer waited for.
template <class T>
auto within(Duration duration, Task<T> task) {
  return engine::Deferred<engine::Within<T>, double, Task<T>>{in_seconds(duration), std::move(task)};
}
template <class Awaitable>
requires(!engine::is_task<std::remove_cvref_t<Awaitable>>) auto within(Duration duration, Awaitable awaitable) {
  return within(duration, engine::as_task(std::move(awaitable)));
}

}  // namespace streamtwin
