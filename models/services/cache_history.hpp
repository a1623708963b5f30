// Fills a region's copies of an EVCache cluster as the time before the run would have: each key by the law of
// evcache/steady_state.hpp; where memory is too small for all of them, reads of a time before the run are then replayed,
// so that least recently used eviction and the copies in other zones have done what they do.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/cache/evcache/steady_state.hpp"
#include "models/services/mesh.hpp"

namespace streamtwin::services {

class CacheHistory {
 public:
  CacheHistory(const Mesh& mesh, Service& cache, RegionIndex region) : mesh_(mesh), cache_(cache), region_(region) {}

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
  using Copies = std::vector<Instance*>;  ///< by zone of the region, null where no node is

  /// What has been asked for is known, and nobody's shard is new.
  void settle();
  bool tight() const;
  void fill_by_law(Instant then, bool in_order, Random& random_of_all, Seed seed);
  void replay(Instant from, Instant until, Random& random);
  std::vector<evcache::ReadOrder> orders_of_zones() const;
  void read(const Item& item, const Copies& copies, evcache::ReadOrder& order, Instant when, Random& random);
  static void store(const Item& item, const Copies& copies, Duration age, Instant when);
  Copies copies_of(const Item& item) const;
  Random random_of(const Item& item, Seed seed) const;

  const Mesh& mesh_;
  Service& cache_;
  const RegionIndex region_;
  std::vector<Item> items_;
  std::map<const Service*, std::vector<bool>> asked_for_;  ///< by subject
};

}  // namespace streamtwin::services
