#include "models/stores/cassandra/driver.hpp"

#include <boost/container/small_vector.hpp>

#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::stores {

Task<rpc::Reply> Driver::ask(const rpc::Instance& client, const rpc::Service& store, const CassandraSpec& spec, rpc::Envelope request,
                             Request asked) {
  Node& nodes = static_cast<Node&>(*store.handler());
  const Topology& topology = nodes.topology();
  asked.level = asked.operation == Operation::read ? spec.read_level : spec.write_level;
  const bool once = asked.operation == Operation::compare_and_set;  // it may have been made: nobody does it again
  request.body = asked;
  const RegionIndex own = network_.geography.region_of(client.zone);
  boost::container::small_vector<NodeIndex, 9> coordinators;
  for (const NodeIndex replica : topology.replicas(asked.key)) {
    if (topology.datacenter(replica) == own && !nodes.avoided(replica, client.zone)) coordinators.push_back(replica);
  }
  topology.nearest_first(client.zone, {coordinators.data(), coordinators.size()});
  for (const NodeIndex coordinator : coordinators) {
    Future<rpc::Reply> answering = network_.ask(client, topology.instance(coordinator), request);
    const std::optional<rpc::Reply> answer = co_await answering.within(spec.request_timeout);
    if (answer && rpc::answered(answer->status)) co_return *answer;
    if (once && (!answer || answer->status != rpc::Status::failed)) break;
  }
  co_return rpc::Reply{.status = rpc::Status::timed_out};
}

}  // namespace streamtwin::stores
