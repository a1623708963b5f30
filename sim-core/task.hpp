// Task<T>: a coroutine that runs when it is awaited and hands back a T. It reads like a function call:
//
//   Task<Reply> ask(Server& server) { co_await server.queue.acquire(); co_return Reply{}; }
//   Reply reply = co_await ask(server);
//
// A Task owns its frame. Destroying one that is parked cancels it: its locals are destroyed, which unhooks it from
// whatever it waits for, and so on all the way down. Exceptions travel to whoever awaits.
//
// GCC before 12.3 lays out the frame wrongly (its bug 106188) when a coroutine has a co_await in the condition of an
// if, while or switch and no local variable in its outermost block. Name the result first:
//
//   const Service service = co_await servers.serve(work);
//   if (service == Service::rejected) co_return;
#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "sim-core/check.hpp"
#include "sim-core/coroutine.hpp"

namespace streamtwin {

template <class T = void>
class Task;

namespace engine {

template <class T>
class ResultPromise : public PromiseBase {
 public:
  template <class Value>
  requires std::constructible_from<T, Value&&>
  void return_value(Value&& value) { result_.emplace(std::forward<Value>(value)); }
  T take() {
    if (exception) std::rethrow_exception(std::move(exception));
    return std::move(*result_);
  }

 private:
  std::optional<T> result_;
};

template <>
class ResultPromise<void> : public PromiseBase {
 public:
  void return_void() {}
  void take() {
    if (exception) std::rethrow_exception(std::move(exception));
  }
};

struct TaskAccess;

/// A frame that its compiler cannot follow. Clang puts a child's frame into its parent's where it sees both ends of the
/// child; but a frame on the calendar must be able to outlive both until the calendar has found it dead.
inline void* on_the_heap(void* frame) {
#ifdef __clang__
  asm("" : "+r"(frame));
#endif
  return frame;
}

}  // namespace engine

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : engine::ResultPromise<T> {
    static_assert(alignof(engine::ResultPromise<T>) <= 16, "frames are aligned to 16 bytes");
    Task get_return_object() {
      void* frame = std::coroutine_handle<promise_type>::from_promise(*this).address();
      return Task{std::coroutine_handle<promise_type>::from_address(engine::on_the_heap(frame))};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    engine::FinalAwaiter final_suspend() noexcept { return {}; }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    Task old = std::move(*this);
    handle_ = std::exchange(other.handle_, {});
    return *this;
  }
  ~Task() { reset(); }

  explicit operator bool() const { return static_cast<bool>(handle_); }
  void reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  /// Waits for the coroutine's end, starting it.
  auto operator co_await() & { return Awaiter{handle_}; }
  auto operator co_await() && { return Awaiter{handle_}; }

 private:
  friend struct engine::TaskAccess;
  explicit Task(Handle handle) : handle_(handle) {}

  class Awaiter {
   public:
    explicit Awaiter(Handle child) : child_(child) {}
    bool await_ready() {
      check(child_ && !child_.done(), "a Task is awaited once");
      return false;
    }
    template <engine::SimulatedCoroutine Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) {
      engine::PromiseBase& promise = parent.promise();
      child_.promise().process = promise.process;
      child_.promise().continuation = parent;
      promise.child = &child_.promise();
      parent_ = &promise;
      return child_;
    }
    T await_resume() {
      parent_->child = nullptr;
      return child_.promise().take();
    }

   private:
    Handle child_;
    engine::PromiseBase* parent_ = nullptr;
  };

  Handle handle_;
};

namespace engine {

/// For the parts of the engine that start and own coroutines.
struct TaskAccess {
  template <class T>
  static typename Task<T>::Handle handle(Task<T>& task) {
    return task.handle_;
  }
};

/// What `co_await awaitable` yields.
template <class Awaitable>
struct AwaitTraits {
  static decltype(auto) awaiter(Awaitable&& awaitable) {
    if constexpr (requires { std::forward<Awaitable>(awaitable).operator co_await(); }) {
      return std::forward<Awaitable>(awaitable).operator co_await();
    } else {
      return std::forward<Awaitable>(awaitable);
    }
  }
  using Result = decltype(std::declval<decltype(awaiter(std::declval<Awaitable>()))&>().await_resume());
};
template <class Awaitable>
using Awaited = std::remove_cvref_t<typename AwaitTraits<Awaitable>::Result>;

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

/// Any awaitable as a Task.
template <class Awaitable>
auto as_task(Awaitable awaitable) -> Task<Awaited<Awaitable>> {
  co_return co_await std::move(awaitable);
}
template <class T>
Task<T> as_task(Task<T> task) {
  return task;
}

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
}  // namespace streamtwin
