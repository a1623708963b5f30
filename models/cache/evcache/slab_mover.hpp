// Which page memcached takes from one slab class for another: once a second it looks how old each class's oldest cold item is,
// and who has had to evict (memcached/memcached slab_automove.c, with a ratio of 0.8 and a window of 10).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/cache/evcache/slabs.hpp"

namespace streamtwin::evcache {

/// A class as it is now; what is counted, since memcached started.
struct SlabsSeen {
  std::uint64_t pages = 0, free_chunks = 0;
  std::uint64_t age = 0;      ///< of its oldest cold item, s
  std::uint64_t crowded = 0;  ///< items that it has evicted, and that found no room
};

struct PageMove {
  SlabClass from = 0;
  std::optional<SlabClass> to;  ///< nothing: to the pages that any class may take
};

/// Cost: O(classes) a look, 7 kB.
class SlabMover {
 public:
  /// Once a second.
  std::optional<PageMove> look(const std::array<SlabsSeen, slab_classes>& now);

 private:
  static constexpr std::size_t window = 10;
  struct Second {
    std::uint32_t age = 0;
    bool dirty = false, crowded = false;
  };
  struct Sum {
    std::uint64_t age = 0, dirty = 0, crowded = 0;
  };
  Sum sum_of(SlabClass slab_class) const;

  std::array<std::array<Second, window>, slab_classes> seconds_{};
  std::array<SlabsSeen, slab_classes> before_{};
  std::uint64_t looks_ = 0;
};

}  // namespace streamtwin::evcache
