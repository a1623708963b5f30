// What an EVCache client does for its caller (EVCacheImpl): a read goes to the copy that the client's order names first and falls
// back to others, a write to every copy. The client says whom to ask; here are the messages.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "models/cache/evcache/absence.hpp"
#include "models/cache/evcache/client.hpp"
#include "models/cache/evcache/cluster.hpp"
#include "models/cache/evcache/ledger.hpp"
#include "models/cache/evcache/request.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::evcache {

/// When TCP first tries again, at the least: Linux include/net/tcp.h TCP_RTO_MIN.
inline constexpr Duration retransmission_first = 200ms;

/// Of the operations of all clients on single nodes, those that came to nothing.
struct ClientMeasures {
  ClientMeasures() = default;
  explicit ClientMeasures(Recorder& recorder);

  Counter inactive;          ///< not sent: the node was known to be down
  Counter read_queue_full;   ///< not sent: too many reads waited for the node
  Counter read_timeouts;     ///< not answered in time
  Counter write_queue_full;  ///< not sent: too many writes waited for the node
  Counter write_timeouts;    ///< waited too long to be sent, or for an answer
};

class Access {
 public:
  Access(rpc::Network& network, Ledger& ledger) : network_(network), ledger_(ledger) {}

  /// The item that hashes so on the rings, as the request's body says; `ok` is a hit. The client looks at its pool first, if that
  /// is due. Everything but the request must outlive the Task.
  Task<rpc::Reply> read(rpc::Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, rpc::Envelope request);
  /// The items of one subject, by their hashes (getBulk): each node is asked once for all that it has of them. Those that were found.
  Task<Items> read_many(rpc::Instance& caller, Client& client, const Cluster& cluster, std::span<const std::uint32_t> hashes,
                        rpc::Envelope request);
  /// Sets it in every copy in the caller's region. Ends at once, or when the latch has opened or the operation has timed out, where
  /// who writes waits; and waits in any case where too much waits for a node.
  Task<> write(rpc::Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, rpc::Envelope request);

  Counter reads, hits, misses;
  Counter other_copies;                       ///< hits of a copy that was not asked first
  std::array<Counter, absences> missed_when;  ///< by Absence, the misses
  ClientMeasures measures;

 private:
  struct Writing;
  /// One copy of a write.
  struct Copy {
    ZoneIndex zone;
    NodeIndex node;
    std::shared_ptr<Connection> connection;
  };
  void refresh_if_due(const rpc::Instance& caller, Client& client, const Cluster& cluster);
  /// The connection to a node, if a read may be sent to it while fewer than `most` wait.
  std::shared_ptr<Connection> to_read(Client& client, GroupIndex group, NodeIndex node, int most);
  void leave_unanswered(rpc::Instance& caller, ZoneIndex zone, std::shared_ptr<Connection> connection, Future<rpc::Reply> answer,
                        Duration patience);
  Task<> hear_late(ZoneIndex here, ZoneIndex there, std::shared_ptr<Connection> connection, Future<rpc::Reply> answer, Duration patience);
  Absence why_missing(const rpc::Instance& caller, const Cluster& cluster, GroupIndex group, std::uint32_t hash, std::uint64_t key) const;
  Task<Items> read_group(rpc::Instance& caller, Client& client, const Cluster& cluster, GroupIndex group,
                         std::span<const std::uint32_t> hashes, rpc::Envelope request, Items wanted);

  Task<> write_copy(rpc::Instance& caller, const Cluster& cluster, Copy copy, const rpc::Envelope& request,
                    std::shared_ptr<Writing> writing);
  Task<> write_blocked(rpc::Instance& caller, const Cluster& cluster, Copy copy, const rpc::Envelope& request,
                       std::shared_ptr<Writing> writing);
  Task<> send_late(rpc::Instance& caller, const Cluster& cluster, Copy copy, rpc::Envelope request, std::shared_ptr<Writing> writing);
  Task<> count_down(std::shared_ptr<Writing> writing, Future<rpc::Reply> answer, Duration patience);

  rpc::Network& network_;
  Ledger& ledger_;
};

}  // namespace streamtwin::evcache
