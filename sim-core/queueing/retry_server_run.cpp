#include "sim-core/queueing/retry_server_run.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::queueing {
namespace {

/// One life of the server, from full to empty.
class RetryServerRun {
 public:
  RetryServerRun(const RetryServer& server, Random& random)
      : server_(server), random_(random), threads_(static_cast<std::size_t>(server.threads)) {
    for (int queued = 0; queued < server.queue; ++queued) late_.push_back(time_out_probability(server, queued));
  }

  Task<Duration> recover(int in_orbit) {
    const Instant began = now();
    while (present_ < server_.queue) enter();
    for (int client = 0; client < in_orbit; ++client) enter_orbit();
    if (server_.arrivals.value() > 0) scope_.spawn("arrivals", arrive());
    co_await empty_.wait();
    co_return now() - began;
  }

 private:
  Task<> arrive() {
    for (;;) {
      co_await delay(random_.exponential(seconds(1 / server_.arrivals.value())));
      if (!try_to_be_served()) enter_orbit();
    }
  }

  /// False when whoever asks is turned away or will have waited for too long.
  bool try_to_be_served() {
    if (present_ == server_.queue) return false;
    const bool late = random_.chance(late_[static_cast<std::size_t>(present_)]);
    enter();
    return !late;
  }

  void enter() {
    ++present_;
    scope_.spawn("job", job());
  }
  Task<> job() {
    co_await threads_.serve(random_.exponential(seconds(1 / server_.service.value())));
    if (--present_ == 0) empty_.notify_all();
  }

  void enter_orbit() {
    if (in_orbit_ == server_.orbit) return;
    ++in_orbit_;
    scope_.spawn("client in orbit", orbit());
  }
  Task<> orbit() {
    const double tries_again = static_cast<double>(server_.retries) / (server_.retries + 1);
    do {
      co_await delay(random_.exponential(server_.time_out));
    } while (random_.chance(tries_again) && !try_to_be_served());
    --in_orbit_;
  }

  const RetryServer& server_;
  Random& random_;
  FcfsServers threads_;
  Signal empty_{"an empty queue"};
  std::vector<double> late_;  ///< the chance to time out, by who is there
  int present_ = 0, in_orbit_ = 0;
  Scope scope_;
};

Task<> recover_again_and_again(const RetryServer& server, int in_orbit, int times, std::vector<Duration>& found) {
  Random random = Simulation::current().stream("retry server", "draws");
  for (int n = 0; n < times; ++n) {
    RetryServerRun run(server, random);
    found.push_back(co_await run.recover(in_orbit));
  }
}

}  // namespace

std::vector<Duration> simulated_recoveries(Simulation& simulation, const RetryServer& server, int in_orbit, int times) {
  server.check();
  check(in_orbit >= 0 && in_orbit <= server.orbit, "as many are in orbit as it has places");
  std::vector<Duration> found;
  spawn("recoveries", recover_again_and_again(server, in_orbit, times, found));
  simulation.run();
  return found;
}

}  // namespace streamtwin::queueing
