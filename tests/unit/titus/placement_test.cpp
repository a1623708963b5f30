// What Titus's containers are placed by: the scores, with what is odd about them, the constraints, and the reasons that are given.
#include <gmock/gmock.h>

#include <deque>

#include "models/titus/fenzo/scheduler.hpp"
#include "models/titus/placement/classify.hpp"
#include "models/titus/placement/fitness.hpp"
#include "models/titus/placement/interface_fitness.hpp"
#include "models/titus/placement/job_constraints.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

using Request = std::shared_ptr<ContainerRequest>;

/// Started agents of the tier flex on which nothing runs: 16 cores, 64 GB.
class PlacementTest : public testing::Test {
 protected:
  explicit PlacementTest(bool within = true) : tally(within) {
    for (const char* name : {"a", "b", "c", "d"}) {
      fenzo::Host& host = hosts.emplace_back(name, "", static_cast<fenzo::HostNumber>(hosts.size()));
      host.add_lease(lease(name), false);
      tally.set_agent(host.number(), {.known = true,
                                      .group_active = true,
                                      .group_takes_tasks = true,
                                      .started = true,
                                      .agent = host.number(),
                                      .zone = static_cast<ZoneIndex>(host.number() % 3)});
    }
  }
  static fenzo::Lease lease(const std::string& host) {
    return {.id = "lease " + host,
            .host = host,
            .amounts = {fenzo::Cores{16}, fenzo::Megabytes{65536}, fenzo::Megabits{10000}, fenzo::Megabytes{100000}},
            .ports = {},
            .scalars = {},
            .attributes = {},
            .sets = {}};
  }
  Request task(JobId job = 0, JobKind kind = JobKind::batch, Tier tier = Tier::flex) {
    auto request = std::make_shared<ContainerRequest>();
    request->number = ++last_number;
    request->id = "task " + std::to_string(last_number);
    request->needs = {fenzo::Cores{1}, fenzo::Megabytes{4096}, fenzo::Megabits{100}, fenzo::Megabytes{1000}};
    request->job = job;
    request->kind = kind;
    request->job_tier = tier;
    request->image = job;
    return request;
  }
  AgentFacts& agent(fenzo::HostNumber host) { return tally.facts(host); }
  void run(const Request& request, fenzo::HostNumber host) {
    tally.launched(*request, host);
    tally.started(*request, host);
  }
  double fitness(const Request& request, fenzo::HostNumber host, const SchedulerSpec& spec = {}) const {
    return TitusFitness(tally, spec).score(*request, hosts[host], nowhere);
  }
  SystemFailure failure(const Request& request, fenzo::HostNumber host) const { return system().first_failure(*request, hosts[host]); }
  SystemConstraints system() const { return {tally, SchedulerSpec{}}; }

  PlacementTally tally;
  std::deque<fenzo::Host> hosts;
  fenzo::TaskTracker nowhere;
  std::uint64_t last_number = 0;
};

struct PlacementOfExactSecurityGroups : PlacementTest {
  PlacementOfExactSecurityGroups() : PlacementTest(false) {}
};

TEST_F(PlacementTest, AnAgentIsRatedByItsGroupAndItsQuality) {
  const Scores scores(tally, true);
  EXPECT_EQ(scores.agent_management(hosts[0]), 1.0);
  agent(0).quality = 0.2;
  EXPECT_EQ(scores.agent_management(hosts[0]), 0.2);
  agent(0).group_active = false;
  EXPECT_DOUBLE_EQ(scores.agent_management(hosts[0]), 0.2e-6);
  tally.remove_agent(0);
  EXPECT_EQ(scores.agent_management(hosts[0]), 0.01);
}

TEST_F(PlacementTest, ImagesStayWhereTheyHaveBeenAndTasksAreCountedWhileTheyRun) {
  const Scores scores(tally, true);
  const Request first = task(7), second = task(7);
  EXPECT_EQ(scores.cached_image(*first, hosts[0]), 0.01);
  EXPECT_EQ(scores.image_spreading(*first, hosts[0]), 1.0);
  run(first, 0);
  EXPECT_EQ(scores.image_spreading(*second, hosts[0]), 0.5);
  run(second, 0);
  EXPECT_EQ(scores.image_spreading(*second, hosts[0]), 0.25);
  tally.ended(*first, 0, true);
  tally.ended(*second, 0, true);
  EXPECT_EQ(scores.image_spreading(*second, hosts[0]), 1.0);
  EXPECT_EQ(scores.cached_image(*second, hosts[0]), 1.0);
  tally.remove_agent(0);
  EXPECT_EQ(scores.cached_image(*second, hosts[0]), 0.01);
}

