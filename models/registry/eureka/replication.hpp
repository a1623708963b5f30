// How a Eureka server sends what it heard to one peer: AcceptorExecutor and TrafficShaper of EK/util/batcher. A newer
// task replaces an older one of the same id in its place; a batch leaves when its oldest task is 500 ms old or the
// buffer is full, not when it has enough tasks; what failed goes back to the front unless overtaken or expired.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/registry/eureka/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::eureka {

enum class ReplicationResult : std::uint8_t { success, congestion, network_failure, permanent_error };

template <class Payload>
class Acceptor {
 public:
  struct Task {
    std::uint64_t id = 0;
    Payload payload{};
    Instant submitted{};
    Instant expiry{};
  };

  explicit Acceptor(const ServerProperties& properties)
      : capacity_(static_cast<std::size_t>(properties.replication_queue)),
        batch_size_(static_cast<std::size_t>(properties.replication_batch)),
        delay_(properties.replication_delay),
        congestion_pause_(std::min(properties.replication_congestion_pause, Duration{30})),
        network_pause_(std::min(properties.replication_network_pause, Duration{30})) {}

  void submit(std::uint64_t id, Payload payload, Instant expiry, Instant now) {
    if (full()) {
      pending_.erase(order_.front());
      order_.pop_front();
      ++overflows_;
    }
    const auto [place, fresh] = pending_.insert_or_assign(id, Task{id, std::move(payload), now, expiry});
    if (fresh) {
      order_.push_back(id);
    } else {
      ++overridden_;
    }
  }

  /// What a peer has not taken. A permanent error drops it; otherwise a pause begins and it waits at the front.
  void reprocess(std::vector<Task> failed, ReplicationResult result, Instant now) {
    if (result == ReplicationResult::permanent_error) return;
    if (result == ReplicationResult::congestion) paused_until_ = std::max(paused_until_, now + congestion_pause_);
    if (result == ReplicationResult::network_failure) paused_until_ = std::max(paused_until_, now + network_pause_);
    while (!failed.empty() && !full()) {
      Task task = std::move(failed.back());
      failed.pop_back();
      if (task.expiry <= now) {
        ++expired_;
      } else if (pending_.contains(task.id)) {
        ++overridden_;
      } else {
        order_.push_front(task.id);
        const std::uint64_t id = task.id;
        pending_.emplace(id, std::move(task));
      }
    }
    overflows_ += failed.size();
  }

  /// When a batch will be ready if nothing else arrives; nothing without tasks.
  std::optional<Instant> next_batch() const {
    if (order_.empty()) return std::nullopt;
    if (full()) return paused_until_;
    return std::max(paused_until_, add_exactly(pending_.at(order_.front()).submitted, delay_));
  }

  /// A free worker asks for work: empty when no batch is due.
  std::vector<Task> take_batch(Instant now) {
    std::vector<Task> batch;
    const auto due = next_batch();
    if (!due || *due > now) return batch;
    for (std::size_t wanted = std::min(batch_size_, order_.size()); batch.size() < wanted && !order_.empty();) take(batch, now);
    return batch;
  }

  /// The worker for single tasks (status updates) takes the oldest at once.
  std::optional<Task> take_one(Instant now) {
    std::vector<Task> one;
    while (paused_until_ <= now && one.empty() && !order_.empty()) take(one, now);
    if (one.empty()) return std::nullopt;
    return std::move(one.front());
  }

  std::size_t size() const { return order_.size(); }
  std::uint64_t overflows() const { return overflows_; }
  std::uint64_t overridden() const { return overridden_; }
  std::uint64_t expired() const { return expired_; }

 private:
  bool full() const { return pending_.size() >= capacity_; }

  void take(std::vector<Task>& into, Instant now) {
    auto node = pending_.extract(order_.front());
    order_.pop_front();
    if (node.mapped().expiry > now) {
      into.push_back(std::move(node.mapped()));
    } else {
      ++expired_;
    }
  }

  std::size_t capacity_;
  std::size_t batch_size_;
  Duration delay_;
  Duration congestion_pause_;
  Duration network_pause_;
  Instant paused_until_{Duration{-HUGE_VAL}};
  std::deque<std::uint64_t> order_;
  std::unordered_map<std::uint64_t, Task> pending_;  // looked up only: its order decides nothing
  std::uint64_t overflows_ = 0;
  std::uint64_t overridden_ = 0;
  std::uint64_t expired_ = 0;
};

}  // namespace streamtwin::eureka
