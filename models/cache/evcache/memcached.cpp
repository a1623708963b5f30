#include "models/cache/evcache/memcached.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::evcache {

using eviction::Key;
using eviction::nowhere;
using eviction::Place;
using eviction::Size;
using eviction::Slot;

namespace {

// memcached/memcached memcached.c settings_init
constexpr double hot_share = 0.2, warm_share = 0.4, hot_age_factor = 0.2, warm_age_factor = 2;
// memcached/memcached items.c
constexpr int tries_of_an_allocation = 10, items_looked_at = 5, moves_of_a_round = 500;
constexpr Duration pause_min = 1ms, pause_max = 1s;

/// Bits of an item's `uses`: it was read once, and again.
constexpr std::uint32_t fetched = 1, active = 2;

std::int64_t tick(Instant when) { return static_cast<std::int64_t>(std::floor(in_seconds(when))); }

}  // namespace

Memcached::Memcached(Size capacity) : Policy(capacity), items_(std::min<Size>(capacity / chunk_smallest, 1024)) {}

Slot Memcached::use(Key key, Instant now) {
  const Slot slot = find(key);
  return slot == nowhere || !use_held(slot, now) ? nowhere : slot;
}

// A hit moves nothing but what lies in COLD, which the original's maintainer does a moment later.
bool Memcached::use_held(Slot held, Instant now) {
  eviction::Item& item = items_[held];
  const Place place = item.place;
  if ((item.uses & fetched) == 0) {
    item.uses |= fetched;
  } else if ((item.uses & active) == 0) {
    times_[held].used = static_cast<std::int32_t>(tick(now));
    if (place % segments == cold) {
      items_.move(held, place_of(class_of(place), warm));
    } else {
      item.uses |= active;
    }
  }
  maintain(class_of(place), now);
  return true;
}

Slot Memcached::put(Key key, Size size, Instant now) {
  const Size bytes = item_overhead() + size;
  if (bytes > memcached_item_max) return nowhere;
  move_pages(now);
  const SlabClass slab_class = slab_class_of(bytes);
  maintain(slab_class, now);
  if (!allocate(slab_class, chunks_of(bytes), now)) return nowhere;
  const Slot slot = items_.add(key, size, place_of(slab_class, hot));
  if (times_.size() < items_.slots()) times_.resize(items_.slots());
  times_[slot] = {.used = static_cast<std::int32_t>(tick(now))};
  ++count_;
  return slot;
}

void Memcached::expire_at(Slot held, Instant when) {
  times_[held].expiry = when < at(Duration{for_ever}) ? static_cast<std::int32_t>(tick(when)) : for_ever;
}

void Memcached::erase(Slot held) { free(held); }

bool Memcached::take_chunk(SlabClass slab_class) {
  Slabs& slabs = slabs_[slab_class];
  if (slabs.free_chunks == 0) {
    const bool full = (pages_of_all_ + 1) * slab_page > capacity();
    if (full && slabs.pages > 0 && pages_unused_ == 0) return false;
    pages_unused_ > 0 ? --pages_unused_ : ++pages_of_all_;
    ++slabs.pages;
    slabs.free_chunks += chunks_per_page(slab_class);
  }
  --slabs.free_chunks;
  return true;
}

bool Memcached::allocate(SlabClass slab_class, std::uint64_t chunks, Instant now) {
  std::uint64_t taken = 0;
  for (int tries = tries_of_an_allocation; tries > 0 && taken < chunks;) {
    if (take_chunk(slab_class)) {
      ++taken;
    } else {
      --tries;
      if (pull(slab_class, cold, {.evicts = true}, now) == 0) pull(slab_class, hot, {}, now);
    }
  }
  if (taken == chunks) return true;
  slabs_[slab_class].free_chunks += taken;
  ++slabs_[slab_class].out_of_memory;
  return false;
}

void Memcached::free(Slot slot) {
  slabs_[class_of(items_[slot].place)].free_chunks += chunks_of(item_overhead() + items_[slot].size);
  items_.remove(slot);
  --count_;
}

void Memcached::evict(Slot slot) {
  ++slabs_[class_of(items_[slot].place)].evictions;
  count_eviction(slot, items_[slot].key);
  free(slot);
}

double Memcached::bytes_in(SlabClass slab_class, Segment segment) const {
  const eviction::Queue& queue = items_.queue(place_of(slab_class, segment));
  return static_cast<double>(queue.size + queue.items * item_overhead());
}

// Whether something came of it.
bool Memcached::pull_from_cold(Slot slot, bool evicts) {
  if (evicts) {
    evict(slot);
    return true;
  }
  eviction::Item& item = items_[slot];
  if ((item.uses & active) == 0) return false;
  item.uses &= ~active;
  items_.move(slot, place_of(class_of(item.place), warm));
  return true;
}

