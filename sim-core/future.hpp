// A one-shot reply: whoever holds the Promise sets the value, whoever holds the Future waits for it, with or without
// a deadline. This is the hot path of a remote call: one pooled block, no other allocation, O(1) to give up waiting.
// A caller that gives up merely drops its Future: the callee goes on working and its set() is ignored.
#pragma once

#include <new>
#include <optional>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {

template <class T>
class Promise;
template <class T>
class Future;
template <class T>
std::pair<Promise<T>, Future<T>> make_promise();

namespace engine {

/// The block that a Promise and its Future share. As an event it is a value on its way, see Promise::set_after().
template <class T>
struct FutureState : PooledEvent {
  FutureState() : PooledEvent(&arrived) {}
  static void arrived(Event& event) {
    auto& self = static_cast<FutureState&>(static_cast<PooledEvent&>(event));
    self.on_the_way = false;
    self.promised = false;
    if (self.waiter != nullptr) std::exchange(self.waiter, nullptr)->resume_now();
  }
  ~FutureState() {
    if (is_set) value.~Value();
  }
  bool here() const { return is_set && !on_the_way; }
  template <class... Parts>
  void set(Parts&&... parts) {
    ::new (&value) Value(std::forward<Parts>(parts)...);
    is_set = true;
  }

  bool promised : 1 = true;
  bool expected : 1 = true;
  bool on_the_way : 1 = false;
  bool is_set : 1 = false;  // not an optional, whose own flag would take eight bytes
  Waiter* waiter = nullptr;
  using Value = Regular<T>;
  union {
    Value value;
  };
};

/// Waits for the value, or until `deadline` when there is one.
template <class T, bool timed>
class FutureAwaiter final : Alarm {
 public:
  using Result = std::conditional_t<timed, std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>, T>;

  FutureAwaiter(FutureState<T>& state, double timeout) : Alarm(&expired), state_(state), timeout_(timeout), waiter_("a reply") {}
  ~FutureAwaiter() {
    if (state_.waiter == &waiter_) state_.waiter = nullptr;
  }

  bool await_ready() const { return state_.here(); }
  template <SimulatedCoroutine Coroutine>
  void await_suspend(std::coroutine_handle<Coroutine> coroutine) {
    check(state_.waiter == nullptr, "one process at a time waits for a Future");
    state_.waiter = &waiter_;
    waiter_.park(coroutine);
    state_.leads_to(waiter_.frame());
    if constexpr (timed) this->set(calendar().now() + timeout_);
  }
  Result await_resume() {
    this->cancel();
    waiter_.resumed();
    if (state_.waiter == &waiter_) state_.waiter = nullptr;
    if constexpr (timed) {
      if (!state_.here()) return Result{};
      if constexpr (std::is_void_v<T>) {
        return true;
      } else {
        return Result{std::move(state_.value)};
      }
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(state_.value);
    }
  }

 private:
  static void expired(Event& event) {
    auto& self = static_cast<FutureAwaiter&>(static_cast<Alarm&>(event));
    // The value came at this very instant and its event is on the way: it wins.
    if (self.waiter_.posted()) return;
    self.state_.waiter = nullptr;
    self.waiter_.resume_now();
  }

  FutureState<T>& state_;
  double timeout_;
  Waiter waiter_;
};

}  // namespace engine

