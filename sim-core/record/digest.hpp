// A 128-bit fingerprint of what a run produced. It is built from canonical bits only (minus zero is zero, all
// NaNs are one, texts by length and bytes; never addresses or padding), so equal outcomes give equal digests
// on every machine and in every build. It tells runs apart; it is no protection against an adversary.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// The order of the calls to add() matters. 16 bytes; a few nanoseconds per value added.
class Digest {
 public:
  void add(std::uint64_t bits) {
    low_ = mix(low_ ^ bits) + 0x9e3779b97f4a7c15ULL;
    high_ = mix(high_ + (bits ^ 0x3c6ef372fe94f82aULL) * 0x9fb21c651e98df25ULL) ^ std::rotl(low_, 23);
  }
  void add(double value) {
    if (value == 0) value = 0;  // -0 becomes +0
    add(value != value ? std::uint64_t{0x7ff8000000000000} : std::bit_cast<std::uint64_t>(value));
  }
  void add(Instant time) { add(in_seconds(time)); }
  void add(Duration time) { add(in_seconds(time)); }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    add(hash_text(text));
  }
  void add(const Digest& other) {
    add(other.low_);
    add(other.high_);
  }

  /// 32 lower-case hexadecimal digits.
  std::string text() const;

  bool operator==(const Digest&) const = default;

 private:
  std::uint64_t low_ = 0x6a09e667f3bcc908ULL;
  std::uint64_t high_ = 0xbb67ae8584caa73bULL;
};

}  // namespace streamtwin
