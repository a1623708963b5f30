// What a process can wait for besides the things that own a queue: time, a deadline on anything, the first or all of
// several things, and the fence at which SimGrid may be called.
#pragma once

#include <array>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

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

/// A result that may be void.
template <class T>
using Regular = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

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

class Group;

struct GroupMember final : Completion {
  std::coroutine_handle<> finished(PromiseBase& child) noexcept override;
  Group* group = nullptr;
  std::size_t index = 0;
};

/// What any_of and all_of share: children that start together, in order, and tell when they end.
class Group {
 public:
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

 protected:
  explicit Group(const char* what) { note_.what = what; }
  ~Group() = default;

  friend struct GroupMember;
  virtual std::coroutine_handle<> member_finished(std::size_t index, PromiseBase& child) noexcept = 0;

  template <class Handle>
  void start(Handle child, GroupMember& member, std::size_t index) {
    check(child && !child.done(), "a Task is awaited once");
    member.group = this;
    member.index = index;
    child.promise().process = parent_->process;
    child.promise().owner = &member;
    child.resume();
  }
  void begin(PromiseBase& parent) {
    parent_ = &parent;
    note_.since = calendar().now();
    parent.waiting = &note_;
  }
  void end() { parent_->waiting = nullptr; }

  PromiseBase* parent_ = nullptr;
  WaitNote note_;
  bool starting_ = true;
};

inline std::coroutine_handle<> GroupMember::finished(PromiseBase& child) noexcept { return group->member_finished(index, child); }

/// The children as a tuple or as a vector of tasks.
template <class... T>
struct TupleChildren {
  static constexpr std::size_t size() { return sizeof...(T); }
  template <class Visit>
  void each(Visit visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (void)(visit(I, std::get<I>(tasks)) && ...); }
    (std::index_sequence_for<T...>{});
  }
  std::tuple<Task<T>...> tasks;
};
template <class T>
struct VectorChildren {
  std::size_t size() const { return tasks.size(); }
  template <class Visit>
  void each(Visit visit) {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (!visit(i, tasks[i])) return;
    }
  }
  std::vector<Task<T>> tasks;
};

/// Ends with the first child to end; the others are cancelled.
template <class Children, class Members, class Taker>
class AnyOf final : public Group {
 public:
  explicit AnyOf(Children children) : Group("the first of several"), children_(std::move(children)) {
    if constexpr (requires { members_.resize(1); }) members_.resize(children_.size());
    check(children_.size() > 0, "any_of waits for something");
  }
  ~AnyOf() = default;

