// What every coroutine of the simulation has in common: a promise that knows its process, whom to resume when it has
// finished, and what it waits for; and frames from the pool.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>

#include "sim-core/frame_pool.hpp"
#include "sim-core/prefetch.hpp"

namespace streamtwin::engine {

class PromiseBase;
struct ProcessRecord;

/// Told when a coroutine that nobody awaits by continuation has finished; returns what runs next.
class Completion {
 public:
  virtual std::coroutine_handle<> finished(PromiseBase& coroutine) noexcept = 0;

 protected:
  ~Completion() = default;
};

/// What a parked coroutine waits for, for the hang report.
struct WaitNote {
  const char* what = "";
  double since = 0;
};

class PromiseBase {
 public:
  ProcessRecord* process = nullptr;      ///< the process on whose behalf this coroutine runs
  std::coroutine_handle<> continuation;  ///< the coroutine that awaits this one, or
  Completion* owner = nullptr;           ///< whoever else wants to know that it has finished
  PromiseBase* child = nullptr;          ///< the coroutine this one awaits
  const WaitNote* waiting = nullptr;     ///< what else this one awaits; null on the calendar
  std::exception_ptr exception;
  std::uint64_t sequence = 0;  ///< of its insertion into the calendar

  /// Its frame, to be fetched before it goes on.
  Extent frame() const { return {frame_of(this), frame_bytes_}; }
  /// Where that of a promise begins, which is not looked at.
  static const char* frame_of(const PromiseBase* promise) { return reinterpret_cast<const char*>(promise) - before_promise; }

  void unhandled_exception() noexcept { exception = std::current_exception(); }

  static void* operator new(std::size_t bytes) {
    newest_bytes_ = static_cast<std::uint32_t>(bytes);
    return FramePool::allocate(bytes);
  }
  static void operator delete(void* frame, std::size_t bytes) noexcept;

  std::coroutine_handle<PromiseBase> handle() { return std::coroutine_handle<PromiseBase>::from_promise(*this); }

 private:
  static constexpr std::size_t before_promise = 2 * sizeof(void*);  // what to call to resume and to destroy it

  inline static constinit std::uint32_t newest_bytes_ = 0;
  std::uint32_t frame_bytes_ = newest_bytes_;  // a promise is made as soon as its frame has its memory
};

template <class Promise>
concept SimulatedCoroutine = std::derived_from<Promise, PromiseBase>;

struct FinalAwaiter {
  bool await_ready() noexcept { return false; }
  template <SimulatedCoroutine Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
    PromiseBase& promise = self.promise();
    return promise.continuation ? promise.continuation : promise.owner->finished(promise);
  }
  void await_resume() noexcept {}
};

}  // namespace streamtwin::engine
