// What an appliance holds: a set of contents, one bit each.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "models/openconnect/ids.hpp"

namespace streamtwin::openconnect {

class ContentSet {
 public:
  bool contains(ContentId content) const {
    const std::size_t word = content / 64;
    return word < words_.size() && (words_[word] >> (content % 64) & 1) != 0;
  }
  void insert(ContentId content) {
    if (content / 64 >= words_.size()) words_.resize(content / 64 + 1);
    words_[content / 64] |= std::uint64_t{1} << (content % 64);
  }
  void erase(ContentId content) {
    if (content / 64 < words_.size()) words_[content / 64] &= ~(std::uint64_t{1} << (content % 64));
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (std::uint64_t word : words_) count += std::popcount(word);
    return count;
  }
  /// What is in this set and not in `other`, in rising order.
  std::vector<ContentId> without(const ContentSet& other) const {
    std::vector<ContentId> found;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      std::uint64_t left = words_[i] & ~(i < other.words_.size() ? other.words_[i] : 0);
      for (; left != 0; left &= left - 1)
        found.push_back(static_cast<ContentId>(i * 64 + static_cast<std::size_t>(std::countr_zero(left))));
    }
    return found;
  }
  bool operator==(const ContentSet& other) const { return without(other).empty() && other.without(*this).empty(); }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace streamtwin::openconnect
