#include "models/cache/evcache/slab_mover.hpp"

namespace streamtwin::evcache {
namespace {

constexpr std::uint64_t pages_to_give = 2;     // who has no more gives none to another class
constexpr double free_pages_to_reclaim = 2.5;  // who has more free chunks gives a page to all
constexpr double age_ratio = 0.8;

}  // namespace

SlabMover::Sum SlabMover::sum_of(SlabClass slab_class) const {
  Sum sum;
  for (const Second& second : seconds_[slab_class]) {
    sum.age += second.age;
    sum.dirty += second.dirty;
    sum.crowded += second.crowded;
  }
  return sum;
}

// The second that is written now is not in the sums, as in the original.
std::optional<PageMove> SlabMover::look(const std::array<SlabsSeen, slab_classes>& now) {
  ++looks_;
  std::optional<SlabClass> oldest, youngest;
  std::uint64_t oldest_age = 0, youngest_age = UINT64_MAX;
  bool youngest_is_crowded = false;
  std::optional<PageMove> reclaimed;
  for (SlabClass at = 0; at < slab_classes && !reclaimed; ++at) {
    const SlabsSeen &seen = now[at], &before = before_[at];
    Second& second = seconds_[at][looks_ % window];
    second = {};
    const Sum sum = sum_of(at);
    second.crowded = seen.crowded > before.crowded;
    second.dirty = second.crowded || seen.pages > before.pages;
    second.age = static_cast<std::uint32_t>(seen.age);
    const std::uint64_t age = sum.age / window;
    if (static_cast<double>(seen.free_chunks) > static_cast<double>(chunks_per_page(at)) * free_pages_to_reclaim && sum.dirty == 0)
      reclaimed = PageMove{at, std::nullopt};
    if (age > oldest_age && seen.pages > pages_to_give) {
      oldest = at;
      oldest_age = age;
    }
    if (age < youngest_age && sum.crowded > window / 2) {
      youngest = at;
      youngest_age = age;
      youngest_is_crowded = second.crowded;
    }
  }
  before_ = now;
  if (oldest && youngest && looks_ > window && youngest_is_crowded &&
      static_cast<double>(youngest_age) < static_cast<double>(oldest_age) * age_ratio)
    return PageMove{*oldest, youngest};
  return reclaimed;
}

}  // namespace streamtwin::evcache
