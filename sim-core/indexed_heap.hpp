// A 4-ary min-heap whose entries know where they stand, so that any of them can be re-keyed or taken out. Insert is
// O(1) on average, the rest O(log n); 16 bytes per entry. Equal keys come out in the order of `Ties` (of their numbers,
// when items are numbers): the order never depends on history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace streamtwin {

template <class Item = std::uint32_t, class Ties = std::less<>>
class IndexedHeap {
 public:
  struct Entry {
    double key;
    Item item;
  };

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const Entry& top() const { return entries_.front(); }
  const std::vector<Entry>& entries() const { return entries_; }
  /// Fetches what popping the top touches first.
  void look_ahead() const {
    __builtin_prefetch(&entries_.back(), 1);
    if (entries_.size() > arity) __builtin_prefetch(&entries_[arity], 1);
  }
  std::size_t memory() const { return entries_.capacity() * sizeof(Entry); }

  /// `place(item)` is a reference to where the item's position is kept.
  template <class Place>
  void push(double key, Item item, Place&& place) {
    entries_.push_back({key, item});
    rise(entries_.size() - 1, place);
  }

  template <class Place>
  void erase(std::size_t position, Place&& place) {
    const Entry last = entries_.back();
    entries_.pop_back();
    if (position == entries_.size()) return;
    entries_[position] = last;
    settle(position, place);
  }

  template <class Place>
  void change(std::size_t position, double key, Place&& place) {
    entries_[position].key = key;
    settle(position, place);
  }

  template <class Place>
  Item pop(Place&& place) {
    const Item item = entries_.front().item;
    erase(0, place);
    return item;
  }

 private:
  static constexpr std::size_t arity = 4;

  static bool before(const Entry& a, const Entry& b) { return a.key < b.key || (a.key == b.key && Ties{}(a.item, b.item)); }

  template <class Place>
  void settle(std::size_t position, Place& place) {
    if (position > 0 && before(entries_[position], entries_[(position - 1) / arity])) {
      rise(position, place);
    } else {
      sink(position, place);
    }
  }

  template <class Place>
  void rise(std::size_t position, Place& place) {
    const Entry moving = entries_[position];
    while (position > 0) {
      const std::size_t parent = (position - 1) / arity;
      if (!before(moving, entries_[parent])) break;
      entries_[position] = entries_[parent];
      place(entries_[position].item) = static_cast<std::uint32_t>(position);
      position = parent;
    }
    entries_[position] = moving;
    place(moving.item) = static_cast<std::uint32_t>(position);
  }

  template <class Place>
  void sink(std::size_t position, Place& place) {
    const Entry moving = entries_[position];
    const std::size_t size = entries_.size();
    while (true) {
      const std::size_t first = position * arity + 1;
      if (first >= size) break;
      std::size_t best = first;
      for (std::size_t child = first + 1; child < size && child < first + arity; ++child) {
        if (before(entries_[child], entries_[best])) best = child;
      }
      if (!before(entries_[best], moving)) break;
      entries_[position] = entries_[best];
      place(entries_[position].item) = static_cast<std::uint32_t>(position);
      position = best;
    }
    entries_[position] = moving;
    place(moving.item) = static_cast<std::uint32_t>(position);
  }

  std::vector<Entry> entries_;
};

}  // namespace streamtwin
