#include "models/failover/procedure.hpp"

#include <fmt/format.h>

namespace streamtwin::failover {

std::vector<Fraction> increments(const ProcedureSpec& procedure) {
  std::vector<Fraction> shares;
  const double step = procedure.increment.value();
  for (int taken = 1; step * taken < 1 - 1e-9; ++taken) shares.emplace_back(step * taken);
  shares.emplace_back(1);
  return shares;
}

std::vector<ProcedureStep> steps_of(ProcedureKind kind, const FailoverSpec& spec, Duration ttl) {
  const ProcedureSpec& procedure = spec.of(kind);
  return {{StepKind::detect, procedure.detect_after},
          {kind == ProcedureKind::nimble ? StepKind::attach : StepKind::launch, std::nullopt},
          {StepKind::proxy, static_cast<double>(increments(procedure).size()) * procedure.increment_every},
          {StepKind::dns, ttl}};
}

std::string in_words(const std::vector<ProcedureStep>& steps) {
  std::string text;
  for (const ProcedureStep& step : steps) {
    if (!text.empty()) text += ", ";
    text += enum_names<StepKind>[static_cast<std::size_t>(step.kind)].name;
    if (step.takes) text += fmt::format(" {:g} min", *step.takes / 1min);
  }
  return text;
}

}  // namespace streamtwin::failover
