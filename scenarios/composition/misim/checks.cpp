#include "scenarios/composition/misim/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/misim/dependencies.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {
namespace {

/// What else than their own heeds services that follow MiSim.
constexpr std::string_view heeded[] = {"set_load", "kill_instance", "kill_zone", "kill_region"};

std::string at_dependency(const std::string& service, const std::string& operation, std::size_t i) {
  return fmt::format("misim.services.{}.operations.{}.dependencies[{}]", service, operation, i);
}

/// Finds an operation that asks for itself in the end.
class CycleFinder {
 public:
  CycleFinder(const Scenario& scenario, Checker& checker) : scenario_(scenario), checker_(checker) {}

  void look() {
    for (const auto& [service, spec] : scenario_.misim->services) {
      for (const std::string& operation : operations_of(scenario_, service)) {
        if (!found_) visit(service, operation, "");
      }
    }
  }

 private:
  enum class Seen { unseen, open, closed };

  void visit(const std::string& service, const std::string& operation, const std::string& path) {
    const std::string name = service + "." + operation;
    const std::string way = path.empty() ? name : path + " -> " + name;
    Seen& seen = seen_[name];
    if (seen == Seen::open && !found_) {
      found_ = true;
      checker_.error(fmt::format("misim.services.{}.operations.{}", service, operation),
                     fmt::format("operations call each other in a circle: {}; a request would never end", way.substr(way.find(name))));
    }
    if (seen != Seen::unseen || found_) return;
    seen = Seen::open;
    for (const misim::MisimDependencySpec& dependency : scenario_.misim->services.at(service).operations.at(operation).dependencies) {
      const bool call = dependency.kind == misim::DependencyKind::basic && scenario_.misim->services.contains(dependency.service);
      const std::vector<std::string> known = call ? operations_of(scenario_, dependency.service) : std::vector<std::string>{};
      if (std::find(known.begin(), known.end(), dependency.operation) != known.end()) visit(dependency.service, dependency.operation, way);
    }
    seen_[name] = Seen::closed;
  }

  const Scenario& scenario_;
  Checker& checker_;
  std::map<std::string, Seen> seen_;
  bool found_ = false;
};

void check_dependencies(const Scenario& scenario, const std::string& service, const std::string& operation, Checker& checker) {
  const auto& dependencies = scenario.misim->services.at(service).operations.at(operation).dependencies;
  if (const auto fault = misim::Dependencies::fault(dependencies)) {
    checker.error(at_dependency(service, operation, fault->at), fault->message);
    return;
  }
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    if (dependencies[i].kind != misim::DependencyKind::basic) continue;
    checker.one_of(at_dependency(service, operation, i) + ".operation", dependencies[i].operation, "operation",
                   operations_of(scenario, dependencies[i].service));
  }
}

void check_service(const Scenario& scenario, const std::string& name, const misim::MisimServiceSpec& spec, Checker& checker) {
  const std::optional<misim::MisimAutoscalerSpec>& autoscaler = spec.autoscaler;
  checker.require(!autoscaler || !autoscaler->max_instances || *autoscaler->max_instances >= autoscaler->min_instances,
                  fmt::format("misim.services.{}.autoscaler.max_instances", name), "the most instances are fewer than the least");
  for (const auto& [operation, described] : spec.operations) check_dependencies(scenario, name, operation, checker);
}

void check_steps(const Scenario& scenario, Checker& checker) {
  const std::vector<Action> own = misim_actions();
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const std::string_view name = scenario.method[i].action.name;
    const bool heeds = std::find(std::begin(heeded), std::end(heeded), name) != std::end(heeded) ||
                       std::any_of(own.begin(), own.end(), [&](const Action& action) { return action.name == name; });
    checker.require(heeds, fmt::format("method[{}].action", i), "nothing of services that follow MiSim heeds this");
  }
}

void refuse_elsewhere(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, spec] : scenario.load) {
    checker.require(spec.operation.empty(), fmt::format("load.{}.operation", name), only_with_misim);
  }
}

}  // namespace

bool follows_misim(const Scenario& scenario) { return scenario.misim.has_value(); }

std::vector<std::string> operations_of(const Scenario& scenario, const std::string& service) {
  std::vector<std::string> names;
  const auto found = scenario.misim->services.find(service);
  if (found == scenario.misim->services.end()) return names;
  for (const auto& [name, operation] : found->second.operations) names.push_back(name);
  return names;
}

void check_misim(const Scenario& scenario, Checker& checker) {
  if (!follows_misim(scenario)) return refuse_elsewhere(scenario, checker);
  checker.require(scenario.regions.size() == 1, "regions", "MiSim knows no places: with `misim` there is one region");
  checker.require(!scenario.members, "members",
                  "members play through the platform's gateway; services that follow MiSim have none. Use `load`");
  checker.require(scenario.services.empty(), "misim",
                  "services follow MiSim or the platform's own ways, not both in one scenario; keep `misim` or `services`");
  for (const auto& [name, spec] : scenario.misim->services) check_service(scenario, name, spec, checker);
  for (const auto& [name, spec] : scenario.load) {
    const std::string at = "load." + name;
    checker.require(spec.entry == workload::Entry::service, at + ".entry", "there is no edge with `misim`");
    checker.require(!spec.operation.empty(), at, "with `misim` a workload names the `operation` of its target");
    if (!spec.operation.empty()) checker.one_of(at + ".operation", spec.operation, "operation", operations_of(scenario, spec.target));
  }
  check_steps(scenario, checker);
  CycleFinder(scenario, checker).look();
}

}  // namespace streamtwin
