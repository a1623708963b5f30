// The calendar inside SimGrid's loop: interleaving with SimGrid's own activities, exact clocks, runs cut into pieces.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

namespace sg = simgrid::s4u;

/// Two hosts and a link of 1 MB/s without latency.
struct SmallPlatform {
  SmallPlatform() {
    auto* zone = sg::create_full_zone("world");
    left = zone->create_host("left", 1e9)->seal();
    right = zone->create_host("right", 1e9)->seal();
    link = zone->create_link("link", 1e6)->set_latency(0)->seal();
    zone->add_route(left->get_netpoint(), right->get_netpoint(), nullptr, nullptr, {sg::LinkInRoute(link)});
    zone->seal();
  }
  sg::Host* left;
  sg::Host* right;
  sg::Link* link;
};

/// Executions on a host, each with a waiter that is posted from SimGrid's completion.
class Executions {
 public:
  explicit Executions(sg::Host* host) : host_(host) {
    if (!connected_) {
      sg::Activity::on_completion_cb([](const sg::Activity& activity) {
        if (current_ != nullptr) current_->completed(activity);
      });
      connected_ = true;
    }
    current_ = this;
  }
  ~Executions() { current_ = nullptr; }

  Task<> run(double seconds_of_work) {
    co_await fence();
    Signal done{"an execution"};
    auto exec = sg::Exec::init();
    exec->set_host(host_)->set_flops_amount(seconds_of_work * 1e9);
    exec->vetoable_start();
    running_.push_back({exec, &done});
    co_await done.wait();
  }

 private:
  void completed(const sg::Activity& activity) {
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (running_[i].first.get() != &activity) continue;
      running_[i].second->notify_all();
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
  inline static bool connected_ = false;
  inline static Executions* current_ = nullptr;
  sg::Host* host_;
  std::vector<std::pair<sg::ExecPtr, Signal*>> running_;
};

using Log = std::vector<std::string>;

Task<> note_at(Log& log, Duration after, std::string what) {
  co_await delay(after);
  log.push_back(what + "@" + std::to_string(in_seconds(now())));
}

Task<> work(Executions& executions, Log& log, double seconds_of_work, std::string what) {
  co_await executions.run(seconds_of_work);
  log.push_back(what + "@" + std::to_string(in_seconds(now())));
}

TEST(SimGridClock, CompletionsComeAfterTheEventsOfTheirInstant) {
  Simulation simulation;
  const SmallPlatform platform;
  Executions executions{platform.left};
  Log log;
  spawn("work", work(executions, log, 2, "done"));
  spawn("before", note_at(log, 1s, "before"));
  spawn("same", note_at(log, 2s, "same"));
  auto chain = [](Log& out) -> Task<> {
    co_await delay(2s);
    out.push_back("first");
    co_await delay(0s);
    out.push_back("second");
    co_await fence();
    out.push_back("at the fence");
    co_await delay(0s);
    out.push_back("after the fence");
  };
  spawn("chain", chain(log));
  spawn("after", note_at(log, 3s, "after"));
  simulation.run();
  EXPECT_EQ(log, (Log{"before@1.000000", "same@2.000000", "first", "second", "at the fence", "after the fence", "done@2.000000",
                      "after@3.000000"}));
}

TEST(SimGridClock, ReachesTheVeryInstantThatItWasAskedFor) {
  Simulation simulation;
  for (double t : {0.1, 0.30000000000000004, 1e-9 + 0.5, 12345.678901, 99999.99999999}) {
    simulation.run_until(at(seconds(t)));
    EXPECT_EQ(in_seconds(simulation.now()), t);
    EXPECT_EQ(sg::Engine::get_clock(), t);
    EXPECT_TRUE(simulation.clocks_agree());
  }
}

TEST(SimGridClock, StartsEveryRunAtZero) {
  std::vector<double> ends;
  for (int run = 0; run < 3; ++run) {
    Simulation simulation;
    const SmallPlatform platform;
    Executions executions{platform.left};
    Log log;
    EXPECT_EQ(simulation.now(), at(0s));
    spawn("work", work(executions, log, 1.1, "done"));
    simulation.run();
    ends.push_back(in_seconds(simulation.now()));
  }
  EXPECT_EQ(ends[0], 1.1);
  EXPECT_EQ(ends[1], ends[0]);
  EXPECT_EQ(ends[2], ends[0]);
}

TEST(SimGridClock, LeavesTheInterruptToItsOwner) {
  struct sigaction before {};
  struct sigaction after {};
  sigaction(SIGINT, nullptr, &before);
  const Simulation simulation;
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

/// A run with many executions that share a host, and timers between; every end goes into a hash, bit by bit.
struct Outcome {
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class Drive>
Outcome outcome_of(Drive drive) {
  Simulation simulation{Seed{11}};
  const SmallPlatform platform;
  Executions executions{platform.left};
  Outcome outcome;
  auto mark = [](Outcome& out, int who) {
    const double time = in_seconds(now());
    std::uint64_t bits = 0;
    std::memcpy(&bits, &time, sizeof bits);
    out.digest = mix(out.digest * 31 + bits + static_cast<std::uint64_t>(who));
  };
  auto worker = [mark](Executions& on, Outcome& out, Random random, int who) -> Task<> {
    for (int i = 0; i < 30; ++i) {
      co_await delay(random.exponential(100ms));
      mark(out, who);
      co_await on.run(random.exponential(0.02));
      mark(out, who);
      if (i % 3 == 0) co_await delay(0s);
    }
  };
  for (int who = 0; who < 8; ++who) {
    spawn("worker", worker(executions, outcome, simulation.stream("worker", std::to_string(who)), who));
  }
  drive(simulation);
  outcome.events = simulation.events();
  return outcome;
}

TEST(SimGridClock, ACutRunHasTheDigestOfTheUncutOne) {
  const Outcome whole = outcome_of([](Simulation& simulation) { simulation.run(); });
  EXPECT_GT(whole.events, 700u);
  EXPECT_EQ(whole, outcome_of([](Simulation& simulation) { simulation.run(); }));
  EXPECT_EQ(whole, outcome_of([](Simulation& simulation) {
              while (simulation.step()) {
              }
            }));
  for (const double slice : {0.001, 0.0137, 0.5, 3.0}) {
    EXPECT_EQ(whole, outcome_of([slice](Simulation& simulation) {
                for (int i = 1; slice * i < 40; ++i) simulation.run_until(at(seconds(slice * i)));
                simulation.run();
              }))
        << "slices of " << slice << " s";
  }
}

}  // namespace
}  // namespace streamtwin
