#include "models/eviction/policy.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/eviction/arc.hpp"
#include "models/eviction/clock.hpp"
#include "models/eviction/fifo.hpp"
#include "models/eviction/lfu.hpp"
#include "models/eviction/lru.hpp"
#include "models/eviction/lru_ttl.hpp"
#include "models/eviction/s3fifo.hpp"
#include "models/eviction/sieve.hpp"
#include "models/eviction/twoq.hpp"
#include "models/eviction/wtinylfu.hpp"

namespace streamtwin::eviction {

namespace {

constexpr Size wtinylfu_max = 50'000'000;  // 2.9 GB

}  // namespace

Tally Policy::play(std::span<const Request> requests, Weight weight) {
  Tally tally{.requests = requests.size()};
  for (const Request& request : requests) {
    const Size size = weight == Weight::one ? 1 : request.size;
    tally.size += size;
    if (use(request.key, request.time) != nowhere) continue;
    ++tally.misses;
    tally.missed_size += size;
    put(request.key, size, request.time);
  }
  return tally;
}

std::string_view name_of(Kind kind) { return enum_names<Kind>[static_cast<std::size_t>(kind)].name; }

Size largest_item(Kind kind, Size capacity) {
  switch (kind) {
    case Kind::s3fifo: return S3Fifo::largest_item(capacity);
    case Kind::twoq: return TwoQ::largest_item(capacity);
    case Kind::wtinylfu: return WTinyLfu::largest_item(capacity);
    default: return capacity;
  }
}

std::unique_ptr<Policy> make_policy(Kind kind, Size capacity, const Options& options) {
  if (capacity == 0) throw std::invalid_argument("a cache of size 0 holds nothing");
  if (options.clock_bits < 1 || options.clock_bits > 31)
    throw std::invalid_argument(fmt::format("a counter of {} bits: from 1 to 31 are possible", options.clock_bits));
  if (kind == Kind::wtinylfu && capacity > wtinylfu_max)
    throw std::invalid_argument(
        fmt::format("wtinylfu of {} items: its sketch takes 58 bytes for each, and is made for {} at most", capacity, wtinylfu_max));
  switch (kind) {
    case Kind::lru: return std::make_unique<Lru>(capacity);
    case Kind::fifo: return std::make_unique<Fifo>(capacity);
    case Kind::clock: return std::make_unique<Clock>(capacity, options.clock_bits);
    case Kind::sieve: return std::make_unique<Sieve>(capacity);
    case Kind::s3fifo: return std::make_unique<S3Fifo>(capacity, options.s3fifo_fills);
    case Kind::lfu: return std::make_unique<Lfu>(capacity);
    case Kind::arc: return std::make_unique<Arc>(capacity);
    case Kind::twoq: return std::make_unique<TwoQ>(capacity);
    case Kind::wtinylfu: return std::make_unique<WTinyLfu>(capacity);
    case Kind::lru_ttl: break;
  }
  return std::make_unique<LruTtl>(capacity, options.time_to_live);
}

}  // namespace streamtwin::eviction
