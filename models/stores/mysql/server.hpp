// The servers of a MySQL database, and how clients come to them. A write goes to the primary of its cluster, is committed with others
// (`GroupCommit`), waits for replicas where replication is semi-synchronous, and is shipped to all of them, who apply it in a while. A
// read goes to the nearest replica, which may not have it yet. What is in orchestrator.cpp finds a primary dead and puts another in its
// place; until clients know that one, they have no primary.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/acknowledged.hpp"
#include "models/stores/mysql/connections.hpp"
#include "models/stores/mysql/measures.hpp"
#include "models/stores/mysql/mysql_spec.hpp"
#include "models/stores/mysql/seat.hpp"
#include "models/stores/store.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::mysql {

class Server final : public stores::Store {
 public:
  Server(rpc::Network& network, const MysqlSpec& spec, const rpc::Service& service, Recorder& recorder);

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) override;
  void start() override;
  void started(rpc::Instance& self) override;
  void stopped(const rpc::Instance& self) override;
  void client_stopped(const rpc::Instance& client) override { pools_.erase(client.id); }

  /// Of the slots that its service has when it is first asked.
  std::deque<LiveCluster>& clusters();
  rpc::Instance* instance(const Seat& seat) const { return service_.slot(seat.zone, seat.number); }

 private:
  class Lease;

  static Seat& seat_of(const rpc::Instance& self) { return static_cast<SeatState&>(*self.state).seat; }
  Seat& seat_of(ZoneIndex zone, int number);
  void gather(std::vector<std::vector<Seat*>>& seats);
  std::size_t first_primary(const std::vector<Seat*>& seats, std::size_t cluster) const;
  bool serves(const Seat& seat) const;
  void record_series(Recorder& recorder, const std::string& prefix);

  // A client.
  std::size_t cluster_of(std::uint64_t key);
  std::size_t server_for(const rpc::Instance& client, LiveCluster& cluster, stores::Access access);
  Pool& pool_of(const rpc::Instance& client, std::size_t cluster, stores::Access access);
  Task<Lease> connect(const rpc::Instance& client, LiveCluster& cluster, stores::Access access, Pool& pool);
  Task<bool> open(const rpc::Instance& client, Seat& seat);

  // A server.
  void read(Seat& self, const stores::ItemRequest& item, rpc::Reply& reply);
  Task<> commit(rpc::Instance& self, stores::ItemRequest item, rpc::Reply& reply);
  Task<> wait_for_replicas(Seat& self, Position position);
  void ship_soon(rpc::Instance& self);
  Task<> ship(rpc::Instance& self);
  Task<> deliver(rpc::Instance& source, Seat& replica, Position up_to);
  Task<> follow(LiveCluster& cluster);
  void look_at_source(LiveCluster& cluster, Seat& replica);
  void fill(LiveCluster& cluster, Seat& seat);

  // Orchestrator.
  Task<> orchestrate(LiveCluster& cluster);
  void poll(LiveCluster& cluster);
  Task<> recover(LiveCluster& cluster, std::size_t successor);
  void promote(LiveCluster& cluster, std::size_t successor);
  void publish(LiveCluster& cluster);
  bool reaches_most(ZoneIndex zone) const;
  std::vector<std::size_t> nearest_to(const LiveCluster& cluster, ZoneIndex zone) const;

  rpc::Network& network_;
  const MysqlSpec spec_;
  const rpc::Service& service_;
  MysqlMeasures measures_;
  stores::Acknowledged acknowledged_;
  std::vector<std::deque<Seat>> seats_;  ///< by zone and number
  std::deque<LiveCluster> clusters_;
  std::map<InstanceId, std::deque<Pool>> pools_;  ///< by client: of each cluster one for reads and one for writes
  bool started_ = false;
  Scope scope_;  ///< last: its processes use everything above
};

}  // namespace streamtwin::mysql
