// The method: what the scenario does to the platform, step by step; and the methods of its branches, of which one may be taken.
#include <map>

#include "models/chaos/method.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

chaos::Step step_of(const FaultSpec& spec, chaos::Effect effect = {}) {
  return {spec.at, spec.lasts, std::string{spec.action.name}, spec.target, std::move(effect)};
}

std::vector<chaos::Step> bound(Twin::Parts& parts, const std::vector<FaultSpec>& method) {
  std::vector<chaos::Step> steps;
  for (const FaultSpec& spec : method) steps.push_back(step_of(spec, action_of(spec).bind(parts, spec)));
  return steps;
}

std::vector<chaos::Step> unbound(const std::vector<FaultSpec>& method) {
  std::vector<chaos::Step> steps;
  for (const FaultSpec& spec : method) steps.push_back(step_of(spec));
  return steps;
}

class MethodPart final : public TwinPart {
 public:
  explicit MethodPart(Twin::Parts& parts)
      : parts_(parts), method_(bound(parts, parts.scenario.method), parts.begin_of_measurement(), parts.recorder) {
    if (!parts.scenario.branches) return;
    for (const auto& [name, what_if] : parts.scenario.branches->what_ifs) {
      branches_.try_emplace(name, unbound(what_if.method), parts.begin_of_measurement(), parts.recorder);
    }
  }
  void start() override {
    method_.start();
    for (auto& [name, method] : branches_) method.start_asleep();
  }
  void branch_taken(const TakenBranch& branch) override { branches_.at(branch.name).wake(bound(parts_, branch.method)); }

 private:
  Twin::Parts& parts_;
  chaos::Method method_;
  std::map<std::string, chaos::Method> branches_;  ///< of which one may be taken
};

}  // namespace

extern const PartKind method_part;
const PartKind method_part{.build = build_part<MethodPart>};

}  // namespace streamtwin