// Subtracting one from the other leaves nothing: that is all Titus asks of equal security groups.
TEST_F(PlacementTest, SecurityGroupsAreEqualToAnyThatHaveThemAll) {
  const Scores scores(tally, true);
  const SecurityGroupsId one = tally.add_security_groups({1}), both = tally.add_security_groups({2, 1});
  EXPECT_EQ(tally.add_security_groups({1, 2, 2}), both);
  const Request narrow = task(), wide = task();
  narrow->security_groups = one;
  wide->security_groups = both;
  run(wide, 0);
  EXPECT_EQ(scores.security_group_spreading(*narrow, hosts[0]), 0.5);
  EXPECT_EQ(scores.cached_security_groups(*narrow, hosts[0]), 0.01) << "what the interface has more is missing in the task";
  run(narrow, 1);
  EXPECT_EQ(scores.security_group_spreading(*wide, hosts[1]), 1.0);
  EXPECT_EQ(scores.cached_security_groups(*wide, hosts[1]), 1.0);
  const SecurityGroupsId late = tally.add_security_groups({1, 2, 3});
  EXPECT_EQ(tally.with_security_groups(both, 0), 1);
  EXPECT_TRUE(tally.has_security_groups(late, 0));
}

TEST_F(PlacementOfExactSecurityGroups, OnlyTheSameAreEqual) {
  const SecurityGroupsId one = tally.add_security_groups({1}), both = tally.add_security_groups({1, 2});
  const Request wide = task();
  wide->security_groups = both;
  run(wide, 0);
  EXPECT_EQ(tally.with_security_groups(one, 0), 0);
  EXPECT_EQ(tally.with_security_groups(both, 0), 1);
}

TEST_F(PlacementTest, AnInterfaceKeepsWhatItCarriedUntilItCarriesSomethingElse) {
  const SecurityGroupsId first = tally.add_security_groups({1}), second = tally.add_security_groups({2});
  const Request one = task(), two = task();
  one->security_groups = first;
  two->security_groups = second;
  tally.launched(*one, 0, {.index = 3, .at = at(1s)});
  tally.started(*one, 0);
  tally.ended(*one, 0, true, {.index = 3, .at = at(9s)});
  EXPECT_TRUE(tally.has_security_groups(first, 0));
  ASSERT_NE(tally.interface(0, 3), nullptr);
  EXPECT_EQ(tally.interface(0, 3)->at, at(9s));
  EXPECT_EQ(tally.interface(0, 2), nullptr);
  tally.launched(*two, 0, {.index = 3, .at = at(10s)});
  EXPECT_FALSE(tally.has_security_groups(first, 0));
  EXPECT_TRUE(tally.has_security_groups(second, 0));
}

TEST_F(PlacementTest, AnInterfaceIsSharedBeforeAFreeOneIsTakenAndOneThatCoolsIsTakenLast) {
  const SecurityGroupsId first = tally.add_security_groups({1}), second = tally.add_security_groups({2});
  const Request before = task(), now = task();
  before->security_groups = first;
  now->security_groups = second;
  now->sets = {{"eni", "2", 1}};
  InterfaceFitness fitness(tally, 300s);
  fenzo::ResourceSet interfaces({"eni", 3, 4, &fitness}, 0);
  tally.launched(*before, 0, {.index = 0, .at = at(0s)});
  tally.ended(*before, 0, false, {.index = 0, .at = at(100s)});
  fitness.set_now(at(250s));
  EXPECT_DOUBLE_EQ(fitness.idle(*now, 0, 0, 1, 4), 0.094);
  EXPECT_DOUBLE_EQ(fitness.idle(*before, 0, 0, 1, 4), 0.1);
  EXPECT_EQ(interfaces.best_place(*now).index, 1);
  EXPECT_DOUBLE_EQ(interfaces.best_place(*now).fitness, 0.099);
  interfaces.take(*now, 2);
  const Request more = task();
  more->security_groups = second;
  more->sets = now->sets;
  EXPECT_EQ(interfaces.best_place(*more).index, 2);
  EXPECT_DOUBLE_EQ(interfaces.best_place(*more).fitness, 0.11 + 0.09 * 3 / 5);
  fitness.set_now(at(1h));
  EXPECT_DOUBLE_EQ(fitness.idle(*now, 0, 0, 1, 4), 0.098);
}

