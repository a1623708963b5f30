#include "sim-core/ladder_queue.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "sim-core/arena.hpp"
#include "sim-core/prefetch.hpp"

namespace streamtwin::engine {

namespace {

/// Stable; for the few dozen entries of a bucket.
void insertion_sort(Entry* begin, Entry* end) {
  for (Entry* next = begin + 1; next < end; ++next) {
    const Entry entry = *next;
    Entry* hole = next;
    for (; hole != begin && hole[-1].time > entry.time; --hole) *hole = hole[-1];
    *hole = entry;
  }
}

bool earlier(const Entry& a, const Entry& b) { return a.time < b.time; }

/// Stable, bottom-up, with memory that is kept: for buckets that no rung could spread.
void merge_sort(Entry* begin, Entry* end, std::vector<Entry>& scratch) {
  constexpr std::ptrdiff_t run = 24;
  const std::ptrdiff_t count = end - begin;
  for (std::ptrdiff_t i = 0; i < count; i += run) insertion_sort(begin + i, begin + std::min(i + run, count));
  if (count <= run) return;
  scratch.resize(static_cast<std::size_t>(count));
  Entry* from = begin;
  Entry* to = scratch.data();
  for (std::ptrdiff_t width = run; width < count; width *= 2) {
    for (std::ptrdiff_t i = 0; i < count; i += 2 * width) {
      const std::ptrdiff_t middle = std::min(i + width, count);
      std::merge(from + i, from + middle, from + middle, from + std::min(i + 2 * width, count), to + i, earlier);
    }
    std::swap(from, to);
  }
  if (from != begin) std::copy(from, from + count, begin);
}

}  // namespace

template <bool prefetched>
BasicLadderQueue<prefetched>::BasicLadderQueue(const Foresight* foresight) : foresight_(foresight) {
  make_room(64);
}

template <bool prefetched>
BasicLadderQueue<prefetched>::~BasicLadderQueue() {
  for (void* piece : pieces_) Arena::release(piece);
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::add_chunks() {
  std::size_t bytes = 0;
  auto* piece = static_cast<Chunk*>(Arena::piece(sizeof(Chunk), chunk_bytes_, bytes));
  pieces_.push_back(piece);
  chunk_bytes_ += bytes;
  for (std::size_t i = bytes / sizeof(Chunk); i-- > 0;) release(piece + i);
}

/// For a time that lies before the bucket of the first rung whose turn comes next.
template <bool prefetched>
void BasicLadderQueue<prefetched>::push_deeper(Entry entry) {
  for (std::size_t depth = 1; depth < depth_; ++depth) {
    Rung& rung = rungs_[depth];
    const std::size_t index = rung.clamped(entry.time);
    if (index >= rung.current) return append(rung.buckets[index], entry);
  }
  insert_into_bottom(entry);
}

/// Behind its equals; whichever part of the bottom is smaller makes room.
template <bool prefetched>
void BasicLadderQueue<prefetched>::insert_into_bottom(Entry entry) {
  Entry* place = end_;
  if (begin_ != end_ && end_[-1].time > entry.time) {
    place = end_ - begin_ <= 16 ? end_ - 1 : std::upper_bound(begin_, end_, entry, earlier);
    while (place != begin_ && place[-1].time > entry.time) --place;
  }
  if (begin_ != bottom_.get() && place - begin_ < end_ - place) {
    std::memmove(begin_ - 1, begin_, static_cast<std::size_t>(place - begin_) * sizeof(Entry));
    --begin_;
    place[-1] = entry;
  } else {
    if (end_ == bottom_.get() + bottom_size_) {
      const auto offset = place - begin_;
      make_room(static_cast<std::size_t>(end_ - begin_) + 1);
      place = begin_ + offset;
    }
    std::memmove(place + 1, place, static_cast<std::size_t>(end_ - place) * sizeof(Entry));
    *place = entry;
    ++end_;
  }
  if (static_cast<std::size_t>(end_ - begin_) > bottom_limit_) [[unlikely]]
    spread_bottom();
}

/// Moves the bottom to the front of its memory, which then holds at least `count` entries.
template <bool prefetched>
void BasicLadderQueue<prefetched>::make_room(std::size_t count) {
  const auto present = static_cast<std::size_t>(end_ - begin_);
  if (count * 2 > bottom_size_) {
    const std::size_t larger = std::bit_ceil(count * 2);
    auto memory = std::make_unique_for_overwrite<Entry[]>(larger);
    std::copy(begin_, end_, memory.get());
    bottom_ = std::move(memory);
    bottom_size_ = larger;
  } else {
    std::memmove(bottom_.get(), begin_, present * sizeof(Entry));
  }
  begin_ = bottom_.get();
  end_ = begin_ + present;
}

/// Brings the next entries into the bottom; false when there are none.
template <bool prefetched>
bool BasicLadderQueue<prefetched>::refill() {
  if (size_ == 0) return false;
  for (;;) {
    Rung& rung = rungs_[depth_ - 1];
    while (rung.current < rung.size && rung.buckets[rung.current].count == 0) ++rung.current;
    if (rung.current == rung.size) {
      if (depth_ > 1) {
        --depth_;
      } else {
        turn();
        if (begin_ != end_) return true;
      }
      continue;
    }
    const Bucket bucket = std::exchange(rung.buckets[rung.current++], Bucket{});
    if (bucket.count > bucket_limit && spread(bucket)) continue;
    to_bottom(bucket);
    look_ahead();
    return true;
  }
}

/// The buckets whose turns come next: fetches the entries of the last of them, what those of the one before it are about, and of
/// the first, with somebody's foresight, what lies behind that.
template <bool prefetched>
void BasicLadderQueue<prefetched>::look_ahead() {
  if (!prefetched && foresight_ == nullptr) return;
  int turns = foresight_ != nullptr ? 0 : 1;
  for (std::size_t depth = depth_; depth-- > 0;) {
    const Rung& rung = rungs_[depth];
    for (std::size_t i = rung.current; i < rung.size; ++i) {
      const Bucket& bucket = rung.buckets[i];
      if (bucket.count == 0) continue;
      switch (turns++) {
        case 0: fetch_next(bucket); break;
        case 1: fetch_soon(bucket); break;
        default: return fetch_entries(bucket);
      }
    }
  }
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::fetch_entries(const Bucket& bucket) const {
  Extent{reinterpret_cast<const char*>(bucket.first), sizeof(Chunk)}.fetch();
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::fetch_soon(const Bucket& bucket) const {
  if constexpr (prefetched) {
    visit_first(bucket, [](const Entry* entries, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        const auto* address = reinterpret_cast<const char*>(entries[i].what & ~std::uint64_t{7});
        prefetch(address);
        prefetch(address + Extent::line);
      }
    });
  } else {
    visit_first(bucket, [this](const Entry* entries, std::size_t count) { foresight_->soon(entries, count); });
  }
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::fetch_next(const Bucket& bucket) const {
  visit_first(bucket, [this](const Entry* entries, std::size_t count) { foresight_->next(entries, count); });
}

/// Two chunks of it at most: a larger one is spread before its turn.
template <bool prefetched>
template <class Visit>
void BasicLadderQueue<prefetched>::visit_first(const Bucket& bucket, Visit visit) {
  std::size_t left = std::min<std::size_t>(bucket.count, 2 * chunk_entries);
  for (const Chunk* chunk = bucket.first; left > 0; chunk = chunk->next) {
    const std::size_t here = std::min(left, chunk_entries);
    visit(chunk->entries, here);
    left -= here;
  }
}

/// The window has passed: the next one is laid over what waits in the top, as wide as the density there suggests.
template <bool prefetched>
void BasicLadderQueue<prefetched>::turn() {
  const Bucket all = std::exchange(top_, Bucket{});
  const Shape shape = shape_of(all);
  if (all.count <= bucket_limit || !make_rung(0, shape.low, shape.median, shape.high, all.count)) {
    // All of it at once; what comes later than the last of it goes to the top.
    Rung& rung = rungs_[0];
    rung.start = shape.high;
    rung.per_width = 1;
    rung.size = rung.current = 1;
    rung.buckets_as_double = 0;
    to_bottom(all);
    return;
  }
  Rung& rung = rungs_[0];
  drain(all, [&](const Entry& entry) {
    const double place = (entry.time - rung.start) * rung.per_width;
    append(place >= rung.buckets_as_double ? top_ : rung.buckets[static_cast<std::size_t>(place)], entry);
  });
}

template <bool prefetched>
auto BasicLadderQueue<prefetched>::shape_of(const Bucket& bucket) -> Shape {
  Shape shape{HUGE_VAL, 0, -HUGE_VAL};
  samples_.clear();
  const std::size_t stride = std::max<std::size_t>(1, bucket.count / 128);
  std::size_t until_sample = 0;
  std::size_t left = bucket.count;
  for (const Chunk* chunk = bucket.first; left > 0; chunk = chunk->next) {
    const std::size_t here = std::min(left, chunk_entries);
    __builtin_prefetch(chunk->next);
    __builtin_prefetch(reinterpret_cast<const char*>(chunk->next) + 128);
    for (std::size_t i = 0; i < here; ++i) {
      shape.low = std::min(shape.low, chunk->entries[i].time);
      shape.high = std::max(shape.high, chunk->entries[i].time);
    }
    if (until_sample < here) {
      for (; until_sample < here; until_sample += stride) samples_.push_back(chunk->entries[until_sample].time);
    }
    until_sample -= here;
    left -= here;
  }
  const auto middle = samples_.begin() + static_cast<std::ptrdiff_t>(samples_.size() / 2);
  std::nth_element(samples_.begin(), middle, samples_.end());
  shape.median = *middle;
  return shape;
}

/// Empty buckets for `count` entries of that shape; false when their times cannot be told apart.
template <bool prefetched>
bool BasicLadderQueue<prefetched>::make_rung(std::size_t depth, double low, double median, double high, std::size_t count) {
  const std::size_t buckets = std::min(buckets_max, std::bit_ceil(count / bucket_target + 1));
  double span = high - low;
  // A few far ones must not make the buckets of the many too wide.
  if (median > low) span = std::min(span, 2 * (median - low));
  const double per_width = static_cast<double>(buckets) / span;
  if (!(span > 0) || !std::isfinite(per_width) || (low + span / static_cast<double>(buckets)) == low) return false;
  Rung& rung = rungs_[depth];
  rung.start = low;
  rung.per_width = per_width;
  rung.current = 0;
  rung.size = buckets;
  rung.buckets_as_double = static_cast<double>(buckets);
  if (rung.buckets.size() < buckets) rung.buckets.resize(buckets);
  return true;
}

/// Where the last bucket of a rung is spread, nothing finds a place on that rung any more: it makes room for the finer one, so
/// that rungs do not pile up while each has most of its entries in its last bucket.
template <bool prefetched>
void BasicLadderQueue<prefetched>::drop_passed_rungs() {
  while (depth_ > 1 && rungs_[depth_ - 1].current == rungs_[depth_ - 1].size) --depth_;
}

/// Spreads a full bucket over a finer rung; false when that is not possible.
template <bool prefetched>
bool BasicLadderQueue<prefetched>::spread(Bucket bucket) {
  drop_passed_rungs();
  if (depth_ == rungs_max) return false;
  const Shape shape = shape_of(bucket);
  if (!make_rung(depth_, shape.low, shape.median, shape.high, bucket.count)) return false;
  Rung& rung = rungs_[depth_++];
  drain(bucket, [&](const Entry& entry) { append(rung.buckets[rung.clamped(entry.time)], entry); });
  return true;
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::spread_bottom() {
  const auto count = static_cast<std::size_t>(end_ - begin_);
  drop_passed_rungs();
  if (depth_ == rungs_max || !make_rung(depth_, begin_->time, begin_[count / 2].time, end_[-1].time, count)) {
    bottom_limit_ = 2 * count;
    return;
  }
  Rung& rung = rungs_[depth_++];
  for (const Entry* entry = begin_; entry != end_; ++entry) {
    append(rung.buckets[rung.clamped(entry->time)], *entry);
  }
  begin_ = end_ = bottom_.get();
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::to_bottom(Bucket bucket) {
  begin_ = end_ = bottom_.get();
  if (bucket.count > bottom_size_) make_room(bucket.count);
  drain(bucket, [this](const Entry& entry) { *end_++ = entry; });
  sort_bottom();
  bottom_limit_ = std::max(bottom_limit_min, 2 * bucket.count);
}

template <bool prefetched>
void BasicLadderQueue<prefetched>::sort_bottom() {
  if (end_ - begin_ <= 48) {
    insertion_sort(begin_, end_);
  } else if (!std::is_sorted(begin_, end_, earlier)) {
    merge_sort(begin_, end_, scratch_);
  }
}

template class BasicLadderQueue<true>;
template class BasicLadderQueue<false>;

}  // namespace streamtwin::engine
