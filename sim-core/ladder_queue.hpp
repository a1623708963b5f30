// The pending-event set: a ladder queue (Tang, Goh, Thng: "Ladder queue: an O(1) priority queue structure for
// large-scale discrete event simulation", 2005) whose bucket width follows the density of what is pending.
//
//   top      what lies beyond the window of the first rung, in the order of insertion
//   rungs    buckets of equal width, each in the order of insertion; a bucket that is too full when its turn comes is
//            spread over a finer rung below
//   bottom   the bucket whose turn it is, sorted: what is popped
//
// push, pop: O(1) amortised for anything that is spread over time, also when microseconds mix with hours; what is
// pushed in between the entries of the bottom costs a search and a move among a few dozen. Entries at equal times
// leave in the order in which they came, always: buckets keep that order and sorting is stable. 16 bytes per entry;
// buckets are lists of chunks of 15 entries (256 bytes), so an entry costs 17 bytes in full buckets and at worst a
// chunk per bucket; emptied chunks are used again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace streamtwin::engine {

/// One pending event: when, and what (a number or a tagged pointer, see Calendar).
struct Entry {
  double time;
  std::uint64_t what;
};

/// Told whose turn comes soon, to fetch what that will touch. Entries are in no order, and their time is not.
class Foresight {
 public:
  /// In a few entries' time.
  virtual void soon(const Entry* /*entries*/, std::size_t /*count*/) const {}
  /// After the present bucket.
  virtual void next(const Entry* entries, std::size_t count) const = 0;

 protected:
  ~Foresight() = default;
};

/// `prefetched`: `what` is an address but for its lowest three bits, and is soon read after the entry was popped.
template <bool prefetched>
class BasicLadderQueue {
 public:
  /// `foresight` must outlive it.
  explicit BasicLadderQueue(const Foresight* foresight = nullptr);
  BasicLadderQueue(const BasicLadderQueue&) = delete;
  BasicLadderQueue& operator=(const BasicLadderQueue&) = delete;
  ~BasicLadderQueue();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// `time` is finite and not before the last entry popped.
  void push(double time, std::uint64_t what) {
    ++size_;
    const Rung& first = rungs_[0];
    const double place = (time - first.start) * first.per_width;
    if (place >= first.buckets_as_double) return append(top_, {time, what});
    const std::size_t index = place > 0 ? static_cast<std::size_t>(place) : 0;
    if (index >= first.current) return append(rungs_[0].buckets[index], {time, what});
    push_deeper({time, what});
  }

  /// The earliest entry, of equals the one that was pushed first; nullptr when empty. Valid until the next call.
  const Entry* peek() {
    if (begin_ != end_) [[likely]]
      return begin_;
    return refill() ? begin_ : nullptr;
  }
  /// Removes what peek() has shown.
  void pop() {
    ++begin_;
    --size_;
  }

  /// Removes the entries for which `dead(entry)` holds, which is asked once of each; the order of the others stays.
  template <class Dead>
  void purge(Dead dead);

  /// Bytes held for entries, in use or not.
  std::size_t reserved() const { return chunk_bytes_ + bottom_size_ * sizeof(Entry); }

 private:
  static constexpr std::size_t chunk_entries = 15;
  static constexpr std::size_t bucket_target = 10;      // entries for which a bucket is made
  static constexpr std::size_t bucket_limit = 40;       // more are spread over a finer rung
  static constexpr std::size_t bottom_limit_min = 160;  // more are spread over a rung
  static constexpr std::size_t buckets_max = 1024;
  static constexpr std::size_t rungs_max = 12;

  struct alignas(64) Chunk {
    Entry entries[chunk_entries];
    Chunk* next;
    std::uint64_t unused;
  };
  struct Bucket {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::size_t count = 0;
    std::size_t in_last() const { return count == 0 ? 0 : (count - 1) % chunk_entries + 1; }
  };
  struct Rung {
    double start = 0;
    double per_width = 0;
    double buckets_as_double = 0;
    std::size_t current = 0;  // buckets before this one have had their turn
    std::size_t size = 0;
    std::vector<Bucket> buckets;

    std::size_t clamped(double time) const {
      const double place = (time - start) * per_width;
      if (!(place > 0)) return 0;
      return place >= buckets_as_double ? size - 1 : static_cast<std::size_t>(place);
    }
  };

