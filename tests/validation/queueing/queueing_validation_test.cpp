// The engine's servers against queueing theory.
#include <functional>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/queueing/queueing.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/simulation.hpp"
#include "tests/validation/expect_mean.hpp"

namespace streamtwin {
namespace {

using namespace literals;

struct Mean {
  double sum = 0;
  std::uint64_t count = 0;
  void add(Duration value) { sum += in_seconds(value), ++count; }
  double value() const { return sum / static_cast<double>(count); }
};

/// Poisson arrivals at a station for 40,000 s, of which the first 1,000 s do not count.
constexpr Instant warm = at(1000s), last = at(40000s);

template <class Server, class Draw>
Task<> customer(Server& server, Draw& draw, Mean& sojourn) {
  const Instant arrived = now();
  co_await server.serve(draw());
  if (arrived >= warm) sojourn.add(now() - arrived);
}

template <class Server, class Draw>
Task<> source(Server& server, Draw& draw, Random& random, Rate rate, Mean& sojourn) {
  while (now() < last) {
    co_await delay(random.exponential(seconds(1 / rate.value())));
    spawn("customer", customer(server, draw, sojourn));
  }
}

template <class Server, class Draw>
double mean_sojourn(Simulation& simulation, Server& server, Draw draw, Rate rate) {
  Random arrivals = simulation.stream("source", "arrivals");
  Mean sojourn;
  spawn("source", source(server, draw, arrivals, rate, sojourn));
  simulation.run();
  return sojourn.value();
}

TEST(Validation, ASingleServerIsAnMm1Queue) {
  expect_mean(
      [](Seed seed) {
        Simulation simulation(seed);
        FcfsServers server(1);
        Random service = simulation.stream("server", "service");
        return mean_sojourn(
            simulation, server, [&] { return service.exponential(1s); }, 0.7_per_s);
      },
      queueing::mm1(0.7_per_s, 1s).sojourn);
}

TEST(Validation, APoolOfServersIsAnMmcQueue) {
  expect_mean(
      [](Seed seed) {
        Simulation simulation(seed);
        FcfsServers servers(4);
        Random service = simulation.stream("server", "service");
        return mean_sojourn(
            simulation, servers, [&] { return service.exponential(4s); }, 0.8_per_s);
      },
      queueing::mmc(0.8_per_s, 4s, 4).sojourn);
}

TEST(Validation, ConstantServiceFollowsPollaczekAndKhinchine) {
  expect_mean(
      [](Seed seed) {
        Simulation simulation(seed);
        FcfsServers server(1);
        return mean_sojourn(
            simulation, server, [] { return Duration{1s}; }, 0.8_per_s);
      },
      queueing::mg1(0.8_per_s, 1s, 0).sojourn);
}

TEST(Validation, ProcessorSharingDependsOnTheMeanServiceAlone) {
  // Hyperexponential: one job in ten is ten times as long as the others; squared variation 4.
  const double small = 1 / 1.9;
  expect_mean(
      [&](Seed seed) {
        Simulation simulation(seed);
        ProcessorSharing server(1);
        Random service = simulation.stream("server", "service");
        const auto draw = [&] { return service.exponential(seconds(service.chance(0.1) ? 10 * small : small)); };
        return mean_sojourn(simulation, server, draw, 0.6_per_s);
      },
      queueing::mg1_processor_sharing(0.6_per_s, 1s).sojourn);
}

/// Two stations with feedback: all go from the first to the second; of these 40 % come back.
class JacksonNetwork {
 public:
  explicit JacksonNetwork(Seed seed) : simulation_(seed) {}

  struct Means {
    double network, first, second;
  };
  Means run(Rate rate) {
    spawn("source", arrive(rate));
    simulation_.run();
    return {network.value(), at_first.value(), at_second.value()};
  }

 private:
  Task<> visit() {
    const Instant entered = now();
    do {
      const Instant began = now();
      co_await first_.serve(service_.exponential(500ms));
      const Instant halfway = now();
      co_await second_.serve(service_.exponential(1500ms));
      if (began < warm) continue;
      at_first.add(halfway - began);
      at_second.add(now() - halfway);
    } while (routing_.chance(0.4));
    if (entered >= warm) network.add(now() - entered);
  }
  Task<> arrive(Rate rate) {
    while (now() < last) {
      co_await delay(arrivals_.exponential(seconds(1 / rate.value())));
      spawn("visit", visit());
    }
  }

  Simulation simulation_;
  FcfsServers first_{1}, second_{3};
  Random arrivals_ = simulation_.stream("source", "arrivals");
  Random service_ = simulation_.stream("stations", "service");
  Random routing_ = simulation_.stream("stations", "routing");
  Mean network, at_first, at_second;
};

TEST(Validation, TwoStationsWithFeedbackAreAJacksonNetwork) {
  Eigen::MatrixXd routing(2, 2);
  routing << 0, 1, 0.4, 0;
  const auto theory = queueing::jackson({{0.8_per_s, 500ms, 1}, {0_per_s, 1500ms, 3}}, routing);
  EXPECT_NEAR(theory.stations[0].utilisation, 2.0 / 3, 1e-9);
  const auto measure = [](double JacksonNetwork::Means::*mean) {
    return [mean](Seed seed) { return JacksonNetwork(seed).run(0.8_per_s).*mean; };
  };
  expect_mean(measure(&JacksonNetwork::Means::network), theory.sojourn);
  expect_mean(measure(&JacksonNetwork::Means::first), theory.stations[0].sojourn);
  expect_mean(measure(&JacksonNetwork::Means::second), theory.stations[1].sojourn);
}

}  // namespace
}  // namespace streamtwin
