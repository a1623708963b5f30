// What a player can choose from: the ladder of bitrates of an encode and the size of each chunk at each
// level, constant or variable (true sizes of a file, or a variable-bitrate profile). Shared by all viewers of
// an encode. The fixed ladder of 2015 is the one Netflix published with its per-title encoding post.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::abr {

using Level = std::uint8_t;  ///< index into a ladder, 0 is the lowest bitrate

/// The bitrates of an encode, rising, and their utilities ln(R / R_lowest).
class Ladder {
 public:
  /// Throws std::invalid_argument unless there are 1 to 64 positive rates in rising order.
  explicit Ladder(std::vector<BitRate> rates);

  std::size_t size() const { return rates_.size(); }
  Level top() const { return static_cast<Level>(rates_.size() - 1); }
  BitRate rate(Level level) const { return rates_[level]; }
  double utility(Level level) const { return utilities_[level]; }
  std::span<const BitRate> rates() const { return rates_; }
  /// The same ladder without the levels above `limit` (a phone's screen, a plan); the lowest always stays.
  Ladder capped(BitRate limit) const;
  /// The highest level at or below `rate`, the lowest when there is none.
  Level highest_within(BitRate rate) const;

 private:
  std::vector<BitRate> rates_;
  std::vector<double> utilities_;
};

/// 235 to 5800 kbps: the fixed H.264 ladder used until December 2015 (Netflix, "Per-Title Encode
/// Optimization").
Ladder fixed_ladder_2015();

/// Chunks of one duration, each with a size per level.
class Movie {
 public:
  /// Every chunk of a level has the size rate * duration. `chunks` >= 1.
  static Movie constant(Ladder ladder, Duration chunk_duration, std::uint32_t chunks);
  /// Chunk sizes vary about the rate by one factor per chunk, common to all levels, of mean 1 and at most 2
  /// (scenes: a chunk resembles the one before it).
  static Movie variable(Ladder ladder, Duration chunk_duration, std::uint32_t chunks, Random& random);
  /// True sizes, chunk by chunk, each with one size per level.
  static Movie exact(Ladder ladder, Duration chunk_duration, std::vector<Bytes> sizes);

  const Ladder& ladder() const { return ladder_; }
  Duration chunk_duration() const { return chunk_duration_; }
  std::uint32_t chunks() const { return chunks_; }
  Duration duration() const { return chunk_duration_ * static_cast<double>(chunks_); }
  Bytes chunk_size(std::uint32_t chunk, Level level) const {
    if (!sizes_.empty()) return sizes_[chunk * ladder_.size() + level];
    const Bytes mean = ladder_.rate(level) * chunk_duration_;
    return factors_.empty() ? mean : mean * factors_[chunk];
  }

 private:
  Movie(Ladder ladder, Duration chunk_duration, std::uint32_t chunks);

  Ladder ladder_;
  Duration chunk_duration_;
  std::uint32_t chunks_;
  std::vector<float> factors_;  ///< variable: size over mean size, by chunk
  std::vector<Bytes> sizes_;    ///< exact: row by chunk, column by level
};

}  // namespace streamtwin::abr
