// Fills the copies of a region of an EVCache cluster as the time before the run would have: each key by the law of
// evcache/steady_state.hpp; where memory is too small for all of them, reads of a time before the run are then replayed,
// so that least recently used eviction and the copies in other zones have done what they do.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/cache/evcache/steady_state.hpp"
#include "models/services/mesh.hpp"

namespace streamtwin::services {

class CacheHistory {
 public:
  /// Of the copies of one region, or of several where what is set in one is carried to all of them.
  CacheHistory(const Mesh& mesh, Service& cache, std::vector<RegionIndex> regions)
      : mesh_(mesh), cache_(cache), regions_(std::move(regions)) {}

  /// An item of `owner` that is asked for: `reads` requests per second, each of which reads it `reads_of_one` times.
  void add(const Service& owner, std::uint64_t subject, Rate reads, double reads_of_one);
  /// Puts everything into place; the run begins at `now`.
  void fill(Instant now, Seed seed);

 private:
  struct Item {
    const Service* owner;
    std::uint64_t subject;
    Rate reads;
    double writing;  ///< share of the requests that write the item
    evcache::KeyUse use() const;
  };
  using Copies = std::vector<Instance*>;  ///< by zone, region after region; null where no node is
  struct Readers {
    evcache::ReadOrder order;
    std::size_t first_zone;  ///< of their region, among the copies
  };

  /// What has been asked for is known, and nobody's shard is new.
  void settle();
  bool tight() const;
  void fill_by_law(Instant then, bool in_order, Random& random_of_all, Seed seed);
  void replay(Instant from, Instant until, Random& random);
  std::vector<Readers> readers_of_zones() const;
  void read(const Item& item, Readers& readers, Instant when, Random& random);
  void store_all(const Item& item, Duration age, Instant when) const;
  static void store(const Item& item, int number, const Copies& copies, Duration age, Instant when);
  Copies copies_of(const Item& item, int number) const;
  static std::uint64_t key_of(const Item& item, int number);
  Random random_of(const Item& item, Seed seed) const;

  const Mesh& mesh_;
  Service& cache_;
  const std::vector<RegionIndex> regions_;
  std::vector<Item> items_;
  std::map<const Service*, std::vector<bool>> asked_for_;  ///< by subject
};

}  // namespace streamtwin::services