// How many items it has moved or freed.
int Memcached::pull(SlabClass slab_class, Segment segment, const Pull& how, Instant now) {
  const double share = segment == hot ? hot_share : warm_share;
  int moved = 0;
  for (int looked = 0; looked < items_looked_at; ++looked) {
    const Slot slot = tail(slab_class, segment);
    if (slot == nowhere) break;
    if (times_[slot].expiry < tick(now)) {
      lose(slot, items_[slot].key);
      free(slot);
      ++moved;
      continue;
    }
    if (segment == cold) return moved + pull_from_cold(slot, how.evicts);
    eviction::Item& item = items_[slot];
    if ((item.uses & active) != 0) {
      item.uses &= ~active;
      items_.move(slot, place_of(slab_class, warm));
      ++moved;
      if (segment == hot) break;
    } else {
      const bool leaves =
          bytes_in(slab_class, segment) > share * how.bytes_of_class || static_cast<double>(tick(now) - times_[slot].used) > how.idle_max;
      if (leaves) items_.move(slot, place_of(slab_class, cold));
      return moved + leaves;
    }
  }
  return moved;
}

// One round of the maintainer over a class.
int Memcached::juggle(SlabClass slab_class, Instant now) {
  const Slot coldest = tail(slab_class, cold);
  const double cold_age = coldest == nowhere ? 0 : static_cast<double>(tick(now) - times_[coldest].used);
  const double bytes = bytes_in(slab_class, hot) + bytes_in(slab_class, warm) + bytes_in(slab_class, cold);
  int moves = 0;
  for (; moves < moves_of_a_round; ++moves) {
    const bool outer = pull(slab_class, hot, {bytes, cold_age * hot_age_factor}, now) > 0 ||
                       pull(slab_class, warm, {bytes, cold_age * warm_age_factor}, now) > 0;
    if (pull(slab_class, cold, {}, now) == 0 && !outer) break;
  }
  return moves;
}

// Between two operations on a class nothing changes in it but the ages, so that the rounds that are due are made up for before the
// next one.
void Memcached::maintain(SlabClass slab_class, Instant now) {
  Slabs& slabs = slabs_[slab_class];
  while (now >= slabs.next_round) {
    const int moves = juggle(slab_class, now);
    slabs.pause = std::clamp(moves == 0 ? slabs.pause * 1.25 : slabs.pause / 2, pause_min, pause_max);
    slabs.next_round = moves < moves_of_a_round ? now + slabs.pause : slabs.next_round + slabs.pause;
  }
}

void Memcached::move_pages(Instant now) {
  constexpr std::int64_t looks_that_matter = 11;
  const std::int64_t second = tick(now);
  for (looked_ = std::max(looked_, second - looks_that_matter); looked_ < second; ++looked_) {
    std::array<SlabsSeen, slab_classes> seen{};
    for (SlabClass at = 0; at < slab_classes; ++at) {
      maintain(at, now);
      const Slabs& slabs = slabs_[at];
      const Slot coldest = tail(at, cold);
      seen[at] = {slabs.pages, slabs.free_chunks, coldest == nowhere ? 0 : static_cast<std::uint64_t>(second - times_[coldest].used),
                  slabs.evictions + slabs.out_of_memory};
    }
    if (const auto move = mover_.look(seen)) move_page(*move);
  }
}

// Whose items lie on the page is not known here: the class's coldest go, as many as its free chunks do not hold.
void Memcached::move_page(const PageMove& move) {
  Slabs& from = slabs_[move.from];
  const std::uint64_t chunks = chunks_per_page(move.from);
  for (const Segment segment : {cold, hot, warm}) {
    while (from.free_chunks < chunks && tail(move.from, segment) != nowhere) evict(tail(move.from, segment));
  }
  if (from.pages == 0 || from.free_chunks < chunks) return;
  --from.pages;
  from.free_chunks -= chunks;
  ++pages_moved_;
  if (!move.to) {
    ++pages_unused_;
    return;
  }
  ++slabs_[*move.to].pages;
  slabs_[*move.to].free_chunks += chunks_per_page(*move.to);
}

Size Memcached::used() const {
  Size bytes = 0;
  for (SlabClass at = 0; at < slab_classes; ++at)
    bytes += (slabs_[at].pages * chunks_per_page(at) - slabs_[at].free_chunks) * chunk_sizes[at];
  return bytes;
}

std::vector<eviction::Part> Memcached::parts() const {
  std::vector<eviction::Part> parts{{"hot", {}}, {"warm", {}}, {"cold", {}}};
  for (SlabClass at = 0; at < slab_classes; ++at) {
    for (const Segment segment : {hot, warm, cold}) {
      for (Slot slot = tail(at, segment); slot != nowhere; slot = items_[slot].newer) parts[segment].keys.push_back(items_[slot].key);
    }
  }
  return parts;
}

std::uint64_t Memcached::out_of_memory() const {
  std::uint64_t items = 0;
  for (const Slabs& slabs : slabs_) items += slabs.out_of_memory;
  return items;
}

}  // namespace streamtwin::evcache