  void append(Bucket& bucket, Entry entry) {
    const std::size_t slot = bucket.count++ % chunk_entries;
    if (slot == 0) [[unlikely]]
      add_chunk(bucket);
    bucket.last->entries[slot] = entry;
  }
  void add_chunk(Bucket& bucket) {
    if (free_chunks_ == nullptr) [[unlikely]]
      add_chunks();
    Chunk* chunk = free_chunks_;
    free_chunks_ = chunk->next;
    chunk->next = nullptr;
    (bucket.count == 1 ? bucket.first : bucket.last->next) = chunk;
    bucket.last = chunk;
  }
  void release(Chunk* chunk) {
    chunk->next = free_chunks_;
    free_chunks_ = chunk;
  }
  void add_chunks();
  void push_deeper(Entry entry);
  void insert_into_bottom(Entry entry);
  bool refill();
  void turn();
  bool make_rung(std::size_t depth, double low, double median, double high, std::size_t count);
  bool spread(Bucket bucket);
  void spread_bottom();
  void to_bottom(Bucket bucket);
  void make_room(std::size_t count);
  void sort_bottom();
  void drop_passed_rungs();
  void look_ahead();
  void fetch_entries(const Bucket& bucket) const;
  void fetch_soon(const Bucket& bucket) const;
  void fetch_next(const Bucket& bucket) const;
  template <class Visit>
  static void visit_first(const Bucket& bucket, Visit visit);
  template <class Visit>
  void drain(Bucket bucket, Visit visit);
  struct Shape {
    double low, median, high;
  };
  Shape shape_of(const Bucket& bucket);
  template <class Dead>
  void purge_bucket(Bucket& bucket, Dead& dead);

  Entry* begin_ = nullptr;  // the bottom
  Entry* end_ = nullptr;
  std::size_t size_ = 0;
  std::array<Rung, rungs_max> rungs_;
  std::size_t depth_ = 1;  // rungs in use
  Bucket top_;
  Chunk* free_chunks_ = nullptr;
  std::size_t bottom_limit_ = bottom_limit_min;
  std::unique_ptr<Entry[]> bottom_;
  std::size_t bottom_size_ = 0;
  std::vector<Entry> scratch_;
  std::vector<double> samples_;
  const Foresight* foresight_;
  std::vector<void*> pieces_;  // of memory
  std::size_t chunk_bytes_ = 0;
};

using LadderQueue = BasicLadderQueue<true>;

template <bool prefetched>
template <class Dead>
void BasicLadderQueue<prefetched>::purge_bucket(Bucket& bucket, Dead& dead) {
  Bucket kept;
  drain(bucket, [&](const Entry& entry) {
    if (dead(entry)) {
      --size_;
    } else {
      append(kept, entry);
    }
  });
  bucket = kept;
}

template <bool prefetched>
template <class Dead>
void BasicLadderQueue<prefetched>::purge(Dead dead) {
  Entry* kept = begin_;
  for (Entry* entry = begin_; entry != end_; ++entry) {
    if (dead(*entry)) {
      --size_;
    } else {
      *kept++ = *entry;
    }
  }
  end_ = kept;
  for (std::size_t depth = 0; depth < depth_; ++depth) {
    Rung& rung = rungs_[depth];
    for (std::size_t i = rung.current; i < rung.size; ++i) purge_bucket(rung.buckets[i], dead);
  }
  purge_bucket(top_, dead);
}

/// Hands every entry over in the order of insertion and gives the chunks back.
template <bool prefetched>
template <class Visit>
void BasicLadderQueue<prefetched>::drain(Bucket bucket, Visit visit) {
  std::size_t left = bucket.count;
  for (Chunk* chunk = bucket.first; left > 0;) {
    Chunk* next = chunk->next;
    const std::size_t here = left < chunk_entries ? left : chunk_entries;
    __builtin_prefetch(next);
    __builtin_prefetch(reinterpret_cast<const char*>(next) + 128);
    for (std::size_t i = 0; i < here; ++i) visit(chunk->entries[i]);
    left -= here;
    release(chunk);
    chunk = next;
  }
}

}  // namespace streamtwin::engine
