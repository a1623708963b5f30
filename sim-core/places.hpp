// A bag of things that know their places in it: coming and going touch none of the others, as a linked list would, whose
// neighbours are seldom in the cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace streamtwin::engine {

/// put, take: O(1), amortised; 8 bytes for each of the most that were there at once.
template <class T>
class Places {
  static_assert(alignof(T) >= 2, "the lowest bit of an address tells a free place");

 public:
  std::size_t size() const { return places_.size() - free_; }

  std::uint32_t put(T& item) {
    if (free_ == 0) {
      places_.push_back(address_of(item));
      return static_cast<std::uint32_t>(places_.size() - 1);
    }
    const std::uint32_t place = first_free_;
    first_free_ = static_cast<std::uint32_t>(places_[place] >> 1);
    --free_;
    places_[place] = address_of(item);
    return place;
  }
  void take(std::uint32_t place) {
    places_[place] = std::uintptr_t{first_free_} << 1 | 1;
    first_free_ = place;
    ++free_;
  }
  /// Another thing comes to a place that is taken.
  void replace(std::uint32_t place, T& item) { places_[place] = address_of(item); }
  /// All of them, in no order that means anything.
  std::vector<T*> all() const {
    std::vector<T*> items;
    for (const std::uintptr_t place : places_) {
      if ((place & 1) == 0) items.push_back(reinterpret_cast<T*>(place));
    }
    return items;
  }

 private:
  static std::uintptr_t address_of(T& item) { return reinterpret_cast<std::uintptr_t>(&item); }

  std::vector<std::uintptr_t> places_;  // an item, or the next free place times two and one
  std::uint32_t first_free_ = 0;
  std::uint32_t free_ = 0;
};

}  // namespace streamtwin::engine
