#include "models/titus/fenzo/tiered_queue.hpp"

#include <stdexcept>
#include <utility>

namespace streamtwin::fenzo {

void TieredQueue::queue(const Task& task) {
  if (task->tier < 0 || static_cast<std::size_t>(task->tier) >= tiers_.size())
    throw std::invalid_argument("task " + task->id + ": there is no tier " + std::to_string(task->tier));
  new_.push_back(task);
}

void TieredQueue::begin_iteration() {
  if (const auto guarantees = std::exchange(new_guarantees_, std::nullopt)) {
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      const auto found = guarantees->find(static_cast<int>(i));
      tiers_[i].set_guarantees(found == guarantees->end() ? std::nullopt : std::optional(found->second));
    }
  }
  for (Tier& tier : tiers_) tier.begin_iteration();
  for (const Task& task : std::exchange(new_, {})) at(task).queue(task);
}

void TieredQueue::end_iteration() {
  for (Tier& tier : tiers_) tier.begin_iteration();
}

void TieredQueue::begin(const Host::Size& total, Instant now) {
  now_ = now;
  current_ = 0;
  for (Tier& tier : tiers_) tier.set_total(total);
}

std::optional<NextTask> TieredQueue::next() {
  for (; current_ < tiers_.size(); ++current_) {
    if (auto next = tiers_[current_].next(now_)) return next;
  }
  return std::nullopt;
}

void TieredQueue::abandon() {
  for (Tier& tier : tiers_) tier.abandon();
}

}  // namespace streamtwin::fenzo
