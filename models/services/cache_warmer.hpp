// Fills what starts empty of an EVCache cluster: a zone's new copy, which takes writes only until it is full, or a node that is another
// than before. Items come from another zone's copy of the region; what clients have written meanwhile stays.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/cache/evcache/warming.hpp"
#include "models/rpc/life.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

class CacheWarmer : private rpc::LifeObserver {
 public:
  /// Both must outlive it.
  CacheWarmer(Mesh& mesh, Service& cache);

  /// A new, empty copy comes in place of a zone's.
  void renew(ZoneIndex zone);
  /// A node has been started again, and is empty.
  void refill(const Instance& node);

 private:
  struct Filling {
    ZoneIndex zone;
    std::optional<evcache::NodeIndex> node;  ///< nothing: all of the zone's copy
    evcache::Populators populators;
  };
  void started(Instance& node) override;
  Task<> renew_copy(ZoneIndex zone);
  Task<> fill(ZoneIndex zone, std::optional<evcache::NodeIndex> node);
  Task<> carry(Filling& filling, Instance* source, InstanceId source_id, evcache::DumpChunk chunk);
  void add(const Filling& filling, std::uint64_t key, const evcache::Stored& item);

  /// The zone whose copy is read: the next one that has a copy that is not new itself.
  std::optional<ZoneIndex> source_of(ZoneIndex zone) const;
  bool belongs(const Filling& filling, std::uint64_t key) const;
  std::optional<std::uint32_t> hash_of(std::uint64_t key) const;

  Mesh& mesh_;
  Service& cache_;
  Subscription subscription_;
};

}  // namespace streamtwin::services