// Titus compares the job of the request with itself.
TEST_F(PlacementTest, TheSpreadingOfAJobCountsTasksOfAllJobs) {
  run(task(1), 0);
  run(task(2), 0);
  const Request third = task(3);
  EXPECT_EQ(Scores(tally, true).job_spreading(*third, hosts[0]), 0.25);
  EXPECT_EQ(Scores(tally, false).job_spreading(*third, hosts[0]), 1.0);
  EXPECT_EQ(Scores(tally, true).job_spreading(*third, hosts[1]), 1.0);
}

TEST_F(PlacementTest, KindsOfJobsKeepToThemselves) {
  const Scores scores(tally, true);
  const Request service = task(1, JobKind::service), batch = task(2, JobKind::batch);
  EXPECT_EQ(scores.job_type(*service, hosts[0]), 0.7);
  run(batch, 0);
  EXPECT_EQ(scores.job_type(*service, hosts[0]), 0.01);
  EXPECT_EQ(scores.job_type(*batch, hosts[0]), 1.0);
  run(service, 0);
  run(task(2), 0);
  run(task(2), 0);
  EXPECT_EQ(scores.job_type(*service, hosts[0]), 0.25);
}

TEST_F(PlacementTest, WhatThisIterationHasAssignedCountsAsWell) {
  const Scores scores(tally, true);
  const Request service = task(1, JobKind::service);
  hosts[0].assign(service);
  EXPECT_EQ(scores.job_type(*service, hosts[0]), 1.0);
  EXPECT_EQ(scores.job_spreading(*service, hosts[0]), 0.5);
  EXPECT_EQ(scores.image_spreading(*service, hosts[0]), 0.5);
  EXPECT_EQ(scores.security_group_spreading(*service, hosts[0]), 0.5);
  EXPECT_EQ(Scores::cpu_mem_packing(*service, hosts[0]), 2.0 / 16);
  EXPECT_EQ(scores.cached_image(*service, hosts[0]), 0.01) << "that is told at its launch";
}

TEST_F(PlacementTest, WeightsFollowTierAndKind) {
  const Request batch = task(), service = task(1, JobKind::service, Tier::critical), flexible = task(1, JobKind::service);
  const double packed = 1.0 / 16, full = 1, empty = 0.7, unknown = 0.01;
  const double flex = packed * 0.1 + empty * 0.1 + unknown * 0.15 + unknown * 0.15 + full * 0.5;
  EXPECT_DOUBLE_EQ(fitness(batch, 0), flex);
  EXPECT_DOUBLE_EQ(fitness(flexible, 0), flex);
  EXPECT_DOUBLE_EQ(fitness(service, 0), full * 0.05 + empty * 0.05 + full * 0.1 + full * 0.3 + full * 0.5);
  SchedulerSpec spec;
  spec.critical_tier_spreading = false;
  EXPECT_DOUBLE_EQ(fitness(service, 0, spec), packed * 0.05 + empty * 0.05 + full * 0.1 + full * 0.3 + full * 0.5);
  spec.critical_service_spreading = false;
  EXPECT_DOUBLE_EQ(fitness(service, 0, spec), empty * 0.05 + packed * 0.1 + unknown * 0.15 + unknown * 0.2 + full * 0.5);
}

TEST_F(PlacementTest, AnAgentMustBeThereStartedAndOfTheRightTier) {
  const Request request = task();
  EXPECT_EQ(failure(request, 0), SystemFailure::none);
  const auto with = [&](auto change) {
    AgentFacts changed = agent(0);
    change(changed);
    tally.set_agent(1, changed);
    return failure(request, 1);
  };
  EXPECT_EQ(with([](AgentFacts& a) { a.known = false; }), SystemFailure::instance_not_found);
  EXPECT_EQ(with([](AgentFacts& a) { a.group_takes_tasks = false; }), SystemFailure::group_not_active);
  EXPECT_EQ(with([](AgentFacts& a) { a.started = false; }), SystemFailure::instance_not_started);
  EXPECT_EQ(with([](AgentFacts& a) { a.system_no_placement = true; }), SystemFailure::system_no_placement);
  EXPECT_EQ(with([](AgentFacts& a) { a.no_placement = true; }), SystemFailure::no_placement);
  EXPECT_EQ(with([](AgentFacts& a) { a.relocation_required = true; }), SystemFailure::relocation_required);
  EXPECT_EQ(with([](AgentFacts& a) { a.healthy = false; }), SystemFailure::instance_unhealthy);
  EXPECT_EQ(with([](AgentFacts& a) { a.tier = Tier::critical; }), SystemFailure::tier_mismatch);
  EXPECT_EQ(with([](AgentFacts& a) { a.gpus = 8; }), SystemFailure::gpus_only);
  EXPECT_EQ(with([](AgentFacts& a) { a.taints = 2; }), SystemFailure::taint_not_tolerated);
  request->gpus = 1;
  EXPECT_EQ(failure(request, 0), SystemFailure::no_gpus);
}

