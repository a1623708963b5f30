// A node of a store: a replica of what lies in its ranges, and the coordinator of what drivers ask it (apache/cassandra
// service/StorageProxy). A write goes to all replicas at once, to those of another region by way of one of them, and is acknowledged
// when its level is met; whoever has not acknowledged it in time gets it later, as a hint. A read asks as many of the closest
// replicas as its level needs, another one if that takes long, and brings those up to date that were behind before it answers.
#pragma once

#include <boost/container/small_vector.hpp>
#include <deque>
#include <memory>
#include <optional>

#include "models/rpc/network.hpp"
#include "models/stores/acknowledged.hpp"
#include "models/stores/cassandra/driver.hpp"
#include "models/stores/cassandra/measures.hpp"
#include "models/stores/cassandra/membership.hpp"
#include "models/stores/cassandra/request.hpp"
#include "models/stores/cassandra/seat.hpp"
#include "models/stores/cassandra/staleness.hpp"
#include "models/stores/cassandra/cassandra_spec.hpp"
#include "models/stores/cassandra/topology.hpp"
#include "models/stores/store.hpp"

namespace streamtwin::stores {

class Node final : public Store {
 public:
  Node(rpc::Network& network, const CassandraSpec& spec, const rpc::Service& service, Recorder& recorder);

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, ItemRequest item) override;
  /// Nodes gossip and hand over hints from now on. Until then everybody takes everybody for alive.
  void start() override;
  void started(rpc::Instance& self) override;
  void stopped(const rpc::Instance& self) override;

  /// Of the slots that its service has when it is first asked.
  const Topology& topology() {
    if (!topology_) lay_out();
    return *topology_;
  }
  /// Whether drivers near a zone leave a node out: one that is being filled, or that nodes there take for dead.
  bool avoided(NodeIndex node, ZoneIndex near);
  Seat& seat(NodeIndex node) {
    if (!topology_) lay_out();
    return *seats_of_nodes_[node];
  }
  Bytes hinted() const { return hinted_; }
  const std::string& name() const { return service_.name; }
  const StalenessMeasures& staleness() const { return staleness_; }

 private:
  template <class T>
  using Few = boost::container::small_vector<T, 9>;
  class Round;
  struct Acks;
  template <class Answer>
  class Poll;
  class Agreement;

  static Seat& seat_of(const rpc::Instance& self) { return static_cast<NodeState&>(*self.state).seat; }
  Seat& seat_of(ZoneIndex zone, int number);
  void lay_out();
  bool alive(NodeIndex viewer, NodeIndex node) const { return membership_ == nullptr || membership_->alive(viewer, node); }

  // A replica.
  void keep(rpc::Instance& self, const Request& asked);
  Task<> keep_late(rpc::Instance& self, Request asked);
  Task<> tell(rpc::Instance& self, const Request& asked, rpc::Reply& reply);
  Task<> tell_late(rpc::Instance& self, Request asked, rpc::Reply& reply);
  Duration disk_wait(const rpc::Instance& self) const;

  // A coordinator's write.
  Task<> write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  cassandra::ByDatacenter pending_among(std::span<const NodeIndex> replicas);
  Task<bool> spread(rpc::Instance& self, const rpc::Envelope& request, const cassandra::Needed& needed, Operation as);
  std::shared_ptr<Acks> send_to_all(rpc::Instance& self, const rpc::Envelope& request, const cassandra::Needed& needed, Operation as);
  Task<> wait_for_ack(rpc::Instance& self, std::shared_ptr<Acks> acks, NodeIndex replica, Request what, Future<rpc::Reply> answer);
  Future<rpc::Reply> ask(rpc::Instance& self, NodeIndex replica, NodeIndex by_way_of, const rpc::Envelope& message);
  void hint(rpc::Instance& self, NodeIndex replica, const Request& what);

  // A coordinator's read.
  Task<> read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<std::optional<Version>> fetch(rpc::Instance& self, const rpc::Envelope& request, Instant deadline, rpc::Reply& reply);
  Few<NodeIndex> readable(rpc::Instance& self, std::span<const NodeIndex> replicas, cassandra::Consistency level);
  Task<> gather(rpc::Instance& self, Round& round, const Few<NodeIndex>& candidates, const rpc::Envelope& request, Request asked,
                Instant deadline);
  Task<Version> repair(rpc::Instance& self, const rpc::Envelope& request, const Round& seen, Instant deadline, rpc::Reply& reply);
  void judge(const Acknowledged::Write& known, Version found, Instant began);
  cassandra::DynamicSnitch& snitch_of(rpc::Instance& self);
  cassandra::SpeculativeRetry& speculation_of(rpc::Instance& self);

  // What replicas agree on.
  Task<> compare_and_set(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<std::optional<Version>> read_agreed(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  cassandra::PromiseReply promise(rpc::Instance& self, const Request& asked);
  cassandra::ProposeReply vote(rpc::Instance& self, const Proposal& proposal);
  void agree(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> agree_late(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);

  // What goes on besides.
  Task<> gossip();
  Task<> dispatch_hints();
  Task<> hand_over(rpc::Instance& self, NodeIndex target);
  Task<> join(rpc::Instance& self);
  Task<> stream(rpc::Instance& self, NodeIndex source, Bytes bytes, std::shared_ptr<int> open, Promise<void>& done);
  std::map<NodeIndex, Bytes> sources_of(NodeIndex joining);
  void copy_data(NodeIndex joining);

  rpc::Network& network_;
  const CassandraSpec spec_;
  const rpc::Service& service_;
  Driver driver_;
  StoreMeasures measures_;
  StalenessMeasures staleness_;
  Acknowledged acknowledged_;
  std::vector<std::deque<Seat>> seats_;  ///< by zone and number
  std::optional<Topology> topology_;
  std::vector<Seat*> seats_of_nodes_;
  std::unique_ptr<Membership> membership_;
  bool started_ = false;
  Bytes hinted_{0};
  Scope scope_;  ///< last: its processes use everything above
};

/// Of an instance whose service is handled by a Node.
Replica& replica_of(const rpc::Instance& node);

}  // namespace streamtwin::stores
