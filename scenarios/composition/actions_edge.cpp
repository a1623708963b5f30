// Gateways of a region proxy to another one.
#include <fmt/format.h>

#include "scenarios/composition/actions.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

constexpr std::string_view proxy_region = "proxy_region";

void check_proxy(const StepCheck& on) {
  const FaultSpec& step = on.step;
  on.require(on.scenario.has_edge(), "action", "the scenario has no gateways that could proxy");
  on.require(on.scenario.regions.size() > 1, "action", "there is no other region to proxy to");
  on.require(step.to != step.target || step.to.empty(), "to", "a region cannot be proxied to itself");
  for (std::size_t other = 0; other < on.number; ++other) {
    const FaultSpec& earlier = on.scenario.method[other];
    if (earlier.action.name != proxy_region || earlier.target != step.target) continue;
    const bool over = (earlier.lasts && earlier.at + *earlier.lasts <= step.at) || (step.lasts && step.at + *step.lasts <= earlier.at);
    on.require(over, "at",
               fmt::format("the requests of {} are proxied by method[{}] at the same time; let one end before the other begins",
                           step.target, other));
  }
}

chaos::Effect evacuate(Twin::Parts& parts, const FaultSpec& step) {
  const RegionIndex from = parts.geography.region(step.target);
  const auto to = step.to.empty() ? std::nullopt : std::optional{parts.geography.region(step.to)};
  return {.text = [name = step.to] { return name.empty() ? "proxied to the nearest region" : fmt::format("proxied to {}", name); },
          .begin = [&parts, from, to] { parts.edge->evacuate(from, to); },
          .end = [&parts, from] { parts.edge->end_evacuation(from); }};
}

}  // namespace

std::vector<Action> edge_actions() {
  return {
      {.name = proxy_region,
       .doc = "evacuate a region: its gateways proxy a growing share of their requests to another one",
       .needs = {"target"},
       .reads = {"to", "lasts"},
       .check_target = [](const StepCheck& on) { on.target_of("region"); },
       .bind = evacuate,
       .check = check_proxy},
  };
}

}  // namespace streamtwin
