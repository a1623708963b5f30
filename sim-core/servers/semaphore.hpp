// Semaphore: a number of permits, taken first come, first served. A permit is an object: its death gives it back, so
// that a process that is cancelled in the middle of its work returns what it holds.
#pragma once

#include <cstddef>
#include <utility>

#include "sim-core/waiter.hpp"

namespace streamtwin {

class Semaphore;

class [[nodiscard]] Permit {
 public:
  Permit() = default;
  Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept {
    Permit old = std::move(*this);
    semaphore_ = std::exchange(other.semaphore_, nullptr);
    return *this;
  }
  ~Permit() { release(); }
  void release();
  explicit operator bool() const { return semaphore_ != nullptr; }

 private:
  friend class Semaphore;
  explicit Permit(Semaphore* semaphore) : semaphore_(semaphore) {}
  Semaphore* semaphore_ = nullptr;
};

class Semaphore {
 public:
  /// `what` names it in a hang report.
  explicit Semaphore(std::size_t permits, const char* what = "a permit") : permits_(permits), what_(what) {}

  /// `Permit permit = co_await semaphore.acquire();`
  class Acquire {
   public:
    explicit Acquire(Semaphore& semaphore) : semaphore_(semaphore) {}
    class Awaiter;
    Awaiter operator co_await() const;

   private:
    Semaphore& semaphore_;
  };
  [[nodiscard]] Acquire acquire() { return Acquire{*this}; }
  /// An empty permit when none is free or others wait.
  Permit try_acquire() {
    if (taken_ >= permits_ || !waiters_.empty()) return {};
    ++taken_;
    return Permit{this};
  }

  std::size_t permits() const { return permits_; }
  std::size_t taken() const { return taken_; }
  std::size_t waiting() const { return waiters_.size(); }
  /// Fewer permits than are taken: none is granted until enough came back.
  void set_permits(std::size_t permits) {
    permits_ = permits;
    grant();
  }

 private:
  friend class Permit;
  void give_back() {
    --taken_;
    grant();
  }
  void grant() {
    while (taken_ < permits_ && !waiters_.empty()) {
      ++taken_;
      waiters_.front()->wake();
    }
  }

  std::size_t permits_;
  std::size_t taken_ = 0;
  const char* what_;
  engine::WaitList waiters_;
};

class Semaphore::Acquire::Awaiter {
 public:
  explicit Awaiter(Semaphore& semaphore) : semaphore_(semaphore), waiter_(semaphore.what_) {}
  ~Awaiter() {
    // Granted, but cancelled before it went on.
    if (waiter_.posted() && !engine::ending()) semaphore_.give_back();
  }
  bool await_ready() {
    if (semaphore_.taken_ >= semaphore_.permits_ || !semaphore_.waiters_.empty()) return false;
    ++semaphore_.taken_;
    return true;
  }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    waiter_.park(coroutine, semaphore_.waiters_);
  }
  Permit await_resume() {
    waiter_.resumed();
    return Permit{&semaphore_};
  }

 private:
  Semaphore& semaphore_;
  engine::Waiter waiter_;
};

inline Semaphore::Acquire::Awaiter Semaphore::Acquire::operator co_await() const { return Awaiter{semaphore_}; }

inline void Permit::release() {
  Semaphore* semaphore = std::exchange(semaphore_, nullptr);
  // At the end of a run, what owned the semaphore may be gone before the processes that hold its permits.
  if (semaphore != nullptr && !engine::ending()) semaphore->give_back();
}

}  // namespace streamtwin
