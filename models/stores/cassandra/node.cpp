#include "models/stores/cassandra/node.hpp"

#include <algorithm>

#include "models/stores/cassandra/request.hpp"

namespace streamtwin::stores {

Task<> Node::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  if (request.body.as<Request>().operation == Operation::read_replica) return {};
  return reach_quorum(self, request, reply);
}

Task<> Node::reach_quorum(rpc::Instance& self, rpc::Envelope request, rpc::Reply& reply) {
  const int zones = network_.geography.zones_of(network_.geography.region_of(self.zone));
  const int replicas = std::min(spec_.replicas, zones);
  int missing = replicas / 2;  // the coordinator is one of the replicas / 2 + 1 that must answer
  auto asked = request.body.as<Request>();
  asked.operation = Operation::read_replica;
  request.body = asked;
  for (int step = 1; step < replicas && missing > 0; ++step) {
    const bool last_chance = step + missing >= replicas;
    Future<rpc::Reply> replica = network_.ask(self, self.service.slot(network_.neighbour(self.zone, step), self.number), request);
    const std::optional<rpc::Reply> answer = co_await replica.within(last_chance ? spec_.request_timeout : spec_.speculative_retry);
    if (answer && rpc::answered(answer->status)) --missing;
  }
  if (missing > 0) reply.status = rpc::Status::failed;
}

}  // namespace streamtwin::stores
