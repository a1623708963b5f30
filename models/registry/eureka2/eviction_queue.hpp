// Whom a write server gives up (EvictionQuotaKeeperImpl, PreservableRegistrationProcessor): those whose channels have failed, one after
// the other, and no more than a share of those that had registered when the first of them failed. Whoever registers makes room.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sim-core/units.hpp"

namespace streamtwin::eureka2 {

template <class Item>
class EvictionQueue {
 public:
  /// `drop`: in whole per cent.
  explicit EvictionQueue(Fraction drop) : least_percent_(100 - static_cast<std::int64_t>(drop.value() * 100 + 0.5)) {}

  /// `size`: registered now.
  void add(Item item, std::size_t size) {
    if (pending_.empty()) size_at_first_ = size;
    pending_.push_back(std::move(item));
  }
  /// Who may go, of whom so many are registered.
  std::optional<Item> next(std::size_t size) {
    if (pending_.empty() || !allowed(size)) return std::nullopt;
    Item item = std::move(pending_.front());
    pending_.pop_front();
    return item;
  }
  std::size_t pending() const { return pending_.size(); }

 private:
  bool allowed(std::size_t size) const {
    if (size == 0 || size_at_first_ == 0) return false;
    return static_cast<std::int64_t>((size - 1) * 100 / size_at_first_) >= least_percent_;
  }

  std::int64_t least_percent_;
  std::size_t size_at_first_ = 0;
  std::deque<Item> pending_;
};

}  // namespace streamtwin::eureka2
