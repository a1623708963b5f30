// BoundedQueue<T>: a buffer between processes, first in, first out. Who pops from an empty one waits; who pushes to a
// full one waits, or is refused when it only tries. Values are handed over in the order in which they were pushed, to
// waiting processes in the order in which they came.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "sim-core/waiter.hpp"

namespace streamtwin {

template <class T>
class BoundedQueue {
  /// A process that waits with the value it brings, or for the value it gets.
  struct Node : engine::Waiter {
    explicit Node(const char* what, std::optional<T> brought = {}) : Waiter(what), value(std::move(brought)) {}
    std::optional<T> value;
  };

 public:
  explicit BoundedQueue(std::size_t limit, const char* what = "a queue") : limit_(limit), what_(what) {
    check(limit > 0, "a queue has room for at least one");
  }

  class PushAwaiter {
   public:
    PushAwaiter(BoundedQueue& queue, T value) : queue_(queue), node_(queue.what_, std::move(value)) {}
    bool await_ready() { return queue_.pushers_.empty() && queue_.put(*node_.value); }
    template <engine::SimulatedCoroutine Promise>
    void await_suspend(std::coroutine_handle<Promise> coroutine) {
      node_.park(coroutine, queue_.pushers_);
    }
    void await_resume() { node_.resumed(); }

   private:
    BoundedQueue& queue_;
    Node node_;
  };
  class PopAwaiter {
   public:
    explicit PopAwaiter(BoundedQueue& queue) : queue_(queue), node_(queue.what_) {}
    ~PopAwaiter() {
      // Handed a value, but cancelled before it went on: the value is the next one's.
      if (node_.posted() && !engine::ending()) queue_.put_back(std::move(*node_.value));
    }
    bool await_ready() {
      if (!queue_.poppers_.empty() || queue_.values_.empty()) return false;
      node_.value.emplace(queue_.take());
      return true;
    }
    template <engine::SimulatedCoroutine Promise>
    void await_suspend(std::coroutine_handle<Promise> coroutine) {
      node_.park(coroutine, queue_.poppers_);
    }
    T await_resume() {
      node_.resumed();
      return std::move(*node_.value);
    }

   private:
    BoundedQueue& queue_;
    Node node_;
  };
  class [[nodiscard]] Push {
   public:
    Push(BoundedQueue& queue, T value) : queue_(queue), value_(std::move(value)) {}
    PushAwaiter operator co_await() && { return PushAwaiter{queue_, std::move(value_)}; }

   private:
    BoundedQueue& queue_;
    T value_;
  };
  class [[nodiscard]] Pop {
   public:
    explicit Pop(BoundedQueue& queue) : queue_(queue) {}
    PopAwaiter operator co_await() const { return PopAwaiter{queue_}; }

   private:
    BoundedQueue& queue_;
  };

  /// `co_await queue.push(value)` waits while the queue is full.
  Push push(T value) { return Push{*this, std::move(value)}; }
  /// `T value = co_await queue.pop()` waits while it is empty.
  Pop pop() { return Pop{*this}; }
  /// False, and the value is dropped, when the queue is full.
  bool try_push(T value) { return pushers_.empty() && put(value); }
  std::optional<T> try_pop() {
    if (values_.empty()) return std::nullopt;
    return take();
  }

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  std::size_t limit() const { return limit_; }

 private:
  /// To whoever waits, or into the buffer; false when it is full.
  bool put(T& value) {
    if (!poppers_.empty()) {
      auto& popper = static_cast<Node&>(*poppers_.front());
      popper.value.emplace(std::move(value));
      popper.wake();
      return true;
    }
    if (values_.size() >= limit_) return false;
    values_.push_back(std::move(value));
    return true;
  }
  void put_back(T value) {
    if (!poppers_.empty()) {
      put(value);
    } else {
      values_.push_front(std::move(value));
    }
  }
  T take() {
    T value = std::move(values_.front());
    values_.pop_front();
    if (values_.size() < limit_ && !pushers_.empty()) {
      auto& pusher = static_cast<Node&>(*pushers_.front());
      values_.push_back(std::move(*pusher.value));
      pusher.wake();
    }
    return value;
  }

  std::size_t limit_;
  const char* what_;
  std::deque<T> values_;
  engine::WaitList pushers_;
  engine::WaitList poppers_;
};

}  // namespace streamtwin
