// How a service reaches the data that it owns: EVCache first, by what models/cache/evcache does for a client, then the store, whose
// answer is written back to every copy.
#pragma once

#include <optional>
#include <vector>

#include "models/cache/evcache/access.hpp"
#include "models/rpc/network.hpp"
#include "models/services/caller.hpp"
#include "models/services/fit/injections.hpp"
#include "models/services/service.hpp"
#include "models/stores/store.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

/// The key of a service's item; of a service's name alone, so that other services leave it as it is.
std::uint64_t item_key(const Service& owner, std::uint64_t subject);
/// The hash of the key on the rings of a cache's nodes.
std::uint32_t ring_hash(const Service& owner, std::uint64_t subject, int item = 0);
/// What a cache is given to store: the key and the value.
Bytes cached_size(const Service& owner, std::uint64_t subject);

class DataPath {
 public:
  DataPath(rpc::Network& network, const MeshMeasures& measures, fit::Injections& injections, evcache::Ledger& ledger);

  /// The item of the caller's service that a request is about, and by chance a write of it. Without an answer the reply's
  /// status says why. Request and reply must outlive the Task.
  Task<> read_item(Caller& caller, const Envelope& request, Reply& reply);
  /// Whether the cache has that item, of data without a store; and the item being put there.
  Task<bool> has_item(Caller& caller, const Envelope& request);
  Task<> keep_item(Caller& caller, const Envelope& request);
  /// The item of another service as the caches still have it, however old it is.
  Task<Reply> read_stale(Caller& caller, const Service& owner, Envelope request);
  /// Bytes written to stores in a region since the last call: what replication has to copy to the others.
  Bytes take_written(RegionIndex region);

 private:
  /// An item of a service's data: its key, and for caches the hash of that on their rings and what they store.
  struct Item {
    const Service* owner;
    std::uint64_t subject;
    const DataSpec* data;
    std::uint64_t key;
    std::uint32_t hash;
    Bytes cached;
    std::uint64_t row;  ///< its key in the store
    /// Another one of the same subject.
    Item other(int number) const;
  };
  evcache::Client& client_of(Caller& caller, const Service& cache) const;
  static Item item_asked(const Service& reads, const Envelope& request);
  Task<> write_item(Caller& caller, const Envelope& request, const Item& item, const Reply* read, Reply& reply);
  Task<Reply> change(Caller& caller, const Envelope& request, const Item& item, const Reply* read);
  Task<Reply> ask_store(const Caller& caller, const Envelope& request, const Item& item, stores::Access access, Bytes size,
                        stores::Version version);
  Task<Reply> read_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, Duration life_left);
  Task<evcache::Items> read_in_bulk(Caller& caller, const Service& cache, Envelope request, const Item& first, Duration life_left);
  Task<> read_items(Caller& caller, const Envelope& request, const Item& first, Reply& reply);
  Task<> write_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, evcache::Version version);

  fit::Injected suffers(const Envelope& request, fit::Point point, const Service& caller, const Service& callee);

  rpc::Network& network_;
  fit::Injections& injections_;
  evcache::Ledger& ledger_;
  evcache::Access access_;
  std::vector<Bytes> written_;  ///< by region
};

}  // namespace streamtwin::services
