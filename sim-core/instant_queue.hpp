// What happens at the present instant: first in, first out, in a ring that grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace streamtwin::engine {

class InstantQueue {
 public:
  /// Counts the entries pushed before.
  using Position = std::uint64_t;
  static constexpr Position nowhere = UINT64_MAX;

  bool empty() const { return head_ == tail_; }
  /// Without those that were withdrawn.
  std::size_t size() const { return tail_ - head_ - withdrawn_; }
  Position push(std::uint64_t what) {
    if (tail_ - head_ == ring_.size()) [[unlikely]]
      grow();
    at(tail_) = what;
    return tail_++;
  }
  /// `nothing` when it was withdrawn.
  std::uint64_t front() const { return ring_[head_ & (ring_.size() - 1)]; }
  void pop() {
    if (front() == nothing) [[unlikely]]
      --withdrawn_;
    ++head_;
  }
  /// False when that is not what waits there.
  bool withdraw(std::uint64_t what, Position position) {
    if (position < head_ || position >= tail_ || at(position) != what) return false;
    at(position) = nothing;
    ++withdrawn_;
    return true;
  }

  static constexpr std::uint64_t nothing = 0;

 private:
  std::uint64_t& at(Position position) { return ring_[position & (ring_.size() - 1)]; }
  void grow();
  std::vector<std::uint64_t> ring_ = std::vector<std::uint64_t>(64);
  Position head_ = 0;
  Position tail_ = 0;
  std::size_t withdrawn_ = 0;
};

}  // namespace streamtwin::engine
