// AbstractInstanceRegistry.CircularQueue: the last so many things that happened, for a server's status page.
#pragma once

#include <deque>
#include <optional>

namespace streamtwin::eureka {

template <class T>
class CircularQueue {
 public:
  explicit CircularQueue(std::size_t capacity) : capacity_(capacity) {}
  void add(T item) {
    if (items_.size() == capacity_) items_.pop_front();
    items_.push_back(std::move(item));
  }
  std::optional<T> poll() {
    if (items_.empty()) return std::nullopt;
    T first = std::move(items_.front());
    items_.pop_front();
    return first;
  }
  const std::deque<T>& items() const { return items_; }

 private:
  std::size_t capacity_;
  std::deque<T> items_;
};

}  // namespace streamtwin::eureka