TEST_F(PlacementTest, AnAgentStartsOneContainerAtATimeAndHoldsSoMany) {
  const Request first = task(), second = task();
  tally.launched(*first, 0);
  EXPECT_EQ(failure(second, 0), SystemFailure::launch_guard);
  tally.started(*first, 0);
  EXPECT_EQ(failure(second, 0), SystemFailure::none);
  hosts[1].assign(first);
  EXPECT_EQ(failure(second, 1), SystemFailure::launch_guard);
  for (int i = 0; i < 119; ++i) run(task(), 0);
  EXPECT_EQ(failure(second, 0), SystemFailure::container_limit);
}

TEST_F(PlacementTest, TasksOfAJobKeepApartAndZonesInBalance) {
  const JobConstraints constraints(tally);
  const auto custom = [](const fenzo::HardConstraint& of) { return std::get<std::shared_ptr<const fenzo::Constraint>>(of); };
  const Request request = task(5);
  request->counted_by_job = true;
  const auto holds = [&](const fenzo::HardConstraint& of, fenzo::HostNumber host) {
    return custom(of)->holds(*request, hosts[host], nowhere);
  };
  run(request, 0);
  EXPECT_FALSE(holds(constraints.unique_host(), 0));
  EXPECT_TRUE(holds(constraints.unique_host(), 3));
  EXPECT_FALSE(holds(constraints.zone_balance(), 3)) << "its zone is the fullest";
  EXPECT_TRUE(holds(constraints.zone_balance(), 1));
  tally.assigned(*request, 1);
  tally.assigned(*request, 2);
  EXPECT_TRUE(holds(constraints.zone_balance(), 3)) << "all zones have one";
  tally.begin_iteration();
  EXPECT_FALSE(holds(constraints.zone_balance(), 3));
  EXPECT_TRUE(holds(constraints.availability_zone(2), 2));
  EXPECT_FALSE(holds(constraints.availability_zone(2), 0));
  tally.ended(*request, 0, true);
  EXPECT_TRUE(holds(constraints.unique_host(), 0));
}

// The average is rounded up and counts the task itself.
TEST_F(PlacementTest, ASoftZoneBalancePrefersZonesBelowTheAverage) {
  const JobConstraints constraints(tally);
  const auto soft = std::get<std::shared_ptr<const fenzo::Fitness>>(std::get<fenzo::Calculator>(constraints.soft_zone_balance()));
  const Request request = task(5);
  request->counted_by_job = true;
  const auto score = [&](fenzo::HostNumber host) { return soft->score(*request, hosts[host], nowhere); };
  for (const fenzo::HostNumber host : {0u, 0u, 0u, 1u}) run(request, host);
  EXPECT_EQ(score(2), 1.0);
  EXPECT_EQ(score(1), 0.5) << "one of an average of ceil(5 / 3)";
  EXPECT_EQ(score(0), 0.01);
}

/// A scheduler over the agents, offered once.
struct Placing : PlacementTest {
  Placing() : scheduler(properties()), counter(tally, scheduler.tasks(), nullptr), classifier(*constraint) {
    scheduler.tell_usage(&counter);
    for (const char* name : {"a", "b", "c", "d"}) leases.push_back(lease(name));
  }
  fenzo::SchedulerProperties properties() {
    fenzo::SchedulerProperties made;
    made.fitness = std::make_shared<const TitusFitness>(tally, SchedulerSpec{});
    made.fleet.single_offer = true;
    made.failures = fenzo::FailureDetail::first;
    return made;
  }
  Request placeable(JobId job = 0) {
    Request request = task(job);
    request->hard.push_back(std::shared_ptr<const fenzo::Constraint>(constraint));
    return request;
  }
  std::vector<FailureKind> place(const std::vector<Request>& requests) {
    tally.begin_iteration();
    const fenzo::IterationResult result =
        scheduler.schedule(at(seconds(++iterations)), {requests.begin(), requests.end()}, std::exchange(leases, {}));
    EXPECT_FALSE(result.exception);
    placed.clear();
    trials = result.trials;
    for (const fenzo::Assignment& assignment : result.assigned) placed.push_back(assignment.host);
    for (const fenzo::Assignment& assignment : result.assigned) {
      scheduler.run(assignment.task, assignment.host);
      tally.launched(container(assignment.task), scheduler.fleet().find(assignment.host)->number());
    }
    const std::vector<fenzo::Host*> all = scheduler.fleet().all();
    classifier.begin({all.begin(), all.end()});
    std::vector<FailureKind> kinds;
    for (const fenzo::TaskFailure& failure : result.failures) kinds.push_back(classifier.kind_of(failure, scheduler.tasks()));
    return kinds;
  }

