#include "scenarios/fenzo/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "models/titus/fenzo/tiered_queue.hpp"

namespace streamtwin::fenzo {
namespace {

using Json = nlohmann::ordered_json;

/// A host and what runs on it: what is left of it is offered in each round.
struct OfferedHost {
  Lease whole;
  std::vector<Task> running;
  std::set<int> ports;  ///< in use

  Lease left(std::string id, Instant now) const {
    Lease lease = whole;
    lease.id = std::move(id);
    lease.offered = now;
    for (const Task& task : running) {
      lease.amounts -= task->needs;
      for (const auto& [name, amount] : task->scalars) lease.scalars[name] -= amount;
    }
    lease.ports = free_ports();
    return lease;
  }

  /// Ascending, and adjoining ones together.
  std::vector<PortRange> free_ports() const {
    std::vector<PortRange> sorted = whole.ports, free;
    std::sort(sorted.begin(), sorted.end(), [](const PortRange& a, const PortRange& b) { return a.first < b.first; });
    for (const PortRange& range : sorted) {
      for (int port = range.first; port <= range.last; ++port) {
        if (ports.contains(port)) continue;
        if (!free.empty() && free.back().last == port - 1)
          ++free.back().last;
        else
          free.push_back({port, port});
      }
    }
    return free;
  }
};

/// The queue, and in which order it gave its tasks out.
class WatchedQueue : public TaskSource {
 public:
  explicit WatchedQueue(TieredQueue& queue) : queue_(queue) {}
  void begin(const Host::Size& total, Instant now) override { queue_.begin(total, now); }
  std::optional<NextTask> next() override {
    auto next = queue_.next();
    if (next) order.push_back(next->task->id);
    return next;
  }
  void abandon() override { queue_.abandon(); }

  std::vector<std::string> order;

 private:
  TieredQueue& queue_;
};

SchedulerProperties properties_of(const Problem& problem) {
  SchedulerProperties properties{.fitness = problem.fitness, .good_enough = problem.good_enough};
  if (problem.batch) properties.batch = *problem.batch;
  properties.group_limits = problem.group_limits;
  if (problem.mode != Mode::autoscale) return properties;
  properties.fleet.group_attribute = problem.scaling.attribute;
  properties.autoscaler = problem.scaling.properties;
  return properties;
}

class Rounds {
 public:
  explicit Rounds(const Problem& problem) : problem_(problem), scheduler_(properties_of(problem)) {
    for (const Lease& host : problem.hosts) add_host(host);
    if (problem.mode != Mode::queue) return;
    queue_ = std::make_unique<TieredQueue>(problem.queue.tiers);
    if (problem.queue.guarantees) queue_->set_guarantees(*problem.queue.guarantees);
    scheduler_.tell_usage(queue_.get());
  }

  Json play(const RoundOfProblem& round) {
    const Instant now = at(round.time);
    for (const std::string& id : round.finish) finish(id);
    for (const auto& [id, host] : outstanding_) scheduler_.fleet().expire_lease(id);
    outstanding_.clear();
    std::vector<Lease> leases = offers(round, now);
    for (const std::string& id : round.arrive) {
      pending_.push_back(problem_.tasks.at(id));
      if (queue_) queue_->queue(pending_.back());
    }
    if (!queue_) {
      const IterationResult result = scheduler_.schedule(now, pending_, std::move(leases));
      return take(result);
    }
    queue_->begin_iteration();
    for (const Task& task : std::exchange(ended_, {})) queue_->remove(task);
    WatchedQueue watched(*queue_);
    const IterationResult result = scheduler_.schedule(now, watched, std::move(leases));
    queue_->end_iteration();
    Json answer = take(result);
    answer["order"] = watched.order;
    return answer;
  }

 private:
  struct Running {
    std::string host;
    std::vector<int> ports;
  };

  void add_host(const Lease& host) {
    hosts_[host.host].whole = host;
    offered_.push_back(host.host);
  }

  void finish(const std::string& id) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    OfferedHost& host = hosts_.at(found->second.host);
    std::erase_if(host.running, [&](const Task& task) { return task->id == id; });
    for (const int port : found->second.ports) host.ports.erase(port);
    scheduler_.end(id, found->second.host);
    if (queue_) ended_.push_back(problem_.tasks.at(id));
    running_.erase(found);
  }

