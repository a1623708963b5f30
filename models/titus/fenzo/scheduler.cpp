#include "models/titus/fenzo/scheduler.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

namespace streamtwin::fenzo {
namespace {

void check(const SchedulerProperties& properties) {
  if (!properties.autoscaler) return;
  if (properties.fleet.group_attribute.empty()) throw std::invalid_argument("an autoscaler needs the attribute that names its rules");
  for (const ScaleRule& rule : properties.autoscaler->rules) {
    if (rule.min_idle < 1) throw std::invalid_argument("rule " + rule.name + ": at least 1 idle host must be kept");
    if (rule.min_idle > rule.max_idle) throw std::invalid_argument("rule " + rule.name + ": fewer idle hosts at most than at least");
  }
}

std::vector<Cause> about_no_host(Shortage shortage) { return {Cause{.shortages = {std::move(shortage)}}}; }

}  // namespace

/// What an iteration works on.
struct Scheduler::Round {
  HostTable& table;
  Search& search;
  IterationResult result{};
  std::vector<Host*> assigned{};
  std::vector<Task> failed{};  ///< that the autoscaler hears of
};

Scheduler::Scheduler(SchedulerProperties properties, Random random)
    : properties_(std::move(properties)),
      fleet_(properties_.fleet, random),
      search_(fleet_.table(), tasks_, properties_.fitness, properties_.good_enough),
      shortfall_(properties_.rules_of_task, properties_.optimising_shortfall ? TrialOnCopies([this](const auto& tasks, const auto& copies) {
                   return try_on_copies(tasks, copies);
                 })
                                                                             : TrialOnCopies{}) {
  check(properties_);
  for (const auto& [group, limit] : properties_.group_limits) limits_.set(group, limit);
  if (properties_.autoscaler) autoscaler_.emplace(*properties_.autoscaler);
}

IterationResult Scheduler::schedule(Instant now, std::vector<Task> tasks, std::vector<Lease> leases) {
  TaskList list(std::move(tasks));
  return schedule(now, list, std::move(leases));
}

IterationResult Scheduler::schedule(Instant now, TaskSource& source, std::vector<Lease> leases) {
  Round round{fleet_.table(), search_};
  const std::uint64_t trials = search_.trials();
  fleet_.take_leases(std::move(leases), now, round.result.leases_rejected);
  fleet_.begin_iteration(tasks_, now);
  search_.begin_iteration();
  source.begin(fleet_.total(), now);
  limits_.reset();
  try {
    assign_all(source, round);
    finish(round, now);
  } catch (const std::exception& thrown) {
    source.abandon();
    round.result = {.leases_rejected = std::move(round.result.leases_rejected), .exception = thrown.what()};
    round.assigned.clear();
  }
  round.result.hosts = fleet_.size();  // as Fenzo has it: with those that go now
  round.result.trials = search_.trials() - trials;
  fleet_.purge(now, round.assigned);
  return std::move(round.result);
}

void Scheduler::assign_all(TaskSource& source, Round& round) {
  while (round.result.assigned.size() < properties_.batch) {
    std::optional<NextTask> next = source.next();
    if (!next) return;
    const Task& task = next->task;
    if (round.table.open() == 0) {
      tell_autoscaler(task, round);
      continue;
    }
    if (next->no_capacity) {
      round.result.failures.push_back({task, about_no_host({Lack::group_limit, "", 0})});
      continue;
    }
    if (refused_before_search(task, round)) continue;
    if (const Causes* const known = round.search.known_failure(*task)) {
      tell_autoscaler(task, round);
      round.result.failures.push_back({task, *known});
    } else if (const std::optional<Choice> choice = round.search.best(*task)) {
      assign(task, *choice, round);
    } else {
      tell_autoscaler(task, round);
      round.result.failures.push_back({task, round.search.explain(task, properties_.failures)});
    }
  }
}

void Scheduler::tell_autoscaler(const Task& task, Round& round) {
  if (autoscaler_) round.failed.push_back(task);
}

// The autoscaler hears of tasks whose group has been refused before in this iteration, but not of the one that was refused.
bool Scheduler::refused_before_search(const Task& task, Round& round) {
  if (limits_.passed_over(task->group) && !limits_.empty()) {
    tell_autoscaler(task, round);
    return true;
  }
  if (const auto excess = limits_.exceeded(*task, tasks_)) {
    const double missing = excess->used + excess->asked - excess->limit;
    round.result.failures.push_back({task, about_no_host({Lack::group_limit, "", missing})});
    return true;
  }
  if (const auto shortage = fleet_.too_large(*task)) {
    tell_autoscaler(task, round);
    round.result.failures.push_back({task, about_no_host(*shortage)});
    return true;
  }
  return false;
}

void Scheduler::assign(const Task& task, const Choice& choice, Round& round) {
  Host& host = round.table.host(choice.slot);
  if (host.assigned_tasks().empty()) round.assigned.push_back(&host);
  Host::Given given = host.assign(task);
  tasks_.assigned(task, host);
  round.table.refresh(choice.slot);
  round.result.assigned.push_back({task, host.name(), choice.fitness, std::move(given.ports), std::move(given.sets)});
}

void Scheduler::finish(Round& round, Instant now) {
  round.result.idle_hosts = round.table.idle();
  std::vector<const Host*> idle;
  if (autoscaler_) {
    std::copy_if(fleet_.all().begin(), fleet_.all().end(), std::back_inserter(idle),
                 [&](const Host* host) { return round.table.idle(fleet_.slot_of(*host)); });
  }
  fleet_.sort(round.assigned);
  for (Host* const host : round.assigned) {
    for (std::string& id : fleet_.consume_leases(*host)) round.result.leases_used.push_back(std::move(id));
    host->forget_assigned();
  }
  fleet_.run_out(now, round.result.leases_rejected);
  if (autoscaler_) autoscale(round, now, std::move(idle));
}

void Scheduler::autoscale(Round& round, Instant now, std::vector<const Host*> idle) {
  Autoscaler::Input input{.idle = std::move(idle)};
  for (const Host* const host : fleet_.all()) {
    if (fleet_.all_active()) break;
    if (!fleet_.active(*host) && host->running_tasks().empty()) input.idle_inactive.push_back(host);
  }
  if (autoscaler_->properties().shortfall) {
    const auto hosts_for = [this](const std::string& rule, int tasks) { return autoscaler_->hosts_for(rule, tasks); };
    input.shortfall = shortfall_.shortfall(now, autoscaler_->rule_names(), round.failed, hosts_for);
  }
  round.result.actions = autoscaler_->decide(now, input, fleet_);
}

/// Hosts that are not there, and the rule that would add each of them.
struct Scheduler::Copies {
  std::vector<std::unique_ptr<Host>> hosts;
  std::unordered_map<const Host*, std::string> rule_of;
};

// Of what the largest hosts of a group have, but for scalars, of which Fenzo adds up those of all hosts.
Scheduler::Copies Scheduler::copies_of_largest(const Shortfall& wanted) const {
  Copies copies;
  for (const auto& [name, count] : wanted) {
    Lease lease;
    int members = 0, ports = 0;
    for (const Host* const host : fleet_.all()) {
      if (host->group() != name || !fleet_.active(*host)) continue;
      ++members;
      const Host::Size size = host->size();
      lease.amounts = larger_of_each(lease.amounts, size.amounts);
      ports = std::max(ports, static_cast<int>(size.ports));
      for (const auto& [scalar, amount] : host->scalars()) lease.scalars[scalar] += amount;
      for (const auto& [id, task] : host->running_tasks()) {
        for (const auto& [scalar, amount] : task->scalars) lease.scalars[scalar] += amount;
      }
      for (const auto& [attribute, value] : host->attributes()) lease.attributes.try_emplace(attribute, value);
      if (lease.sets.empty()) lease.sets = host->set_shapes();
    }
    if (members == 0) continue;
    lease.ports = {{100, 100 + ports}};
    const int room = autoscaler_->rules().at(name).max_size - members;
    for (int i = 0; i < std::min(count, room); ++i) {
      lease.host = lease.id = "FenzoPsueodHost-" + name + "-" + std::to_string(i);
      copies.hosts.push_back(std::make_unique<Host>(lease.host, name, fleet_.numbers() + static_cast<HostNumber>(copies.hosts.size())));
      copies.hosts.back()->add_lease(lease, false);
      copies.rule_of[copies.hosts.back().get()] = name;
    }
  }
  return copies;
}

// Only copies are tried; Fenzo tries the real hosts again, too, which have just refused the tasks.
Shortfall Scheduler::try_on_copies(const std::vector<Task>& tasks, const Shortfall& wanted) {
  const Copies copies = copies_of_largest(wanted);
  std::vector<Host*> hosts;
  for (const auto& host : copies.hosts) hosts.push_back(host.get());
  TaskTracker tracker = tasks_;
  tracker.listen(nullptr);
  GroupLimits limits = limits_;
  std::sort(hosts.begin(), hosts.end(), [](const Host* a, const Host* b) { return a->name() < b->name(); });
  HostTable table(hosts);
  Search search(table, tracker, properties_.fitness, properties_.good_enough);
  std::vector<Task> by_tier = tasks;
  std::stable_sort(by_tier.begin(), by_tier.end(), [](const Task& a, const Task& b) { return a->tier < b->tier; });
  for (const Task& task : by_tier) {
    if (limits.exceeded(*task, tracker)) continue;
    if (const auto choice = search.best(*task)) {
      Host& host = table.host(choice->slot);
      host.assign(task);
      tracker.assigned(task, host);
      table.refresh(choice->slot);
    }
  }
  Shortfall used;
  for (const auto& host : copies.hosts) {
    if (!host->assigned_tasks().empty()) ++used[copies.rule_of.at(host.get())];
  }
  return used;
}

void Scheduler::run(const Task& task, const std::string& name, const std::vector<SetUse>& held) {
  Host& host = fleet_.find_or_add(name);
  if (!tasks_.launched(task, host)) throw std::invalid_argument("task " + task->id + " runs already");
  for (const SetUse& use : held) host.hold(task, use);
  host.run(task, fleet_.single_offer());
}

void Scheduler::end(const std::string& task, const std::string& host) {
  if (Host* const known = fleet_.find(host)) known->end(task);
}

}  // namespace streamtwin::fenzo
