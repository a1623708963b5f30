#include "models/titus/agents/capacity_guarantee.hpp"
#include "models/titus/agents/cluster_autoscaler.hpp"
#include "models/titus/agents/quality.hpp"
#include "models/titus/agents/removable_agents.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/titus.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace titus;

namespace {

void bind_agent_types(py::module_& module) {
  py::class_<AgentType>(module, "AgentType", "What Titus takes an instance type for, and what EC2 charges for it.")
      .def_readonly("name", &AgentType::name)
      .def_readonly("resources", &AgentType::resources)
      .def_readonly("gpus", &AgentType::gpus)
      .def_readonly("interfaces", &AgentType::interfaces, "Network interfaces; 0 where EC2's price is not listed.")
      .def_readonly("addresses_each", &AgentType::addresses_each)
      .def_readonly("usd_per_hour", &AgentType::usd_per_hour);
  module.def("agent_types", &agent_types, "All that Titus knows.");
}

void bind_guarantee(py::module_& module) {
  py::class_<Reservation>(module, "Reservation", "So many instances of a size, for an application.")
      .def(py::init<Tier, fenzo::Resources, int>(), "tier"_a, "each"_a, "instances"_a)
      .def_readonly("tier", &Reservation::tier)
      .def_readonly("each", &Reservation::each)
      .def_readonly("instances", &Reservation::instances);
  py::class_<GuaranteeGroup>(module, "GuaranteeGroup", "An instance group without GPUs, and what one of its agents has.")
      .def(py::init<AgentGroupId, Tier, fenzo::Resources, int>(), "id"_a, "tier"_a, "agent"_a, "max"_a)
      .def_readonly("id", &GuaranteeGroup::id);
  py::class_<CapacityAllocations>(module, "CapacityAllocations", "The least sizes of groups.")
      .def_readonly("min_sizes", &CapacityAllocations::min_sizes, "(group, agents) for each group of a tier that is guaranteed anything.")
      .def_property_readonly(
          "shortage",
          [](const CapacityAllocations& self) {
            std::map<std::string, fenzo::Resources> shortage;
            for (const auto& tier : enum_names<Tier>) {
              if (const auto& left = self.shortage[static_cast<std::size_t>(tier.value)]) shortage.emplace(tier.name, *left);
            }
            return shortage;
          },
          "By tier, what finds no room even where all groups have as many agents as they may.");
  module.def(
      "guarantee_capacity",
      [](const std::vector<Reservation>& reservations, const std::vector<GuaranteeGroup>& groups, Fraction critical, Fraction flex) {
        return guarantee_capacity(reservations, groups, critical, flex);
      },
      "reservations"_a, "groups"_a, "critical_buffer"_a = Fraction{0.05}, "flex_buffer"_a = Fraction{0.05},
      "SimpleCapacityGuaranteeStrategy: groups are filled up in the order in which they are given. ValueError for an agent that has none\n"
      "of what is reserved.");
}

void bind_scaling_inputs(py::module_& module) {
  py::class_<ScalableAgent>(module, "ScalableAgent", "An agent, as the autoscaler sees it.")
      .def(py::init([](AgentId id, bool started, Instant launched, std::optional<Instant> removable, bool not_removable, int tasks) {
             return ScalableAgent{id, started, launched, removable, not_removable, tasks};
           }),
           "id"_a, "started"_a = true, "launched"_a = Instant{}, "removable"_a = std::nullopt, "not_removable"_a = false, "tasks"_a = 0)
      .def_readonly("id", &ScalableAgent::id)
      .def_readonly("removable", &ScalableAgent::removable, "Since when it is marked as too many.")
      .def_readonly("tasks", &ScalableAgent::tasks);
  py::class_<ScalableGroup>(module, "ScalableGroup",
                            "An instance group. `current` is the number of its agents if it is not given, and\n`desired` is `current`.")
      .def(py::init([](AgentGroupId id, Tier tier, const std::string& type, GroupState state, int min, std::optional<int> current,
                       std::optional<int> desired, int max, std::vector<ScalableAgent> agents, bool not_removable) {
             const int there = current.value_or(static_cast<int>(agents.size()));
             return ScalableGroup{id, tier, type, state, not_removable, min, there, desired.value_or(there), max, std::move(agents)};
           }),
           "id"_a, "tier"_a, "type"_a, py::kw_only(), "state"_a = GroupState::active, "min"_a = 0, "current"_a = std::nullopt,
           "desired"_a = std::nullopt, "max"_a, "agents"_a = std::vector<ScalableAgent>{}, "not_removable"_a = false)
      .def_readonly("id", &ScalableGroup::id);
  py::class_<UnplacedTask>(module, "UnplacedTask", "A task for which no agent was found.")
      .def(py::init([](std::uint64_t id, Tier tier, FailureKind kind, const fenzo::Resources& needs, int gpus, Instant accepted,
                       bool bound) { return UnplacedTask{id, tier, kind, needs, gpus, accepted, bound}; }),
           "id"_a, "tier"_a, "kind"_a, "needs"_a, "gpus"_a = 0, "accepted"_a = Instant{}, "bound"_a = false)
      .def_readonly("id", &UnplacedTask::id);
}

void bind_scaling(py::module_& module) {
  bind_described<ClusterScalingSpec>(module);
  py::class_<TierReading>(module, "TierReading", "What the autoscaler saw in a tier, and wanted.")
      .def_readonly("idle", &TierReading::idle)
      .def_readonly("failed", &TierReading::failed)
      .def_readonly("past_slo", &TierReading::past_slo)
      .def_readonly("counted", &TierReading::counted)
      .def_readonly("wanted_up", &TierReading::wanted_up)
      .def_readonly("up", &TierReading::up)
      .def_readonly("wanted_down", &TierReading::wanted_down)
      .def_readonly("down", &TierReading::down);
  py::class_<ScalingDecision>(module, "ScalingDecision", "What is to be done.")
      .def_readonly("scale_up", &ScalingDecision::scale_up, "(group, by how many).")
      .def_readonly("mark", &ScalingDecision::mark, "Agents to mark as removable.")
      .def_readonly("unmark", &ScalingDecision::unmark, "Agents that were marked too long ago.")
      .def_property_readonly("critical", [](const ScalingDecision& self) { return self.tiers[0]; })
      .def_property_readonly("flex", [](const ScalingDecision& self) { return self.tiers[1]; });
  py::class_<ClusterAutoscaler>(module, "ClusterAutoscaler",
                                "ClusterAgentAutoScaler. ValueError for a primary type that Titus does not know.")
      .def(py::init([](const ClusterScalingSpec& spec, Instant begin) { return ClusterAutoscaler(spec, begin); }),
           "spec"_a = ClusterScalingSpec{}, "begin"_a = Instant{})
      .def(
          "look",
          [](ClusterAutoscaler& self, Instant now, const std::vector<ScalableGroup>& groups, const std::vector<UnplacedTask>& tasks) {
            return self.look(now, groups, tasks);
          },
          "now"_a, "groups"_a, "tasks"_a = std::vector<UnplacedTask>{}, "Once each interval.");
  py::class_<RemovableAgents>(module, "RemovableAgents", "ClusterRemovableAgentRemover.")
      .def(py::init<Duration, Instant>(), "grace"_a = Duration{360s}, "begin"_a = Instant{})
      .def(
          "look", [](RemovableAgents& self, Instant now, const std::vector<ScalableGroup>& groups) { return self.look(now, groups); },
          "now"_a, "groups"_a, "Agents to terminate now.");
}

// It keeps arrays by agent.
AgentId agent_index(AgentId agent) {
  if (agent >= 1'000'000) throw py::value_error("agents are numbered from 0, below a million");
  return agent;
}

void bind_quality(py::module_& module) {
  py::class_<AgentQuality>(module, "AgentQuality", "ContainerFailureBasedAgentQualityTracker: how well tasks fared on agents of late.")
      .def(py::init<Duration>(), "retention"_a = Duration{900s})
      .def(
          "add", [](AgentQuality& self, AgentId agent) { self.add(agent_index(agent)); }, "agent"_a)
      .def("remove", &AgentQuality::remove, "agent"_a)
      .def(
          "started", [](AgentQuality& self, AgentId agent) { self.started(agent_index(agent)); }, "agent"_a, "A task has started there.")
      .def(
          "failed", [](AgentQuality& self, AgentId agent, AgentFault fault, Instant now) { self.failed(agent_index(agent), fault, now); },
          "agent"_a, "fault"_a, "now"_a)
      .def("quality", &AgentQuality::quality, "agent"_a, "now"_a, "From 0 to 1; -1 for an agent that is not known.")
      .def(
          "score",
          [](AgentQuality& self, AgentId agent, Instant now) {
            self.refresh(now);
            return self.score(agent);
          },
          "agent"_a, "now"_a, "What placement takes it for: 0.5 where nothing is known, or everything fails.");
}

}  // namespace

void bind_titus_agents(py::module_& algorithms) {
  py::module_ module = titus_module(algorithms);
  bind_agent_types(module);
  bind_guarantee(module);
  bind_scaling_inputs(module);
  bind_scaling(module);
  bind_quality(module);
}

}  // namespace streamtwin::python
