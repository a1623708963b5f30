// A store of a run, of whatever kind: what handles the requests of its nodes, and how its clients come to them.
#pragma once

#include "models/rpc/handler.hpp"
#include "models/rpc/instance.hpp"
#include "models/stores/item_request.hpp"

namespace streamtwin::stores {

class Store : public rpc::Handler {
 public:
  /// What the client's driver does, on behalf of a request whose id, deadline and span go along. `timed_out` when no node has answered.
  virtual Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, ItemRequest item) = 0;
  /// The run begins: from now on nodes do what they do besides what they are asked.
  virtual void start() {}
  /// One of its instances serves, or serves no more.
  virtual void started(rpc::Instance&) {}
  virtual void stopped(const rpc::Instance&) {}
  /// An instance of a service whose data it keeps serves no more.
  virtual void client_stopped(const rpc::Instance&) {}
};

}  // namespace streamtwin::stores
