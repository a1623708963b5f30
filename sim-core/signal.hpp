// Signal: processes wait, somebody notifies. It has no memory: a notification reaches those who wait at that time.
#pragma once

#include "sim-core/waiter.hpp"

namespace streamtwin {

class Signal {
 public:
  /// `what` names it in a hang report.
  explicit Signal(const char* what = "a signal") : what_(what) {}

  class Wait {
   public:
    explicit Wait(Signal& signal) : signal_(signal) {}
    class Awaiter {
     public:
      explicit Awaiter(Signal& signal) : signal_(signal), waiter_(signal.what_) {}
      bool await_ready() const noexcept { return false; }
      template <engine::SimulatedCoroutine Promise>
      void await_suspend(std::coroutine_handle<Promise> coroutine) {
        waiter_.park(coroutine, signal_.waiters_);
      }
      void await_resume() { waiter_.resumed(); }

     private:
      Signal& signal_;
      engine::Waiter waiter_;
    };
    Awaiter operator co_await() const { return Awaiter{signal_}; }

   private:
    Signal& signal_;
  };

  [[nodiscard]] Wait wait() { return Wait{*this}; }
  /// Those who wait now go on by events at this instant, in the order in which they came.
  void notify_all() {
    while (!waiters_.empty()) waiters_.front()->wake();
  }
  void notify_one() {
    if (!waiters_.empty()) waiters_.front()->wake();
  }
  std::size_t waiting() const { return waiters_.size(); }

 private:
  const char* what_;
  engine::WaitList waiters_;
};

}  // namespace streamtwin
