#include "models/chaos/method.hpp"

#include <fmt/format.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {

Method::Method(std::vector<Step> steps, Instant zero, Recorder& recorder) : steps_(std::move(steps)), zero_(zero), recorder_(recorder) {}

void Method::start() {
  for (const Step& step : steps_) scope_.spawn_service("a step of the method", carry_out(step));
}

void Method::start_asleep() {
  asleep_ = true;
  start();
}

void Method::wake(std::vector<Step> steps) {
  check(asleep_ && steps.size() == steps_.size(), "a method wakes once, with the steps that it has slept with");
  for (std::size_t i = 0; i < steps.size(); ++i) steps_[i] = std::move(steps[i]);
  asleep_ = false;
}

Task<> Method::carry_out(const Step& step) {
  co_await until(zero_ + step.at);
  if (asleep_) co_return;
  recorder_.event(now(), step.action, step.target, step.effect.text());
  if (step.effect.begin) step.effect.begin();
  if (!step.lasts) co_return;
  co_await delay(*step.lasts);
  recorder_.event(now(), "restored", step.target, fmt::format("{} ends", step.action));
  if (step.effect.end) step.effect.end();
}

}  // namespace streamtwin::chaos