  std::shared_ptr<const SystemConstraints> constraint = std::make_shared<const SystemConstraints>(tally, SchedulerSpec{});
  fenzo::Scheduler scheduler;
  AssignmentCounter counter;
  FailureClassifier classifier;
  std::vector<fenzo::Lease> leases;
  std::vector<std::string> placed;
  std::uint64_t trials = 0;
  double iterations = 0;
};

TEST_F(Placing, AnIterationGivesEachAgentOneContainerAndTheGuardKeepsTheOthersWaiting) {
  std::vector<Request> requests;
  for (int i = 0; i < 6; ++i) requests.push_back(placeable());
  EXPECT_THAT(place(requests), ElementsAre(FailureKind::launch_guard, FailureKind::launch_guard));
  EXPECT_THAT(placed, UnorderedElementsAre("a", "b", "c", "d"));
}

// Tasks of whatever jobs that need as much and are let in by the same agents are refused together, until the next iteration.
TEST_F(Placing, WhatFindsNoAgentIsSearchedForOnceInAnIteration) {
  std::vector<Request> requests;
  for (int i = 0; i < 100; ++i) requests.push_back(placeable(static_cast<JobId>(i)));
  EXPECT_EQ(place(requests).size(), 96u);
  EXPECT_EQ(trials, 5u * 4);
  for (fenzo::HostNumber host = 0; host < 4; ++host) tally.started(*requests[host], host);
  requests.erase(requests.begin(), requests.begin() + 4);
  EXPECT_EQ(place(requests).size(), 92u) << "those that were guarded take one each again";
  EXPECT_EQ(placed.size(), 4u);
}

TEST_F(Placing, AHardZoneBalanceHoldsWithinOneIteration) {
  const JobConstraints constraints(tally);
  std::vector<Request> requests;
  for (int i = 0; i < 3; ++i) {
    requests.push_back(placeable(9));
    requests.back()->counted_by_job = true;
    requests.back()->hard.push_back(constraints.zone_balance());
  }
  EXPECT_THAT(place(requests), ElementsAre());
  EXPECT_THAT(placed, ElementsAre("a", "b", "c")) << "d is of a's zone";
}

TEST_F(Placing, ReasonsAreNamedInTitusOrder) {
  const Request large = placeable();
  large->needs.cpus = fenzo::Cores{17};
  EXPECT_THAT(place({large}), ElementsAre(FailureKind::too_large_to_fit));
  const Request critical = placeable();
  critical->job_tier = Tier::critical;
  EXPECT_THAT(place({critical}), ElementsAre(FailureKind::no_active_agents));
  const JobConstraints constraints(tally);
  const Request elsewhere = placeable();
  elsewhere->hard.push_back(constraints.availability_zone(7));
  EXPECT_THAT(place({elsewhere}), ElementsAre(FailureKind::unrecognized));
  std::vector<Request> apart;
  for (int i = 0; i < 4; ++i) {
    apart.push_back(placeable(4));
    apart.back()->counted_by_job = true;
    apart.back()->hard.push_back(constraints.unique_host());
  }
  EXPECT_THAT(place(apart), ElementsAre());
  for (fenzo::HostNumber host = 0; host < 4; ++host) tally.started(*apart[host], host);
  apart.resize(1);
  apart[0] = placeable(4);
  apart[0]->counted_by_job = true;
  apart[0]->hard.push_back(constraints.unique_host());
  EXPECT_THAT(place(apart), ElementsAre(FailureKind::job_hard_constraint));
}

}  // namespace
}  // namespace streamtwin::titus
