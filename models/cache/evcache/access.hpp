// What an EVCache client does for its caller (EVCacheImpl): a read goes to the copy that the client's order names first and falls
// back to others, a write to every copy. The client says whom to ask; here are the messages.
#pragma once

#include <array>
#include <cstdint>

#include "models/cache/evcache/absence.hpp"
#include "models/cache/evcache/client.hpp"
#include "models/cache/evcache/cluster.hpp"
#include "models/cache/evcache/request.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::evcache {

class Access {
 public:
  explicit Access(rpc::Network& network) : network_(network) {}

  /// The item that hashes so on the rings, as the request's body says; `ok` is a hit. The client looks at its pool first, if that
  /// is due. Everything but the request must outlive the Task.
  Task<rpc::Reply> read(rpc::Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, rpc::Envelope request);
  /// Sets it in every copy in the caller's region, whatever is known of the nodes. Ends at once, or when the latch has opened or
  /// the operation has timed out, where who writes waits.
  Task<> write(rpc::Instance& caller, const Cluster& cluster, std::uint32_t hash, rpc::Envelope request);

  Counter reads, hits, misses;
  Counter other_copies;                       ///< hits of a copy that was not asked first
  std::array<Counter, absences> missed_when;  ///< by Absence, the misses

 private:
  void refresh_if_due(const rpc::Instance& caller, Client& client, const Cluster& cluster);

  rpc::Network& network_;
};

}  // namespace streamtwin::evcache
