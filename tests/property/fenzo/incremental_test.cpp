// Random rounds through a scheduler that looks at what has changed, and through one that looks at everything anew in each iteration:
// both answer the same, to the bit. In single-offer mode and with leases that come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::HasSubstr;

struct Kind {
  std::uint64_t seed;
  BuiltIn fitness;
  bool single_offer;
};

/// Everything that an iteration tells, as text.
std::string written(const IterationResult& result) {
  std::string text = fmt::format("{} hosts, {} idle;", result.hosts, result.idle_hosts);
  for (const Assignment& a : result.assigned) {
    text += fmt::format(" {}@{}={}:{}", a.task->id, a.host, a.fitness, fmt::join(a.ports, ","));
    for (const SetUse& use : a.sets) text += fmt::format("/{}{}", use.index, use.value);
  }
  for (const TaskFailure& failure : result.failures) {
    text += " !" + failure.task->id;
    for (const Cause& cause : failure.causes) {
      text += fmt::format(" {}x{}", name_of(cause), cause.count);
      for (const Host* const host : cause.hosts) text += "," + host->name();
    }
  }
  text += fmt::format(" used {} rejected {}", fmt::join(result.leases_used, ","), fmt::join(result.leases_rejected, ","));
  for (const ScaleAction& action : result.actions)
    text += fmt::format(" {}{:+}-{}", action.rule, action.add, fmt::join(action.remove, ","));
  return text + "\n";
}

class Rounds {
 public:
  Rounds(const Kind& setup, bool anew) : setup_(setup), anew_(anew), random_(setup.seed, "fenzo", "rounds"), scheduler_(properties(setup)) {
    for (int i = 0; i < 80; ++i) hosts_.push_back(random_host(i));
  }

  std::string play() {
    std::string played;
    for (int round = 0; round < 25; ++round) {
      now_ += seconds(1 + static_cast<double>(random_.below(40)));
      const std::vector<Lease> leases = offers();
      for (int i = 0; i < 15; ++i) waiting_.push_back(random_task(round * 15 + i));
      if (random_.chance(0.1)) scheduler_.fleet().set_active_groups("group", {"g0", random_.chance(0.5) ? "g1" : "g2"}, now_);
      if (anew_) scheduler_.fleet().look_anew();
      const IterationResult result = scheduler_.schedule(now_, waiting_, leases);
      for (const Assignment& a : result.assigned) run(a);
      played += written(result);
    }
    return played;
  }

 private:
  struct Offered {
    Lease whole;
    std::vector<Assignment> running;
    bool offered = false;
  };

  static SchedulerProperties properties(const Kind& setup) {
    AutoscalerProperties scaling{.rules = {{.name = "g0", .min_idle = 2, .max_idle = 4, .cool_down = 20s}}};
    return {.fitness = setup.fitness,
            .fleet = {.lease_expiry = 60s, .single_offer = setup.single_offer, .group_attribute = "group"},
            .autoscaler = std::move(scaling)};
  }

  Offered random_host(int number) {
    const double size = 4.0 * (1.0 + random_.below(3));
    Offered host{lease_of("h" + std::to_string(number), amounts(size + 0.1 * random_.below(3), 1024 * size, 1000, 1000)), {}};
    host.whole.ports = {{31000, 31007}};
    host.whole.attributes = {{"zone", std::string(1, static_cast<char>('a' + random_.below(3)))},
                             {"group", "g" + std::to_string(random_.below(3))}};
    if (random_.chance(0.3)) host.whole.sets.push_back({"ENIs", 2, 4});
    return host;
  }

  Task random_task(int number) {
    TaskRequest task = request("t" + std::to_string(number), amounts(0.3 * (1.0 + random_.below(20)), 256.0 * (1.0 + random_.below(16))));
    task.ports = static_cast<int>(random_.below(2));
    if (random_.chance(0.2)) task.hard.push_back(RequiredValue{"zone", std::string(1, static_cast<char>('a' + random_.below(3)))});
    if (random_.chance(0.1)) task.hard.push_back(UniqueValue{group_, random_.chance(0.5) ? "" : "zone"});
    if (random_.chance(0.05)) task.hard.push_back(ExclusiveHost{});
    if (random_.chance(0.2)) task.soft.push_back(BalanceScore{{group_, "zone", 3}});
    if (random_.chance(0.2)) task.sets.push_back({"ENIs", "sg" + std::to_string(random_.below(3)), 1});
    return shared(std::move(task));
  }

