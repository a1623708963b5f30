// What every cache asks of an eviction policy: whether an item is held, and to make room for one that is not. The family is
// that of libCacheSim at its default parameters (1a1a11a/libCacheSim, libCacheSim/cache/eviction); each is a file here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/eviction/items.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eviction {

/// One line of a trace.
struct Request {
  Key key = 0;
  Size size = 1;
  Instant time{};
};

/// What a request weighs: the size that is recorded, or one.
enum class Weight : std::uint8_t { recorded, one };

/// What came of the requests of a trace.
struct Tally {
  std::uint64_t requests = 0, misses = 0;
  Size size = 0, missed_size = 0;
};

/// The keys of one of its queues, oldest first; a ghost's items are remembered, not held.
struct Part {
  std::string_view name;
  std::vector<Key> keys;
};

/// An item that is held no longer, and the slot that it had: nothing else has that before the next operation.
struct Gone {
  Key key = 0;
  Slot slot = nowhere;
};

/// Cost: O(1) amortised per request, nothing allocated once index and items have their size.
class Policy {
 public:
  explicit Policy(Size capacity) : capacity_(capacity) {}
  virtual ~Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  /// Where the item is held; nowhere otherwise. The policy takes no notice.
  virtual Slot find(Key key) const = 0;
  /// A request for an item: as `find`, and it counts as a use.
  virtual Slot use(Key key, Instant now) = 0;
  /// The same for one that `find` has found; false when it has expired, and is gone.
  virtual bool use_held(Slot held, Instant now) = 0;
  virtual Size size_of_held(Slot held) const = 0;
  /// Stores an item that is not held, and evicts until it fits. Nowhere when the policy does not admit it.
  virtual Slot put(Key key, Size size, Instant now) = 0;
  /// Drops an item that is held; nobody remembers it.
  virtual void erase(Slot held) = 0;
  /// When the life of an item that is held ends, for a policy that takes notice of that.
  virtual void expire_at(Slot, Instant) {}
  /// Requests one after another: what is not held is put.
  virtual Tally play(std::span<const Request> requests, Weight weight);

  virtual Size used() const = 0;
  virtual std::size_t items() const = 0;
  virtual std::vector<Part> parts() const = 0;
  /// Items that had to go for others.
  std::uint64_t evictions() const { return evictions_; }
  Size capacity() const { return capacity_; }
  /// From now on, what has to go is noted; whoever reads the notes clears them.
  void note_gone() { notes_gone_ = true; }
  std::vector<Gone>& gone() { return gone_; }

 protected:
  void count_eviction(Slot slot, Key key) {
    ++evictions_;
    lose(slot, key);
  }
  /// Not for another's sake.
  void lose(Slot slot, Key key) {
    if (notes_gone_) gone_.push_back({key, slot});
  }

 private:
  Size capacity_;
  std::uint64_t evictions_ = 0;
  bool notes_gone_ = false;
  std::vector<Gone> gone_;
};

enum class Kind : std::uint8_t { lru, fifo, clock, sieve, s3fifo, lfu, arc, twoq, wtinylfu, lru_ttl };

std::string_view name_of(Kind kind);

struct Options {
  Duration time_to_live{0};   ///< of lru_ttl; 0 is for ever
  int clock_bits = 1;         ///< of clock
  bool s3fifo_fills = false;  ///< as libCacheSim 0.3.5 on PyPI: before the first eviction, what small has no room for goes to main
};

/// The largest item that a cache of this capacity ever stores: s3fifo, twoq and wtinylfu admit none that is larger than a part of it.
Size largest_item(Kind kind, Size capacity);

/// Throws std::invalid_argument for a capacity of 0, counters of other than 1 to 31 bits, and a sketch that no memory holds.
std::unique_ptr<Policy> make_policy(Kind kind, Size capacity, const Options& options = {});

}  // namespace streamtwin::eviction

namespace streamtwin {
template <>
inline constexpr auto enum_names<eviction::Kind> = std::to_array<EnumName<eviction::Kind>>({
    {eviction::Kind::lru, "lru", "the least recently used goes first"},
    {eviction::Kind::fifo, "fifo", "the oldest goes first"},
    {eviction::Kind::clock, "clock", "the oldest goes first, unless it was used: then it is the newest again"},
    {eviction::Kind::sieve, "sieve", "a hand goes from the oldest on and takes what was not used since it came by"},
    {eviction::Kind::s3fifo, "s3fifo", "a small queue sorts out what is not used again before it gets into the main one"},
    {eviction::Kind::lfu, "lfu", "the least often used goes first"},
    {eviction::Kind::arc, "arc", "two lists, of items used once and more often, share the room as their ghosts say"},
    {eviction::Kind::twoq, "twoq", "a queue for what is new; what comes back after it has left that is kept by recency"},
    {eviction::Kind::wtinylfu, "wtinylfu", "a small window, and a main part that admits what a sketch has seen more often than its victim"},
    {eviction::Kind::lru_ttl, "lru-ttl", "the least recently used goes first, and nothing lives longer than a time"},
});
}  // namespace streamtwin
