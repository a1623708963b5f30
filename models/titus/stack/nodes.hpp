// What happens on the agents of a stack: a command starts a container, it runs, ends or is told to, and its states travel to the
// master. An agent that is gone takes with it what ran there; nobody tells the master of that here.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "models/titus/executor/executor.hpp"
#include "models/titus/executor/orchestration.hpp"
#include "models/titus/jobs/task_state.hpp"
#include "models/titus/stack/program.hpp"
#include "sim-core/process.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::titus {

/// What an agent is told to run.
struct WorkOrder {
  ContainerId container = 0;
  JobKind kind = JobKind::batch;
  ImageId image = 0;
  SecurityGroupsId security_groups = 0;
  Slot task = 0;                              ///< of its job
  Program* program = nullptr;                 ///< what it runs, until `runs_for` is over; null: nothing but time passes
  Duration runs_for{0};                       ///< `for_ever` of a service that does not crash
  ReasonCode ends_with = ReasonCode::normal;  ///< when that time is over
  fenzo::Cores wants;                         ///< processors, while it runs

  static constexpr Duration for_ever{1e18};
};

/// Who hears what agents report.
class NodeObserver {
 public:
  /// The state of a container has changed; each has a version of its own that grows. May come late, twice, or out of order.
  virtual void reported(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason) = 0;

 protected:
  ~NodeObserver() = default;
};

class Nodes {
 public:
  Nodes(Executor& executor, Orchestration& orchestration, Addresses& addresses, Registry& registry, std::uint64_t seed,
        ProcessorMeasures& measures);

  void report_to(NodeObserver& observer) { observer_ = &observer; }
  void add(AgentId agent, const HostShape& shape, const fenzo::Resources& resources, Host& machine, ZoneIndex zone);
  /// All that runs there ends now.
  void remove(AgentId agent);
  bool has(AgentId agent) const { return agent < nodes_.size() && nodes_[agent] != nullptr; }

  /// Commands that travel.
  void start(AgentId agent, const WorkOrder& order);
  void stop(AgentId agent, ContainerId container);
  /// ECS answers again: what was to be stopped meanwhile is stopped, and the master hears what it has not heard.
  void commands_pass_again();
  /// One that is found running as the run begins. Its image is there.
  void adopt(AgentId agent, const WorkOrder& order);
  /// An image that the agent has as the run begins.
  void preload(AgentId agent, ImageId image) { nodes_[agent]->host.images.preload(image); }

  /// Of an agent that is there; null otherwise.
  std::shared_ptr<AgentDisk> disk_of(AgentId agent) const { return has(agent) ? nodes_[agent]->host.images.disk() : nullptr; }

  /// What containers on all agents have lacked of credentials. O(containers).
  void count_credentials() const;
  /// Containers on all agents, those that start or end included (for the audit). O(agents).
  std::size_t running() const;

 private:
  class Presence;
  struct Node {
    Node(const HostShape& shape, const fenzo::Resources& resources, Nodes& nodes, Host& its_machine, ZoneIndex its_zone);
    void slowed();
    ContainerHost host;
    Host& machine;
    ZoneIndex zone;
    Processors processors;
    std::unordered_map<ContainerId, Presence*> running;
    std::unordered_set<ContainerId> stopped_before_start;
    Scope scope;  ///< dies first
  };
  class Starting;
  struct News {
    ContainerId container;
    std::uint32_t version;
    TaskState state;
    ReasonCode reason;
  };

  Task<> run(Node& node, WorkOrder order, bool found);
  Task<std::optional<ReasonCode>> live(Node& node, WorkOrder order, bool found, Presence& presence);
  Task<std::optional<ReasonCode>> run_program(Node& node, WorkOrder order, bool found, Presence& presence);
  Task<> arrive_to_stop(Node& node, ContainerId container);
  void refuse(ContainerId container, Random& random);
  Task<> deliver(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason);
  void report(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason);
  Random stream(ContainerId container, std::uint64_t purpose) const { return Random(seed_, container, purpose); }

  Executor& executor_;
  Orchestration& orchestration_;
  Addresses& addresses_;
  Registry& registry_;
  const std::uint64_t seed_;
  ProcessorMeasures& measures_;
  NodeObserver* observer_ = nullptr;
  std::vector<std::unique_ptr<Node>> nodes_;              ///< by agent
  std::vector<std::pair<AgentId, ContainerId>> to_stop_;  ///< while ECS does not answer
  std::vector<News> unheard_;                             ///< the same
  Scope scope_;                                           ///< messages on their way to the master
};

}  // namespace streamtwin::titus
