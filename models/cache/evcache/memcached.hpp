// The memory of a memcached: chunks of slab classes, and in each class a segmented LRU of its own, so that room is made for an item
// only by items of about its size (memcached/memcached items.c do_item_alloc_pull, lru_pull_tail, do_item_bump,
// lru_maintainer_juggle). Its clock ticks once a second.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/cache/evcache/slab_mover.hpp"
#include "models/eviction/policy.hpp"

namespace streamtwin::evcache {

/// An item's size is that of its key and value: what it has beside them is added here.
/// Cost: O(1) amortised per operation; 32 bytes per item, 8 for its times and 16 to 32 for the index.
class Memcached final : public eviction::Policy {
 public:
  /// In whole pages; a class always gets its first one.
  explicit Memcached(eviction::Size capacity);

  eviction::Slot find(eviction::Key key) const override { return items_.find(key); }
  eviction::Slot use(eviction::Key key, Instant now) override;
  bool use_held(eviction::Slot held, Instant now) override;
  eviction::Size size_of_held(eviction::Slot held) const override { return items_[held].size; }
  eviction::Slot put(eviction::Key key, eviction::Size size, Instant now) override;
  void erase(eviction::Slot held) override;
  void expire_at(eviction::Slot held, Instant when) override;

  /// Bytes of the chunks that are taken.
  eviction::Size used() const override;
  std::size_t items() const override { return count_; }
  /// HOT, WARM and COLD of all classes together.
  std::vector<eviction::Part> parts() const override;

  std::uint64_t pages(SlabClass slab_class) const { return slabs_[slab_class].pages; }
  std::uint64_t evictions_of(SlabClass slab_class) const { return slabs_[slab_class].evictions; }
  /// Items for which ten tries found no room in their class.
  std::uint64_t out_of_memory() const;
  std::uint64_t pages_moved() const { return pages_moved_; }

 private:
  static constexpr std::int32_t for_ever = INT32_MAX;
  enum Segment : eviction::Place { hot, warm, cold };
  static constexpr eviction::Place segments = 3;
  static_assert(segments * slab_classes <= eviction::Items::queues_max);

  /// s
  struct Times {
    std::int32_t used = 0;
    std::int32_t expiry = for_ever;
  };
  struct Slabs {
    std::uint64_t pages = 0, free_chunks = 0, evictions = 0, out_of_memory = 0;
    Instant next_round{Duration{-HUGE_VAL}};
    Duration pause = 1ms;
  };
  /// How a tail is looked at: what a segment may have, and for how long an item may be idle in it.
  struct Pull {
    double bytes_of_class = 0, idle_max = 0;
    bool evicts = false;
  };

  static eviction::Place place_of(SlabClass slab_class, Segment segment) {
    return static_cast<eviction::Place>(slab_class * segments + segment);
  }
  static SlabClass class_of(eviction::Place place) { return place / segments; }
  double bytes_in(SlabClass slab_class, Segment segment) const;
  eviction::Slot tail(SlabClass slab_class, Segment segment) const { return items_.queue(place_of(slab_class, segment)).oldest; }

  bool allocate(SlabClass slab_class, std::uint64_t chunks, Instant now);
  bool take_chunk(SlabClass slab_class);
  void free(eviction::Slot slot);
  void evict(eviction::Slot slot);
  int pull(SlabClass slab_class, Segment segment, const Pull& how, Instant now);
  bool pull_from_cold(eviction::Slot slot, bool evicts);
  int juggle(SlabClass slab_class, Instant now);
  void maintain(SlabClass slab_class, Instant now);
  void move_pages(Instant now);
  void move_page(const PageMove& move);

  eviction::Items items_;
  std::vector<Times> times_;  ///< by slot
  std::array<Slabs, slab_classes> slabs_{};
  std::size_t count_ = 0;
  std::uint64_t pages_of_all_ = 0;  ///< that nobody has, or any class
  std::uint64_t pages_unused_ = 0;  ///< given back by a class
  std::uint64_t pages_moved_ = 0;
  SlabMover mover_;
  std::int64_t looked_ = INT64_MIN;  ///< s
};

}  // namespace streamtwin::evcache