  std::vector<Lease> offers(const RoundOfProblem& round, Instant now) {
    std::vector<Lease> leases;
    for (const std::string& name : round.offer ? *round.offer : offered_) {
      if (gone_.contains(name) || !hosts_.contains(name)) continue;
      leases.push_back(hosts_.at(name).left(fmt::format("offer-{:09}", ++offers_), now));
      outstanding_[leases.back().id] = name;
    }
    return leases;
  }

  Json take(const IterationResult& result) {
    std::set<std::string> settled;
    Json assigned = Json::array(), failed = Json::array(), skipped = Json::array();
    for (const Assignment& assignment : result.assigned) {
      assigned.push_back(written(assignment));
      settled.insert(assignment.task->id);
      OfferedHost& host = hosts_.at(assignment.host);
      host.running.push_back(assignment.task);
      host.ports.insert(assignment.ports.begin(), assignment.ports.end());
      running_[assignment.task->id] = {assignment.host, assignment.ports};
      scheduler_.run(assignment.task, assignment.host);
    }
    std::erase_if(pending_, [&](const Task& task) { return running_.contains(task->id); });
    for (const std::string& id : result.leases_used) outstanding_.erase(id);
    for (const std::string& id : result.leases_rejected) outstanding_.erase(id);
    std::map<std::string, const TaskFailure*> failures;
    for (const TaskFailure& failure : result.failures) failures[failure.task->id] = &failure;
    for (const Task& task : pending_) {
      const auto failure = failures.find(task->id);
      failure == failures.end() ? skipped.push_back(task->id) : failed.push_back(written(*failure->second));
    }
    Json answer{{"assigned", assigned}, {"failed", failed}, {"skipped", skipped}, {"hosts", result.hosts}, {"idle", result.idle_hosts}};
    if (problem_.mode == Mode::autoscale) answer["actions"] = scale(result.actions);
    return answer;
  }

  static Json written(const Assignment& assignment) {
    Json json{{"t", assignment.task->id}, {"h", assignment.host}, {"f", assignment.fitness}};
    if (!assignment.ports.empty()) json["ports"] = assignment.ports;
    for (const SetUse& use : assignment.sets) json["rs"].push_back({use.set, use.index, use.value});
    return json;
  }

  static Json written(const TaskFailure& failure) {
    std::map<std::string, std::vector<std::string>> why;
    for (const Cause& cause : failure.causes) {
      auto& hosts = why[name_of(cause)];
      if (cause.hosts.empty()) hosts.push_back("*");
      for (const Host* const host : cause.hosts) hosts.push_back(host->name());
    }
    Json json{{"t", failure.task->id}, {"why", Json::object()}};
    for (auto& [reason, hosts] : why) json["why"][reason] = std::move(hosts);
    return json;
  }

  Json scale(const std::vector<ScaleAction>& actions) {
    Json json = Json::array();
    for (const ScaleAction& action : actions) {
      std::vector<std::string> removed = action.remove;
      std::sort(removed.begin(), removed.end());
      if (action.add > 0)
        json.push_back({{"rule", action.rule}, {"type", "up"}, {"count", action.add}});
      else
        json.push_back({{"rule", action.rule}, {"type", "down"}, {"hosts", removed}});
      gone_.insert(removed.begin(), removed.end());
      for (int i = 0; problem_.scaling.grow && i < action.add; ++i) {
        Lease grown = problem_.scaling.templates.at(action.rule);
        grown.host = fmt::format("{}-new-{:04}", action.rule, grown_++);
        add_host(grown);
      }
    }
    return json;
  }

  const Problem& problem_;
  Scheduler scheduler_;
  std::unique_ptr<TieredQueue> queue_;
  std::map<std::string, OfferedHost> hosts_;
  std::vector<std::string> offered_;  ///< hosts in the order of offers
  std::set<std::string> gone_;        ///< given up
  std::map<std::string, std::string> outstanding_;
  std::map<std::string, Running> running_;
  std::vector<Task> pending_, ended_;
  int offers_ = 0, grown_ = 0;
};

}  // namespace

nlohmann::ordered_json answer_of(const Problem& problem) {
  Rounds rounds(problem);
  Json played = Json::array();
  for (const RoundOfProblem& round : problem.rounds) played.push_back(rounds.play(round));
  return {{"id", problem.id}, {"rounds", played}};
}

}  // namespace streamtwin::fenzo