  void end_some(Offered& host) {
    for (std::size_t i = host.running.size(); i-- > 0;) {
      if (!random_.chance(0.2)) continue;
      scheduler_.end(host.running[i].task->id, host.whole.host);
      host.running.erase(host.running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  std::vector<Lease> offers() {
    std::vector<Lease> leases;
    for (Offered& host : hosts_) {
      end_some(host);
      if (random_.chance(0.02)) scheduler_.fleet().disable(host.whole.host, now_ + seconds(60));
      if (random_.chance(0.02)) scheduler_.fleet().enable(host.whole.host);
      if (random_.chance(0.02)) host.whole.attributes["zone"] = "d";
      if (setup_.single_offer ? std::exchange(host.offered, true) : random_.chance(0.5)) continue;
      scheduler_.fleet().expire_leases_of(host.whole.host);
      leases.push_back(host.whole);
      leases.back().id = "lease " + std::to_string(++leases_);
      leases.back().offered = now_;
      if (setup_.single_offer) continue;
      for (const Assignment& a : host.running) leases.back().amounts -= a.task->needs;
      leases.back().ports = {{32000 + leases_, 32007 + leases_}};
    }
    if (random_.chance(0.2)) hosts_.push_back(random_host(static_cast<int>(hosts_.size())));
    return leases;
  }

  void run(const Assignment& assignment) {
    scheduler_.run(assignment.task, assignment.host);
    std::erase(waiting_, assignment.task);
    std::find_if(hosts_.begin(), hosts_.end(), [&](const Offered& h) {
      return h.whole.host == assignment.host;
    })->running.push_back(assignment);
  }

  Kind setup_;
  bool anew_;
  Random random_;
  Scheduler scheduler_;
  TaskIds group_ = ids_of(tasks_of("t", 100, {}));
  std::vector<Offered> hosts_;
  std::vector<Task> waiting_;
  Instant now_{};
  int leases_ = 0;
};

TEST(FenzoIncremental, AnswersAsIfEverythingWereLookedAtAnew) {
  std::string all;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const BuiltIn fitness : {BuiltIn::none, BuiltIn::cpu_mem_bin_packer, BuiltIn::cpu_mem_network_spreader}) {
      const Kind setup{seed, fitness, seed % 2 == 0};
      const std::string played = Rounds(setup, false).play();
      ASSERT_EQ(played, Rounds(setup, true).play()) << "seed " << seed << ", calculator " << static_cast<int>(fitness);
      all += played;
    }
  }
  for (const char* kind : {"CPU", "Memory", "ResourceSet", "UniqueHostAttrConstraint-zone", "/0sg1", "g0+0-h"})
    EXPECT_THAT(all, HasSubstr(kind)) << "the rounds are too poor";
}

/// Refuses every host, and counts how often it is asked.
class Nowhere : public Constraint {
 public:
  std::string name() const override { return "Nowhere"; }
  std::optional<std::string> failure(const TaskRequest&, const Host&, const TaskTracker&) const override { return "nowhere"; }
  bool holds(const TaskRequest&, const Host&, const TaskTracker&) const override {
    ++asked;
    return false;
  }
  bool lasting() const override { return lasts; }

  bool lasts = false;
  mutable int asked = 0;
};

std::vector<Task> of_kind(const std::shared_ptr<const Nowhere>& constraint, std::uint64_t kind) {
  std::vector<Task> tasks;
  for (int i = 0; i < 10; ++i) {
    TaskRequest task = request("t" + std::to_string(i), amounts(1, 1));
    task.hard.push_back(constraint);
    task.kind = kind;
    tasks.push_back(shared(std::move(task)));
  }
  return tasks;
}

TEST(FenzoIncremental, TasksOfAKindThatFailAreSearchedForOnceUntilAHostChanges) {
  const auto nowhere = std::make_shared<Nowhere>();
  const auto asked = [&, scheduler = std::make_shared<Scheduler>(SchedulerProperties{.failures = FailureDetail::first})](
                         std::uint64_t kind, const std::vector<Lease>& leases) {
    const int before = nowhere->asked;
    const auto result = scheduler->schedule(Instant{}, of_kind(nowhere, kind), leases);
    EXPECT_EQ(result.failures.size(), 10u);
    for (const TaskFailure& failure : result.failures) EXPECT_EQ(name_of(failure.causes.at(0)), "constraint:Nowhere");
    return nowhere->asked - before;
  };
  const int once = asked(1, leases_of("h", 3, amounts(1, 1))) / 10;
  EXPECT_GE(once, 3) << "it may change its mind, and is asked for each task";
  nowhere->lasts = true;
  EXPECT_EQ(asked(1, {}), once);
  EXPECT_EQ(asked(1, {}), 0) << "no host has changed";
  EXPECT_EQ(asked(0, {}), 10 * once) << "tasks that are like no other";
  EXPECT_EQ(asked(1, leases_of("new", 1, amounts(1, 1))), once + 1);
}

}  // namespace
}  // namespace streamtwin::fenzo
