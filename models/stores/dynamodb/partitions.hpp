// Which partition has an item: each has a range of the keys' hashes. One that has been at its limit for a while is split in two
// halves, of which a single hot item is in one alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::dynamodb {

class Partitions {
 public:
  explicit Partitions(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = static_cast<std::uint64_t>((static_cast<unsigned __int128>(i) << 64) / count);
      ranges_.push_back({begin, i});
    }
    hot_since_.resize(count);
  }

  std::size_t size() const { return ranges_.size(); }
  std::size_t of(std::uint64_t key) const { return range_of(mix(key)).partition; }
  /// It has been at its limit: which partition it has been split into besides itself, if that has gone on for long enough.
  std::optional<std::size_t> at_limit(std::uint64_t key, Instant now, Duration split_after) {
    const std::uint64_t hash = mix(key);
    Range& range = range_of(hash);
    std::optional<Heat>& heat = hot_since_[range.partition];
    if (!heat || now - heat->last > cools_in) heat = Heat{now, now};
    heat->last = now;
    if (now - heat->since < split_after) return std::nullopt;
    heat.reset();
    return split(range);
  }

 private:
  struct Range {
    std::uint64_t begin;
    std::size_t partition;
  };
  struct Heat {
    Instant since, last;
  };
  /// One that has had room for so long is hot no more.
  static constexpr Duration cools_in = 10s;

  const Range& range_of(std::uint64_t hash) const {
    return *std::prev(std::upper_bound(ranges_.begin(), ranges_.end(), hash, [](std::uint64_t h, const Range& r) { return h < r.begin; }));
  }
  Range& range_of(std::uint64_t hash) { return const_cast<Range&>(static_cast<const Partitions&>(*this).range_of(hash)); }
  std::optional<std::size_t> split(const Range& range) {
    const auto at = static_cast<std::size_t>(&range - ranges_.data());
    const std::uint64_t end = at + 1 < ranges_.size() ? ranges_[at + 1].begin : ~std::uint64_t{0};
    const std::uint64_t middle = range.begin + (end - range.begin) / 2;
    if (middle == range.begin) return std::nullopt;
    const std::size_t added = ranges_.size();
    ranges_.insert(ranges_.begin() + static_cast<std::ptrdiff_t>(at) + 1, {middle, added});
    hot_since_.emplace_back();
    return added;
  }

  std::vector<Range> ranges_;  ///< by where they begin
  std::vector<std::optional<Heat>> hot_since_;
};

}  // namespace streamtwin::dynamodb
