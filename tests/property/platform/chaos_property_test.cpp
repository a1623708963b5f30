// Random work on a platform whose hosts and links go off and on at random: every await ends exactly once or is given
// up by its waiter, nothing is left behind, no byte of a download is made or lost, and the same seed gives the same
// history in the next run of the same program.
#include <gtest/gtest.h>

#include <bit>
#include <memory>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/platform/shared_links.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

using namespace literals;

struct Tally {
  std::uint64_t begun = 0, given_up = 0, resumed_twice = 0;
  std::uint64_t outcomes[3] = {0, 0, 0};
  std::uint64_t digest = 0;
  flows::FlowTotals downloads;
  std::size_t left_in_simgrid = 0;

  void end(Outcome outcome) {
    ++outcomes[static_cast<int>(outcome)];
    note(static_cast<std::uint64_t>(outcome));
  }
  void note(std::uint64_t what) { digest = mix(digest ^ std::bit_cast<std::uint64_t>(in_seconds(now()))) + mix(what + 1); }
};

class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : simulation_(Seed{seed}), random_(simulation_.stream("chaos", "everything")) {
    for (int i = 0; i < 4; ++i) {
      Zone& zone = platform_.add_zone("zone " + std::to_string(i), platform_.world(), BitRate{random_.uniform(1e6, 1e8)},
                                      seconds(random_.below(2) * 0.01));
      zones_.push_back(&zone);
      links_.push_back(zone.uplink());
      for (int k = 0; k < 3; ++k) {
        hosts_.push_back(&platform_.add_host(zone.name() + "/" + std::to_string(k), zone, Speed{1e9}, 2, 1_Gbps));
      }
    }
    platform_.seal();
    for (Link* link : links_) shared_viewers_.push_back(shared_.share(*link));
    shared_.start();
  }

  Tally run() {
    for (int i = 0; i < 20; ++i) spawn("worker", worker(simulation_.stream("worker", std::to_string(i))));
    for (int i = 0; i < 20; ++i) spawn("viewer", viewer(simulation_.stream("viewer", std::to_string(i))));
    spawn("monkey", monkey());
    simulation_.run_until(at(10000s));  // long after the last has begun
    tally_.downloads = downloads_.totals();
    tally_.left_in_simgrid = platform_.activities();
    return tally_;
  }

 private:
  template <class T>
  T& any(const std::vector<T*>& from, Random& random) {
    return *from[random.below(from.size())];
  }

  Task<Outcome> work(Random& random, Cancellation* cancellation) {
    if (random.chance(0.4)) return execute(any(hosts_, random), Flops{random.uniform(0, 3e9)}, cancellation);
    Host& from = any(hosts_, random);
    Host& to = any(hosts_, random);
    return transfer(from, to, random.chance(0.1) ? 0_B : Bytes{random.uniform(1e5, 2e7)}, cancellation);
  }

  Task<> worker(Random random) {
    while (now() < at(200s)) {
      ++tally_.begun;
      Cancellation cancellation;
      const bool calls_off = random.chance(0.15);
      if (calls_off) {
        spawn("call off", [](Cancellation& what, Duration when, std::shared_ptr<bool> alive) -> Task<> {
          co_await delay(when);
          if (*alive) what.cancel();
        }(cancellation, seconds(random.uniform(0, 2)), alive_ = std::make_shared<bool>(true)));
      }
      const std::shared_ptr<bool> alive = calls_off ? alive_ : nullptr;
      if (random.chance(0.3)) {
        const std::optional<Outcome> outcome = co_await within(seconds(random.uniform(0, 2)), work(random, &cancellation));
        outcome ? tally_.end(*outcome) : void(++tally_.given_up);
      } else {
        tally_.end(co_await work(random, &cancellation));
      }
      if (alive) *alive = false;
      if (random.chance(0.5)) co_await delay(seconds(random.uniform(0, 0.5)));
    }
  }

  Task<> viewer(Random random) {
    while (now() < at(200s)) {
      const flows::LinkId first = shared_viewers_[random.below(2)], second = shared_viewers_[2 + random.below(2)];
      flows::Download chunk = downloads_.download(downloads_.path({first, second}), BitRate{random.uniform(1e5, 2e7)}, 2_MB);
      ++tally_.begun;
      const std::optional<Outcome> outcome = co_await chunk.within(seconds(random.uniform(0, 20)));
      outcome ? tally_.end(*outcome) : void(++tally_.given_up);
      if (outcome == Outcome::failed) co_await delay(100ms);
    }
  }

  Task<> monkey() {
    while (now() < at(200s)) {
      co_await delay(seconds(random_.exponential(0.7)));
      Host& host = any(hosts_, random_);
      Link& link = any(links_, random_);
      if (random_.chance(0.6)) {
        random_.chance(0.4) ? turn_off(host) : turn_on(host);
      } else {
        random_.chance(0.3) ? turn_off(link) : turn_on(link);
      }
    }
    for (Host* host : hosts_) turn_on(*host);
    for (Link* link : links_) turn_on(*link);
  }

  Simulation simulation_;
  Random random_;
  Platform platform_;
  flows::Downloads downloads_;
  SharedLinks shared_{downloads_, {.step = 500ms, .bulk_share = 10_pct}};
  std::vector<Zone*> zones_;
  std::vector<Link*> links_;
  std::vector<Host*> hosts_;
  std::vector<flows::LinkId> shared_viewers_;
  std::shared_ptr<bool> alive_;
  Tally tally_;
};

TEST(PlatformUnderChaos, EndsEveryAwaitOnceAndRepeatsItself) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Tally tally = Chaos(seed).run();
    EXPECT_EQ(tally.begun, tally.given_up + tally.outcomes[0] + tally.outcomes[1] + tally.outcomes[2]);
    for (std::uint64_t count : tally.outcomes) EXPECT_GT(count, 10u) << "every kind of end occurs";
    EXPECT_GT(tally.given_up, 10u);
    EXPECT_EQ(tally.left_in_simgrid, 0u) << "what was abandoned has ended too";
    const flows::FlowTotals& flows = tally.downloads;
    EXPECT_EQ(flows.started, flows.finished + flows.aborted);
    EXPECT_EQ(flows.in_flight, 0_B);
    EXPECT_NEAR(flows.sent.value(), (flows.received + flows.lost).value(), 1e-9 * flows.sent.value());
    EXPECT_EQ(Chaos(seed).run().digest, tally.digest);
  }
}

}  // namespace
}  // namespace streamtwin
