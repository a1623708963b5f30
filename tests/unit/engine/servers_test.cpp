// Servers: order, limits, sharing, and what they say of themselves.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/servers/semaphore.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

template <class Server>
Task<> customer(Server& server, Duration arrival, Duration work, std::vector<double>& ends) {
  co_await until(at(arrival));
  const Service service = co_await server.serve(work);
  if (service == Service::served) ends.push_back(in_seconds(now()));
}

TEST(FcfsServers, ServeAsManyAtOnceAsThereAre) {
  Simulation simulation;
  FcfsServers servers{2};
  std::vector<double> ends;
  for (int i = 0; i < 4; ++i) spawn("customer", customer(servers, 0s, 1s, ends));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{1, 1, 2, 2}));
  EXPECT_EQ(servers.worked(), 4s);
}

TEST(FcfsServers, GrowAndShrink) {
  Simulation simulation;
  FcfsServers servers{1};
  std::vector<double> ends;
  for (int i = 0; i < 4; ++i) spawn("customer", customer(servers, 0s, 2s, ends));
  simulation.run_until(at(1s));
  servers.set_servers(3);
  EXPECT_EQ(servers.busy(), 3u);
  servers.set_servers(1);
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{2, 3, 3, 5}));
}

TEST(FcfsServers, StandStillDuringAPause) {
  Simulation simulation;
  FcfsServers servers{2};
  std::vector<double> ends;
  spawn("customer", customer(servers, 0s, 4s, ends));
  spawn("customer", customer(servers, 2s, 1s, ends));  // comes while nothing is worked
  spawn("customer", customer(servers, 2s, 1s, ends));
  simulation.run_until(at(1s));
  servers.pause();
  simulation.run_until(at(11s));
  EXPECT_EQ(servers.worked(), 1s);
  EXPECT_EQ(servers.busy(), 2u);
  servers.resume();
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{12, 13, 14}));
  EXPECT_EQ(servers.worked(), 6s);
}

TEST(FcfsServers, WorkThatWouldHaveEndedAsAPauseBeginsEndsAfterIt) {
  Simulation simulation;
  FcfsServers servers{1};
  std::vector<double> ends;
  spawn("pause", [](FcfsServers& at_work) -> Task<> {
    co_await delay(1s);
    at_work.pause();
    co_await delay(2s);
    at_work.resume();
  }(servers));
  spawn("customer", customer(servers, 0s, 1s, ends));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{3}));
}

TEST(FcfsServers, TurnAwayWhoseTimeIsOverWhenTheirTurnComes) {
  Simulation simulation;
  FcfsServers servers{1};
  std::vector<Service> answers;
  const auto come = [&](Instant expires) {
    spawn("customer", [](FcfsServers& at_server, Instant until_when, std::vector<Service>& out) -> Task<> {
      const Service answer = co_await at_server.serve(2s, until_when);
      out.push_back(answer);
    }(servers, expires, answers));
  };
  for (const Instant expires : {at(0s), never, at(1s), at(2s), at(3s), never}) come(expires);
  simulation.run();
  EXPECT_EQ(answers, (std::vector<Service>{Service::expired, Service::served, Service::expired, Service::expired, Service::served,
                                           Service::served}));
  EXPECT_EQ(simulation.now(), at(6s)) << "nobody works for those who were turned away";
}

TEST(ProcessorSharing, GivesNobodyMoreThanACore) {
  Simulation simulation;
  ProcessorSharing cpu{4};
  std::vector<double> ends;
  for (int i = 0; i < 2; ++i) spawn("customer", customer(cpu, 0s, 3s, ends));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{3, 3}));
  EXPECT_EQ(cpu.worked(), 6s);
}

TEST(ProcessorSharing, SharesCoresAmongMoreJobs) {
  Simulation simulation;
  ProcessorSharing cpu{2};
  std::vector<double> ends;
  for (int i = 0; i < 4; ++i) spawn("customer", customer(cpu, 0s, 1s, ends));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{2, 2, 2, 2}));
}

TEST(ProcessorSharing, ChangesItsPace) {
  Simulation simulation;
  ProcessorSharing cpu{1};
  std::vector<double> ends;
  spawn("customer", customer(cpu, 0s, 4s, ends));
  simulation.run_until(at(1s));
  cpu.set_cores(0);
  simulation.run_until(at(5s));
  cpu.set_cores(0.5);
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{11}));
  EXPECT_EQ(cpu.worked(), 4s);
}

TEST(ProcessorSharing, RejectsBeyondItsLimit) {
  Simulation simulation;
  ProcessorSharing cpu{1, 2};
  std::vector<double> ends;
  for (int i = 0; i < 3; ++i) spawn("customer", customer(cpu, 0s, 1s, ends));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{2, 2}));
}

TEST(ProcessorSharing, AgreesWithASharingComputedStepByStep) {
  Simulation simulation{Seed{5}};
  ProcessorSharing cpu{3};
  Random random = simulation.stream("jobs", "sizes");
  struct Job {
    double arrival, left, end;
  };
  std::vector<Job> jobs;
  std::vector<double> ends(200);
  double arrival = 0;
  auto one = [](ProcessorSharing& at_cpu, Duration arrives, Duration work, double& end) -> Task<> {
    co_await until(at(arrives));
    co_await at_cpu.serve(work);
    end = in_seconds(now());
  };
  for (double& end : ends) {
    arrival += random.exponential(0.3);
    const double work = random.exponential(0.8);
    jobs.push_back({arrival, work, 0});
    spawn("job", one(cpu, seconds(arrival), seconds(work), end));
  }
  simulation.run();

  // The same by brute force: at every arrival and departure all present jobs are brought forward.
  double time = 0;
  for (std::size_t done = 0; done < jobs.size();) {
    double present = 0;
    for (const Job& job : jobs) present += job.arrival <= time && job.left > 0;
    const double rate = present > 0 ? std::min(1.0, 3 / present) : 0;
    double next = HUGE_VAL;
    for (const Job& job : jobs) {
      if (job.arrival > time)
        next = std::min(next, job.arrival);
      else if (job.left > 0)
        next = std::min(next, time + job.left / rate);
    }
    for (Job& job : jobs) {
      if (job.arrival > time || job.left <= 0) continue;
      job.left -= rate * (next - time);
      if (job.left < 1e-9) {
        job.left = 0;
        job.end = next;
        ++done;
      }
    }
    time = next;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) EXPECT_NEAR(ends[i], jobs[i].end, 1e-6) << "job " << i;
}

TEST(Semaphore, GrantsInOrderAndFollowsItsSize) {
  Simulation simulation;
  Semaphore semaphore{1};
  std::vector<int> order;
  auto holder = [](Semaphore& of, std::vector<int>& out, int id) -> Task<> {
    const Permit permit = co_await of.acquire();
    out.push_back(id);
    co_await delay(1s);
  };
  for (int id = 0; id < 4; ++id) spawn("holder", holder(semaphore, order, id));
  simulation.run_until(at(500ms));
  EXPECT_FALSE(semaphore.try_acquire());
  semaphore.set_permits(3);
  simulation.run_until(at(600ms));
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  simulation.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_TRUE(semaphore.try_acquire());
}

}  // namespace
}  // namespace streamtwin
