// The driver of a store's client: it knows which replicas an item has (token-aware, and aware of its own region), and asks the
// nearest one in the region to coordinate, or the next one when that does not answer in time or answers that it failed. Nodes that
// the others take for dead it leaves out: they tell it.
#pragma once

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/cassandra/request.hpp"
#include "models/stores/cassandra/cassandra_spec.hpp"

namespace streamtwin::stores {

class Driver {
 public:
  explicit Driver(rpc::Network& network) : network_(network) {}

  /// Asks on behalf of a request, whose id, deadline and span go along. `timed_out` when no coordinator has answered.
  Task<rpc::Reply> ask(const rpc::Instance& client, const rpc::Service& store, const CassandraSpec& spec, rpc::Envelope request,
                       Request asked);

 private:
  rpc::Network& network_;
};

}  // namespace streamtwin::stores
