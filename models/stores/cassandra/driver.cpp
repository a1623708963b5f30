#include "models/stores/cassandra/driver.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::stores {

Task<rpc::Reply> Driver::ask(const rpc::Instance& client, const rpc::Service& store, const StoreSpec& spec, rpc::Envelope request,
                             Request asked) {
  request.body = asked;
  const int number = static_cast<int>(mix(asked.key) % static_cast<std::uint64_t>(std::max(1, store.slots(client.zone))));
  for (int step = 0; step < network_.geography.zones_of(network_.geography.region_of(client.zone)); ++step) {
    Future<rpc::Reply> coordinator = network_.ask(client, store.slot(network_.neighbour(client.zone, step), number), request);
    const std::optional<rpc::Reply> answer = co_await coordinator.within(spec.request_timeout);
    if (answer && rpc::answered(answer->status)) co_return *answer;
  }
  co_return rpc::Reply{.status = rpc::Status::timed_out};
}

}  // namespace streamtwin::stores
