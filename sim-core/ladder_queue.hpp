// The pending-event set.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace streamtwin::engine {

/// One pending event: when, and what (encoded by the calendar).
struct Entry {
  double time;
  std::uint64_t what;
};

class LadderQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }

  void push(double time, std::uint64_t what) {
    heap_.push_back({{time, what}, sequence_++});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  /// The earliest entry, of equals the one that was pushed first; nullptr when empty.
  const Entry* peek() { return heap_.empty() ? nullptr : &heap_.front().entry; }
  void pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    heap_.pop_back();
  }
  /// Removes the entries for which `dead(entry)` holds; the order of the others stays.
  template <class Dead>
  void purge(Dead dead) {
    std::erase_if(heap_, [&](const Node& node) { return dead(node.entry); });
    std::make_heap(heap_.begin(), heap_.end(), Later{});
  }

 private:
  struct Node {
    Entry entry;
    std::uint64_t sequence;
  };
  struct Later {
    bool operator()(const Node& a, const Node& b) const {
      return a.entry.time != b.entry.time ? a.entry.time > b.entry.time : a.sequence > b.sequence;
    }
  };
  std::vector<Node> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace streamtwin::engine
