#include "models/chaos/method.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {

Method::Method(std::vector<Step> steps, Instant zero, Recorder& recorder, const Census& census)
    : steps_(std::move(steps)), zero_(zero), recorder_(recorder), census_(census) {}

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

bool Method::has_struck(const std::string& name) const {
  return std::any_of(strikes_.begin(), strikes_.end(), [&](const Strike& strike) { return strike.hit(name); });
}

Task<> Method::begin(const Step& step) {
  std::vector<std::string> struck = step.struck ? step.struck() : std::vector<std::string>{};
  const std::set<std::string> before = census_.serving();
  const std::size_t number = strikes_.size();
  strikes_.push_back({step.number, now(), {}});
  if (step.effect.begin) step.effect.begin();
  // Machines go off at a fence that is asked for when processes begin that begin at this instant.
  co_await delay(Duration{0});
  co_await fence();
  const std::set<std::string> after = census_.serving();
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(struck));
  std::sort(struck.begin(), struck.end());
  struck.erase(std::unique(struck.begin(), struck.end()), struck.end());
  strikes_[number].targets = std::move(struck);
}

Task<> Method::carry_out(const Step& step) {
  co_await until(zero_ + step.at);
  if (asleep_) co_return;
  recorder_.event(now(), step.action, step.target, step.effect.text());
  co_await begin(step);
  if (!step.lasts) co_return;
  co_await delay(*step.lasts);
  recorder_.event(now(), "restored", step.target, fmt::format("{} ends", step.action));
  if (step.effect.end) step.effect.end();
}

}  // namespace streamtwin::chaos
