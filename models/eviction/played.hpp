// What all policies have in common: the order of a request's steps, which is libCacheSim's (cache_get_base), over Items. A policy
// says what its own steps are:
//   queues       names of its queues, first those whose items are held, then ghosts; `held` counts the former
//   touch        an item that is held is used
//   recall       a key that is not held comes: what is remembered of it
//   admits       whether something of this size can be stored
//   evict        makes room, some; called until there is enough
//   insert       the item, for which there is room
//   forget       an item that somebody else drops
#pragma once

#include <algorithm>

#include "models/eviction/policy.hpp"

namespace streamtwin::eviction {

/// `P` is the policy that derives from this one.
template <class P>
class Played : public Policy {
 public:
  explicit Played(Size capacity) : Policy(capacity), items_(std::min<Size>(capacity, expected_max)) {}

  Slot find(Key key) const final {
    const Slot slot = items_.find(key);
    return slot != nowhere && items_[slot].place < P::held ? slot : nowhere;
  }

  Slot use(Key key, Instant now) final {
    const Slot slot = find(key);
    return slot == nowhere || !self().touch(slot, now) ? nowhere : slot;
  }

  bool use_held(Slot held, Instant now) final { return self().touch(held, now); }
  Size size_of_held(Slot held) const final { return items_[held].size; }

  Slot put(Key key, Size size, Instant now) final {
    self().recall(key);
    if (!self().admits(size)) return nowhere;
    while (used() + size > capacity()) self().evict(size);
    return self().insert(key, size, now);
  }

  void erase(Slot slot) final {
    self().forget(slot);
    items_.remove(slot);
  }

  // What comes soon is fetched meanwhile: on large caches most of a request is waiting for memory.
  Tally play(std::span<const Request> requests, Weight weight) final {
    Tally tally{.requests = requests.size()};
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (i + 12 < requests.size()) items_.expect(requests[i + 12].key);
      if (i + 8 < requests.size()) items_.approach(requests[i + 8].key);
      if (i + 4 < requests.size()) items_.surround(requests[i + 4].key);
      const Request& request = requests[i];
      const Size size = weight == Weight::one ? 1 : request.size;
      tally.size += size;
      if (use(request.key, request.time) != nowhere) continue;
      ++tally.misses;
      tally.missed_size += size;
      put(request.key, size, request.time);
    }
    return tally;
  }

  Size used() const final {
    Size size = 0;
    for (Place place = 0; place < P::held; ++place) size += items_.queue(place).size;
    return size;
  }

  std::size_t items() const final {
    std::size_t count = 0;
    for (Place place = 0; place < P::held; ++place) count += items_.queue(place).items;
    return count;
  }

  std::vector<Part> parts() const final {
    std::vector<Part> parts;
    for (Place place = 0; place < P::queues.size(); ++place) {
      std::vector<Key>& keys = parts.emplace_back(Part{P::queues[place], {}}).keys;
      for (Slot slot = items_.queue(place).oldest; slot != nowhere; slot = items_[slot].newer) keys.push_back(items_[slot].key);
    }
    return parts;
  }

 protected:
  bool touch(Slot, Instant) { return true; }
  void recall(Key) {}
  bool admits(Size size) const { return size <= capacity(); }
  void forget(Slot) {}

  bool empty(Place place) const { return items_.queue(place).oldest == nowhere; }
  Slot oldest(Place place) const { return items_.queue(place).oldest; }
  Size size_of(Place place) const { return items_.queue(place).size; }
  void drop(Slot slot) {
    count_eviction(slot, items_[slot].key);
    items_.remove(slot);
  }
  /// Leaves for a ghost queue of finite size, where the oldest make room.
  void retire(Slot slot, Place ghost, Size ghost_max) {
    const Size size = items_[slot].size;
    if (size > ghost_max) return drop(slot);
    while (size_of(ghost) + size > ghost_max) items_.remove(oldest(ghost));
    items_.move(slot, ghost);
    count_eviction(slot, items_[slot].key);
  }

  Items items_;

 private:
  static constexpr Size expected_max = 1024;  ///< a larger cache grows as it fills
  P& self() { return static_cast<P&>(*this); }
};

}  // namespace streamtwin::eviction
