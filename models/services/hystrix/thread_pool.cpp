#include "models/services/hystrix/thread_pool.hpp"

#include "sim-core/assert.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

ThreadPool::ThreadPool(const ThreadPoolProperties& properties)
    : core_(properties.core_size),
      maximum_(properties.effective_maximum()),
      queue_capacity_(std::max(0, properties.max_queue_size)),
      rejection_threshold_(properties.queue_rejection_threshold) {
  const int queue = std::min(queue_capacity_, std::max(0, rejection_threshold_));
  const int idle = maximum_ > core_ ? maximum_ : 0;
  if (queue == 0 && idle == 0) return;
  rings_ = std::make_unique<Rings>(Rings{.queue = std::vector<Ticket>(static_cast<std::size_t>(queue)),
                                         .idle_since = std::vector<Instant>(static_cast<std::size_t>(idle)),
                                         .keep_alive = properties.keep_alive});
}

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
    rings_->queue[(rings_->queue_head + queued_) % rings_->queue.size()] = ticket;
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
    const Ticket next = rings_->queue[rings_->queue_head];
    rings_->queue_head = static_cast<std::uint32_t>((rings_->queue_head + 1) % rings_->queue.size());
    --queued_;
    return next;
  }
  --busy_;
  if (rings_ != nullptr && !rings_->idle_since.empty()) {
    rings_->idle_since[(rings_->idle_head + rings_->idle) % rings_->idle_since.size()] = now;
    ++rings_->idle;
  }
  return std::nullopt;
}

bool ThreadPool::cancel(Ticket ticket) {
  const auto place = [this](std::uint32_t number) -> Ticket& {
    return rings_->queue[(rings_->queue_head + number) % rings_->queue.size()];
  };
  for (std::uint32_t i = 0; i < queued_; ++i) {
    if (place(i) != ticket) continue;
    for (std::uint32_t j = i; j + 1 < queued_; ++j) place(j) = place(j + 1);
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
  if (rings_ == nullptr || rings_->idle_since.empty()) return;
  rings_->idle_head = static_cast<std::uint32_t>((rings_->idle_head + 1) % rings_->idle_since.size());
  --rings_->idle;
}

// Each idle thread waits keep_alive for a task and then ends, as long as more than the core size are alive.
void ThreadPool::retire_idle_threads(Instant now) {
  if (rings_ == nullptr) return;
  while (rings_->idle > 0 && threads_ > core_ && now >= add_exactly(rings_->idle_since[rings_->idle_head], rings_->keep_alive)) {
    take_idle_thread();
    --threads_;
  }
}

}  // namespace streamtwin::hystrix
