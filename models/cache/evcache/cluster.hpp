// A cluster of memcached nodes as its clients find it: in each zone a copy, which is a server group with a hash ring of its
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/cache/evcache/ketama.hpp"
#include "models/cache/evcache/replicas.hpp"
#include "models/cache/evcache/request.hpp"
#include "models/rpc/service.hpp"

namespace streamtwin::evcache {

/// Of what is set in the copies of a region.
class WriteListener {
 public:
  virtual ~WriteListener() = default;
  virtual void wrote(rpc::Instance& writer, const Request& what, std::uint32_t hash) = 0;
};

class Cluster {
 public:
  /// Both must outlive it.
  Cluster(const rpc::Service& nodes, const CacheProperties& properties) : nodes_(nodes), properties_(properties) {}

  /// A node serves from now on. Is it one more, its zone's copy has another ring.
  void take_in(const rpc::Instance& node);
  const CacheProperties& properties() const { return properties_; }
  /// Slots of a zone that have been filled at some time.
  int slots(ZoneIndex zone) const { return nodes_.slots(zone); }
  bool has_copy(ZoneIndex zone) const { return zone < copies_.size() && copies_[zone].ring.has_value(); }
  /// The node of a zone's copy to which what hashes so belongs; nothing without a copy there. And the newest instance that is
  /// that node, null without one.
  std::optional<NodeIndex> node_of(ZoneIndex zone, std::uint32_t hash) const;
  rpc::Instance* instance_of(ZoneIndex zone, std::uint32_t hash) const;
  /// Whether clients are to read a zone's copy: written it is in any case.
  void read_from(ZoneIndex zone, bool yes);
  bool is_read(ZoneIndex zone) const { return has_copy(zone) && copies_[zone].read; }
  /// Keys from `first_key` on, by whether anybody had asked for them in the region before the run began: then they had been stored.
  void remember(RegionIndex region, std::uint64_t first_key, std::vector<bool> asked_for);
  bool had(RegionIndex region, std::uint64_t key) const;
  /// Is told of what clients write from now on.
  void listen(WriteListener& listener) { listener_ = &listener; }
  WriteListener* listener() const { return listener_; }
  rpc::Instance* instance(ZoneIndex zone, NodeIndex node) const { return nodes_.slot(zone, static_cast<int>(node)); }

 private:
  struct Copy {
    int nodes = 0;  ///< on the ring
    std::optional<KetamaRing> ring;
    bool read = true;
  };
  struct Remembered {
    RegionIndex region;
    std::uint64_t first_key;
    std::vector<bool> asked_for;
  };
  const rpc::Service& nodes_;
  const CacheProperties& properties_;
  std::vector<Remembered> remembered_;
  std::vector<Copy> copies_;  ///< by zone
  WriteListener* listener_ = nullptr;
};

}  // namespace streamtwin::evcache
