// How many of its tasks a job can spare, and how many evictions the whole stack allows, as a scenario describes them. Facts:
// Netflix/titus-control-plane jobmanager/model/job/disruptionbudget, master/eviction/service/quota, DisruptionBudgetSanitizer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/titus/eviction/time_window.hpp"

namespace streamtwin::titus {

enum class BudgetPolicy : std::uint8_t { self_managed, availability, unhealthy_tasks, relocation_limit, none };
enum class BudgetRate : std::uint8_t { unlimited, percentage_per_hour, percentage_per_interval, per_interval };

struct DisruptionBudgetSpec {
  BudgetPolicy policy = BudgetPolicy::self_managed;
  Fraction healthy{0.95};
  int unhealthy_max = 1;
  int relocations_max = 1;
  Duration relocation_time = 60s;
  BudgetRate rate = BudgetRate::unlimited;
  Fraction share{0.2};
  Duration interval = 3600s;
  int evictions_max = 1;
  std::vector<TimeWindowSpec> windows;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.policy, {.name = "policy",
                        .doc = "What limits the evictions of the job's tasks",
                        .source = "Netflix/titus-control-plane DisruptionBudgetSanitizer: a job that says nothing is self-managed"});
    visit(self.healthy, {.name = "healthy",
                         .doc = "With `availability`: the share of the wanted tasks that stays healthy; one less than all in any case",
                         .source = "95 % in examples of Titus's documentation: assumption"});
    visit(self.unhealthy_max, {.name = "unhealthy_max",
                               .doc = "With `unhealthy_tasks`: how many tasks may be missing or unhealthy",
                               .source = assumption,
                               .min = 1,
                               .max = 1e6});
    visit(self.relocations_max, {.name = "relocations_max",
                                 .doc = "With `relocation_limit`: how often one task may be evicted",
                                 .source = assumption,
                                 .min = 1,
                                 .max = 1e6});
    visit(
        self.relocation_time,
        {.name = "relocation_time",
         .doc = "With `self_managed`: how long the owner has to move a task away before the fallback budget decides",
         .source =
             "Netflix/titus-control-plane DisruptionBudgetSanitizer: 1 min of a service that says nothing, 7 d of one that moves its tasks itself",
         .min = 1e-3,
         .max = 1e8});
    visit(self.rate,
          {.name = "rate", .doc = "How fast tasks may be evicted", .source = "Netflix/titus-control-plane DisruptionBudgetSanitizer"});
    visit(
        self.share,
        {.name = "share",
         .doc =
             "With a percentage: the share of the wanted tasks that may be evicted in an hour or interval, rounded down; one task in any case",
         .source = "Netflix/titus-control-plane ArchaiusEffectiveJobDisruptionBudgetResolver: 20 % an hour"});
    visit(self.interval, {.name = "interval",
                          .doc = "With `percentage_per_interval` and `per_interval`: the rolling interval",
                          .source = "Netflix/titus-control-plane RatePerIntervalDisruptionBudgetRate: 1 h at most",
                          .min = 0.02,
                          .max = 3600});
    visit(self.evictions_max, {.name = "evictions_max",
                               .doc = "With `per_interval`: how many tasks may be evicted in it",
                               .source = assumption,
                               .min = 1,
                               .max = 1e6});
    visit(self.windows, {.name = "windows", .doc = "When tasks may be evicted; always if there are none"});
  }
};

/// What decides over a self-managed job whose time has passed.
/// Netflix/titus-control-plane ArchaiusEffectiveJobDisruptionBudgetResolver: 90 % healthy, 20 % an hour, at any time
DisruptionBudgetSpec self_managed_fallback();

/// The budget of a job that says none: self-managed, without a limit of its rate. A batch job has 1.2 times its runtime limit to end by
/// itself, and 1 min at least; a service 1 min, or 7 d if it says that it moves its tasks itself.
/// Netflix/titus-control-plane DisruptionBudgetSanitizer
DisruptionBudgetSpec budget_of_batch(Duration runtime_limit);
DisruptionBudgetSpec budget_of_service(bool moves_its_tasks);

struct SystemBudgetSpec {
  int capacity = 500;
  int refill = 50;
  int initial = 0;
  std::vector<TimeWindowSpec> windows{office_hours()};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.capacity, {.name = "capacity",
                          .doc = "Evictions of all jobs that may come at once",
                          .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver: 500",
                          .min = 1,
                          .max = 1e9});
    visit(self.refill, {.name = "refill",
                        .doc = "Evictions that are allowed again each second",
                        .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver: 50",
                        .min = 0,
                        .max = 1e9});
    visit(self.initial, {.name = "initial",
                         .doc = "Evictions that are allowed as the run begins, besides those of one second",
                         .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver: 0",
                         .min = 0,
                         .max = 1e9});
    visit(self.windows, {.name = "windows",
                         .doc = "When tasks may be evicted",
                         .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver: Monday to Friday, 8 to 16, PST"});
  }
};

}  // namespace streamtwin::titus

namespace streamtwin {
template <>
inline constexpr auto enum_names<titus::BudgetPolicy> = std::to_array<EnumName<titus::BudgetPolicy>>({
    {titus::BudgetPolicy::self_managed, "self_managed", "the owner moves tasks by itself, in a given time"},
    {titus::BudgetPolicy::availability, "availability", "a share of the tasks stays healthy"},
    {titus::BudgetPolicy::unhealthy_tasks, "unhealthy_tasks", "a number of tasks may be missing or unhealthy"},
    {titus::BudgetPolicy::relocation_limit, "relocation_limit", "each task is evicted a number of times only"},
    {titus::BudgetPolicy::none, "none", "a job of before there were budgets: never evicted, unless it has a rate or windows"},
});
template <>
inline constexpr auto enum_names<titus::BudgetRate> = std::to_array<EnumName<titus::BudgetRate>>({
    {titus::BudgetRate::unlimited, "unlimited", "as fast as the policy allows"},
    {titus::BudgetRate::percentage_per_hour, "percentage_per_hour", "a share of the tasks in an hour"},
    {titus::BudgetRate::percentage_per_interval, "percentage_per_interval", "a share of the tasks in an interval"},
    {titus::BudgetRate::per_interval, "per_interval", "a number of tasks in an interval"},
});
}  // namespace streamtwin
