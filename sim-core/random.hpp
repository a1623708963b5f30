// Random numbers: one counter-based stream (Random123 Philox4x32-10) per (seed, entity, purpose). Adding an entity
// or changing one policy leaves every other draw as it was: common random numbers come free.
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "sim-core/math.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// 64-bit hash of a text, the same on every machine (FNV-1a, finalised).
constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

/// Spreads the bits of an integer (the finaliser of splitmix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A stream of random numbers. 24 bytes: key, counter, and the second half of the block of which the first has been drawn;
/// copying a stream copies its position.
class Random {
 public:
  Random() : Random(0, 0, 0) {}
  Random(std::uint64_t seed, std::string_view entity, std::string_view purpose) : Random(seed, hash_text(entity), hash_text(purpose)) {}
  Random(std::uint64_t seed, std::uint64_t entity, std::uint64_t purpose)
      : key_(mix(mix(seed + 0x9e3779b97f4a7c15ULL) ^ mix(entity + 0x3c6ef372fe94f82aULL) * 3 ^ mix(purpose + 0xdaa66d2b7ddf743fULL) * 5)) {}

  /// 64 uniform bits.
  std::uint64_t bits() {
    if ((position_++ & 1) != 0) return second_;
    const auto both = block(position_ - 1);
    second_ = both[1];
    return both[0];
  }

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return uniform_of(bits()); }
  std::array<double, 2> two_uniforms() {
    const double first = uniform();
    return {first, uniform()};
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  Duration uniform(Duration low, Duration high) { return low + (high - low) * uniform(); }

  /// Uniform in 0..n-1, n >= 1, without bias that could be measured (64-bit multiply-shift).
  std::uint64_t below(std::uint64_t n) { return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits()) * n) >> 64); }

  bool chance(double probability) { return uniform() < probability; }

  /// Exponential with the given mean.
  double exponential(double mean) { return -mean * math::log(1.0 - uniform()); }
  Duration exponential(Duration mean) { return Duration{exponential(mean.count())}; }

  /// Standard normal, by the ziggurat: one draw in 99 of 100 cases, more in the others.
  double normal();
  double normal(double mean, double deviation) { return mean + deviation * normal(); }
  /// exp of a normal: `median` is exp(mu), `sigma` the deviation of the logarithm.
  double lognormal(double median, double sigma) { return median * math::exp(sigma * normal()); }
  Duration lognormal(Duration median, double sigma) { return Duration{lognormal(median.count(), sigma)}; }

 private:
  /// The absolute value of a normal that is beyond the ziggurat's layers.
  double normal_tail();
  /// The Philox block that a draw is of: it gives two, one after the other.
  std::array<std::uint64_t, 2> block(std::uint64_t draw) const {
    const r123::Philox4x32::ctr_type counter{{static_cast<std::uint32_t>(draw >> 1), static_cast<std::uint32_t>(draw >> 33), 0, 0}};
    const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
    const auto words = r123::Philox4x32{}(counter, key);
    return {static_cast<std::uint64_t>(words[0]) << 32 | words[1], static_cast<std::uint64_t>(words[2]) << 32 | words[3]};
  }
  static double uniform_of(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

  std::uint64_t key_;
  std::uint64_t position_ = 0;
  std::uint64_t second_ = 0;  ///< of the block in use; the next draw where `position_` is odd
};

}  // namespace streamtwin
