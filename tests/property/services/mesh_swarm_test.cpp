// Meshes put together at random from everything that a service can be told to do, under more load than they bear, with
// an instance that dies in the middle: every request ends once, and in the end nothing is held any more.
#include <gtest/gtest.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

class RandomMesh {
 public:
  explicit RandomMesh(std::uint64_t seed) : random_(seed, "mesh", "swarm") {}

  std::map<std::string, ServiceSpec> services() {
    std::map<std::string, ServiceSpec> specs;
    for (int i = 0; i < layers; ++i) {
      ServiceSpec spec = service();
      for (int callee = i + 1; callee < layers; ++callee) {
        if (random_.chance(0.5)) spec.calls.push_back(call(callee));
      }
      specs[name(i)] = spec;
    }
    return specs;
  }
  MeshSpec agreed() { return {.deadlines = pick({Deadlines::local, Deadlines::propagate})}; }
  Envelope request() {
    Envelope request;
    request.priority = static_cast<std::uint8_t>(random_.below(101));
    return request;
  }
  Random& random() { return random_; }

  static constexpr int layers = 5;
  static std::string name(int layer) { return "layer" + std::to_string(layer); }

 private:
  template <class T>
  T pick(std::initializer_list<T> among) {
    return *(among.begin() + random_.below(among.size()));
  }
  Duration milliseconds(double low, double high) { return Duration{random_.uniform(low, high) / 1e3}; }

  ServiceSpec service() {
    ServiceSpec spec;
    spec.instances_per_zone = 2;
    spec.cores = pick({1, 2, 4});
    spec.queue_limit = pick({0, 5, 200});
    spec.cost = {milliseconds(1, 20), pick({0.0, 0.5}), pick({CostShape::lognormal, CostShape::exponential})};
    spec.execution = {pick({ExecutionModel::event_loop, ExecutionModel::blocking_threads}), pick({1, 4, 20})};
    if (random_.chance(0.3)) spec.garbage_collection = {.interval = 200ms, .pause = 20ms};
    spec.admission.limit = pick(
        {LimitKind::none, LimitKind::none, LimitKind::fixed, LimitKind::aimd, LimitKind::vegas, LimitKind::gradient, LimitKind::gradient2});
    spec.admission.fixed = pick({1, 10});
    if (spec.admission.limit != LimitKind::none && random_.chance(0.5)) spec.admission.window = limits::WindowProperties{};
    if (spec.admission.limit != LimitKind::none && random_.chance(0.5))
      spec.admission.partitions = {{20, Fraction{0.7}}, {90, Fraction{0.1}}};
    spec.shedding.enabled = random_.chance(0.3);
    return spec;
  }

  CallSpec call(int callee) {
    CallSpec call = call_to(name(callee), pick({hystrix::Isolation::thread, hystrix::Isolation::semaphore}));
    call.stage = pick({0, 0, 1});
    call.probability = Fraction{pick({0.5, 1.0})};
    call.fallback = pick({Fallback::none, Fallback::fixed_answer});
    call.command.timeout = milliseconds(10, 200);
    call.command.timeout_enabled = random_.chance(0.8);
    call.command.honours_interrupt = random_.chance(0.5);
    call.command.circuit_breaker_enabled = random_.chance(0.5);
    call.pool = {.core_size = pick({1, 10}), .max_queue_size = pick({-1, 10})};
    call.client.retries_next_server = pick({0, 1, 2});
    call.client.retries_same_server = pick({0, 0, 1});
    call.client.read_timeout = milliseconds(20, 500);
    call.client.retry_throttle.enabled = random_.chance(0.5);
    defend(call.client);
    return call;
  }

