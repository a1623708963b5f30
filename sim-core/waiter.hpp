// The building block of everything one can wait for: a Waiter lives in the frame of the coroutine that waits and
// hangs in the list of what it waits for. Its death, by whatever cause, unhooks it.
#pragma once

#include "sim-core/calendar.hpp"
#include "sim-core/coroutine.hpp"

namespace streamtwin::engine {

class WaitList;

class Waiter : public WaitNote {
 public:
  explicit Waiter(const char* what_for) { what = what_for; }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { leave(); }

  /// In await_suspend: the coroutine waits until somebody calls wake().
  template <SimulatedCoroutine Promise>
  void park(std::coroutine_handle<Promise> coroutine) {
    promise_ = &coroutine.promise();
    frame_bytes_ = promise_->frame().bytes;
    since = calendar().now();
    promise_->waiting = this;
    state_ = State::parked;
  }
  template <SimulatedCoroutine Promise>
  void park(std::coroutine_handle<Promise> coroutine, WaitList& list);

  /// Leaves the list; the coroutine goes on by an event at the present instant.
  void wake() {
    unlink();
    state_ = State::posted;
    frame().fetch();  // while others happen that are before it
    calendar().post(promise_->handle());
  }
  /// Leaves the list; the coroutine goes on at once. Only from an event, never from another coroutine.
  void resume_now() {
    unlink();
    state_ = State::idle;
    calendar().running = promise_->process;
    if (promise_->continuation) fetch_soon(promise_->continuation);
    promise_->handle().resume();
  }
  /// Leaves the list but goes on waiting: somebody keeps the waiter in another way.
  void leave_list() { unlink(); }
  /// In await_resume.
  void resumed() {
    state_ = State::idle;
    if (promise_ != nullptr) promise_->waiting = nullptr;
  }
  /// Of the coroutine that was parked; its promise is not looked at.
  Extent frame() const { return {PromiseBase::frame_of(promise_), frame_bytes_}; }
  bool parked() const { return state_ == State::parked; }
  bool posted() const { return state_ == State::posted; }
  /// Unhooks: nobody will wake this waiter any more.
  void leave() {
    unlink();
    if (state_ == State::posted) Calendar::abandon(promise_->handle());
    state_ = State::idle;
  }

 private:
  friend class WaitList;
  enum class State : unsigned char { idle, parked, posted };
  void unlink();
  /// The one that goes on when the coroutine has ended, which may be soon: its first lines, as how long its frame is stands in them.
  static void fetch_soon(std::coroutine_handle<> next) { Extent{static_cast<const char*>(next.address()), 8 * Extent::line}.fetch(); }

  PromiseBase* promise_ = nullptr;
  WaitList* list_ = nullptr;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
  State state_ = State::idle;
  std::uint32_t frame_bytes_ = 0;
};

/// First in, first out; leaving from the middle costs O(1).
class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList() {
    // What is waited for dies first: its waiters wait for ever.
    while (first_ != nullptr) first_->unlink();
  }

  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }
  Waiter* front() const { return first_; }
  void push_back(Waiter& waiter) {
    waiter.list_ = this;
    waiter.previous_ = last_;
    waiter.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &waiter;
    last_ = &waiter;
    ++size_;
  }

 private:
  friend class Waiter;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  std::size_t size_ = 0;
};

inline void Waiter::unlink() {
  if (list_ == nullptr) return;
  (previous_ != nullptr ? previous_->next_ : list_->first_) = next_;
  (next_ != nullptr ? next_->previous_ : list_->last_) = previous_;
  --list_->size_;
  list_ = nullptr;
}

template <SimulatedCoroutine Promise>
void Waiter::park(std::coroutine_handle<Promise> coroutine, WaitList& list) {
  park(coroutine);
  list.push_back(*this);
}

}  // namespace streamtwin::engine
