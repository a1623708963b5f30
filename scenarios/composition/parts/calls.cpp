#include "scenarios/composition/parts/calls.hpp"

#include <fmt/format.h>

#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

chaos::Effect on_calls(Twin::Parts& parts, const FaultSpec& step, CallGroups groups, const rpc::CallTrouble& trouble, std::string text) {
  rpc::CallFaults& calls = parts.mesh.network.calls;
  Random random = parts.simulation.stream("method, " + step.target, fmt::format("{} at {:g}", step.action.name, in_seconds(step.at)));
  const auto number = calls.add(std::move(groups.callers), std::move(groups.callees), trouble, random);
  return {.text = [text = std::move(text)] { return text; },
          .begin = [&calls, number] { calls.begin(number); },
          .end = [&calls, number] { calls.end(number); }};
}

}  // namespace streamtwin
