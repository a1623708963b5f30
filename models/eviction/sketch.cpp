#include "models/eviction/sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace streamtwin::eviction {
namespace {

// -ln(0.001) / ln(2)^2 counters per key and ln(2) as many hashes: one false positive in a thousand.
constexpr double counters_per_key = 6.907755278982137 / 0.480453013918201;
constexpr int hashes = 10;
constexpr std::uint64_t first_seed = 0x12345678, second_seed = 0x12344321;

}  // namespace

std::uint64_t xxh64(Key key, std::uint64_t seed) {
  constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87ULL, prime2 = 0xC2B2AE3D27D4EB4FULL, prime3 = 0x165667B19E3779F9ULL,
                          prime4 = 0x85EBCA77C2B2AE63ULL, prime5 = 0x27D4EB2F165667C5ULL;
  std::uint64_t hash = seed + prime5 + sizeof key;
  hash ^= std::rotl(key * prime2, 31) * prime1;
  hash = std::rotl(hash, 27) * prime1 + prime4;
  hash = (hash ^ (hash >> 33)) * prime2;
  hash = (hash ^ (hash >> 29)) * prime3;
  return hash ^ (hash >> 32);
}

Sketch::Sketch(Size keys) {
  const double wanted = std::min(std::ceil(counters_per_key * static_cast<double>(keys)), static_cast<double>(INT32_MAX));
  counters_.resize(wanted < hashes ? hashes * 2 : static_cast<std::size_t>(wanted));
}

Sketch::Walk Sketch::walk(Key key) {
  return {static_cast<std::uint32_t>(xxh64(key, first_seed)), static_cast<std::uint32_t>(xxh64(key, second_seed))};
}

void Sketch::add(Key key) {
  auto [at, step] = walk(key);
  for (int i = 0; i < hashes; ++i, at += step) ++counters_[at % counters_.size()];
}

std::uint32_t Sketch::estimate(Key key) const {
  auto [at, step] = walk(key);
  std::uint32_t least = UINT32_MAX;
  for (int i = 0; i < hashes; ++i, at += step) least = std::min(least, counters_[at % counters_.size()]);
  return least;
}

void Sketch::halve() {
  for (std::uint32_t& counter : counters_) counter >>= 1;
}

}  // namespace streamtwin::eviction
