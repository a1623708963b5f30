// The caller's side of an instance: how it reaches those that its service calls, and the caches of its data. Commands, pools,
// balancers and clients are made when they are first needed, as if they had been there since the launch: an instance that
// calls nobody is small.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "models/cache/evcache/client.hpp"
#include "models/registry/view.hpp"
#include "models/rpc/life.hpp"
#include "models/services/outgoing.hpp"

namespace streamtwin::services {

class Service;

using rpc::Instance;

class Caller : public rpc::HandlerState {
 public:
  Caller(Instance& its_instance, const Service& its_service);

  /// What makes the call at a position of the service's calls.
  Outgoing& outgoing(std::size_t position);
  /// The same for the first position of a command; null where it has not been needed yet.
  Outgoing* made(std::size_t position) const { return calls_[position].made.get(); }
  /// The registry's list of a callee, shared by all who hold it. A balancer that exists takes it over, and forgets who has
  /// gone for good.
  void take_list(std::size_t position, std::shared_ptr<const registry::AppView> list, const rpc::Lives& lives, Instant now);
  /// Its EVCache client for a cluster.
  evcache::Client& cache_client(const Service& cache, std::uint8_t own_zone, Instant now);

  Instance& instance;
  const Service& service;

 private:
  struct Call {
    std::unique_ptr<Outgoing> made;
    std::shared_ptr<const registry::AppView> list;
  };
  static void update_balancer(Call& call, Instant now);

  std::vector<Call> calls_;  ///< by position in the service's calls, where it is the first with its command's key
  std::vector<std::pair<const Service*, std::unique_ptr<evcache::Client>>> cache_clients_;  ///< one or two
};

/// Of an instance whose service calls others or has data: its handler keeps a Caller for it.
inline Caller& caller_of(const Instance& instance) { return static_cast<Caller&>(*instance.state); }

}  // namespace streamtwin::services
