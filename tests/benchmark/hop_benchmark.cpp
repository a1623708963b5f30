// A hop: a message there, a queue with four servers and an exponential cost, a message back, a time-out that is set and
// cancelled, a histogram of latencies. Requests go down a chain of 22 services and back up; each that is answered makes room for
// the next one. First by hand, on nothing but the ladder and the wheel, which is the limit; then on the engine; then in the mesh.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "models/services/mesh.hpp"
#include "sim-core/future.hpp"
#include "sim-core/ladder_queue.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/log_histogram.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/simulation.hpp"
#include "sim-core/timer_wheel.hpp"

namespace streamtwin::benchmarks {
namespace {

constexpr std::size_t chain = 22;
constexpr std::size_t cores = 4;
constexpr Duration mean_cost = 2ms, one_way = 250us, time_out = 1s;

/// The instances of each service, and the requests in flight.
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"instances", "in_flight"})->Args({1, 8})->Args({100, 10'000})->Unit(benchmark::kMillisecond);
}

/// Runs `happen`, which makes some 10^5 events happen, and reports how many of the hops that `hops` counts there were per second.
template <class Happen, class Hops>
void measure_hops(benchmark::State& state, Happen happen, Hops hops) {
  for (const double warm = 6.0 * static_cast<double>(state.range(1)) * chain; hops() < warm;) happen();
  const double before = hops();
  for (auto _ : state) happen();
  state.SetItemsProcessed(static_cast<std::int64_t>(hops() - before));
}

/// Everything a request needs stands in its record, and everything a server needs in its own.
class ByHand {
 public:
  ByHand(std::size_t instances, std::size_t in_flight) : instances_(instances), servers_(chain * instances), requests_(in_flight) {
    for (Request& request : requests_) start(request);
  }

  void happen() {
    const engine::Entry entry = *ladder_.peek();
    ladder_.pop();
    now_ = entry.time;
    while (wheel_.first(now_) != nullptr) wheel_.pop();  // nobody is that late
    Request& request = *reinterpret_cast<Request*>(entry.what & ~std::uint64_t{7});
    switch (entry.what & 7) {
      case arrives: return arrive(request);
      case served: return serve(request);
      default: return answered(request);
    }
  }
  double hops() const { return hops_; }

 private:
  enum What : std::uint64_t { arrives, served, answers };

  struct alignas(64) Hop {
    engine::Timer time_out{[](engine::Event&) {}};
    double began = 0;
    std::uint32_t server = 0;
  };
  struct alignas(64) Request {
    std::size_t depth = 0;
    Request* next = nullptr;  // in the queue of a server
    Hop hops[chain];
  };
  struct alignas(32) Server {
    Request* first = nullptr;
    Request* last = nullptr;
    std::uint32_t busy = 0;
    std::uint32_t callee = 0;  // of its calls, the last one's
  };

  void later(Duration delay, Request& request, What what) {
    ladder_.push(now_ + in_seconds(delay), reinterpret_cast<std::uintptr_t>(&request) | what);
  }
  void start(Request& request) {
    request.depth = 0;
    call(request, entry_);
  }
  void call(Request& request, std::uint32_t& turn) {
    turn = turn + 1 == instances_ ? 0 : turn + 1;
    Hop& hop = request.hops[request.depth];
    hop.server = static_cast<std::uint32_t>(request.depth * instances_) + turn;
    wheel_.set(hop.time_out, now_ + in_seconds(time_out), ++sequence_, now_);
    later(one_way, request, arrives);
  }
  void arrive(Request& request) {
    Hop& hop = request.hops[request.depth];
    hop.began = now_;
    Server& server = servers_[hop.server];
    if (server.busy < cores) {
      ++server.busy;
      return later(random_.exponential(mean_cost), request, served);
    }
    request.next = nullptr;
    (server.first != nullptr ? server.last->next : server.first) = &request;
    server.last = &request;
  }
  void serve(Request& request) {
    Server& server = servers_[request.hops[request.depth].server];
    if (Request* const next = server.first) {
      server.first = next->next;
      later(random_.exponential(mean_cost), *next, served);
    } else {
      --server.busy;
    }
    if (request.depth + 1 == chain) return answer(request);
    ++request.depth;
    call(request, server.callee);
  }
  void answer(Request& request) {
    latencies_[request.depth].record(now_ - request.hops[request.depth].began);
    later(one_way, request, answers);
  }
  void answered(Request& request) {
    ++hops_;
    wheel_.cancel(request.hops[request.depth].time_out);
    if (request.depth == 0) return start(request);
    --request.depth;
    answer(request);
  }

  std::size_t instances_;
  double now_ = 0, hops_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint32_t entry_ = 0;
  engine::LadderQueue ladder_;
  std::vector<Server> servers_;
  std::vector<Request> requests_;
  engine::TimerWheel wheel_;  // its timers must outlive it
  LogHistogram latencies_[chain];
  Random random_{1, "benchmark", "cost"};
};

void hop_by_hand(benchmark::State& state) {
  ByHand by_hand(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  const auto happen = [&] {
    for (int i = 0; i < 100'000; ++i) by_hand.happen();
  };
  measure_hops(state, happen, [&] { return by_hand.hops(); });
}

/// One coroutine per hop, a queue per instance; nothing else.
class OnTheEngine {
 public:
  OnTheEngine(std::size_t instances, std::size_t in_flight) : instances_(instances) {
    for (std::size_t i = 0; i < chain * instances; ++i) servers_.push_back(std::make_unique<Server>());
    for (std::size_t i = 0; i < in_flight; ++i) scope_.spawn("a client", client());
  }
  double hops() const { return hops_; }

 private:
  struct Server {
    FcfsServers workers{cores};
    std::uint32_t callee = 0;
    Scope scope;
  };

  Future<bool> call(std::size_t depth, std::uint32_t& turn) {
    turn = turn + 1 == instances_ ? 0 : turn + 1;
    Server& server = *servers_[depth * instances_ + turn];
    auto [promise, future] = make_promise<bool>();
    server.scope.spawn_after(one_way, "a request", serve(server, depth, std::move(promise)));
    return std::move(future);
  }
  Task<> client() {
    for (;;) {
      Future<bool> answer = call(0, entry_);
      co_await answer.within(time_out);
      ++hops_;
    }
  }
  Task<> serve(Server& server, std::size_t depth, Promise<bool> promise) {
    const double began = engine::calendar().now();
    co_await server.workers.serve(random_.exponential(mean_cost));
    if (depth + 1 < chain) {
      Future<bool> answer = call(depth + 1, server.callee);
      co_await answer.within(time_out);
      ++hops_;
    }
    latencies_[depth].record(engine::calendar().now() - began);
    std::move(promise).set_after(one_way, true);
  }

  std::size_t instances_;
  double hops_ = 0;
  std::uint32_t entry_ = 0;
  LogHistogram latencies_[chain];
  Random random_{1, "benchmark", "cost"};
  std::vector<std::unique_ptr<Server>> servers_;
  Scope scope_;
};

void hop_on_the_engine(benchmark::State& state) {
  Simulation simulation;
  OnTheEngine engine(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  measure_hops(
      state, [&] { simulation.step(100'000); }, [&] { return engine.hops(); });
  simulation.end_processes();
}

/// Commands with a thread for each call, Ribbon's usual rule, the registry's lists: as a scenario has them by default.
class InTheMesh {
 public:
  InTheMesh(std::size_t instances, std::size_t in_flight)
      : geography_({{"region", 0, 0, 1}}, {.same_zone_rtt = 2 * one_way}), mesh_(geography_, recorder_) {
    std::map<std::string, services::ServiceSpec> specs;
    for (std::size_t depth = 0; depth <= chain; ++depth) specs[name(depth)] = spec(depth, instances, in_flight);
    mesh_.add(specs);
    launch();
    platform_.seal();
    services::Service& callers = mesh_.service(name(0));
    for (std::size_t i = 0; i < in_flight; ++i) scope_.spawn("a client", client(*callers.slot(0, static_cast<int>(i % instances))));
  }
  double hops() const { return mesh_.measures.hops.total(); }

 private:
  static std::string name(std::size_t depth) { return "service-" + std::to_string(depth); }
  static services::ServiceSpec spec(std::size_t depth, std::size_t instances, std::size_t in_flight) {
    services::ServiceSpec spec;
    spec.instances_per_zone = static_cast<int>(instances);
    spec.cores = cores;
    spec.cost = {.median = mean_cost * rpc::Cost::ln2, .shape = rpc::CostShape::exponential};
    if (depth == chain) return spec;
    services::CallSpec& call = spec.calls.emplace_back();
    call.service = name(depth + 1);
    call.command.timeout = time_out;
    call.pool.core_size = static_cast<int>(in_flight);  // nobody is turned away
    return spec;
  }
  void launch() {
    registry::RegistryView view;
    view.apps.resize(chain + 1);
    for (services::Service& service : mesh_.services()) {
      registry::AppView listed{.app = service.index, .version = 1, .up = {}};
      for (int number = 0; number < service.spec.instances_per_zone; ++number) {
        Host& machine = platform_.add_host(service.name + "/" + std::to_string(number), platform_.world(), Speed{1e9}, 1, BitRate{1e9});
        listed.up.push_back({mesh_.lives.launch(service, machine, 0, number).id, 0});
      }
      view.apps[service.index] = std::make_shared<registry::AppView>(listed);
    }
    for (services::Service& service : mesh_.services()) {
      for (rpc::Instance& instance : service.instances()) mesh_.refresh_balancers(instance, view);
    }
  }
  Task<> client(rpc::Instance& caller) {
    for (;;) co_await mesh_.call(services::caller_of(caller), 0, {});
  }

  Recorder recorder_;
  Platform platform_;
  places::Geography geography_;
  services::Mesh mesh_;
  Scope scope_;
};

void hop_in_the_mesh(benchmark::State& state) {
  Simulation simulation;
  InTheMesh mesh(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  measure_hops(
      state, [&] { simulation.step(100'000); }, [&] { return mesh.hops(); });
  simulation.end_processes();
}

BENCHMARK(hop_by_hand)->Name("hop/by_hand")->Apply(sizes);
BENCHMARK(hop_on_the_engine)->Name("hop/engine")->Apply(sizes);
BENCHMARK(hop_in_the_mesh)->Name("hop/mesh")->Apply(sizes);

}  // namespace
}  // namespace streamtwin::benchmarks
