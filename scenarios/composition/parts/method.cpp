// The method: what the scenario does to the platform, step by step; and the methods of its branches, of which one may be taken.
#include "models/chaos/method.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/composition/kpis/findings.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"
#include "scenarios/scenario/schedule.hpp"

namespace streamtwin {
namespace {

/// Null where the step is an order, and where the target is no instance, place or machine of theirs.
std::function<std::vector<std::string>()> struck_by(Twin::Parts& parts, const FaultSpec& spec) {
  const Action& action = action_of(spec);
  const std::vector<TargetKind>& takes = action.takes;
  const bool of_instances = std::find(takes.begin(), takes.end(), TargetKind::instances) != takes.end();
  const bool chooses = spec.target.find(" of ") != std::string::npos;  // of what the action takes
  if (!action.harms || spec.target.empty() || (chooses && !of_instances) || !names_instances(parts.scenario, spec.target)) return nullptr;
  std::function<std::vector<rpc::Instance*>()> present;
  try {
    present = instances_of(parts, spec).present;
  } catch (const std::invalid_argument&) {
    return nullptr;
  }
  return [&parts, present, target = spec.target] {
    std::set<std::string> names;
    for (const rpc::Instance* instance : present()) names.insert({instance->name, instance->service.name});
    const std::vector<std::string> zones = zone_names(parts.scenario), regions = region_names(parts.scenario);
    for (const auto& places : {zones, regions}) {
      if (std::find(places.begin(), places.end(), target) != places.end()) names.insert(target);
    }
    return std::vector<std::string>{names.begin(), names.end()};
  };
}

/// `number`: which step of the scenario's it is, of which there may be several.
chaos::Step step_of(const FaultSpec& spec, std::size_t number, chaos::Effect effect = {}) {
  return {spec.at, spec.lasts, std::string{spec.action.name}, spec.target, std::move(effect), nullptr, number};
}

std::vector<chaos::Step> bound(Twin::Parts& parts, const std::vector<FaultSpec>& method) {
  std::vector<chaos::Step> steps;
  for (std::size_t number = 0; number < method.size(); ++number) {
    for (const FaultSpec& once : occurrences(parts.scenario, method[number], parts.plan.seed)) {
      steps.push_back(step_of(once, number, action_of(once).bind(parts, once)));
      steps.back().struck = struck_by(parts, once);
    }
  }
  return steps;
}

std::vector<chaos::Step> unbound(Twin::Parts& parts, const std::vector<FaultSpec>& method) {
  std::vector<chaos::Step> steps;
  for (std::size_t number = 0; number < method.size(); ++number) {
    for (const FaultSpec& once : occurrences(parts.scenario, method[number], parts.plan.seed)) steps.push_back(step_of(once, number));
  }
  return steps;
}

class MethodPart final : public TwinPart, private rpc::LifeObserver, private chaos::Census {
 public:
  explicit MethodPart(Twin::Parts& parts)
      : parts_(parts),
        written_(parts.scenario.method.size()),
        method_(bound(parts, parts.scenario.method), parts.begin_of_measurement(), parts.recorder, *this) {
    if (!parts.scenario.branches) return;
    for (const auto& [name, what_if] : parts.scenario.branches->what_ifs) {
      const chaos::Census& census = *this;
      branches_.try_emplace(name, unbound(parts, what_if.method), parts.begin_of_measurement(), parts.recorder, census);
    }
  }
  void start() override {
    method_.start();
    for (auto& [name, method] : branches_) method.start_asleep();
    if (!parts_.scenario.method.empty() || !branches_.empty()) lives_subscription_ = parts_.mesh.lives.subscribe(*this);
  }
  void branch_taken(const TakenBranch& branch) override { branches_.at(branch.name).wake(bound(parts_, branch.method)); }
  void add_results(RunResult& result) override { add_findings(parts_.scenario, strikes(), parts_.recorder.notices.all(), result); }

 private:
  std::set<std::string> serving() const override {
    std::set<std::string> names;
    for (const services::Service& service : parts_.mesh.services()) {
      for (const rpc::Instance& instance : service.instances()) {
        if (instance.alive()) names.insert(instance.name);
      }
    }
    return names;
  }
  /// By the numbers of the steps in the scenario's method, which a branch that has been taken has made longer.
  std::vector<chaos::Strike> strikes() const {
    std::vector<chaos::Strike> all = method_.strikes();
    for (const auto& [name, method] : branches_) {
      for (chaos::Strike strike : method.strikes()) {
        strike.step += written_;
        all.push_back(std::move(strike));
      }
    }
    return all;
  }
  bool has_struck(const std::string& name) const {
    return method_.has_struck(name) ||
           std::any_of(branches_.begin(), branches_.end(), [&](const auto& branch) { return branch.second.has_struck(name); });
  }
  /// An instance that begins to serve in the slot of one that has been struck.
  void started(rpc::Instance& instance) override {
    if (!instance.launched_cold() || !has_struck(instance.name)) return;
    parts_.recorder.notices.add(now(), NoticeKind::serving, instance.name, instance.machine.name());
  }

  Twin::Parts& parts_;
  const std::size_t written_;  ///< steps of the scenario's own method
  chaos::Method method_;
  std::map<std::string, chaos::Method> branches_;  ///< of which one may be taken
  Subscription lives_subscription_;
};

}  // namespace

extern const PartKind method_part;
const PartKind method_part{.build = build_part<MethodPart>};

}  // namespace streamtwin
