#include "models/services/hystrix/thread_pool.hpp"

#include "sim-core/assert.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

ThreadPool::ThreadPool(const ThreadPoolProperties& properties)
    : core_(properties.core_size),
      maximum_(properties.effective_maximum()),
      queue_capacity_(std::max(0, properties.max_queue_size)),
      rejection_threshold_(properties.queue_rejection_threshold),
      keep_alive_(properties.keep_alive),
      queue_(static_cast<std::size_t>(std::min(queue_capacity_, std::max(0, rejection_threshold_)))),
      idle_since_(maximum_ > core_ ? static_cast<std::size_t>(maximum_) : 0) {}

Submission ThreadPool::submit(Ticket ticket, Instant now) {
  if (queue_capacity_ > 0 && static_cast<int>(queued_) >= rejection_threshold_) return Submission::rejected;
  retire_idle_threads(now);
  if (threads_ < core_) {
    ++threads_;
    start();
    return Submission::started;
  }
  if (busy_ < threads_) {
    take_idle_thread();
    start();
    return Submission::started;
  }
  if (static_cast<int>(queued_) < queue_capacity_) {
    queue_[(queue_head_ + queued_) % queue_.size()] = ticket;
    ++queued_;
    return Submission::queued;
  }
  if (threads_ < maximum_) {
    ++threads_;
    start();
    return Submission::started;
  }
  return Submission::rejected;
}

std::optional<Ticket> ThreadPool::release(Instant now) {
  STREAMTWIN_ASSERT(busy_ > 0, "a Hystrix thread was released that nobody held");
  if (queued_ > 0) {
    const Ticket next = queue_[queue_head_];
    queue_head_ = static_cast<std::uint32_t>((queue_head_ + 1) % queue_.size());
    --queued_;
    return next;
  }
  --busy_;
  if (!idle_since_.empty()) {
    idle_since_[(idle_head_ + idle_) % idle_since_.size()] = now;
    ++idle_;
  }
  return std::nullopt;
}

bool ThreadPool::cancel(Ticket ticket) {
  for (std::uint32_t i = 0; i < queued_; ++i) {
    if (queue_[(queue_head_ + i) % queue_.size()] != ticket) continue;
    for (std::uint32_t j = i; j + 1 < queued_; ++j)
      queue_[(queue_head_ + j) % queue_.size()] = queue_[(queue_head_ + j + 1) % queue_.size()];
    --queued_;
    return true;
  }
  return false;
}

int ThreadPool::threads(Instant now) {
  retire_idle_threads(now);
  return threads_;
}

void ThreadPool::take_idle_thread() {
  if (idle_since_.empty()) return;
  idle_head_ = static_cast<std::uint32_t>((idle_head_ + 1) % idle_since_.size());
  --idle_;
}

// Each idle thread waits keep_alive for a task and then ends, as long as more than the core size are alive.
void ThreadPool::retire_idle_threads(Instant now) {
  while (idle_ > 0 && threads_ > core_ && now >= add_exactly(idle_since_[idle_head_], keep_alive_)) {
    take_idle_thread();
    --threads_;
  }
}

}  // namespace streamtwin::hystrix
