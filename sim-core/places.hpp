// A bag of things that know their places in it: coming and going touch none of the others, as a linked list would, whose
// neighbours are seldom in the cache.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim-core/prefetch.hpp"

namespace streamtwin::engine {

/// put, take: O(1), amortised; 8 bytes for each of the most that were there at once. The first `near` lie in the bag itself.
template <class T, std::uint32_t near = 0>
class Places {
  static_assert(alignof(T) >= 2, "the lowest bit of an address tells a free place");

 public:
  Places() {
    for (std::uint32_t place = near; place-- > 0;) take(place);
  }
  std::size_t size() const { return near + far_.size() - free_; }

  std::uint32_t put(T& item) {
    if (free_ == 0) {
      far_.push_back(address_of(item));
      return static_cast<std::uint32_t>(near + far_.size() - 1);
    }
    const std::uint32_t place = first_free_;
    std::uintptr_t& at = the(place);
    first_free_ = static_cast<std::uint32_t>(at >> 1);
    --free_;
    at = address_of(item);
    return place;
  }
  void take(std::uint32_t place) {
    the(place) = std::uintptr_t{first_free_} << 1 | 1;
    first_free_ = place;
    ++free_;
  }
  /// Fetches what the next one to come will touch.
  void look_ahead() const {
    if (first_free_ >= near && first_free_ - near < far_.size()) prefetch(&far_[first_free_ - near]);
  }
  /// Another thing comes to a place that is taken.
  void replace(std::uint32_t place, T& item) { the(place) = address_of(item); }
  /// All of them, in no order that means anything.
  std::vector<T*> all() const {
    std::vector<T*> items;
    for (std::uint32_t place = 0; place < near + far_.size(); ++place) {
      if ((the(place) & 1) == 0) items.push_back(reinterpret_cast<T*>(the(place)));
    }
    return items;
  }

 private:
  static std::uintptr_t address_of(T& item) { return reinterpret_cast<std::uintptr_t>(&item); }
  std::uintptr_t& the(std::uint32_t place) { return place < near ? near_[place] : far_[place - near]; }
  std::uintptr_t the(std::uint32_t place) const { return place < near ? near_[place] : far_[place - near]; }

  // An item, or the next free place times two and one.
  [[no_unique_address]] std::array<std::uintptr_t, near> near_;
  std::vector<std::uintptr_t> far_;
  std::uint32_t first_free_ = 0;
  std::uint32_t free_ = 0;
};

}  // namespace streamtwin::engine
