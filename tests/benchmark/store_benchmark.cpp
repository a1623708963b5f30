// What a read of a store costs, in hops: a message there, a queue, an exponential cost, a message back, a time-out set and cancelled.
// Six nodes in three zones, gossip going on, 10,000 items of which each was written; a thousand clients read one after the other.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>

#include "models/services/mesh.hpp"
#include "models/stores/cassandra/node.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::benchmarks {
namespace {

constexpr int store_zones = 3, readers = 1000;
constexpr std::uint64_t store_items = 10'000;

class Readers {
 public:
  Readers() : geography_({{"region", 0, 0, store_zones}}, {.same_zone_rtt = 500us}), mesh_(geography_, recorder_) {
    services::ServiceSpec plain;
    plain.instances_per_zone = 2;
    plain.cores = 64;
    plain.cost = {.median = 2ms, .shape = rpc::CostShape::exponential};
    services::ServiceSpec store = plain;
    store.store.emplace();
    mesh_.add({{"client", plain}, {"plain", plain}, {"store", store}});
    for (services::Service& service : mesh_.services()) {
      for (int slot = 0; slot < 2 * store_zones; ++slot) {
        Host& machine = platform_.add_host(service.name + std::to_string(slot), platform_.world(), Speed{1e9}, 1, BitRate{1e9});
        mesh_.lives.launch(service, machine, static_cast<ZoneIndex>(slot / 2), slot % 2);
      }
    }
    platform_.seal();
    auto& nodes = static_cast<stores::Node&>(*mesh_.stores().front());
    nodes.start();
    for (std::uint64_t key = 0; key < store_items; ++key) {
      for (const stores::NodeIndex replica : nodes.topology().replicas(key)) nodes.seat(replica).data.write(key, now(), now());
    }
  }
  void begin(bool stored) {
    for (int reader = 0; reader < readers; ++reader) {
      const rpc::Instance& client = *mesh_.service("client").slot(static_cast<ZoneIndex>(reader % store_zones), 0);
      scope_.spawn("a client", stored ? read(client, reader) : call(client));
    }
  }
  double done() const { return done_; }

 private:
  Task<> call(const rpc::Instance& client) {
    for (;;) {
      Future<rpc::Reply> answer = mesh_.network.ask(client, mesh_.service("plain").slot(client.zone, 1), {});
      co_await answer.within(1s);
      ++done_;
    }
  }
  Task<> read(const rpc::Instance& client, int reader) {
    stores::Store& store = *mesh_.stores().front();
    Random random(1, static_cast<std::uint64_t>(reader), hash_text("items"));
    for (;;) {
      co_await store.request(client, {}, {.key = random.below(store_items)});
      ++done_;
    }
  }

  Recorder recorder_;
  Platform platform_;
  places::Geography geography_;
  services::Mesh mesh_;
  double done_ = 0;
  Scope scope_;
};

void read_or_call(benchmark::State& state, bool stored) {
  Simulation simulation;
  Readers all;
  all.begin(stored);
  while (all.done() < 5 * readers) simulation.step(100'000);
  const double before = all.done();
  for (auto _ : state) simulation.step(100'000);
  state.SetItemsProcessed(static_cast<std::int64_t>(all.done() - before));
  simulation.end_processes();
}

BENCHMARK_CAPTURE(read_or_call, hop, false)->Name("store/hop")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_or_call, local_quorum, true)->Name("store/read_at_local_quorum")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace streamtwin::benchmarks