template <class T>
class [[nodiscard]] Promise {
 public:
  Promise() = default;
  Promise(Promise&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Promise& operator=(Promise&& other) noexcept {
    Promise old = std::move(*this);
    state_ = std::exchange(other.state_, nullptr);
    return *this;
  }
  ~Promise() {
    if (state_ == nullptr) return;
    state_->promised = false;
    if (!state_->expected) delete state_;
  }

  /// Whoever waits goes on by an event at this instant. Ignored when nobody can wait any more.
  template <class... Value>
  requires std::constructible_from<engine::Regular<T>, Value &&...> void set(Value&&... value) {
    check(state_ != nullptr, "a Promise that was moved from is not set");
    check(!state_->is_set, "a Promise is set once");
    state_->set(std::forward<Value>(value)...);
    if (state_->waiter != nullptr) std::exchange(state_->waiter, nullptr)->wake();
  }
  /// Sends the value on its way: whoever waits goes on by an event after `delay`. The Promise is used up, and whoever
  /// sends may die meanwhile; when nobody waits any more the value is dropped.
  template <class... Value>
  requires std::constructible_from<engine::Regular<T>, Value &&...> void set_after(Duration delay, Value&&... value) && {
    check(state_ != nullptr, "a Promise that was moved from is not set");
    check(!state_->is_set, "a Promise is set once");
    if (!state_->expected) return;
    engine::FutureState<T>& state = *std::exchange(state_, nullptr);
    state.set(std::forward<Value>(value)...);
    state.on_the_way = true;
    engine::Calendar& today = engine::calendar();
    today.fire_at(today.now() + in_seconds(delay), state);
  }
  /// False when the Future is gone: nobody will see the value.
  bool awaited() const { return state_ != nullptr && state_->expected; }
  bool is_set() const { return state_ != nullptr && state_->is_set; }

 private:
  friend std::pair<Promise<T>, Future<T>> make_promise<T>();
  explicit Promise(engine::FutureState<T>* state) : state_(state) {}
  engine::FutureState<T>* state_ = nullptr;
};

template <class T>
class [[nodiscard]] Future {
 public:
  Future() = default;
  Future(Future&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Future& operator=(Future&& other) noexcept {
    Future old = std::move(*this);
    state_ = std::exchange(other.state_, nullptr);
    return *this;
  }
  ~Future() {
    if (state_ == nullptr) return;
    state_->expected = false;
    if (!state_->promised || state_->on_the_way) delete state_;
  }

  bool ready() const { return state_ != nullptr && state_->here(); }
  engine::FutureAwaiter<T, false> operator co_await() & { return {state(), 0}; }
  engine::FutureAwaiter<T, false> operator co_await() && { return {state(), 0}; }

  /// `co_await future.within(1s)`: std::optional<T> (bool for void), empty when the time is over. The Future may be
  /// awaited again after that.
  class Timed {
   public:
    Timed(engine::FutureState<T>& state, double timeout) : state_(state), timeout_(timeout) {}
    engine::FutureAwaiter<T, true> operator co_await() const { return {state_, timeout_}; }

   private:
    engine::FutureState<T>& state_;
    double timeout_;
  };
  /// The Future as something to wait for, kept by the caller: `any_of(future.wait(), delay(1s))`.
  class Wait {
   public:
    explicit Wait(engine::FutureState<T>& state) : state_(state) {}
    engine::FutureAwaiter<T, false> operator co_await() const { return {state_, 0}; }

   private:
    engine::FutureState<T>& state_;
  };
  Wait wait() { return Wait{state()}; }
  Timed within(Duration timeout) & { return {state(), in_seconds(timeout)}; }
  Timed within(Duration timeout) && { return {state(), in_seconds(timeout)}; }

 private:
  friend std::pair<Promise<T>, Future<T>> make_promise<T>();
  explicit Future(engine::FutureState<T>* state) : state_(state) {}
  engine::FutureState<T>& state() {
    check(state_ != nullptr, "a Future that was moved from is not awaited");
    return *state_;
  }
  engine::FutureState<T>* state_ = nullptr;
};

namespace engine {

template <class T>
class OwnedFuture {
 public:
  OwnedFuture(Duration timeout, Future<T> future) : timeout_(timeout), future_(std::move(future)) {}
  FutureAwaiter<T, true> operator co_await() { return future_.within(timeout_).operator co_await(); }

 private:
  Duration timeout_;
  Future<T> future_;
};

}  // namespace engine

template <class T>
std::pair<Promise<T>, Future<T>> make_promise() {
  auto* state = new engine::FutureState<T>;
  return {Promise<T>{state}, Future<T>{state}};
}

/// At most `timeout`; a Future that is passed by reference may be awaited again after that.
template <class T>
auto within(Duration timeout, Future<T>& future) {
  return future.within(timeout);
}
template <class T>
auto within(Duration timeout, Future<T>&& future) {
  return engine::OwnedFuture<T>{timeout, std::move(future)};
}

}  // namespace streamtwin
