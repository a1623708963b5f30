// The agents of a stack: instance groups over the zones of a region, each with machines that may carry an agent. A launch takes
// EC2's time, the image's boot and the registration; a machine that dies takes its agent with it, which its group replaces in
// whichever zone has capacity. What is decided from outside is desired sizes, terminations and marks.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/ledger.hpp"
#include "models/places/ids.hpp"
#include "models/titus/agents/agent_groups_spec.hpp"
#include "models/titus/agents/agent_measures.hpp"
#include "models/titus/agents/cluster_autoscaler.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/subscribers.hpp"

namespace streamtwin::titus {

/// Netflix/titus-control-plane InstanceLifecycleState. An agent in `stopped` is a place without one.
enum class AgentState : std::uint8_t { stopped, launching, started, kill_initiated };

struct Agent {
  AgentId id = 0;
  AgentGroupId group = 0;
  ZoneIndex zone = 0;
  Host* machine = nullptr;
  AgentState state = AgentState::stopped;
  std::uint32_t generation = 0;  ///< of agents at this place, 0 before the first
  Instant launched{};
  std::optional<Instant> removable;  ///< marked as too many: takes no tasks
  bool not_removable = false;
  bool relocation_required = false;
  int tasks = 0;  ///< as told by `add_tasks`
};

/// Told at the instant, maybe while a machine goes off: may end processes, may not call SimGrid.
class AgentObserver {
 public:
  virtual ~AgentObserver() = default;
  virtual void agent_started(const Agent&) {}
  /// Its machine is off. What ran there is gone at this instant, whoever knows of it.
  virtual void agent_lost(const Agent&) {}
  /// It was terminated; what still ran there is gone.
  virtual void agent_stopped(const Agent&) {}
  /// Whether it takes tasks may have changed: marks, or its group's state.
  virtual void agent_changed(const Agent&) {}
};

class AgentPool {
 public:
  struct Group {
    std::string name;
    AgentGroupSpec spec;
    const AgentType* type = nullptr;
    GroupState state = GroupState::active;
    int min = 0, desired = 0, max = 0;
    int current = 0;  ///< launching and started
    int lost = 0;     ///< not replaced yet
    std::vector<AgentId> places;

    /// What each of its agents has for containers.
    fenzo::Resources offered() const { return spec.offered(*type); }
  };

  /// `name`: of the stack, for its random numbers. `launch_limit`: the region's, shared with whoever else launches there.
  AgentPool(std::string name, const ec2::LaunchSpec& launch, ec2::LaunchLimit& launch_limit, Duration status_check,
            AgentMeasures& measures);
  AgentPool(const AgentPool&) = delete;
  AgentPool& operator=(const AgentPool&) = delete;

  // Before the run.
  /// Throws std::invalid_argument for a type that is not listed.
  AgentGroupId add_group(std::string name, const AgentGroupSpec& spec);
  /// A place for an agent of the group, and by what is paid for it. Ids count from 0 through all groups.
  AgentId add_place(AgentGroupId group, ZoneIndex zone, Host& machine, ec2::Ledger::Meter meter = {});
  /// How many agents EC2 has machines for in a zone, over all groups; without, as many as there are places. Those that run stay.
  void limit_zone(ZoneIndex zone, std::optional<int> agents);
  /// Each group has its desired size, serving for long, as evenly over its zones as there is room. Observers are told.
  void start();

  [[nodiscard]] Subscription subscribe(AgentObserver& observer) { return observers_.add(&observer); }

  // Decisions.
  void carry_out(const AgentOrders& orders);
  /// Within min and max. Less than there are: those that are being launched go first, then the youngest without tasks, now or at a
  /// later status check.
  void set_desired(AgentGroupId group, int desired);
  void scale_up(AgentGroupId group, int by) { set_desired(group, groups_[group].desired + by); }
  /// What a capacity guarantee asks for; the desired size follows where it was less.
  void set_min(AgentGroupId group, int min);
  void set_state(AgentGroupId group, GroupState state);
  /// `decrement`: the group's desired size is one less, else the agent is replaced. False for one that is not there.
  bool terminate(AgentId agent, bool decrement);
  void mark_removable(AgentId agent);
  void unmark_removable(AgentId agent);
  void set_relocation_required(AgentId agent, bool required);

  /// Tasks on an agent, those that are being launched included: idle agents are those without.
  void add_tasks(AgentId agent, int difference) { agents_[agent].tasks += difference; }

  const Agent& agent(AgentId id) const { return agents_[id]; }
  const std::vector<Agent>& agents() const { return agents_; }
  const Group& group(AgentGroupId id) const { return groups_[id]; }
  const std::vector<Group>& groups() const { return groups_; }
  const AgentType& type_of(AgentId id) const { return *groups_[agents_[id].group].type; }
  fenzo::Resources offered(AgentId id) const { return groups_[agents_[id].group].offered(); }
  /// Agents that are started, of all groups.
  int started() const { return started_; }
  /// A placement may put tasks there: started, not marked, not to be emptied, its group takes tasks.
  bool takes_tasks(AgentId id) const;
  /// For the autoscaler and the remover. O(agents).
  std::vector<ScalableGroup> scalable_groups() const;

 private:
  struct Place {
    Process work;  ///< its launch, or its end
    Subscription machine;
  };

  Task<> watch();
  Task<> launch(AgentId id);
  Task<> shut_down(AgentId id, bool was_known);
  Duration time_to_register(const Agent& agent);
  void reach_desired(AgentGroupId group);
  std::optional<AgentId> free_place(const Group& group) const;
  std::optional<AgentId> dispensable(const Group& group) const;
  void begin(AgentId id);
  void become_started(AgentId id, Instant launched);
  void watch_over(AgentId id);
  void machine_changed(AgentId id);
  void enter(Agent& agent, AgentState state);
  template <class Tell>
  void tell(const Tell& tell);

  const std::string name_;
  const ec2::LaunchSpec launch_;
  ec2::LaunchLimit& launch_limit_;
  const Duration status_check_;
  AgentMeasures& measures_;
  std::vector<Group> groups_;
  std::vector<Agent> agents_;
  std::vector<ec2::Ledger::Meter> meters_;  ///< by agent
  std::vector<Place> places_;
  struct Zone {
    int agents = 0;  ///< launching and started
    std::optional<int> limit;
  };
  std::vector<Zone> zones_;
  int started_ = 0;
  Subscribers<AgentObserver*> observers_;
  Scope scope_;
};

}  // namespace streamtwin::titus
