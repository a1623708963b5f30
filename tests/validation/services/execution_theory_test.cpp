// The execution models of a service against queueing theory, through the whole way of a request into an instance:
// Poisson requests, lognormal or exponential costs.
#include <cmath>

#include "sim-core/queueing/queueing.hpp"
#include "tests/unit/services/backend.hpp"
#include "tests/validation/expect_mean.hpp"

namespace streamtwin::services {
namespace {

using namespace streamtwin::literals;

constexpr double sigma = 0.8;
const double variation = std::exp(sigma * sigma) - 1;  // of the cost, squared
const double mean_factor = std::exp(sigma * sigma / 2);

ServiceSpec service_with_mean(Duration mean, int cores) {
  ServiceSpec spec = service_of(mean / mean_factor, cores);
  spec.cost.sigma = sigma;
  spec.queue_limit = 1'000'000;
  return spec;
}

Task<> source(Backend& backend, Rate rate, Instant last) {
  Random random = backend.simulation.stream("source", "arrivals");
  Instance& callee = backend.instance("station");
  while (now() < last) {
    co_await delay(random.exponential(Duration{1 / rate.value()}));
    backend.mesh.network.send(callee, {}, {}, {});
  }
}

/// Runs a station with Poisson requests, of which the first hundred seconds do not count.
void run(Backend& backend, Rate rate, Instant last = at(2000s)) {
  Scope scope;
  scope.spawn("source", source(backend, rate, last));
  backend.simulation.run_until(at(100s));
  backend.recorder.begin_measurement(at(100s));
  backend.simulation.run_until(last);
}

std::function<double(Seed)> mean_latency(const std::map<std::string, ServiceSpec>& specs, Rate rate) {
  return [specs, rate](Seed seed) {
    Backend backend(specs, seed);
    run(backend, rate);
    return backend.mesh.service("station").measures.latency.measured().mean();
  };
}

TEST(EventLoop, OfOneCoreFollowsPollaczekAndKhinchine) {
  expect_mean(mean_latency({{"station", service_with_mean(20ms, 1)}}, 30_per_s), queueing::mg1(30_per_s, 20ms, variation).sojourn);
}

ServiceSpec exponential_with_mean(Duration mean, int cores, std::vector<CallSpec> calls = {}) {
  ServiceSpec spec = service_of(mean * std::log(2), cores, std::move(calls));
  spec.cost.shape = CostShape::exponential;
  spec.queue_limit = 1'000'000;
  return spec;
}

TEST(EventLoop, OfSeveralCoresIsAnMmcQueue) {
  expect_mean(mean_latency({{"station", exponential_with_mean(60ms, 4)}}, 50_per_s), queueing::mmc(50_per_s, 60ms, 4).sojourn);
}

// What leaves an M/M/c queue is a Poisson stream again, and who waits for the next service holds nothing.
TEST(EventLoop, ChainsOfThemAreJacksonNetworks) {
  CallSpec call = call_to("back", hystrix::Isolation::semaphore);
  call.command.execution_semaphore = 1'000'000;
  call.command.timeout_enabled = false;
  call.client.read_timeout = 3600s;
  expect_mean(mean_latency({{"back", exponential_with_mean(25ms, 1)}, {"station", exponential_with_mean(45ms, 2, {call})}}, 30_per_s),
              queueing::mmc(30_per_s, 45ms, 2).sojourn + queueing::mm1(30_per_s, 25ms).sojourn);
}

TEST(BlockingThreads, EnoughOfThemShareACoreAsMg1Ps) {
  ServiceSpec spec = service_with_mean(20ms, 1);
  spec.execution = {ExecutionModel::blocking_threads, 10'000};
  expect_mean(mean_latency({{"station", spec}}, 30_per_s), queueing::mg1_processor_sharing(30_per_s, 20ms).sojourn);
}

// Without a queue, threads are the servers of Erlang's loss system. They are held for the work, which never waits for
// a core here, and for the call: the loss depends on the mean of the sum alone.
TEST(BlockingThreads, LoseAsManyRequestsAsErlangSays) {
  ServiceSpec station = service_with_mean(100ms, 64);
  station.execution = {ExecutionModel::blocking_threads, 10};
  station.queue_limit = 0;
  CallSpec call = call_to("back");
  call.pool.core_size = 100;
  call.command.timeout = 60s;
  call.client.read_timeout = 60s;
  station.calls = {call};
  expect_mean(
      [&](Seed seed) {
        Backend backend({{"back", service_with_mean(300ms, 64)}, {"station", station}}, seed);
        run(backend, 20_per_s);
        const ServiceMeasures& measures = backend.mesh.service("station").measures;
        return measures.rejections.measured() / measures.requests.measured();
      },
      queueing::erlang_b(10, 20 * 0.4));
}

// A server that breaks down at random times, idle or not, and goes on where it stopped (Avi-Itzhak and Naor, "Some
// queuing problems with the service station subject to breakdown", 1963): work takes its completion time, and who
// finds the server idle but down waits for the rest of the pause.
TEST(Pauses, DelayAsBreakdownsOfTheServerDo) {
  constexpr double rate = 20, work = 0.020, every = 2, pause = 0.2;
  ServiceSpec spec = service_with_mean(seconds(work), 1);
  spec.garbage_collection = {.interval = seconds(every), .pause = seconds(pause), .sigma = 0};
  const double stretch = 1 + pause / every;
  const double mean = work * stretch;
  const double square = work * work * (1 + variation) * stretch * stretch + work * pause * pause / every;
  const double theory = mean + rate * square / (2 * (1 - rate * mean)) + pause * pause / every / (2 * stretch);
  expect_mean(mean_latency({{"station", spec}}, Rate{rate}), theory);
}

}  // namespace
}  // namespace streamtwin::services