  void defend(ClientSpec& client) {
    const bool delayed = random_.chance(0.7);
    if (random_.chance(0.3))
      client.hedging = HedgingSpec{
          .after = delayed ? std::optional{milliseconds(0, 50)} : std::nullopt, .at_most = pick({2, 3}), .cancels = pick({false, true})};
    if (random_.chance(0.3)) client.retry_concurrency = budgets::RetryConcurrencySpec{.share = Fraction{0.2}, .least = pick({0, 3})};
    if (random_.chance(0.3)) client.retry_quota = budgets::RetryQuotaSpec{.tokens = pick({10, 500})};
    if (random_.chance(0.3)) client.retry_deposits = budgets::RetryDepositsSpec{.least_per_second = pick({0.0, 10.0})};
    if (random_.chance(0.3)) client.adaptive_throttle.emplace();
    if (random_.chance(0.3))
      client.outlier_ejection = outlier::OutlierSpec{
          .interval = 200ms, .base_ejection_time = 300ms, .max_ejected = Fraction{pick({0.5, 1.0})}, .consecutive_errors = pick({1, 3})};
  }

  Random random_;
};

void expect_nothing_is_held(Instance& instance) {
  EXPECT_EQ(instance.execution.taken_up(), 0u);
  EXPECT_TRUE(!instance.execution.threads || instance.execution.threads->processor.jobs() == 0);
  EXPECT_TRUE(!instance.admission || instance.admission->in_flight() == 0);
  for (std::size_t position = 0; position < service_of(instance).spec.calls.size(); ++position) {
    Outgoing& outgoing = caller_of(instance).outgoing(position);
    EXPECT_EQ(outgoing.pool.busy(), 0);
    EXPECT_EQ(outgoing.pool.queued(), 0);
    EXPECT_EQ(outgoing.command.running(), 0);
    EXPECT_EQ(outgoing.command.fallbacks_running(), 0);
    for (const ribbon::ServerIndex server : outgoing.balancer.list()) {
      EXPECT_EQ(static_cast<const ribbon::LoadBalancer&>(outgoing.balancer).stats(server).active(), 0);
    }
    if (outgoing.defences == nullptr) continue;
    EXPECT_EQ(outgoing.defences->tries_under_way, 0);
    EXPECT_TRUE(!outgoing.defences->concurrency || outgoing.defences->concurrency->retries() == 0);
  }
}

constexpr int requests = 600;

/// Sends all requests within two seconds, kills an instance in the middle; returns the digest of what was recorded.
Digest run(std::uint64_t seed) {
  RandomMesh mesh(seed);
  Backend backend(mesh.services(), Seed{seed}, mesh.agreed());
  for (int i = 0; i < requests; ++i) backend.send_at(Duration{mesh.random().uniform(0, 2)}, RandomMesh::name(0), mesh.request());
  Instance& victim = backend.instance(RandomMesh::name(1 + static_cast<int>(mesh.random().below(RandomMesh::layers - 1))));
  backend.simulation.run_until(at(1s));
  victim.die();
  backend.simulation.run_until(at(60s));
  EXPECT_EQ(backend.ended.size(), requests) << "a request did not end, or ended twice";
  for (Service& service : backend.mesh.services()) {
    EXPECT_LE(service.measures.rejections.total(), service.measures.failures.total());
    EXPECT_LE(service.measures.failures.total(), service.measures.requests.total());
    for (Instance& instance : service.instances()) {
      if (!instance.dead()) expect_nothing_is_held(instance);
    }
  }
  for (const Backend::Ended& e : backend.ended) backend.recorder.outcome(0, static_cast<unsigned>(e.status), at(seconds(e.at)));
  return backend.recorder.digest();
}

class MeshSwarm : public testing::TestWithParam<int> {};
TEST_P(MeshSwarm, EndsEveryRequestOnceHoldsNothingInTheEndAndRepeatsItself) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const std::uint64_t which = static_cast<std::uint64_t>(GetParam()) * 10 + seed;
    const Digest first = run(which);
    EXPECT_TRUE(run(which) == first) << "the same seed, another history";
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, MeshSwarm, testing::Range(0, 5));

}  // namespace
}  // namespace streamtwin::services
