// Services become slow or fail, with all of their instances.
#include <fmt/format.h>

#include "scenarios/composition/actions.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

void check_service_target(const StepCheck& on) { on.target_of("service"); }

chaos::Effect impair(Twin::Parts& parts, const FaultSpec& step, const services::Impairment& impairment, std::string text) {
  const auto number = parts.impairments.add(parts.mesh.service(step.target), impairment);
  return {.text = [text = std::move(text)] { return text; },
          .begin = [&parts, number] { parts.impairments.begin(number); },
          .end = [&parts, number] { parts.impairments.end(number); }};
}

chaos::Effect add_latency(Twin::Parts& parts, const FaultSpec& step) {
  const Duration latency = step.latency.value_or(Duration{0});
  return impair(parts, step, {.latency = latency}, fmt::format("+{:g} s per request", in_seconds(latency)));
}

chaos::Effect add_errors(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction errors = step.errors.value_or(Fraction{0});
  return impair(parts, step, {.errors = errors}, fmt::format("{:g} % errors", errors.value() * 100));
}

chaos::Effect slow_processors(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction speed = step.speed.value_or(Fraction{1});
  return impair(parts, step, {.speed = speed}, fmt::format("{:g} % of the processor speed", speed.value() * 100));
}

}  // namespace

std::vector<Action> service_actions() {
  return {
      {.name = "add_latency",
       .doc = "let each request of a service wait, as on a slow disk or network",
       .needs = {"target", "latency"},
       .reads = {"lasts"},
       .check_target = check_service_target,
       .bind = add_latency},
      {.name = "add_errors",
       .doc = "make a service fail a share of its requests",
       .needs = {"target", "errors"},
       .reads = {"lasts"},
       .check_target = check_service_target,
       .bind = add_errors},
      {.name = "slow_processors",
       .doc = "take processor speed from a service, as noisy neighbours or throttling do",
       .needs = {"target", "speed"},
       .reads = {"lasts"},
       .check_target = check_service_target,
       .bind = slow_processors},
  };
}

}  // namespace streamtwin