  bool await_ready() const noexcept { return false; }
  template <SimulatedCoroutine Promise>
  bool await_suspend(std::coroutine_handle<Promise> parent) {
    begin(parent.promise());
    children_.each([&](std::size_t index, auto& task) {
      start(TaskAccess::handle(task), members_[index], index);
      return winner_ == none;
    });
    starting_ = false;
    if (winner_ == none) return true;
    cancel_losers();
    return false;
  }
  auto await_resume() {
    end();
    return Taker{}(children_, winner_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::coroutine_handle<> member_finished(std::size_t index, PromiseBase&) noexcept override {
    winner_ = index;
    if (starting_) return std::noop_coroutine();
    cancel_losers();
    return parent_->handle();
  }
  void cancel_losers() {
    children_.each([&](std::size_t index, auto& task) {
      if (index != winner_) task.reset();
      return true;
    });
  }

  Children children_;
  Members members_;
  std::size_t winner_ = none;
};

/// Ends when all children have ended, or with the first exception, which cancels the others.
template <class Children, class Members, class Taker>
class AllOf final : public Group {
 public:
  explicit AllOf(Children children) : Group("all of several"), children_(std::move(children)) {
    if constexpr (requires { members_.resize(1); }) members_.resize(children_.size());
    left_ = children_.size();
  }
  ~AllOf() = default;

  bool await_ready() const noexcept { return false; }
  template <SimulatedCoroutine Promise>
  bool await_suspend(std::coroutine_handle<Promise> parent) {
    begin(parent.promise());
    children_.each([&](std::size_t index, auto& task) {
      start(TaskAccess::handle(task), members_[index], index);
      return !failure_;
    });
    starting_ = false;
    if (failure_) cancel_all();
    return left_ > 0 && !failure_;
  }
  auto await_resume() {
    end();
    if (failure_) std::rethrow_exception(std::move(failure_));
    return Taker{}(children_);
  }

 private:
  std::coroutine_handle<> member_finished(std::size_t index, PromiseBase& child) noexcept override {
    --left_;
    if (child.exception) failure_ = child.exception;
    if (starting_ || (left_ > 0 && !failure_)) return std::noop_coroutine();
    if (failure_) cancel_all(index);
    return parent_->handle();
  }
  void cancel_all(std::size_t except = static_cast<std::size_t>(-1)) {
    children_.each([&](std::size_t index, auto& task) {
      if (index != except) task.reset();
      return true;
    });
  }

  Children children_;
  Members members_;
  std::size_t left_ = 0;
  std::exception_ptr failure_;
};

template <class T>
Regular<T> take_result(Task<T>& task) {
  if constexpr (std::is_void_v<T>) {
    TaskAccess::handle(task).promise().take();
    return {};
  } else {
    return TaskAccess::handle(task).promise().take();
  }
}

struct TakeVariant {
  template <class... T>
  auto operator()(TupleChildren<T...>& children, std::size_t winner) {
    std::optional<std::variant<Regular<T>...>> result;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == winner ? (void)result.emplace(std::in_place_index<I>, take_result(std::get<I>(children.tasks))) : void()), ...);
    }
    (std::index_sequence_for<T...>{});
    return std::move(*result);
  }
};
struct TakeIndexed {
  template <class T>
  auto operator()(VectorChildren<T>& children, std::size_t winner) {
    if constexpr (std::is_void_v<T>) {
      take_result(children.tasks[winner]);
      return winner;
    } else {
      return std::pair<std::size_t, T>(winner, take_result(children.tasks[winner]));
    }
  }
};
struct TakeAll {
  template <class... T>
  auto operator()(TupleChildren<T...>& children) {
    return std::apply([](auto&... tasks) { return std::tuple<Regular<T>...>{take_result(tasks)...}; }, children.tasks);
  }
  template <class T>
  auto operator()(VectorChildren<T>& children) {
    if constexpr (std::is_void_v<T>) {
      for (auto& task : children.tasks) take_result(task);
    } else {
      std::vector<T> results;
      results.reserve(children.tasks.size());
      for (auto& task : children.tasks) results.push_back(take_result(task));
      return results;
    }
  }
};

/// Something that is awaited by building `Awaiter` from its arguments where it is awaited.
template <class Awaiter, class... Arguments>
class [[nodiscard]] Deferred {
 public:
  explicit Deferred(Arguments... arguments) : arguments_(std::move(arguments)...) {}
  Awaiter operator co_await() && {
    return std::apply([](auto&... arguments) { return Awaiter(std::move(arguments)...); }, arguments_);
  }

 private:
  std::tuple<Arguments...> arguments_;
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

/// The first to end, as a std::variant whose index() tells which (std::monostate for void); the others are cancelled.
/// All start at once, in order; when two end at the same instant, the one whose event came first.
template <class... Awaitables>
auto any_of(Awaitables... awaitables) {
  using Children = engine::TupleChildren<engine::Awaited<Awaitables>...>;
  using Awaiter = engine::AnyOf<Children, std::array<engine::GroupMember, sizeof...(Awaitables)>, engine::TakeVariant>;
  return engine::Deferred<Awaiter, Children>{Children{{engine::as_task(std::move(awaitables))...}}};
}
/// The index of the first to end, with its result when there is one.
template <class T>
auto any_of(std::vector<Task<T>> tasks) {
  using Children = engine::VectorChildren<T>;
  return engine::Deferred<engine::AnyOf<Children, std::vector<engine::GroupMember>, engine::TakeIndexed>, Children>{
      Children{std::move(tasks)}};
}

/// All of them, as a std::tuple (std::monostate for void). An exception cancels the others and is rethrown.
template <class... Awaitables>
auto all_of(Awaitables... awaitables) {
  using Children = engine::TupleChildren<engine::Awaited<Awaitables>...>;
  using Awaiter = engine::AllOf<Children, std::array<engine::GroupMember, sizeof...(Awaitables)>, engine::TakeAll>;
  return engine::Deferred<Awaiter, Children>{Children{{engine::as_task(std::move(awaitables))...}}};
}
/// All of them, as a std::vector; nothing when T is void.
template <class T>
auto all_of(std::vector<Task<T>> tasks) {
  using Children = engine::VectorChildren<T>;
  return engine::Deferred<engine::AllOf<Children, std::vector<engine::GroupMember>, engine::TakeAll>, Children>{Children{std::move(tasks)}};
}

}  // namespace streamtwin
