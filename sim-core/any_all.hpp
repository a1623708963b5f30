// Waiting for several things at once: for the first of them to end, or for all.
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
#include "sim-core/task.hpp"

namespace streamtwin {

namespace engine {

/// A result that may be void.
template <class T>
using Regular = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

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

}  // namespace engine

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
