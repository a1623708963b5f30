// A server whose clients try again: how long it takes to come back, by its Markov chain and as processes on the engine.
#include <numeric>

#include "sim-core/queueing/retry_server_run.hpp"
#include "tests/validation/expect_mean.hpp"

namespace streamtwin {
namespace {

using namespace literals;

void expect_recovery(const queueing::RetryServer& server, int in_orbit, int recoveries) {
  expect_mean(
      [&](Seed seed) {
        Simulation simulation(seed);
        const auto found = queueing::simulated_recoveries(simulation, server, in_orbit, recoveries);
        return in_seconds(std::accumulate(found.begin(), found.end(), Duration{0})) / static_cast<double>(found.size());
      },
      queueing::retry_chain(server).recovery(in_orbit));
}

TEST(Validation, AServerThatRecoversTakesAsLongAsItsChain) {
  expect_recovery({3_per_s, 10_per_s, 20, 20, 1s, 3}, 20, 200);
  expect_recovery({3_per_s, 10_per_s, 20, 20, 1s, 3}, 0, 200);
}

TEST(Validation, ABistableServerTakesAsLongAsItsChain) {
  expect_recovery({5_per_s, 10_per_s, 20, 20, 1s, 3}, 20, 150);
  expect_recovery({5_per_s, 10_per_s, 20, 20, 1s, 3}, 0, 320);
}

TEST(Validation, AServerOfSeveralThreadsTakesAsLongAsItsChain) { expect_recovery({5_per_s, 3.5_per_s, 20, 20, 1s, 3, 3}, 20, 150); }

}  // namespace
}  // namespace streamtwin
