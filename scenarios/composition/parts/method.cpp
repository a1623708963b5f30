// The method: what the scenario does to the platform, step by step.
#include "models/chaos/method.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

std::vector<chaos::Step> steps_of(Twin::Parts& parts) {
  std::vector<chaos::Step> steps;
  for (const FaultSpec& spec : parts.scenario.method) {
    const Action& action = action_of(spec);
    steps.push_back({spec.at, spec.lasts, std::string{action.name}, spec.target, action.bind(parts, spec)});
  }
  return steps;
}

class MethodPart final : public TwinPart {
 public:
  explicit MethodPart(Twin::Parts& parts) : method_(steps_of(parts), parts.begin_of_measurement(), parts.recorder) {}
  void start() override { method_.start(); }

 private:
  chaos::Method method_;
};

}  // namespace

extern const PartKind method_part;
const PartKind method_part{.build = build_part<MethodPart>};

}  // namespace streamtwin
